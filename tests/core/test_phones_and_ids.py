"""Phones as people write them, and resident ID numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core.identifiers import check_resident_id, find_phones, is_mobile, is_phone, normalise_phone


@pytest.mark.parametrize(
    ("written", "phones"),
    [
        ("18045750040", ("18045750040",)),
        ("144-1683-5244", ("14416835244",)),
        ("1441-683-5244", ("14416835244",)),
        ("+86 138 1234 5678", ("13812345678",)),
        ("１３８１２３４５６７８", ("13812345678",)),
        ("0795-7819478/18161383752", ("0795-7819478", "18161383752")),
        ("07957819478", ("0795-7819478",)),
        ("（0795）7819478转801", ("0795-7819478-801",)),
        ("010-62345678", ("010-62345678",)),
        ("7819478", ("7819478",)),
        ("4001234567", ("400-123-4567",)),
        ("13812345678、13912345678", ("13812345678", "13912345678")),
        ("19844420567.0", ("19844420567",)),
        ("12345", ()),
        ("12812345678", ()),
        ("138123456789", ()),
        ("", ()),
    ],
)
def test_phones_are_found_and_written_in_one_way(written: str, phones: tuple[str, ...]) -> None:
    assert find_phones(written) == phones


@pytest.mark.parametrize("prefix", [f"1{second}{third}" for second in range(3, 10) for third in range(10)])
def test_no_range_of_mobiles_is_refused(prefix: str) -> None:
    assert is_mobile(f"{prefix}12345678")


def test_only_one_mobile_is_a_mobile() -> None:
    assert not is_mobile("0795-7819478")
    assert not is_mobile("13812345678/13912345678")
    assert not is_mobile("张三 13812345678")


def test_a_phone_has_nothing_beside_it_but_separators() -> None:
    assert is_phone("0795-7819478/18161383752")
    assert is_phone("13812345678， 13912345678")
    assert not is_phone("张三13812345678")
    assert not is_phone("无")
    assert not is_phone("")


def test_what_is_no_phone_is_kept_as_it_was() -> None:
    assert normalise_phone(" ext.１２ ") == "ext.12"
    assert normalise_phone("0795-7819478 / 181 6138 3752") == "0795-7819478/18161383752"


@given(st.text())
def test_normalising_twice_changes_nothing_and_never_raises(text: str) -> None:
    once = normalise_phone(text)

    assert normalise_phone(once) == once


# Domain reference §4.2; the last three: residence permits and a foreigner's card, made up with right check characters.
@pytest.mark.parametrize(
    "number",
    ["11010519491231002X", "440524188001010014", "360982199001010013", "810000199408230021", "830000199201300022"],
)
def test_a_real_resident_id_is_right(number: str) -> None:
    check = check_resident_id(number.lower())

    assert check.ok
    assert check.number == number
    assert check.birth == date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", "empty"),
        ("36098219900101001", "length"),
        ("36098219900101001A", "digits"),
        ("3609821990O1010013", "digits"),
        ("٣٦٠٩٨٢١٩٩٠٠١٠١٠٠١٣", "digits"),
        ("360982199013010013", "birth"),
        ("360982199002300013", "birth"),
        ("360982199001010014", "check"),
    ],
)
def test_what_is_wrong_with_a_resident_id_is_named(number: str, problem: str) -> None:
    assert check_resident_id(number).problem == problem


@given(st.integers(0, 16), st.sampled_from("0123456789"))
def test_any_single_wrong_digit_is_noticed(place: int, digit: str) -> None:
    number = "360982199001010013"
    wrong = number[:place] + digit + number[place + 1 :]

    assert check_resident_id(wrong).ok == (wrong == number)

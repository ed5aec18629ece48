"""Credit codes: GB 32100 and GB 11714, as typed, pasted and scanned."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from zhangshu_desk.core.identifiers import CreditCodeProblem, check_credit_code, find_credit_code
from zhangshu_desk.core.identifiers.credit_code import ALPHABET

PUBLIC = Path(__file__).resolve().parents[1] / "data" / "uscc_public.txt"
PUBLIC_CODES = [line for line in PUBLIC.read_text("utf-8").splitlines() if line and not line.startswith("#")]
# Domain reference §4.1: verified by hand, and made up with right check characters.
VERIFIED = [
    "11100000MB0143028R",
    "12100000400002259P",
    "12100000400000624D",
    "91100000100003962T",
    "911100007109250324",
    "91330100799655058B",
    "91350100M000100Y43",
    "91360982000000019L",
    "91360982000000027F",
    "92360982000000123M",
    "91360982MA0000015B",
    "91360982MAX000015Y",
]
VALID = "91360982MA0000015B"


def problems(text: str) -> list[str]:
    return [problem.code for problem in check_credit_code(text).problems]


def test_the_public_list_is_not_empty() -> None:
    assert len(PUBLIC_CODES) == 101


@pytest.mark.parametrize("code", [*PUBLIC_CODES, *VERIFIED])
def test_a_real_code_is_right(code: str) -> None:
    check = check_credit_code(code)

    assert check.ok
    assert check.code == code
    assert check.suggestion == ""


@pytest.mark.parametrize(
    "written",
    [
        "９１３６０９８２ＭＡ０００００１５Ｂ",
        "91360982ma0000015b",
        " 91360982 MA00 0001 5B\t",
        "91360982-MA0000015-B",
        "91360982—MA0000015B",
        "\ufeff91360982MA0000015B\u200b\xa0",
        "'91360982MA0000015B",
    ],
)
def test_a_code_is_normalised_before_it_is_checked(written: str) -> None:
    assert check_credit_code(written) == check_credit_code(VALID)


def test_nothing_is_empty() -> None:
    assert problems("") == problems(" \u3000- ") == ["empty"]


def test_length_says_how_many() -> None:
    check = check_credit_code("913609822368140")

    assert check.problems == (CreditCodeProblem("length", found="15", expected="18"),)


def test_the_standards_negative_example_has_a_letter_no_code_has() -> None:
    check = check_credit_code("91350100M000100Y4Z")

    assert check.problems == (CreditCodeProblem("alphabet", found="Z"),)


def test_the_expected_check_character_is_named() -> None:
    assert check_credit_code("91350100M000100Y44").problems == (CreditCodeProblem("check", found="4", expected="3"),)


def test_a_wrong_organisation_code_is_named_apart() -> None:
    body = "91360982MA0000016"  # 17th character 6 instead of 5, 18th made right for it
    code = body + uscc.calc_check_digit(body)

    assert check_credit_code(code).problems == (CreditCodeProblem("organisation", found="6", expected="5"),)


def test_letters_in_the_region_are_named() -> None:
    assert check_credit_code("91A60982000000019L").problems == (CreditCodeProblem("region", found="A60982"),)


def test_several_problems_are_told_together() -> None:
    assert problems("9136-OZ") == ["length", "alphabet"]


def test_a_letter_taken_for_a_digit_is_put_right_as_a_suggestion() -> None:
    check = check_credit_code("9136O982MA0OOOO15B")

    assert not check.ok
    assert check.suggestion == VALID


@pytest.mark.parametrize("authority", ["91", "92", "93", "51", "52", "11", "12", "N1", "Y1", "A1"])
@pytest.mark.parametrize("region", ["360982", "110000", "659001", "810000"])
def test_every_authority_and_region_is_accepted(authority: str, region: str) -> None:
    body = f"{authority}{region}MA0000015"

    assert check_credit_code(body + uscc.calc_check_digit(body)).ok


@given(st.text(ALPHABET, min_size=10, max_size=10), st.from_regex(r"[0-9]{8}", fullmatch=True))
def test_the_check_character_agrees_with_stdnum(tail: str, head: str) -> None:
    assert ("check" not in problems(head + tail)) == uscc.is_valid(head + tail)


@given(st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_noticed(place: int, char: str) -> None:
    wrong = VALID[:place] + char + VALID[place + 1 :]

    assert check_credit_code(wrong).ok == (wrong == VALID)


@given(st.text())
def test_no_text_raises(text: str) -> None:
    check_credit_code(text)
    find_credit_code(text)


@pytest.mark.parametrize(
    "scanned",
    [
        VALID,
        VALID + "\r\n",
        "https://www.gsxt.gov.cn/indexnew?uniscid=91360982ma0000015b&entity=12",
        "http://example.cn/%EF%BC%9A91360982MA0000015B",
        "统一社会信用代码：９１３６０９８２ＭＡ０００００１５Ｂ；名称：樟树市某某金属家具有限公司；",
        "名称:某厂,91360982MA0000015B,住所:江西省宜春市",
        "9136 0982 MA00 0001 5B",
        "code91360982MA0000015Bend",
        "91350100M000100Y44 91360982MA0000015B",
    ],
)
def test_a_code_is_found_in_what_was_scanned(scanned: str) -> None:
    assert find_credit_code(scanned) == VALID


def test_a_wrong_code_standing_alone_is_better_than_nothing() -> None:
    assert find_credit_code("https://example.cn/?id=91360982MA0000015C") == "91360982MA0000015C"


@pytest.mark.parametrize("scanned", ["", "樟树", "6901234567892", "https://example.cn/a", "0123456789abcdef0123456789"])
def test_other_texts_have_no_code(scanned: str) -> None:
    assert find_credit_code(scanned) is None


@given(st.text(max_size=20), st.sampled_from(PUBLIC_CODES), st.text(max_size=20))
def test_a_right_code_is_found_between_any_texts(before: str, code: str, after: str) -> None:
    assert find_credit_code(f"{before} {code.lower()}\n{after}") in {code, *PUBLIC_CODES}

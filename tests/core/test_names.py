"""Names of enterprises: one spelling, one key, how similar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core.identifiers import (
    VERY_SIMILAR,
    SimilarNames,
    name_similarity,
    normalise_name,
    same_name_key,
)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" 樟树袁河 密集架集团有限公司", "樟树袁河密集架集团有限公司"),
        ("樟树\u3000袁 河\t密集架\n有限公司 ", "樟树袁河密集架有限公司"),
        ("江西(樟树)家具[集团]有限公司", "江西（樟树）家具（集团）有限公司"),
        ("ＡＢＣ  Ｆｕｒｎｉｔｕｒｅ Co 有限公司", "ABC Furniture Co有限公司"),
        ("Иван  Петров 家具", "Иван Петров家具"),
        ("𠮷野・家\u200b家具\ufeff", "𠮷野·家家具"),
        ("", ""),
    ],
)
def test_a_name_has_one_spelling(written: str, normal: str) -> None:
    assert normalise_name(written) == normal


@given(st.text())
def test_normalising_a_name_twice_changes_nothing(text: str) -> None:
    once = normalise_name(text)

    assert normalise_name(once) == once


def test_blanks_width_case_and_brackets_make_no_other_name() -> None:
    assert same_name_key("江西 ＡＢＣ（樟树）家具") == same_name_key("江西abc (樟树) 家具")
    assert same_name_key("江西百川") != same_name_key("江西海川")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("樟树七彩智能科技有限公司", "樟树市七彩智能科技有限公司"),
        ("江西博大智能科技有限公司", "江西省博大智能科技有限公司"),
        ("樟树佳美喷涂科技有限责任公司", "樟树佳美喷涂科技有限公司"),
        ("樟树市盛世金档案装具股份有限公司", "樟树市盛世档案装具股份有限公司"),
        ("江西百川保险设备有限公司", "江西海川保险设备有限公司"),
        ("樟树市新宇校具", "樟树市新雨校具"),  # homophones: a slip of the input method
        ("江西百川保险设备有限公司", "江西川百保险设备有限公司"),
    ],
)
def test_very_similar_but_not_the_same(first: str, second: str) -> None:
    assert VERY_SIMILAR <= name_similarity(first, second) < 1
    assert name_similarity(first, second) == name_similarity(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("江西百川保险设备有限公司", "江西博大保险设备有限公司"),
        ("樟树七彩智能科技有限公司", "江西樟树七彩实业有限公司"),
        ("华美家具", "佳美家具"),
        ("樟树五星校具有限公司", "樟树五星校具厂"),
        ("", "樟树"),
    ],
)
def test_other_names_are_not_very_similar(first: str, second: str) -> None:
    assert name_similarity(first, second) < VERY_SIMILAR


def test_the_same_name_is_one() -> None:
    assert name_similarity("江西（百川）", "江西 (百川)") == 1
    assert name_similarity("", "") == 1


def test_known_names_answer_the_most_similar_first() -> None:
    known = SimilarNames(["江西海川保险设备有限公司", "江西博大保险设备有限公司", "江西省百川保险设备有限公司"])
    known.add("江西百川保险设备有限公司")

    assert known.to("江西百川保险设备有限公司") == [
        "江西百川保险设备有限公司",
        "江西省百川保险设备有限公司",
        "江西海川保险设备有限公司",
    ]


NAMES = st.text("江西省樟树市百海川佳嘉美有限责任公司厂", min_size=1, max_size=14)


@given(st.lists(NAMES, max_size=8), NAMES)
def test_known_names_miss_none(names: list[str], asked: str) -> None:
    found = SimilarNames(names).to(asked)

    assert sorted(found) == sorted(name for name in names if name_similarity(asked, name) >= VERY_SIMILAR)

"""What is typed at the desk: cleaned, limited, checked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.reception.rules import (
    LIMITS,
    QuickService,
    WalkIn,
    catalog,
    checked_given,
    checked_quick,
    checked_walk_in,
    clean,
)


def refused(form: WalkIn) -> str:
    with pytest.raises(DeskError) as error:
        checked_walk_in(form, catalog())
    return error.value.code


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  张 三\t", "张 三"),
        ("张\u3000\u00a0三", "张 三"),
        ("张\x00三\x07", "张 三"),
        ("半\ud83d截", "半 截"),
        ("𠮷野 😀 䶮", "𠮷野 😀 䶮"),
        ("一\n二", "一 二"),
        ("e\u0301", "é"),
        ("   ", ""),
    ],
)
def test_texts_are_cleaned(typed: str, kept: str) -> None:
    assert clean(typed, "来访人") == kept


def test_remarks_keep_their_lines() -> None:
    assert clean(" 一 \r\n\n 二 ", "备注", lines=True) == "一\n\n二"


@given(st.text(max_size=300))
def test_a_cleaned_text_can_be_stored_and_stays_clean(typed: str) -> None:
    kept = clean(typed, "备注", lines=True)
    assert kept.encode("utf-8").decode() == kept
    assert clean(kept, "备注", lines=True) == kept


def test_ten_thousand_characters_are_refused_with_field_and_limit() -> None:
    with pytest.raises(DeskError) as error:
        checked_walk_in(WalkIn(("NB",), visitor="张" * 10_000), catalog())
    assert error.value.facts == {"field": "来访人", "length": 10_000, "most": LIMITS["来访人"]}
    assert "10000" in str(error.value)


def test_the_form_says_what_is_missing_or_wrong() -> None:
    assert refused(WalkIn((), visitor="张三")) == "visit.no_service"
    assert refused(WalkIn(("QQ",), visitor="张三")) == "visit.unknown_service"
    assert refused(WalkIn(("NB",))) == "visit.nobody"
    assert refused(WalkIn(("NB",), visitor="  ")) == "visit.nobody"
    assert refused(WalkIn(("NB",), visitor="张三", priority="熟人")) == "visit.unknown_priority"
    assert refused(WalkIn(("NB",), visitor="张三", remark="x" * 1_001)) == "visit.too_long"


def test_a_good_form_is_kept_in_order_without_repeats() -> None:
    form = checked_walk_in(WalkIn(("JL", "NB", "JL"), visitor=" 张三 ", phone="１３８ 1234 5678"), catalog())
    assert form == WalkIn(("JL", "NB"), visitor="张三", phone="138 1234 5678")


def test_quick_services_need_sound_minutes() -> None:
    assert checked_quick(QuickService(("ZX",), minutes=0), catalog()).minutes == 0
    for minutes in (-1, 481):
        with pytest.raises(DeskError) as error:
            checked_quick(QuickService(("ZX",), minutes=minutes), catalog())
        assert error.value.code == "visit.minutes"


def test_what_was_given() -> None:
    assert checked_given({"NB": 2, "JL": 0}, catalog()) == {"NB": 2}
    for given_, code in (
        ({}, "visit.nothing_given"),
        ({"NB": 0}, "visit.nothing_given"),
        ({"QQ": 1}, "visit.unknown_service"),
        ({"NB": -1}, "visit.quantity"),
        ({"NB": 1_000}, "visit.quantity"),
    ):
        with pytest.raises(DeskError) as error:
            checked_given(given_, catalog())
        assert error.value.code == code

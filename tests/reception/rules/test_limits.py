"""Counting time: plain within a day, the night left out, never negative."""

from __future__ import annotations

from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from tests.store_fixtures import NINE
from zhangshu_desk.core import settings
from zhangshu_desk.core.clock import DAY, HOUR, MINUTE, parse_moment
from zhangshu_desk.reception.rules import DEFAULT_RULES, counted_ms, rules_from


def counted(since: str, at: str) -> int:
    """Minutes between two moments of `11-23T09:00`."""
    return counted_ms(parse_moment(f"2026-{since}"), parse_moment(f"2026-{at}"), DEFAULT_RULES) // MINUTE


def test_within_a_day_it_is_the_difference() -> None:
    assert counted("11-23T09:00", "11-23T09:07") == 7
    assert counted("11-23T00:00", "11-23T23:59") == 23 * 60 + 59


def test_the_night_does_not_count() -> None:
    assert counted("11-23T17:00", "11-24T09:00") == 30 + 30
    assert counted("11-23T18:00", "11-24T08:00") == 0
    assert counted("11-20T17:20", "11-23T08:40") == 10 + 10  # Friday evening to Monday morning


def test_a_clock_set_back_counts_nothing() -> None:
    assert counted("11-23T09:00", "11-23T08:59") == 0
    assert counted("11-23T09:00", "11-22T09:00") == 0


@given(st.integers(-3 * DAY, 3 * DAY), st.integers(-3 * DAY, 3 * DAY))
def test_it_is_never_negative_nor_longer_than_the_span(one: int, other: int) -> None:
    length = counted_ms(NINE + one, NINE + other, DEFAULT_RULES)
    assert 0 <= length <= max(0, other - one)
    if length > 24 * HOUR:
        assert other - one > 24 * HOUR


def test_the_settings_of_this_machine_become_the_rules() -> None:
    values = settings.Values(skip_minutes=1, max_calls=2, undo_seconds=3, wait_bad_minutes=4)
    rules = rules_from(values)
    assert (rules.skip_minutes, rules.max_calls, rules.undo_seconds, rules.wait_bad_minutes) == (1, 2, 3, 4)
    same = {one.name for one in fields(rules)} & {one.name for one in fields(values)}
    assert all(getattr(rules, name) == getattr(values, name) for name in same)
    assert rules_from(settings.Values()) == DEFAULT_RULES

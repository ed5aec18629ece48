"""What is unusual about look-ups, and when the desks hear of them."""

from __future__ import annotations

import itertools

import pytest

from zhangshu_desk.labels.rules.scans import (
    MANY_AN_HOUR,
    MANY_PLACES,
    TOLD_EVERY_MS,
    Alert,
    Standing,
    Told,
    alert_of,
    is_due,
)


@pytest.mark.parametrize(
    ("standing", "places", "busiest", "alert"),
    [
        (Standing.USUAL, 1, 1, Alert.NONE),
        (Standing.USUAL, MANY_PLACES - 1, MANY_AN_HOUR - 1, Alert.NONE),
        (Standing.USUAL, MANY_PLACES, 1, Alert.PLACES),
        (Standing.USUAL, 1, MANY_AN_HOUR, Alert.BURST),
        (Standing.USUAL, MANY_PLACES, MANY_AN_HOUR, Alert.PLACES),
        (Standing.UNREPORTED, 1, 1, Alert.UNREPORTED),
        (Standing.UNREPORTED, MANY_PLACES, 1, Alert.PLACES),
        (Standing.VOID, MANY_PLACES, MANY_AN_HOUR, Alert.VOID),
        (Standing.REPLACED, 1, 1, Alert.REPLACED),
        (Standing.RETURNED, 1, 1, Alert.RETURNED),
        (Standing.TWICE, 1, 1, Alert.TWICE),
        (Standing("of the future"), 1, 1, Alert.NONE),
    ],
)
def test_the_gravest_is_told(standing: Standing, places: int, busiest: int, alert: Alert) -> None:
    assert alert_of(standing, places, busiest) is alert


def test_a_copy_is_suggested_by_places_and_bursts_only() -> None:
    assert {one for one in Alert if one.suggests_a_copy} == {Alert.PLACES, Alert.BURST}
    assert not Alert("以后的词").suggests_a_copy


def test_the_first_is_told_at_once_then_as_they_double_then_every_few_minutes() -> None:
    assert is_due(Told(0, "", None), 1, "", 0)
    told, moments = Told(1, "", 0), []
    for count in range(2, 33):
        if is_due(told, count, "", 0):
            moments.append(count)
            told = Told(count, "", 0)
    assert moments == [2, 4, 8, 16, 32]
    assert not is_due(told, 33, "", TOLD_EVERY_MS - 1)
    assert is_due(told, 33, "", TOLD_EVERY_MS)
    assert not is_due(told, 32, "", 10 * TOLD_EVERY_MS)


def test_what_is_unusual_is_told_at_once_and_once() -> None:
    for before, after in itertools.permutations(["", Alert.PLACES, Alert.VOID], 2):
        assert is_due(Told(100, before, 0), 101, after, 1)
    assert not is_due(Told(100, Alert.PLACES, 0), 101, Alert.PLACES, 1)


def test_no_more_is_told_than_a_line_every_few_minutes() -> None:
    told, lines, moment = Told(0, "", None), 0, 0
    for count in range(1, 20_001):
        moment += 1_000
        if is_due(told, count, "", moment):
            lines, told = lines + 1, Told(count, "", moment)
    assert lines <= 20_000 * 1_000 / TOLD_EVERY_MS + 16

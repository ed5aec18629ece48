"""Looking labels up at the centre: what is unusual about it, and when the desks are told.

The numbers from which something counts as unusual are of no rule: 待核实.
"""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.open_words import OpenWords

MANY_PLACES = 5
"""From so many networks on one day a label was probably copied; one phone at home and on its way has two."""
MANY_AN_HOUR = 20
SAME_SCAN_MS = 10 * MINUTE
"""Loads by the same phone no further apart are one scan."""
TOLD_EVERY_MS = 10 * MINUTE


class Standing(OpenWords):
    """What the centre knows of a label when somebody looks it up."""

    USUAL = "usual"
    UNREPORTED = "unreported"
    """Its number is not among those that the station has reported."""
    RETURNED = "returned"
    """It was given back unused."""
    REPLACED = "replaced"
    VOID = "void"
    TWICE = "twice"
    """Its number was given to two batches."""


class Alert(OpenWords):
    """What is unusual about the look-ups of a label (`label_scans.alert`), the gravest first."""

    TWICE = "编号重复"
    VOID = "作废后仍被查询"
    REPLACED = "补打后旧标签仍被查询"
    RETURNED = "退回后仍被查询"
    PLACES = "一天内多地查询"
    BURST = "短时间内大量查询"
    UNREPORTED = "编号未上报"
    NONE = ""

    @property
    def suggests_a_copy(self) -> bool:
        """Whether it is how a label looks that was copied; whoever bought it should know."""
        return self in (Alert.PLACES, Alert.BURST)


_OF_STANDING = {
    Standing.TWICE: Alert.TWICE,
    Standing.VOID: Alert.VOID,
    Standing.REPLACED: Alert.REPLACED,
    Standing.RETURNED: Alert.RETURNED,
    Standing.UNREPORTED: Alert.UNREPORTED,
}
_BY_WEIGHT = tuple(Alert)


def alert_of(standing: Standing, places: int, busiest: int) -> Alert:
    """The gravest of what is unusual.

    Args:
        places: most different networks on one day; busiest: most scans in one hour.
    """
    found = {_OF_STANDING.get(standing, Alert.NONE)}
    if places >= MANY_PLACES:
        found.add(Alert.PLACES)
    if busiest >= MANY_AN_HOUR:
        found.add(Alert.BURST)
    return min(found, key=_BY_WEIGHT.index)


@dataclass(frozen=True)
class Told:
    """What the desks were told last of a label's look-ups; `at` None = nothing yet."""

    count: int
    alert: str
    at: int | None


def is_due(told: Told, count: int, alert: str, now: int) -> bool:
    """Whether the desks are to be told: of the first look-up and of what is unusual at once, of others as they double,
    and of the rest every few minutes. A line in the feed for every scan would cost every station a contact."""
    if told.at is None or alert != told.alert:
        return True
    if count == told.count:
        return False
    return count >= 2 * told.count or now - told.at >= TOLD_EVERY_MS

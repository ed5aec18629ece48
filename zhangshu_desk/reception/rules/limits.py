"""The numbers that a station may set for its desk, and how time is counted with them."""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.core import settings
from zhangshu_desk.core.clock import DAY, MINUTE, SECOND, ZONE


@dataclass(frozen=True)
class DeskRules:
    """Settings of the reception desk; minutes and seconds are whole numbers.

    Attributes:
        skip_minutes: a person called and not come is not offered again for so long.
        max_calls: after so many calls without coming the number is missed (domain.md §5.1: at most three).
        undo_seconds: how long an act can be undone.
        appointment_lead_minutes: an appointment counts as due so long before its time.
        wait_warn_minutes, wait_bad_minutes: from here a wait is long / too long.
        rating_minutes: so long after finishing a visit is offered for rating.
        opens_at, closes_at: office hours, minutes since midnight; of a time that runs over midnight only these count.
    """

    skip_minutes: int = 5
    max_calls: int = 3
    undo_seconds: int = 60
    appointment_lead_minutes: int = 10
    wait_warn_minutes: int = 15
    wait_bad_minutes: int = 30
    rating_minutes: int = 10
    opens_at: int = 8 * 60 + 30
    closes_at: int = 17 * 60 + 30

    @property
    def skip_ms(self) -> int:
        return self.skip_minutes * MINUTE

    @property
    def undo_ms(self) -> int:
        return self.undo_seconds * SECOND

    @property
    def lead_ms(self) -> int:
        return self.appointment_lead_minutes * MINUTE


DEFAULT_RULES = DeskRules()
_EAST = int(ZONE.utcoffset(None).total_seconds()) * SECOND


def rules_from(values: settings.Values) -> DeskRules:
    """The rules as this machine's settings have them."""
    return DeskRules(
        skip_minutes=values.skip_minutes,
        max_calls=values.max_calls,
        undo_seconds=values.undo_seconds,
        appointment_lead_minutes=values.appointment_lead_minutes,
        wait_warn_minutes=values.wait_warn_minutes,
        wait_bad_minutes=values.wait_bad_minutes,
    )


def counted_ms(since: int, at: int, rules: DeskRules) -> int:
    """The length of a running time, ms, never negative.

    Within one day it is the plain difference. Over midnight the night does not count: of the first day what lies
    before closing, of the last day what lies after opening, of days in between nothing (a carried-over visitor goes
    home).
    """
    first, last = _day_number(since), _day_number(at)
    if first >= last:
        return max(0, at - since)
    evening = first * DAY + rules.closes_at * MINUTE - _EAST
    morning = last * DAY + rules.opens_at * MINUTE - _EAST
    return max(0, evening - since) + max(0, at - morning)


def _day_number(moment: int) -> int:
    """The calendar day as a number; much faster than a date, and this is asked for every row of the queue."""
    return (moment + _EAST) // DAY

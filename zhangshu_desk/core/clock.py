"""The only place that asks what time it is, and how moments are read and written.

A moment is an `int`: milliseconds since the epoch, UTC. A statutory date is a `datetime.date`. China keeps one zone
without summer time, so local time is a fixed offset.
"""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from typing import Protocol

ZONE = timezone(timedelta(hours=8), "UTC+8")
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
_WEEKDAYS = "一二三四五六日"


class Clock(Protocol):
    """Anything that tells the moment."""

    def now(self) -> int:
        """The present moment, ms UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000_000


class ShiftedClock:
    """A clock that was set to `start` (ms UTC) when it was made and runs on from there; for trying dates (`--now`)."""

    def __init__(self, start: int) -> None:
        self._shift = start - SystemClock().now()

    def now(self) -> int:
        return SystemClock().now() + self._shift


class FixedClock:
    """A clock that stands until it is moved; for tests and demo data."""

    def __init__(self, moment: int) -> None:
        self.moment = moment

    def now(self) -> int:
        return self.moment

    def forward(self, ms: int) -> int:
        """Move by `ms` milliseconds (may be negative) and return the new moment."""
        self.moment += ms
        return self.moment


def local(moment: int) -> datetime:
    """The moment on the wall clock."""
    return datetime.fromtimestamp(moment / 1_000, ZONE)


def day_of(moment: int) -> date:
    """The calendar day of a moment."""
    return local(moment).date()


def moment_of(day: date, hour: int = 0, minute: int = 0) -> int:
    """The moment of a wall-clock time on a day, ms UTC."""
    return round(datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).timestamp() * 1_000)


def parse_moment(text: str) -> int:
    """Read `2026-11-23`, `2026-11-23T09:00` or `2026-11-23 09:00:30` as wall-clock time, ms UTC; else `ValueError`."""
    found = datetime.fromisoformat(text.strip())
    return round((found if found.tzinfo else found.replace(tzinfo=ZONE)).timestamp() * 1_000)


def hm(moment: int) -> str:
    """`10:42`."""
    return local(moment).strftime("%H:%M")


def stamp(moment: int) -> str:
    """`2026-11-23 10:42`."""
    return local(moment).strftime("%Y-%m-%d %H:%M")


def file_stamp(moment: int) -> str:
    """`20261123-104233`, for file names."""
    return local(moment).strftime("%Y%m%d-%H%M%S")


def weekday(day: date) -> str:
    """`周一`."""
    return "周" + _WEEKDAYS[day.weekday()]


def minutes(ms: int) -> int:
    """Whole minutes in a duration of `ms` milliseconds, rounded down."""
    return ms // MINUTE

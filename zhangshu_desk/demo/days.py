"""Whole days of the demo station: windows open, a hall lives, everybody goes home, the day is closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from zhangshu_desk.accounts.actions import close_counter, open_counter
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import moment_of
from zhangshu_desk.db.store import Store
from zhangshu_desk.demo.hall import Guest, Hall
from zhangshu_desk.demo.station import People

_SESSIONS = (((8, 35), (11, 30)), ((14, 0), (16, 40)))
_QUESTIONS = 4


def working_days(today: date, number: int) -> list[date]:
    """The last so many days before today, without Saturdays and Sundays."""
    found: list[date] = []
    day = today
    while len(found) < number:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            found.append(day)
    return found[::-1]


def sit_down(store: Store, staff: Sequence[Actor], counters: Sequence[str], now: int) -> tuple[Actor, ...]:
    """Each of the staff opens a window, in the order given."""
    return tuple(open_counter(store, actor, counter, now) for actor, counter in zip(staff, counters, strict=True))


def live(store: Store, people: People, dice: Random, guests: list[Guest], day: date, visits: int) -> None:
    """One whole day with so many visitors; at its end nobody is at a window."""
    opens, closes = moment_of(day, 8, 28), moment_of(day, 17, 30)
    seats = sit_down(store, people.clerks, people.counters[:2], opens)
    hall = Hall(store, dice, seats, guests, opens, closes)
    hall.live(arrivals(dice, day, visits), arrivals(dice, day, _QUESTIONS))
    for seat in seats:
        close_counter(store, seat, str(seat.counter_id), moment_of(day, 17, 42))


def arrivals(dice: Random, day: date, number: int) -> list[int]:
    """So many moments of a working day, ms UTC."""
    sessions = [dice.choices(_SESSIONS, (6, 4))[0] for _ in range(number)]
    return sorted(dice.randrange(moment_of(day, *first), moment_of(day, *last)) for first, last in sessions)

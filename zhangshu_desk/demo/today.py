"""Today of the demo station: what of the morning is over, and twelve people waiting right now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from zhangshu_desk.accounts.actions import close_counter
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import MINUTE, SECOND, day_of, moment_of
from zhangshu_desk.db.store import Store
from zhangshu_desk.demo.days import arrivals, sit_down
from zhangshu_desk.demo.hall import Guest, Hall
from zhangshu_desk.demo.station import People
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.queries import queue
from zhangshu_desk.reception.rules import APPOINTMENT, PRIORITIES, WalkIn

WAITING = 12
_SPAN = 38 * MINUTE
"""So far back those who wait now have come: some a moment ago, some too long."""
_FIRST = (("NB",), ("BG",), ("JL",), ("JL",), ("SB",), ("JY",))
"""What the first ones ask for, so that both windows at work have somebody to call."""


def live_today(store: Store, people: People, dice: Random, guests: list[Guest], now: int) -> None:
    """Everything of today until `now`: windows 2 and 3 are at work, window 1 waits for whoever logs in."""
    begin = max(now - _SPAN, moment_of(day_of(now)))
    _morning(store, people, dice, guests, begin)
    seats = sit_down(store, people.clerks, people.counters[1:], begin)
    hall = Hall(store, dice, seats, guests, begin, now + 1)

    def moment(share: float) -> int:
        return begin + round((now - begin) * share)

    missing = WAITING + 4 - len(queue(store, begin, None).waiting)
    for number in range(missing):
        first_ones = number * 0.02
        share = first_ones if number < len(_FIRST) else 0.1 + 0.88 * (number - len(_FIRST)) / (missing - len(_FIRST))
        hall.at(moment(share), _coming(hall, number, missing - number, now))
    for share, act in _at_windows(hall, *seats):
        hall.at(moment(share), act)
    hall.run()


def _morning(store: Store, people: People, dice: Random, guests: list[Guest], begin: int) -> None:
    """The part of the day that is over by `begin`, when the windows are free again."""
    day = day_of(begin)
    opens, last = moment_of(day, 8, 28), begin - 12 * MINUTE
    came = [moment for moment in arrivals(dice, day, 40) if moment < last - 20 * MINUTE]
    if not came:
        return
    seats = sit_down(store, people.clerks, people.counters[:2], opens)
    hall = Hall(store, dice, seats, guests, opens, last)
    hall.live(came, [])
    left = queue(store, begin, None)
    for row in (*left.parked, *left.missed):
        actions.leave(store, people.head, row.id, begin - SECOND, "改日再来")
    for seat in seats:
        close_counter(store, seat, str(seat.counter_id), begin - SECOND)


def _coming(hall: Hall, number: int, left: int, now: int) -> Callable[[], None]:
    """Visitor `number` of those who have come lately, after whom `left - 1` more come."""

    def come() -> None:
        walk_in = replace(hall.walk_in(), priority="", appointment_at=None)
        if number < len(_FIRST):
            walk_in = replace(walk_in, services=_FIRST[number])
        walk_in = _special(walk_in, left, now)
        actions.register(hall.store, hall.seats[0], walk_in, hall.now)

    return come


def _special(walk_in: WalkIn, left: int, now: int) -> WalkIn:
    """Of the last ones one has priority, and two have an appointment: now, and in half an hour or so."""
    if left == 3:
        return replace(walk_in, services=("BG",), priority=PRIORITIES[0])
    if left in (2, 4):
        quarter = (now // (15 * MINUTE) + (3 if left == 2 else 0)) * 15 * MINUTE
        return replace(walk_in, services=("SB",), priority=APPOINTMENT, appointment_at=quarter)
    return walk_in


def _at_windows(hall: Hall, one: Actor, other: Actor) -> list[tuple[float, Callable[[], None]]]:
    """What happens at the two windows, and when (0 = the beginning of the span, 1 = now)."""
    held: dict[str, str] = {}

    def call(seat: Actor) -> None:
        called = actions.call_next(hall.store, seat, hall.now)
        assert called is not None, "somebody waits for this window"
        held[seat.user_id] = called.visit_id

    def do(act: Callable[..., object], seat: Actor, *more: str) -> Callable[[], None]:
        def happen() -> None:
            act(hall.store, seat, held[seat.user_id], hall.now, *more)

        return happen

    return [
        (0.15, lambda: call(one)),
        (0.17, do(actions.arrive, one)),
        (0.20, lambda: call(other)),
        (0.22, do(actions.call_again, other)),
        (0.24, do(actions.call_again, other)),
        (0.26, do(actions.no_show, other)),
        (0.40, do(actions.park, one, "回厂取营业执照")),
        (0.64, lambda: call(one)),
        (0.66, do(actions.arrive, one)),
        (0.99, lambda: call(other)),
    ]

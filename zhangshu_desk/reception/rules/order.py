"""Who is next: the order of the queue, who may be offered to which counter, and who is held back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zhangshu_desk.reception.rules.limits import DeskRules

APPOINTMENT = "预约"
PRIORITIES = ("老弱病残孕", "军人", APPOINTMENT)
"""Reasons for priority (domain.md §5.1). 预约 ranks by its time, the others before everybody."""


class Waiting(NamedTuple):
    """What the order has to know of a waiting visit (a tuple: hundreds are made for every look at the queue).

    Attributes:
        number: of the ticket; arrived_at, appointment_at, not_before: ms UTC.
        services: ids.
        target_counter_id: the counter it was transferred to, which alone may be offered it.
        station_id: the station that gave the number.
    """

    visit_id: str
    number: int
    arrived_at: int
    services: tuple[str, ...]
    priority: str = ""
    appointment_at: int | None = None
    target_counter_id: str | None = None
    not_before: int | None = None
    station_id: str = ""


@dataclass(frozen=True)
class Next:
    """Whom a counter should call: `chosen`, or None; then `held_until` (ms UTC) tells when the first who is held back
    may be offered again, None when nobody is."""

    chosen: Waiting | None
    held_until: int | None = None


def order_key(one: Waiting, now: int, rules: DeskRules) -> tuple[int, int, int, str]:
    """Sort key: priority, appointment due, arrival, number; an appointment not yet due after all walk-ins."""
    if one.priority and one.priority != APPOINTMENT:
        rank, moment = 0, one.arrived_at
    elif one.appointment_at is not None and one.appointment_at - rules.lead_ms > now:
        rank, moment = 3, one.appointment_at
    elif one.priority == APPOINTMENT or one.appointment_at is not None:
        rank, moment = 1, one.arrived_at if one.appointment_at is None else one.appointment_at
    else:
        rank, moment = 2, one.arrived_at
    return rank, moment, one.number, one.visit_id


def in_order(queue: Iterable[Waiting], now: int, rules: DeskRules) -> list[Waiting]:
    """The queue in the order in which it is called."""
    return sorted(queue, key=lambda one: order_key(one, now, rules))


def serves_any(serves: Sequence[str], services: Sequence[str]) -> bool:
    """Whether a counter takes a visit: one of its services is enough, the rest is transferred; no list = takes all."""
    return not serves or any(one in serves for one in services)


def offered_to(one: Waiting, counter_id: str, serves: Sequence[str]) -> bool:
    """Whether a counter may be offered this visit."""
    if one.target_counter_id is not None:
        return one.target_counter_id == counter_id
    return serves_any(serves, one.services)


def held_until(not_before: int | None, now: int, rules: DeskRules) -> int | None:
    """Until when a visit is held back, None = it is not.

    A moment farther ahead than the rule ever sets means that the clock was set back; nobody waits for that.
    """
    if not_before is None or not now < not_before <= now + rules.skip_ms:
        return None
    return not_before


def next_for(queue: Iterable[Waiting], counter_id: str, serves: Sequence[str], now: int, rules: DeskRules) -> Next:
    """Whom the counter should call next. Somebody held back is never called early; the answer says until when."""
    mine = [one for one in queue if offered_to(one, counter_id, serves)]
    free = [one for one in mine if held_until(one.not_before, now, rules) is None]
    if free:
        return Next(min(free, key=lambda one: order_key(one, now, rules)))
    moments = [held for one in mine if (held := held_until(one.not_before, now, rules)) is not None]
    return Next(None, min(moments, default=None))

"""How long a visitor will probably wait: a small simulation of the counters with the usual minutes."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zhangshu_desk.reception.rules.order import Waiting, serves_any
from zhangshu_desk.reception.rules.services import Catalogue

Lane = tuple[int, ...]
"""The counters, by their position, to which a visit can go; visits of one lane wait for one another."""


@dataclass(frozen=True)
class CounterLoad:
    """A counter and what keeps it busy.

    Attributes:
        serves: ids, empty = all.
        is_open: somebody serves there now; a planned counter that is not open counts only where no open one can serve.
        busy_minutes: how long the present visit will probably still take, 0 = free.
    """

    counter_id: str
    serves: tuple[str, ...]
    is_open: bool
    busy_minutes: int = 0


class Estimate(NamedTuple):
    """What a visitor is told (a tuple: hundreds are made for every look at the queue).

    Attributes:
        people_before: waiting visits that come before and could go to the same counters.
        minutes: probable wait, None when no counter serves the visit at all.
        planned: the estimate supposes a counter that is not open yet.
    """

    people_before: int
    minutes: int | None
    planned: bool


def remaining_minutes(usual: int, elapsed: int) -> int:
    """How long a visit being served will probably still take: the usual minutes less the elapsed ones, at least 1."""
    return max(1, usual - max(0, elapsed))


def estimate(queue: Sequence[Waiting], counters: Iterable[CounterLoad], catalogue: Catalogue) -> dict[str, Estimate]:
    """The estimate for every visit of a queue.

    Args:
        queue: waiting visits in the order of calling.
        counters: all counters that are in use, open or planned.

    Returns:
        Estimate by visit id.
    """
    loads = list(counters)
    lane_of = {kind: _lane(kind, loads) for kind in {(one.target_counter_id, one.services) for one in queue}}
    line = [(one, lane_of[one.target_counter_id, one.services]) for one in queue]
    starts = _simulate(line, loads, catalogue)
    lanes = set(lane_of.values())
    shares = {a: [b for b in lanes if set(a) & set(b)] for a in lanes}
    planned = {lane: any(not loads[at].is_open for at in lane) for lane in lanes}
    ahead = dict.fromkeys(lanes, 0)
    found = {}
    for one, lane in line:
        found[one.visit_id] = Estimate(ahead[lane], starts.get(one.visit_id), planned[lane])
        for other in shares[lane]:
            ahead[other] += 1
    return found


def _lane(kind: tuple[str | None, tuple[str, ...]], loads: Sequence[CounterLoad]) -> Lane:
    """Where a visit with this target and these services can go: to the open counters that can take it, to the planned
    ones when no open one can."""
    target, services = kind
    able = [
        at
        for at, one in enumerate(loads)
        if (one.counter_id == target if target is not None else serves_any(one.serves, services))
    ]
    return tuple([at for at in able if loads[at].is_open] or able)


def _simulate(
    line: Sequence[tuple[Waiting, Lane]], loads: Sequence[CounterLoad], catalogue: Catalogue
) -> dict[str, int]:
    """Minutes until each visit is called: the counter that is free first takes the first in order whom it can take."""
    minutes = {services: catalogue.minutes(services) for services in {one.services for one, _ in line}}
    waiting: dict[Lane, deque[tuple[int, Waiting]]] = {}
    for place, (one, lane) in enumerate(line):
        waiting.setdefault(lane, deque()).append((place, one))
    mine = [[people for lane, people in waiting.items() if at in lane] for at in range(len(loads))]
    free_at = [(load.busy_minutes, at) for at, load in enumerate(loads)]
    heapq.heapify(free_at)
    starts: dict[str, int] = {}
    while free_at:
        minute, at = heapq.heappop(free_at)
        heads = [people for people in mine[at] if people]
        if heads:
            _, one = min(heads, key=_place).popleft()
            starts[one.visit_id] = minute
            heapq.heappush(free_at, (minute + minutes[one.services], at))
    return starts


def _place(people: deque[tuple[int, Waiting]]) -> int:
    return people[0][0]

"""How long a visitor will probably wait: a small simulation of the counters with the usual minutes."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from zhangshu_desk.reception.rules.order import Waiting, serves_any
from zhangshu_desk.reception.rules.services import Catalogue

Kind = tuple[str | None, tuple[str, ...]]


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
    takers = {kind: _takers(kind, loads) for kind in {_kind(one) for one in queue}}
    used = {at for ats in takers.values() for at in ats}
    starts = _simulate(queue, [(loads[at].busy_minutes, at) for at in sorted(used)], takers, catalogue)
    shares = {a: [b for b in takers if set(takers[a]) & set(takers[b])] for a in takers}
    planned = {kind: any(not loads[at].is_open for at in ats) for kind, ats in takers.items()}
    ahead = dict.fromkeys(takers, 0)
    found = {}
    for one in queue:
        kind = _kind(one)
        found[one.visit_id] = Estimate(ahead[kind], starts.get(one.visit_id), planned[kind])
        for other in shares[kind]:
            ahead[other] += 1
    return found


def _kind(one: Waiting) -> Kind:
    """Visits of one kind can go to the same counters."""
    return one.target_counter_id, one.services


def _takers(kind: Kind, loads: Sequence[CounterLoad]) -> list[int]:
    """Positions of the open counters that can take a kind; of the planned ones when no open one can."""
    target, services = kind
    able = [
        at
        for at, one in enumerate(loads)
        if (one.counter_id == target if target is not None else serves_any(one.serves, services))
    ]
    return [at for at in able if loads[at].is_open] or able


def _simulate(
    queue: Sequence[Waiting],
    free_at: list[tuple[int, int]],
    takers: dict[Kind, list[int]],
    catalogue: Catalogue,
) -> dict[str, int]:
    """Minutes until each visit is called: the counter that is free first takes the first in order whom it can take."""
    lines: dict[Kind, deque[tuple[int, Waiting]]] = {kind: deque() for kind in takers}
    for place, one in enumerate(queue):
        lines[_kind(one)].append((place, one))
    usual = {services: catalogue.minutes(services) for _, services in takers}
    mine: dict[int, list[deque[tuple[int, Waiting]]]] = {at: [] for _, at in free_at}
    for kind, ats in takers.items():
        for at in ats:
            mine[at].append(lines[kind])
    starts: dict[str, int] = {}
    heapq.heapify(free_at)
    while free_at:
        minute, at = heapq.heappop(free_at)
        heads = [line for line in mine[at] if line]
        if not heads:
            continue
        _, one = min(heads, key=lambda line: line[0][0]).popleft()
        starts[one.visit_id] = minute
        heapq.heappush(free_at, (minute + usual[one.services], at))
    return starts

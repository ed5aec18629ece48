"""What the reception page shows, asked for in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import queries
from zhangshu_desk.reception.queries import CounterNow, Current, Queue, Twice, VisitRow
from zhangshu_desk.reception.queries.arrivals import ended_today
from zhangshu_desk.reception.rules import DeskRules


@dataclass(frozen=True)
class View:
    """The desk as seen from one counter.

    Attributes:
        counter: the counter the clerk serves, None when none was chosen (or it is out of use).
        current: whom it holds.
        ended: what ended today, the last first.
        open_days: earlier days that nobody has closed.
        twice: who was called by two machines; doubled: names that several counters of the hall have.
    """

    queue: Queue
    counter: CounterNow | None
    current: Current | None
    ended: tuple[VisitRow, ...]
    open_days: tuple[date, ...]
    twice: tuple[Twice, ...] = ()
    doubled: tuple[str, ...] = ()


def look(store: Store, counter_id: str | None, now: int, rules: DeskRules, *, own_only: bool = False) -> View:
    """Read the view. Meant for the database thread.

    Args:
        own_only: the centre does not answer: only numbers of this station can be called.
    """
    counters = queries.counters_now(store, now, rules)
    return View(
        queue=queries.queue(store, now, counter_id, rules, own_only=own_only),
        counter=next((one for one in counters if one.id == counter_id), None),
        current=queries.current(store, counter_id, now, rules),
        ended=ended_today(store, now),
        open_days=queries.open_days(store, day_of(now)),
        twice=queries.twice(store, now),
        doubled=queries.doubled(store),
    )

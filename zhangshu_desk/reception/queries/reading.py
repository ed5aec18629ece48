"""What actions and screens both read inside a transaction: who waits, which counters there are, who stands at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, select, text
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import day_of, minutes
from zhangshu_desk.core.masking import mask_name
from zhangshu_desk.db.tables.accounts import Counter
from zhangshu_desk.db.tables.reception import DayClose, Visit
from zhangshu_desk.reception.rules import (
    AT_COUNTER,
    Catalogue,
    CounterLoad,
    DeskRules,
    State,
    Waiting,
    counted_ms,
    remaining_minutes,
    shown_label,
)

VISITS: Table = Visit.__table__  # type: ignore[assignment]  # declared as FromClause, is a Table
COUNTERS: Table = Counter.__table__  # type: ignore[assignment]  # as above
DAY_CLOSES: Table = DayClose.__table__  # type: ignore[assignment]  # as above
V = VISITS.c

WAITING_COLUMNS = (
    V.id,
    V.number,
    V.arrived_at,
    V.services,
    V.priority,
    V.appointment_at,
    V.target_counter_id,
    V.not_before,
)


@dataclass(frozen=True)
class Holder:
    """The visit that a counter holds; `label` as shown today, `services` ids, times in ms."""

    visit_id: str
    label: str
    state: State
    counter_id: str
    services: tuple[str, ...]
    since: int
    served_ms: int


def station_id(session: Session) -> str:
    """The id of the station this database belongs to, empty before it is set up."""
    found = session.connection().execute(text("SELECT value FROM meta WHERE key = 'station_id'")).scalar()
    return str(found or "")


def queue_rows(
    session: Session, now: int, states: Iterable[State], columns: Iterable[ColumnElement[Any]]
) -> list[Row[Any]]:
    """Columns of the visits in today's queue that are in one of `states`, in no order.

    Today's queue holds the tickets of today and those carried over to today or earlier; a ticket of a later day too,
    because it means that the clock was set back while people stand there. A ticket of an earlier day that was not
    carried over waits for that day to be closed.
    """
    today = day_of(now)
    chosen = select(*columns).where(V.station_id == station_id(session), V.state.in_([state.value for state in states]))
    own = chosen.where(V.queue_day >= today, V.day == V.queue_day)
    carried = chosen.where(V.queue_day > V.day, V.queue_day <= today)
    connection = session.connection()
    return [*connection.execute(own), *connection.execute(carried)]


def waiting_of(row: Row[Any]) -> Waiting:
    """What the order needs of a row that has at least `WAITING_COLUMNS`."""
    return Waiting(
        row.id,
        row.number,
        row.arrived_at,
        tuple(row.services),
        row.priority,
        row.appointment_at,
        row.target_counter_id,
        row.not_before,
    )


def waiting(session: Session, now: int) -> list[Waiting]:
    """Everybody who waits, in no order."""
    return [waiting_of(row) for row in queue_rows(session, now, (State.WAITING,), WAITING_COLUMNS)]


def holders(session: Session, now: int, counter_id: str | None = None) -> dict[str, Holder]:
    """The visits at the counters by counter id; of one counter when it is named. Also those of days left open."""
    chosen = select(V.id, V.label, V.day, V.state, V.counter_id, V.services, V.since, V.served_ms).where(
        # As the partial index has it; SQLite uses it only when it can see that the condition is the same.
        text("state IN ('叫号中', '办理中')")
    )
    if counter_id is not None:
        chosen = chosen.where(V.counter_id == counter_id)
    today = day_of(now)
    return {
        row.counter_id: Holder(
            row.id,
            shown_label(row.label, row.day, today),
            State(row.state),
            row.counter_id,
            tuple(row.services),
            row.since,
            row.served_ms,
        )
        for row in session.connection().execute(chosen)
        if State(row.state) in AT_COUNTER
    }


def counter_rows(session: Session) -> list[Row[Any]]:
    """The counters in use, in their order."""
    chosen = select(COUNTERS).where(COUNTERS.c.active, COUNTERS.c.station_id == station_id(session))
    return list(session.connection().execute(chosen.order_by(COUNTERS.c.position)))


def counter_loads(session: Session, now: int, catalogue: Catalogue, rules: DeskRules) -> list[CounterLoad]:
    """The counters in use and what keeps them busy, for the estimate."""
    held = holders(session, now)
    loads = []
    for row in counter_rows(session):
        holder = held.get(row.id)
        busy = 0
        if holder is not None:
            served = holder.served_ms
            if holder.state is State.SERVING:
                served += counted_ms(holder.since, now, rules)
            busy = remaining_minutes(catalogue.minutes(holder.services), minutes(served))
        is_open = row.clerk_id is not None or holder is not None
        loads.append(CounterLoad(row.id, tuple(row.serves), is_open, busy))
    return loads


def is_closed(session: Session, day: date) -> bool:
    """Whether a day has been closed and not reopened."""
    closes = DAY_CLOSES.c
    chosen = select(closes.id).where(
        closes.station_id == station_id(session), closes.day == day, closes.reopened_at.is_(None)
    )
    return session.connection().execute(chosen.limit(1)).one_or_none() is not None


def shown_name(enterprise_name: str, visitor: str) -> str:
    """Who it is, as a list may show it: the enterprise, else the person masked."""
    return enterprise_name or mask_name(visitor)

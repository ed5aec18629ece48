"""What actions and screens both read inside a transaction: who waits, which counters there are, who stands at them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Label,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    select,
    text,
    type_coerce,
)
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import day_of, minutes
from zhangshu_desk.core.masking import mask_name
from zhangshu_desk.db.tables.accounts import Counter
from zhangshu_desk.db.tables.reception import DayClose, Visit
from zhangshu_desk.reception.rules import (
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

SERVICES_TEXT: Label[str] = type_coerce(V.services, Text).label("services_json")
"""The services unparsed: there are few different lists among many visits (`services_of`)."""
WAITING_COLUMNS = (
    V.id,
    V.number,
    V.arrived_at,
    SERVICES_TEXT,
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
    if "station_id" not in session.info:
        found = session.connection().exec_driver_sql("SELECT value FROM meta WHERE key = 'station_id'").scalar()
        session.info["station_id"] = str(found or "")
    return str(session.info["station_id"])


def queue_selects(*columns: ColumnElement[Any]) -> tuple[Select[Any], Select[Any]]:
    """The two statements that read columns of today's queue (made once: building them costs more than running them).

    Today's queue holds the tickets of today and those carried over to today or earlier; a ticket of a later day too,
    because it means that the clock was set back while people stand there. A ticket of an earlier day that was not
    carried over waits for that day to be closed.
    """
    chosen = select(*columns).where(
        V.station_id == bindparam("station"), V.state.in_(bindparam("states", expanding=True))
    )
    own = chosen.where(V.queue_day >= bindparam("today"), V.day == V.queue_day)
    carried = chosen.where(V.queue_day > V.day, V.queue_day <= bindparam("today"))
    return own, carried


def queue_rows(
    session: Session, now: int, states: Iterable[State], selects: tuple[Select[Any], Select[Any]]
) -> list[Row[Any]]:
    """The visits in today's queue that are in one of `states`, in no order, with the columns of `queue_selects`."""
    facts = {
        "station": station_id(session),
        "states": list(states),
        "today": day_of(now),
    }
    connection = session.connection()
    return [row for one in selects for row in connection.execute(one, facts).all()]


@lru_cache(maxsize=1024)
def services_of(services_json: str) -> tuple[str, ...]:
    """The services of `SERVICES_TEXT`."""
    return tuple(json.loads(services_json))


_WAITING = queue_selects(*WAITING_COLUMNS)


def waiting_of(row: Sequence[Any]) -> Waiting:
    """What the order needs of a row that begins with `WAITING_COLUMNS`."""
    visit_id, number, arrived_at, services, priority, appointment_at, target, not_before = row[:8]
    return Waiting(
        visit_id,
        number,
        arrived_at,
        services_of(services),
        priority,
        appointment_at,
        target,
        not_before,
    )


def waiting(session: Session, now: int) -> list[Waiting]:
    """Everybody who waits, in no order."""
    return [waiting_of(tuple(row)) for row in queue_rows(session, now, (State.WAITING,), _WAITING)]


_HELD = select(V.id, V.label, V.day, V.state, V.counter_id, V.services, V.since, V.served_ms).where(
    # As the partial index has it; SQLite uses it only when it can see that the condition is the same.
    text("state IN ('叫号中', '办理中')")
)
_HELD_AT = _HELD.where(V.counter_id == bindparam("counter"))


def holders(session: Session, now: int, counter_id: str | None = None) -> dict[str, Holder]:
    """The visits at the counters by counter id; of one counter when it is named. Also those of days left open."""
    connection = session.connection()
    if counter_id is None:
        rows = connection.execute(_HELD)
    else:
        rows = connection.execute(_HELD_AT, {"counter": counter_id})
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
        for row in rows
    }


_COUNTERS = (
    select(COUNTERS)
    .where(COUNTERS.c.active, COUNTERS.c.station_id == bindparam("station"))
    .order_by(COUNTERS.c.position)
)


def counter_rows(session: Session) -> list[Row[Any]]:
    """The counters in use, in their order."""
    return list(session.connection().execute(_COUNTERS, {"station": station_id(session)}))


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


_CLOSED = select(DAY_CLOSES.c.id).where(
    DAY_CLOSES.c.station_id == bindparam("station"),
    DAY_CLOSES.c.day == bindparam("day"),
    DAY_CLOSES.c.reopened_at.is_(None),
)


def is_closed(session: Session, day: date) -> bool:
    """Whether a day has been closed and not reopened."""
    facts = {"station": station_id(session), "day": day}
    return session.connection().execute(_CLOSED, facts).first() is not None


def shown_name(enterprise_name: str, visitor: str) -> str:
    """Who it is, as a list may show it: the enterprise, else the person masked."""
    return enterprise_name or mask_name(visitor)

"""What actions and screens both read inside a transaction: who waits, which counters there are, who stands at them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Table
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import day_of, minutes
from zhangshu_desk.core.masking import mask_name
from zhangshu_desk.db.bare import bare
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
DAY_CLOSES: Table = DayClose.__table__  # type: ignore[assignment]  # as above
V = VISITS.c

WAITING_COLUMNS = (
    "id",
    "number",
    "arrived_at",
    "services",
    "priority",
    "appointment_at",
    "target_counter_id",
    "not_before",
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


class CounterRow(NamedTuple):
    """A counter in use: `serves` ids, empty = all; `clerk_id` of who serves there now."""

    id: str
    name: str
    position: int
    serves: tuple[str, ...]
    clerk_id: str | None


def station_id(session: Session) -> str:
    """The id of the station this database belongs to, empty before it is set up."""
    if "station_id" not in session.info:
        found = bare(session).execute("SELECT value FROM meta WHERE key = 'station_id'").fetchone()
        session.info["station_id"] = found[0] if found else ""
    return str(session.info["station_id"])


def queue_sql(columns: Iterable[str], states: Iterable[State]) -> str:
    """The statement that reads columns of the visits in today's queue that are in one of `states`, in no order.

    Today's queue holds the tickets of today and those carried over to today or earlier; a ticket of a later day too,
    because it means that the clock was set back while people stand there. A ticket of an earlier day that was not
    carried over waits for that day to be closed.
    """
    chosen = f"""SELECT {", ".join(columns)} FROM visits
        WHERE station_id = :station AND state IN ({", ".join(f"'{state}'" for state in states)})"""  # noqa: S608 - constants
    return f"""{chosen} AND queue_day >= :today AND day = queue_day
        UNION ALL {chosen} AND queue_day > day AND queue_day <= :today"""


def queue_rows(session: Session, now: int, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a statement made by `queue_sql`; days and lists are text, as they are stored."""
    facts = {"station": station_id(session), "today": day_of(now).isoformat()}
    return bare(session).execute(sql, facts).fetchall()


@lru_cache(maxsize=1024)
def services_of(services_json: str) -> tuple[str, ...]:
    """Services as they are stored; there are few different lists among many visits."""
    return tuple(json.loads(services_json))


_WAITING = queue_sql(WAITING_COLUMNS, (State.WAITING,))


def waiting_of(row: tuple[Any, ...]) -> Waiting:
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
    return [waiting_of(row) for row in queue_rows(session, now, _WAITING)]


# The condition as the partial index has it: SQLite uses an index only when it can see that they are the same.
_HELD = """SELECT counter_id, id, label, day, state, services, since, served_ms FROM visits
    WHERE state IN ('叫号中', '办理中') AND (:counter IS NULL OR counter_id = :counter)"""


def holders(session: Session, now: int, counter_id: str | None = None) -> dict[str, Holder]:
    """The visits at the counters by counter id; of one counter when it is named. Also those of days left open."""
    today = day_of(now)
    return {
        counter: Holder(
            visit_id,
            shown_label(label, date.fromisoformat(day), today),
            State(state),
            counter,
            services_of(services),
            since,
            served_ms,
        )
        for counter, visit_id, label, day, state, services, since, served_ms in bare(session).execute(
            _HELD, {"counter": counter_id}
        )
    }


def counter_rows(session: Session) -> list[CounterRow]:
    """The counters in use, in their order."""
    sql = """SELECT id, name, position, serves, clerk_id FROM counters
        WHERE active AND station_id = ? ORDER BY position"""
    return [
        CounterRow(counter_id, name, position, services_of(serves), clerk_id)
        for counter_id, name, position, serves, clerk_id in bare(session).execute(sql, (station_id(session),))
    ]


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
        loads.append(CounterLoad(row.id, row.serves, is_open, busy))
    return loads


def is_closed(session: Session, day: date) -> bool:
    """Whether a day has been closed and not reopened."""
    sql = "SELECT 1 FROM day_closes WHERE station_id = ? AND day = ? AND reopened_at IS NULL"
    return bare(session).execute(sql, (station_id(session), day.isoformat())).fetchone() is not None


def shown_name(enterprise_name: str, visitor: str) -> str:
    """Who it is, as a list may show it: the enterprise, else the person masked."""
    return enterprise_name or mask_name(visitor)

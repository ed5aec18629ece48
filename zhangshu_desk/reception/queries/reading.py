"""What actions and screens both read inside a transaction: who waits, which counters there are, who stands at them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Table
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import day_of, minutes, moment_of
from zhangshu_desk.core.masking import mask_name
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.site import SiteStation, site, station_id, stations
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
    "station_id",
)


@dataclass(frozen=True)
class Holder:
    """The visit that a counter holds; `label` as shown today, `services` ids, times in ms.

    `others` are labels of further visits there: after two machines called people without a line between them a counter
    may hold more than one. It goes on with the one that came first.
    """

    visit_id: str
    label: str
    state: State
    counter_id: str
    services: tuple[str, ...]
    since: int
    served_ms: int
    others: tuple[str, ...] = ()


class CounterRow(NamedTuple):
    """A counter in use: `serves` ids, empty = all; `clerk_id` of who serves there now."""

    id: str
    name: str
    position: int
    serves: tuple[str, ...]
    clerk_id: str | None
    station_id: str


def letter(session: Session) -> str:
    """What stands before the numbers of this station."""
    return next((one.letter for one in stations(session)), "")


def queue_sql(columns: Iterable[str], states: Iterable[State]) -> str:
    """The statement that reads columns of a station's visits in today's queue that are in one of `states`, in no order.

    Today's queue holds the tickets of today and those carried over to today or earlier; a ticket of a later day too,
    because it means that the clock was set back while people stand there. A ticket of an earlier day that was not
    carried over waits for that day to be closed.
    """
    chosen = f"""SELECT {", ".join(columns)} FROM visits
        WHERE station_id = :station AND state IN ({", ".join(f"'{state}'" for state in states)})"""  # noqa: S608 - constants
    return f"""{chosen} AND queue_day >= :today AND day = queue_day
        UNION ALL {chosen} AND queue_day > day AND queue_day <= :today"""


def queue_rows(session: Session, now: int, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a statement made by `queue_sql`, of all stations that share the queue; days and lists are text, as
    they are stored."""
    db, today = bare(session), day_of(now).isoformat()
    rows: list[tuple[Any, ...]] = []
    for station in site(session):
        rows += db.execute(sql, {"station": station, "today": today})
    return rows


@lru_cache(maxsize=1024)
def services_of(services_json: str) -> tuple[str, ...]:
    """Services as they are stored; there are few different lists among many visits."""
    return tuple(json.loads(services_json))


_WAITING = queue_sql(WAITING_COLUMNS, (State.WAITING,))


def waiting_of(row: tuple[Any, ...]) -> Waiting:
    """What the order needs of a row that begins with `WAITING_COLUMNS`."""
    visit_id, number, arrived_at, services, priority, appointment_at, target, not_before, station = row[:9]
    return Waiting(
        visit_id,
        number,
        arrived_at,
        services_of(services),
        priority,
        appointment_at,
        target,
        not_before,
        station,
    )


def waiting(session: Session, now: int) -> list[Waiting]:
    """Everybody who waits in the hall, in no order."""
    return [waiting_of(row) for row in queue_rows(session, now, _WAITING)]


# The condition as the partial index has it: SQLite uses an index only when it can see that they are the same.
_HELD = """SELECT counter_id, id, label, day, state, services, since, served_ms FROM visits
    WHERE state IN ('叫号中', '办理中') AND (:counter IS NULL OR counter_id = :counter) ORDER BY since, id"""


def holders(session: Session, now: int, counter_id: str | None = None) -> dict[str, Holder]:
    """The visits at the counters by counter id; of one counter when it is named. Also those of days left open."""
    today = day_of(now)
    found: dict[str, Holder] = {}
    rows = bare(session).execute(_HELD, {"counter": counter_id})
    for counter, visit_id, label, day, state, services, since, served_ms in rows:
        shown = shown_label(label, date.fromisoformat(day), today)
        if counter in found:
            found[counter] = replace(found[counter], others=(*found[counter].others, shown))
            continue
        found[counter] = Holder(visit_id, shown, State(state), counter, services_of(services), since, served_ms)
    return found


def counter_rows(session: Session, now: int) -> list[CounterRow]:
    """The counters of the hall that are in use, in their order, this station's first.

    Where two stations have a counter of the same name, the name says whose it is. A counter of another station counts
    as open only on the day it was opened: whoever forgot it did so on a machine that cannot be seen from here.
    """
    own, today = station_id(session), moment_of(day_of(now))
    sql = """SELECT id, name, position, serves, clerk_id, opened_at FROM counters
        WHERE active AND station_id = ? ORDER BY position"""
    found = []
    for station in stations(session):
        for counter_id, name, position, serves, clerk_id, opened_at in bare(session).execute(sql, (station.id,)):
            clerk = clerk_id if station.id == own or (opened_at or 0) >= today else None
            found.append((CounterRow(counter_id, name, position, services_of(serves), clerk, station.id), station))
    names = Counter(row.name for row, _ in found)
    return [row if names[row.name] == 1 else row._replace(name=told_apart(row.name, at)) for row, at in found]


def counter_names(session: Session) -> dict[str, str]:
    """The names of all counters of the hall by id, also of those out of use; told apart as in `counter_rows`."""
    known = {one.id: one for one in stations(session)}
    rows = [
        (counter_id, name, active, known[station])
        for counter_id, name, active, station in bare(session).execute(
            "SELECT id, name, active, station_id FROM counters"
        )
        if station in known
    ]
    names = Counter(name for _, name, active, _ in rows if active)
    return {
        counter_id: name if names[name] < 2 or not active else told_apart(name, station)
        for counter_id, name, active, station in rows
    }


def told_apart(counter: str, station: SiteStation) -> str:
    """A counter's name that another station has as well: `1号窗口（南门站）`."""
    return f"{counter}（{station.name}）"


def doubled_counters(session: Session) -> tuple[str, ...]:
    """Names that several counters of the hall have: visitors cannot tell them apart."""
    own = site(session)
    places = ", ".join("?" * len(own))
    sql = f"SELECT name FROM counters WHERE active AND station_id IN ({places}) GROUP BY name HAVING count(*) > 1"  # noqa: S608
    return tuple(str(name) for (name,) in bare(session).execute(sql, own)) if len(own) > 1 else ()


def counter_loads(session: Session, now: int, catalogue: Catalogue, rules: DeskRules) -> list[CounterLoad]:
    """The counters in use and what keeps them busy, for the estimate."""
    held = holders(session, now)
    loads = []
    for row in counter_rows(session, now):
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


def is_closed(session: Session, day: date, station: str = "") -> bool:
    """Whether a station (this one by default) has closed a day and not reopened it."""
    sql = "SELECT 1 FROM day_closes WHERE station_id = ? AND day = ? AND reopened_at IS NULL"
    facts = (station or station_id(session), day.isoformat())
    return bare(session).execute(sql, facts).fetchone() is not None


# `+tbl`: what is open are few of the conflicts that there ever were.
_TWICE = "SELECT row_id FROM conflicts WHERE state = 'open' AND +tbl = 'visits' AND kind = 'state'"


def called_twice(session: Session) -> frozenset[str]:
    """The visits that two stations dealt with without knowing of each other, until a person has settled it."""
    return frozenset(row_id for (row_id,) in bare(session).execute(_TWICE))


def needs_claim(session: Session, station: str, state: str, counter_id: str | None) -> bool:
    """Whether the centre has to be asked before a visit is taken to one of this station's counters.

    Not for numbers that this station gave itself, nor for a person parked at one of its counters: they can be served
    without a line.

    Args:
        station: that gave the number; state, counter_id: of the visit.
    """
    own = station_id(session)
    if station == own:
        return False
    if state != State.PARKED or counter_id is None:
        return True
    parked_at = bare(session).execute("SELECT station_id FROM counters WHERE id = ?", (counter_id,)).fetchone()
    return parked_at is None or parked_at[0] != own


def shown_name(enterprise_name: str, visitor: str) -> str:
    """Who it is, as a list may show it: the enterprise, else the person masked."""
    return enterprise_name or mask_name(visitor)

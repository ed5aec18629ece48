"""A desk that has worked for years, for benches: every row with its operations, audit entries and search entries.

`python -m tests.bench.fill DIR [--visits N] [--enterprises N]` makes one. It is written through the store, a day of
visits per transaction, so that `verify` of the outcome is clean; nothing but the quantity is made up.
"""

from __future__ import annotations

import argparse
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from tests import make
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import MINUTE, SECOND, moment_of, parse_moment
from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.base import canonical
from zhangshu_desk.db.store import Store, WriteSession, open_store
from zhangshu_desk.demo.days import working_days
from zhangshu_desk.demo.invent import Firm, firms, person
from zhangshu_desk.enterprises.rules import order_key
from zhangshu_desk.reception.rules import Act, State, catalog

NOW = parse_moment("2026-11-23T10:00")
TODAY = date(2026, 11, 23)
A_DAY = 150
_CHUNK = 500
_STORY = (
    (Act.REGISTER, "", State.WAITING, 0),
    (Act.CALL, State.WAITING, State.CALLED, 12),
    (Act.ARRIVE, State.CALLED, State.SERVING, 13),
    (Act.FINISH, State.SERVING, State.DONE, 25),
)
"""What happens to each visit: act, state before and after, minutes after arrival."""


def fill(folder: Path, visits: int = 200_000, enterprises: int = 20_000, seed: int = 1) -> Paths:
    """Make a desk with so many finished visits and enterprises in `folder`, which must be empty."""
    where = paths.of(folder)
    dice = Random(seed)
    days = working_days(TODAY, max(1, -(-visits // A_DAY)))
    first = moment_of(days[0] - timedelta(days=1))
    with closing(open_store(where, first)) as store:
        make.set_up(store, first)
        invented = iter(firms(dice, enterprises, days[0]))
        known: list[tuple[str, str]] = []
        while chunk := list(islice(invented, _CHUNK)):
            known += _register(store, chunk, first)
        for number, day in enumerate(days):
            _one_day(store, dice, known, day, min(A_DAY, visits - number * A_DAY))
    _index(where)
    return where


def _index(where: Paths) -> None:
    """Let the store make the search index of all at once, as it does when its rules have changed."""
    with closing(sqlite3.connect(where.database)) as connection, connection:
        connection.execute("UPDATE meta SET value = 'none' WHERE key = 'search_index'")
    open_store(where, NOW).close()


def _write(session: WriteSession, tbl: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows of one table with their operations, without the ORM; values as they cross the wire."""
    for row in rows:
        sets = {name: value for name, value in row.items() if name != "id" and value is not None}
        session.tape.record(tbl, row["id"], "insert", sets, {})
    columns = ", ".join(f'"{name}"' for name in rows[0])
    sql = f"INSERT INTO {tbl} ({columns}) VALUES ({', '.join('?' * len(rows[0]))})"  # noqa: S608 - our own names
    stored = ([canonical(one) if isinstance(one, list | dict) else one for one in row.values()] for row in rows)
    bare(session).executemany(sql, stored)


def _register(store: Store, chunk: list[Firm], now: int) -> list[tuple[str, str]]:
    """Enter some firms with their names and contacts; their ids and names."""
    with store.write(make.SUPERVISOR, "enterprise.import", now) as session:
        made = [(_enterprise(session, firm), firm) for firm in chunk]
        names = [_name(session, row) for row, _ in made]
        people = [contact for row, firm in made for contact in _contacts(session, row, firm)]
        _write(session, "enterprises", [row for row, _ in made])
        _write(session, "enterprise_names", names)
        _write(session, "contacts", people)
        return [(row["id"], row["name"]) for row, _ in made]


def _enterprise(session: WriteSession, firm: Firm) -> dict[str, Any]:
    return {
        "id": session.new_id(),
        "name": firm.name,
        "name_key": same_name_key(firm.name),
        "order_key": order_key(firm.name),
        "credit_code": firm.credit_code,
        "code_reason": "",
        "kind": firm.kind,
        "address": firm.address,
        "region": firm.region,
        "industry": firm.industry,
        "legal_representative": firm.owner,
        "founded_on": firm.founded_on.isoformat(),
        "notes": "",
        "former_names": [],
        "created_at": session.now,
        "void_reason": "",
    }


def _name(session: WriteSession, enterprise: dict[str, Any]) -> dict[str, Any]:
    names = {"name": enterprise["name"], "name_key": enterprise["name_key"]}
    return {"id": session.new_id(), "enterprise_id": enterprise["id"], **names}


def _contacts(session: WriteSession, enterprise: dict[str, Any], firm: Firm) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(firm.people):
        yield {
            "id": session.new_id(),
            "enterprise_id": enterprise["id"],
            "enterprise_name": firm.name,
            "name": one.name,
            "phone": one.phone,
            "role": one.role,
            "is_main": int(number == 0),
            "created_at": session.now,
        }


def _one_day(store: Store, dice: Random, known: list[tuple[str, str]], day: date, number: int) -> None:
    if number <= 0:
        return
    with store.write(make.CLERK, "visit.finish", moment_of(day, 17, 30)) as session:
        visits = [_visit(session, dice, known, day, place) for place in range(number)]
        _write(session, "visits", visits)
        _write(session, "visit_events", [event for visit in visits for event in _events(session, visit)])


def _visit(session: WriteSession, dice: Random, known: list[tuple[str, str]], day: date, place: int) -> dict[str, Any]:
    service = dice.choice(catalog().services)
    group = catalog().group_of((service.id,))
    enterprise_id, name = dice.choice(known) if known else (None, "")
    arrived = moment_of(day, 8, 30) + place * 200 * SECOND
    return {
        "id": session.new_id(),
        "station_id": make.STATION,
        "day": day.isoformat(),
        "queue_day": day.isoformat(),
        "group": group.letter,
        "number": place + 1,
        "label": group.label(place + 1),
        "enterprise_id": enterprise_id,
        "enterprise_name": name,
        "visitor": person(dice).name,
        "phone": f"1380000{dice.randrange(10_000):04d}",
        "priority": "",
        "remark": "",
        "services": [service.id],
        "given": {service.id: 1},
        "state": State.DONE.value,
        "arrived_at": arrived,
        "since": arrived + 25 * MINUTE,
        "counter_id": make.counter_id(dice.randint(1, 3)),
        "clerk_id": make.CLERK.user_id,
        "calls": 1,
        "waited_ms": 12 * MINUTE,
        "way_ms": MINUTE,
        "served_ms": 12 * MINUTE,
        "parked_ms": 0,
        "note": "",
        "finished_at": arrived + 25 * MINUTE,
    }


def _events(session: WriteSession, visit: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for seq, (act, before, after, minutes) in enumerate(_STORY, 1):
        yield {
            "id": session.new_id(),
            "visit_id": visit["id"],
            "seq": seq,
            "at": visit["arrived_at"] + minutes * MINUTE,
            "act": act.value,
            "from_state": str(before),
            "to_state": after.value,
            "counter_id": visit["counter_id"],
            "actor_id": visit["clerk_id"],
            "note": "",
            "before": {"state": str(before)} if before else {},
        }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--visits", type=int, default=200_000)
    parser.add_argument("--enterprises", type=int, default=20_000)
    chosen = parser.parse_args()
    print(fill(chosen.folder, chosen.visits, chosen.enterprises).database)

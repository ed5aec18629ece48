"""A desk that has worked for years: 200,000 finished visits in the file, written by bare SQL because it is much."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests import make
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import HOUR, MINUTE, moment_of, parse_moment
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.reception.rules import PRIORITIES, catalog

VISITS = 200_000
A_DAY = 150
TODAY = date(2026, 11, 23)
NOW = parse_moment("2026-11-23T10:00")


def desk(folder: Path, finished: int = VISITS, waiting: int = 0) -> Store:
    """A set-up store with `finished` visits of the days before and `waiting` people today; the caller closes it."""
    store = open_store(paths.of(folder), NOW)
    make.set_up(store, NOW - 12 * HOUR)
    with closing(sqlite3.connect(store.paths.database)) as connection, connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(visits)")]
        sql = f"INSERT INTO visits ({', '.join(map(_quoted, columns))}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
        for rows in (_finished(finished), _waiting(waiting)):
            connection.executemany(sql, ([row.get(name) for name in columns] for row in rows))
        connection.execute("ANALYZE")
    return store


def _quoted(name: str) -> str:
    return f'"{name}"'


def _visit(dice: random.Random, day: date, place: int, at: int) -> dict[str, Any]:
    services = [one.id for one in dice.sample(catalog().services, dice.choice((1, 1, 1, 2)))]
    group = catalog().group_of(services)
    return {
        "id": new_id(at),
        "station_id": make.STATION,
        "day": day.isoformat(),
        "queue_day": day.isoformat(),
        "group": group.letter,
        "number": place + 1,
        "label": group.label(place + 1),
        "enterprise_name": f"樟树市第{dice.randrange(5_000)}金属家具有限公司",
        "visitor": "张三",
        "phone": f"138{dice.randrange(10**8):08d}",
        "priority": "",
        "remark": "",
        "services": json.dumps(services, separators=(",", ":")),
        "given": "{}",
        "arrived_at": at,
        "since": at,
        "calls": 0,
        "waited_ms": 0,
        "way_ms": 0,
        "served_ms": 0,
        "parked_ms": 0,
        "note": "",
    }


def _finished(count: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(1)
    days = -(-count // A_DAY)
    for number in range(count):
        day = TODAY - timedelta(days=days - number // A_DAY)
        place = number % A_DAY
        at = moment_of(day, 8) + place * 3 * MINUTE
        row = _visit(dice, day, place, at)
        yield {
            **row,
            "state": "已办结",
            "given": json.dumps({json.loads(row["services"])[0]: 1}),
            "waited_ms": dice.randrange(40) * MINUTE,
            "served_ms": dice.randrange(5, 30) * MINUTE,
            "finished_at": at + HOUR,
            "since": at + HOUR,
            "counter_id": make.counter_id(dice.randint(1, 3)),
            "clerk_id": make.CLERK.user_id,
        }


def _waiting(count: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(2)
    for place in range(count):
        at = NOW - HOUR + place * 1_000
        row = _visit(dice, TODAY, place, at)
        if place % 10 == 0:
            row["priority"] = dice.choice(PRIORITIES)
        if place % 15 == 0:
            row["appointment_at"] = NOW + dice.randrange(-30, 90) * MINUTE
        if place % 20 == 0:
            row |= {"calls": 1, "not_before": NOW + 2 * MINUTE}
        yield {**row, "state": "等候"}

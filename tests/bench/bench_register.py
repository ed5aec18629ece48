"""How much longer a registration takes than writing the same rows by bare sqlite3.

Both commit with `synchronous=FULL` into a file with 200,000 visits, in turns. The bare side writes exactly the rows
that a registration leaves behind: visit, event, their operations, the audit entry and the search entry; reading,
checking, hashing, the estimate and the side file are what the registration does on top.
`python -m tests.bench.bench_register` prints the times and the ratio with its goal in the last line.
"""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests import make
from tests.bench import years
from zhangshu_desk.core.clock import DAY
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db.search.source import Folded
from zhangshu_desk.db.search.tokens import entry_tokens
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import WalkIn

ROUNDS = 9
A_ROUND = 40
GOAL = 4.0
TABLES = ("visits", "visit_events", "outbox", "audit", "search_doc")
FORM = WalkIn(("JL", "NB"), enterprise_name="江西锦湖保险设备集团有限公司", visitor="张三", phone="13812345678")
Row = dict[str, Any]


def register(store: Store, now: int) -> None:
    """One registration as the desk does it."""
    actions.register(store, make.CLERK, FORM, now)


def rows_of_one(store: Store, now: int) -> list[tuple[str, Row]]:
    """The rows that one registration leaves behind, by table."""
    with closing(sqlite3.connect(store.paths.database)) as connection:
        connection.row_factory = sqlite3.Row
        last = {name: _last(connection, name) for name in TABLES}
        register(store, now)
        return [
            (name, dict(row))
            for name in TABLES
            for row in connection.execute(f"SELECT * FROM {name} WHERE rowid > ?", (last[name],))  # noqa: S608
        ]


def _last(connection: sqlite3.Connection, table: str) -> int:
    found = connection.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()[0]  # noqa: S608
    return int(found)


class Bare:
    """Writes copies of the same rows, each with keys of its own, on a plain connection."""

    def __init__(self, database: Path, rows: list[tuple[str, Row]]) -> None:
        self._rows = rows
        self.connection = sqlite3.connect(database, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self.connection.execute(f"PRAGMA {pragma}")
        source = next(row["source"] for name, row in rows if name == "search_doc")
        self._tokens = entry_tokens("t", Folded.from_json(source))
        self._next = {name: _last(self.connection, name) + 1 for name in ("outbox", "audit", "search_doc")}
        self._number = 100_000

    def prepare(self, now: int) -> list[tuple[str, tuple[Any, ...]]]:
        """The statements of one registration."""
        visit_id, self._number = new_id(now), self._number + 1
        statements = []
        for name, row in self._rows:
            keys = self._keys(name, now, visit_id)
            row = {**row, **{key: value for key, value in keys.items() if key in row}}
            columns = ", ".join(f'"{key}"' for key in row)
            sql = f"INSERT INTO {name} ({columns}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
            statements.append((sql, tuple(row.values())))
            if name == "search_doc":
                statements.append(("INSERT INTO search_fts (rowid, tokens) VALUES (?, ?)", (row["id"], self._tokens)))
        return statements

    def _keys(self, table: str, now: int, visit_id: str) -> Row:
        keys: Row = {"op_id": new_id(now), "tx": new_id(now), "row_id": visit_id, "visit_id": visit_id}
        keys["id"] = visit_id if table == "visits" else new_id(now)
        keys["number"] = self._number
        if table in self._next:
            place, self._next[table] = self._next[table], self._next[table] + 1
            keys |= {"seq": place, "n": place} | ({"id": place} if table == "search_doc" else {})
        return keys

    def write(self, statements: list[tuple[str, tuple[Any, ...]]]) -> None:
        """One transaction."""
        execute = self.connection.execute
        execute("BEGIN IMMEDIATE")
        for sql, values in statements:
            execute(sql, values)
        execute("COMMIT")


def measure(store: Store, bare: Bare) -> tuple[float, float]:
    """(registration, bare) in ms: the median of each in its best round; a round is a day of its own."""
    desk, plain = [], []
    for turn in range(ROUNDS):
        morning = years.NOW + (turn + 1) * DAY
        prepared = [bare.prepare(morning + at) for at in range(A_ROUND)]
        ours, theirs = [], []
        for at, statements in enumerate(prepared):
            start = time.perf_counter()
            register(store, morning + at)
            middle = time.perf_counter()
            bare.write(statements)
            ours.append(middle - start)
            theirs.append(time.perf_counter() - middle)
        desk.append(statistics.median(ours) * 1_000)
        plain.append(statistics.median(theirs) * 1_000)
    return min(desk), min(plain)


def main() -> int:
    """Measure and print; 1 when the goal is missed."""
    with tempfile.TemporaryDirectory() as folder:
        store = years.desk(Path(folder) / "desk")
        rows = rows_of_one(store, years.NOW)
        other = Path(folder) / "bare.db"
        store.close()
        shutil.copy(store.paths.database, other)
        bare = Bare(other, rows)
        desk, plain = measure(store, bare)
        bare.connection.close()
        store.close()
    print(f"rows written: {', '.join(name for name, _ in rows)}, search_fts")
    print(f"registration: {desk:.2f} ms; bare sqlite3: {plain:.2f} ms")
    ratio = desk / plain
    print(f"register ratio={ratio:.2f} goal=<={GOAL:g}")
    return int(ratio > GOAL)


if __name__ == "__main__":
    sys.exit(main())

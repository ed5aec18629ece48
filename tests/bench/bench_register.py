"""How much longer a registration takes than writing the same rows by bare sqlite3.

Registrations are recorded once: every row that each of them leaves behind (visit, event, their operations, the audit
entry, the search entry). Then, in turns, a desk registers the same visitors and bare sqlite3 writes the recorded rows,
each into a copy of the same file with 200,000 visits, each commit with `synchronous=FULL`. Reading, checking, hashing,
the estimate and the side file are what the registration does on top.
`python -m tests.bench.bench_register` prints the times, and the ratio with its goal in the last line.
"""

from __future__ import annotations

import re
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
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import DAY
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import WalkIn

ROUNDS = 9
A_ROUND = 40
GOAL = 4.0
TABLES = ("visits", "visit_events", "outbox", "audit", "search_doc")
FORM = WalkIn(("JL", "NB"), enterprise_name="江西锦湖保险设备集团有限公司", visitor="张三", phone="13812345678")
MOMENTS = [[years.NOW + (turn + 1) * DAY + at for at in range(A_ROUND)] for turn in range(ROUNDS)]
"""When somebody registers; a round is a day of its own."""
Statement = tuple[str, tuple[Any, ...]]


def register(store: Store, now: int) -> None:
    """One registration as the desk does it."""
    actions.register(store, make.CLERK, FORM, now)


def record(store: Store) -> list[list[list[Statement]]]:
    """What each registration of each round writes, as statements with their values."""
    with store._writing.connect() as connection, closing(store.connection()) as reader:
        seen: list[str] = []
        bare(connection).set_trace_callback(seen.append)
        connection.close()  # back to the pool of one: the registrations use it
        last = {name: _last(reader, name) for name in TABLES}
        rounds = []
        for moments in MOMENTS:
            rounds.append([_record_one(store, reader, now, last, seen) for now in moments])
    return rounds


def _record_one(
    store: Store, reader: sqlite3.Connection, now: int, last: dict[str, int], seen: list[str]
) -> list[Statement]:
    seen.clear()
    register(store, now)
    statements: list[Statement] = []
    for name in TABLES:
        cursor = reader.execute(f"SELECT rowid AS place, * FROM {name} WHERE rowid > ?", (last[name],))  # noqa: S608
        columns = ", ".join(f'"{column[0]}"' for column in cursor.description[1:])
        for place, *values in cursor.fetchall():
            sql = f"INSERT INTO {name} ({columns}) VALUES ({', '.join('?' * len(values))})"  # noqa: S608
            statements.append((sql, tuple(values)))
            last[name] = place
    tokens = [text for sql in seen if (text := _tokens_in(sql)) is not None]
    statements += [
        ("INSERT INTO search_fts (rowid, tokens) VALUES (?, ?)", (last["search_doc"], one)) for one in tokens
    ]
    return statements


def _last(connection: sqlite3.Connection, table: str) -> int:
    found = connection.execute(f"SELECT coalesce(max(rowid), 0) FROM {table}").fetchone()[0]  # noqa: S608
    return int(found)


def _tokens_in(sql: str) -> str | None:
    """The tokens that a statement puts into the full-text table, which does not give them back."""
    if not sql.startswith("INSERT INTO search_fts"):
        return None
    found = re.search(r"'((?:[^']|'')*)'\)$", sql)
    assert found, sql
    return found[1].replace("''", "'")


def plain_connection(database: Path) -> sqlite3.Connection:
    """A connection with the settings of the store's."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-16000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def write(connection: sqlite3.Connection, statements: list[Statement]) -> None:
    """The same rows in one transaction."""
    execute = connection.execute
    execute("BEGIN IMMEDIATE")
    for sql, values in statements:
        execute(sql, values)
    execute("COMMIT")


def measure(store: Store, plain: sqlite3.Connection, rounds: list[list[list[Statement]]]) -> list[tuple[float, float]]:
    """(registration, bare) in ms: the median of each round."""
    found = []
    for moments, recorded in zip(MOMENTS, rounds, strict=True):
        ours, theirs = [], []
        for now, statements in zip(moments, recorded, strict=True):
            start = time.perf_counter()
            register(store, now)
            middle = time.perf_counter()
            write(plain, statements)
            ours.append(middle - start)
            theirs.append(time.perf_counter() - middle)
        found.append((statistics.median(ours) * 1_000, statistics.median(theirs) * 1_000))
    return found


def main() -> int:
    """Measure and print; 1 when the goal is missed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        years.desk(folder / "recorded").close()
        for copy in ("desk", "plain"):
            shutil.copytree(folder / "recorded", folder / copy)
        recorded = open_store(paths.of(folder / "recorded"), years.NOW)
        rounds = record(recorded)
        recorded.close()
        store = open_store(paths.of(folder / "desk"), years.NOW)
        with closing(plain_connection(folder / "plain" / "desk.db")) as plain:
            times = measure(store, plain, rounds)
        store.close()
    written = [sql.split()[2] for sql, _ in rounds[0][0]]
    desk, bare_ms = min(times)  # of one round: both were measured in turns, under the same load
    print(f"rows of one registration: {', '.join(written)}")
    print(f"registration: {desk:.2f} ms; bare sqlite3: {bare_ms:.2f} ms; medians of the quickest round")
    ratio = desk / bare_ms
    print(f"register ratio={ratio:.2f} goal=<={GOAL:g}")
    return int(ratio > GOAL)


if __name__ == "__main__":
    sys.exit(main())

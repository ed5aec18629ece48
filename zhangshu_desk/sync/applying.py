"""Writing rows that came from the centre: what is still pending here stays on top, field by field (`sync.md` §2.2)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import orjson
from sqlalchemy import inspect

from zhangshu_desk.core.operations import DIGEST_MODULUS, canonical, row_digest
from zhangshu_desk.db import search
from zhangshu_desk.db.base import Json, Synced, synced_classes
from zhangshu_desk.db.store import Merge
from zhangshu_desk.sync import wire

INDEX_AT_ONCE = 200
"""So many searched rows are indexed in the transaction that brings them; more are left to `index_some`."""
_ZERO = {"text": "", "int": 0, "bool": 0, "date": "", "json": "{}"}


@dataclass(frozen=True)
class Row:
    """A row as the centre has it: table, id, feed number of its latest change, fields as on the wire.

    `digest`: of a row that is here just so already, so that nothing is to be written.
    """

    tbl: str
    id: str
    ver: int
    fields: Mapping[str, Any]
    digest: int | None = None


@dataclass(frozen=True)
class Answered:
    """The rows of an answer; `again`: (table, id) of those that the centre only named and that differ here."""

    rows: list[Row]
    again: list[tuple[str, str]]


def rows_of(db: sqlite3.Connection, answers: Iterable[Mapping[str, Any]]) -> Answered:
    """The rows of an answer; tables that this program does not know yet are left out.

    Of what we made ourselves the centre only says the digest (docs/adr/0006): the row is what we have, if that agrees.
    """
    found = Answered([], [])
    named: dict[str, list[Mapping[str, Any]]] = {}
    for one in answers:
        if one["t"] not in wire.TABLES:
            continue
        if one.get("f") is None:
            named.setdefault(one["t"], []).append(one)
        else:
            found.rows.append(Row(one["t"], one["id"], one["v"], one["f"]))
    for tbl, ours in named.items():
        plan = plan_of(tbl)
        here = _here(db, plan, tbl, [one["id"] for one in ours])
        for one in ours:
            values, digest = here.get(one["id"]), int(one["d"], 16)
            fields = image_of(plan, values[1:]) if values is not None else {}
            if row_digest(tbl, one["id"], fields) == digest:
                found.rows.append(Row(tbl, one["id"], one["v"], fields, digest))
            else:
                found.again.append((tbl, one["id"]))
    return found


def apply(merge: Merge, rows: Iterable[Row], generation: int) -> int:
    """Bring the tables to the centre's images; returns how many rows there were.

    The state of each row (`row_states`) and the sums of each table are kept in step.
    """
    pending = pending_fields(merge.db)
    by_table: dict[str, list[Row]] = {}
    for row in rows:
        by_table.setdefault(row.tbl, []).append(row)
    for tbl in wire.TABLES:
        if tbl in by_table:
            _write(merge, tbl, by_table[tbl], pending)
            _note_states(merge.db, tbl, by_table[tbl], generation)
            merge.touched.add(tbl)
    return sum(len(found) for found in by_table.values())


def pending_fields(db: sqlite3.Connection) -> dict[tuple[str, str], set[str]]:
    """(table, row) → fields that operations still waiting here set; with those that belong to the same group."""
    found: dict[tuple[str, str], set[str]] = {}
    for tbl, row_id, sets in db.execute(
        "SELECT tbl, row_id, sets FROM outbox WHERE state = 'pending' AND tbl <> 'audit'"
    ):
        table, fields = wire.TABLES[tbl], found.setdefault((tbl, row_id), set())
        for name in json.loads(sets):
            fields.update(table.groups.get(table.group_of(name), (name,)))
    return found


# -- tables ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Plan:
    """How rows of a table are written.

    Attributes:
        columns: those after the id; defaults: what they hold when the centre says nothing of them.
        json_places, searched: places in `names` that hold JSON, and on which the search index depends.
    """

    kind: type[Synced]
    columns: tuple[str, ...]
    defaults: Mapping[str, Any]
    json_places: tuple[tuple[int, str], ...]
    searched: tuple[int, ...]
    insert: str

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, the id first."""
        return ("id", *self.columns)

    def update(self, places: tuple[int, ...]) -> str:
        """The statement that changes the columns at `places`: writing fewer spares their indices."""
        sets = ", ".join(f'"{self.columns[at - 1]}" = ?' for at in places)
        return f"UPDATE {self.kind.__tablename__} SET {sets} WHERE id = ?"  # noqa: S608 - names of ours


@cache
def plan_of(tbl: str) -> _Plan:
    """The plan of a table; the names in its statement are our own."""
    kind = next(one for one in synced_classes() if one.__tablename__ == tbl)
    table = wire.TABLES[tbl]
    columns = tuple(one.name for one in inspect(kind).columns if one.name != "id")
    defaults = {name: None if table.columns[name].nullable else _default(kind, name) for name in columns}
    json_places = tuple(
        (at, name) for at, name in enumerate(columns, 1) if isinstance(inspect(kind).columns[name].type, Json)
    )
    names = ", ".join(f'"{name}"' for name in ("id", *columns))
    places = ", ".join("?" * (len(columns) + 1))
    sql = f"INSERT INTO {tbl} ({names}) VALUES ({places})"  # noqa: S608
    searched = tuple(at for at, name in enumerate(columns, 1) if name in kind.searched)
    return _Plan(kind, columns, defaults, json_places, searched, sql)


def _default(kind: type[Synced], name: str) -> Any:
    """What a column holds when the centre says nothing of it: it was not null where it was written."""
    default: Any = inspect(kind).columns[name].default
    if default is not None:
        return canonical(default.arg(None)) if default.is_callable else default.arg
    return _ZERO[wire.TABLES[kind.__tablename__].columns[name].kind]


def _write(merge: Merge, tbl: str, rows: list[Row], pending: dict[tuple[str, str], set[str]]) -> None:
    """Write what differs from what is here."""
    plan = plan_of(tbl)
    unsure = [row for row in rows if row.digest is None]
    here = _here(merge.db, plan, tbl, [row.id for row in unsure])
    fresh: dict[str, tuple[Any, ...]] = {}
    changes: dict[tuple[int, ...], list[tuple[Any, ...]]] = {}
    searched = []
    for row in unsure:
        old = here.get(row.id)
        new = _stored(plan, row, old, pending.get((tbl, row.id), frozenset()))
        if old is None:
            fresh[row.id] = new
            searched.append(new)
        elif new != old:
            places = tuple(at for at, value in enumerate(new) if value != old[at])
            changes.setdefault(places, []).append((*(new[at] for at in places), row.id))
            if not set(plan.searched).isdisjoint(places):
                searched.append(new)
    merge.db.executemany(plan.insert, fresh.values())
    for places, values in changes.items():
        merge.db.executemany(plan.update(places), values)
    if plan.kind.search_kind:
        _index_or_note(merge, plan, tbl, searched)


def _here(db: sqlite3.Connection, plan: _Plan, tbl: str, row_ids: list[str]) -> dict[str, tuple[Any, ...]]:
    """The rows of these ids as they are here: id and the plan's columns."""
    names = ", ".join(f'"{name}"' for name in ("id", *plan.columns))
    sql = f"SELECT {names} FROM {tbl} WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 - names of ours
    return {row[0]: row for row in db.execute(sql, (json.dumps(row_ids),))}


def _stored(plan: _Plan, row: Row, old: tuple[Any, ...] | None, kept: Set[str]) -> tuple[Any, ...]:
    """The row as the table holds it; the fields `kept` stay as they are in `old`."""
    given, values = row.fields.get, [row.id]
    for name, default in plan.defaults.items():
        value = given(name)
        values.append(default if value is None else value)
    for at, name in plan.json_places:
        if row.fields.get(name) is not None:
            values[at] = canonical(values[at])
    if old is not None and kept:
        values = [there if name in kept else new for name, new, there in zip(plan.names, values, old, strict=True)]
    return tuple(values)


def image_of(plan: _Plan, values: Sequence[Any]) -> dict[str, Any]:
    """A row as the wire has it, without nulls, from the values of `plan.columns`."""
    fields = {}
    for name, value in zip(plan.columns, values, strict=True):
        if value is not None:
            fields[name] = value
    for _, name in plan.json_places:
        if name in fields:
            fields[name] = orjson.loads(fields[name])
    return fields


# -- search ---------------------------------------------------------------------------------------------------------


def _index_or_note(merge: Merge, plan: _Plan, tbl: str, written: list[tuple[Any, ...]]) -> None:
    if len(written) > INDEX_AT_ONCE:
        merge.db.executemany("INSERT OR IGNORE INTO index_tasks VALUES (?, ?)", [(tbl, row[0]) for row in written])
        return
    for row in written:
        _index(merge.db, plan, row)


def _index(db: sqlite3.Connection, plan: _Plan, row: tuple[Any, ...]) -> None:
    values = dict(zip(("id", *plan.columns), row, strict=True))
    for _, name in plan.json_places:
        values[name] = None if values[name] is None else orjson.loads(values[name])
    for name, column in wire.TABLES[plan.kind.__tablename__].columns.items():
        if column.kind == "date" and values.get(name):
            values[name] = date.fromisoformat(values[name])
    entry = plan.kind(**values).search_entry()
    if entry is None:
        search.remove(db, plan.kind.search_kind, row[0])
    else:
        source = search.SearchSource(entry.names, entry.codes, entry.numbers)
        search.put(db, plan.kind.search_kind, row[0], entry.title, entry.subtitle, source)


def index_some(merge: Merge, limit: int = INDEX_AT_ONCE) -> int:
    """Index up to `limit` rows that arrived in bulk; returns how many there were."""
    tasks = merge.db.execute("SELECT tbl, row_id FROM index_tasks LIMIT ?", (limit,)).fetchall()
    for tbl, row_id in tasks:
        plan = plan_of(tbl)
        names = ", ".join(f'"{name}"' for name in ("id", *plan.columns))
        row = merge.db.execute(f"SELECT {names} FROM {tbl} WHERE id = ?", (row_id,)).fetchone()  # noqa: S608
        if row is not None:
            _index(merge.db, plan, row)
    merge.db.executemany("DELETE FROM index_tasks WHERE tbl = ? AND row_id = ?", tasks)
    return len(tasks)


# -- states and sums ------------------------------------------------------------------------------------------------


def _note_states(db: sqlite3.Connection, tbl: str, rows: list[Row], generation: int) -> None:
    count, total = table_sum(db, tbl)
    latest = {one.id: one for one in rows}
    known: dict[str, int] = dict(
        db.execute(
            "SELECT row_id, digest FROM row_states"  # one that is only to be offered is no image, and not counted
            " WHERE tbl = ? AND generation >= 0 AND row_id IN (SELECT value FROM json_each(?))",
            (tbl, json.dumps(list(latest))),
        )
    )
    states = []
    for row in latest.values():
        digest = row_digest(tbl, row.id, row.fields) if row.digest is None else row.digest
        count += row.id not in known
        total += digest - known.get(row.id, 0)
        states.append((tbl, row.id, row.ver, signed(digest), generation))
    db.executemany(
        "INSERT INTO row_states VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
        " ver = excluded.ver, digest = excluded.digest, generation = excluded.generation",
        states,
    )
    set_table_sum(db, tbl, count, total)


def table_sum(db: sqlite3.Connection, tbl: str) -> tuple[int, int]:
    """How many rows of the centre's a table has here, and the sum of their digests."""
    row = db.execute("SELECT count, total FROM table_sums WHERE tbl = ?", (tbl,)).fetchone()
    return (int(row[0]), int(row[1], 16)) if row else (0, 0)


def set_table_sum(db: sqlite3.Connection, tbl: str, count: int, total: int) -> None:
    """Keep the sum of a table; `total` is taken modulo 2⁶⁴."""
    db.execute(
        "INSERT INTO table_sums VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET count = excluded.count, total = excluded.total",
        (tbl, count, f"{total % DIGEST_MODULUS:016x}"),
    )


def drop_states(db: sqlite3.Connection, tbl: str, row_ids: Iterable[str]) -> None:
    """Forget the centre's images of rows, because it has none."""
    count, total = table_sum(db, tbl)
    for row_id in row_ids:
        sql = "SELECT digest FROM row_states WHERE tbl = ? AND row_id = ? AND generation >= 0"
        old = db.execute(sql, (tbl, row_id)).fetchone()
        if old is not None:
            count, total = count - 1, total - unsigned(old[0])
        db.execute("DELETE FROM row_states WHERE tbl = ? AND row_id = ?", (tbl, row_id))
    set_table_sum(db, tbl, count, total)


def sum_anew(db: sqlite3.Connection) -> None:
    """Count and add up all images again."""
    sums: dict[str, tuple[int, int]] = dict.fromkeys(wire.PULLED, (0, 0))
    for tbl, digest in db.execute("SELECT tbl, digest FROM row_states WHERE generation >= 0"):
        count, total = sums[tbl]
        sums[tbl] = count + 1, total + digest
    for tbl, (count, total) in sums.items():
        set_table_sum(db, tbl, count, total)


def signed(digest: int) -> int:
    """A digest as SQLite's 64 bits hold it."""
    return digest - DIGEST_MODULUS if digest >= DIGEST_MODULUS // 2 else digest


def unsigned(stored: int) -> int:
    """And back."""
    return stored % DIGEST_MODULUS

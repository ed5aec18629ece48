"""The rows against their operations, and the search index against the rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from zhangshu_desk.core.operations import DIGEST_MODULUS, row_digest
from zhangshu_desk.db import reindex
from zhangshu_desk.db.base import Json, Synced, canonical, synced_classes
from zhangshu_desk.db.capture import DeskSession
from zhangshu_desk.db.search.source import Folded
from zhangshu_desk.db.verify.report import Notes


def check_rows(connection: sqlite3.Connection, notes: Notes) -> None:
    """Each field of each synced row is what the last operation on it said; finds what was changed by hand."""
    for kind in sorted(synced_classes(), key=lambda one: one.__tablename__):
        _check_table(connection, kind, notes)


def _check_table(connection: sqlite3.Connection, kind: type[Synced], notes: Notes) -> None:
    """Walk along the table and along its operations, both in the order of ids.

    A row that the centre has an image of is measured by that image instead, unless something of it still waits: what
    others did to it is in no operation of ours.
    """
    tbl, fields = kind.__tablename__, tuple(column.name for column in kind.__table__.columns if column.name != "id")
    images, busy = _images(connection, tbl)
    columns = ", ".join(f'"{name}"' for name in ("id", *fields))
    rows = connection.execute(f'SELECT {columns} FROM "{tbl}" ORDER BY id')  # noqa: S608 - names of our own tables
    row = rows.fetchone()
    for row_id, expected in _last_values(connection, tbl, notes):
        while row is not None and row[0] < row_id:
            _check_foreign(kind, fields, row, images, notes)
            row = rows.fetchone()
        if row is None or row[0] > row_id:
            notes.problem("verify.row_missing", tbl=tbl, row_id=row_id)
            continue
        if row_id in images:
            _check_foreign(kind, fields, row, images, notes)
            row = rows.fetchone()
            continue
        if row_id in busy:
            row = rows.fetchone()
            continue
        wrong = [name for name, value in zip(fields, row[1:], strict=True) if not _same(value, expected.get(name))]
        if wrong:
            notes.problem("verify.row_changed", tbl=tbl, row_id=row_id, fields="、".join(wrong))
        notes.checked("rows")
        row = rows.fetchone()
    while row is not None:
        _check_foreign(kind, fields, row, images, notes)
        row = rows.fetchone()


def _images(connection: sqlite3.Connection, tbl: str) -> tuple[dict[str, int], set[str]]:
    """Row id → digest of the centre's image; and the ids of rows with an image to which something is still to come."""
    rows = "SELECT row_id, digest FROM row_states WHERE tbl = ? AND generation >= 0"
    images: dict[str, int] = dict(connection.execute(rows, (tbl,)))
    waiting = "SELECT DISTINCT row_id FROM outbox WHERE tbl = ? AND state IN ('pending', 'rejected')"
    busy = {row_id for (row_id,) in connection.execute(waiting, (tbl,)) if row_id in images}
    return {row_id: digest for row_id, digest in images.items() if row_id not in busy}, busy


def _check_foreign(
    kind: type[Synced], fields: tuple[str, ...], row: tuple[Any, ...], images: dict[str, int], notes: Notes
) -> None:
    """A row against the centre's image of it; without one nothing accounts for it."""
    tbl = kind.__tablename__
    if row[0] not in images:
        notes.problem("verify.row_unknown", tbl=tbl, row_id=row[0])
        return
    columns = kind.__table__.columns
    image = {
        name: json.loads(value) if isinstance(columns[name].type, Json) else value
        for name, value in zip(fields, row[1:], strict=True)
        if value is not None
    }
    if row_digest(tbl, row[0], image) != images[row[0]] % DIGEST_MODULUS:
        notes.problem("verify.row_changed", tbl=tbl, row_id=row[0], fields="与中心一致的内容")
    notes.checked("rows")


def _last_values(connection: sqlite3.Connection, tbl: str, notes: Notes) -> Iterator[tuple[str, dict[str, Any]]]:
    """(row id, last value of each field) of every row that has operations."""
    query = "SELECT row_id, sets FROM outbox WHERE tbl = ? ORDER BY row_id, seq"
    operations = notes.steps(connection.execute(query, (tbl,)))
    for row_id, group in groupby(operations, key=lambda operation: operation[0]):
        last: dict[str, Any] = {}
        for _, sets in group:
            last.update(json.loads(sets))
        yield row_id, last


def _same(stored: object, said: object) -> bool:
    """Whether a column holds what an operation said; lists and dicts are stored as canonical text."""
    return stored == said or (isinstance(said, list | dict) and stored == canonical(said))


def check_search(session: DeskSession, connection: sqlite3.Connection, notes: Notes) -> None:
    """The index holds an entry for each row that is searched, as the row says, and no other."""
    query = "SELECT title, subtitle, source FROM search_doc WHERE kind = ? AND row_id = ?"
    coming = {row_id for (row_id,) in connection.execute("SELECT row_id FROM index_tasks")}
    right = 0
    for kind, row_id, title, subtitle, source in notes.steps(reindex.documents(session)):
        found = connection.execute(query, (kind, row_id)).fetchone()
        right += found is not None
        if row_id not in coming and found != (title, subtitle, Folded.of(source).to_json()):
            notes.problem("verify.search", kind=kind, row_id=row_id)
        notes.checked("search")
    extra = connection.execute("SELECT count(*) FROM search_doc").fetchone()[0] - right
    if extra:
        notes.problem("verify.search_extra", number=extra)

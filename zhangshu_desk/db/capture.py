"""Capture: every change of a synced row becomes a field-level operation in the same transaction (`sync.md` §2.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.operations import HASHED, canonical, format_hlc, operation_hash
from zhangshu_desk.db import search
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.base import Json, Synced, synced_names

_PLAIN = (str, int, bool, type(None))


class DeskSession(Session):
    """The one session class: it captures what is written through it.

    A session with a `tape` writes; one without only reads.
    """

    tape: Tape | None = None


@dataclass
class Tape:
    """The outbox while one transaction writes to it: where the chain stands and who writes.

    Attributes:
        inc, n, h: incarnation, number and hash of the last operation.
        base: feed number up to which this station had read the centre's feed.
        hlc: hybrid logical clock (ms, counter) of the last operation.
        seq: row number of that operation in the outbox, across incarnations.
        rows: operations noted by this transaction; touched: names of the tables it changed.
    """

    tx: str
    seq: int
    inc: str
    n: int
    h: str
    base: int
    hlc: tuple[int, int]
    station: str
    actor: Actor
    now: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def record(
        self, tbl: str, row_id: str, kind: str, sets: dict[str, Any], olds: dict[str, Any], hlc: str = ""
    ) -> None:
        """Note the next operation; moves the chain and the clock on. `hlc` stands instead of the clock for this one."""
        last_ms, count = self.hlc
        self.hlc = (self.now, 0) if self.now > last_ms else (last_ms, count + 1)
        self.n += 1
        row: dict[str, Any] = {
            "inc": self.inc,
            "n": self.n,
            "op_id": new_id(self.now),
            "tx": self.tx,
            "tbl": tbl,
            "row_id": row_id,
            "kind": kind,
            "sets": canonical(sets),
            "olds": canonical(olds),
            "base": self.base,
            "hlc": hlc or format_hlc(self.hlc, self.station),
            "actor": self.actor.user_id,
            "prev_h": self.h,
            "state": "pending",
            "created": self.now,
        }
        self.h = row["h"] = operation_hash(row, row["prev_h"])
        self.touched.add(tbl)
        self.rows.append(row)

    def write(self, connection: Connection) -> None:
        """Put the noted operations into the outbox."""
        bare(connection).executemany(_INSERT, [tuple(row[name] for name in COLUMNS) for row in self.rows])


COLUMNS = (*HASHED, "prev_h", "h", "state")
_INSERT = f"INSERT INTO outbox ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - constants


def last_operation(connection: Connection) -> tuple[str, int, str, str, int] | None:
    """(incarnation, number, hash, clock, seq) of the newest operation, None when nothing was ever written."""
    newest = "SELECT inc, n, h, hlc, seq FROM outbox ORDER BY seq DESC LIMIT 1"
    row = bare(connection).execute(newest).fetchone()
    return None if row is None else (row[0], row[1], row[2], row[3], row[4])


@event.listens_for(DeskSession, "before_flush")
def _guard(session: DeskSession, _context: UOWTransaction, _instances: object) -> None:
    if session.tape is None:
        raise RuntimeError("a reading session was asked to write")
    for thing in session.deleted:
        if isinstance(thing, Synced):
            raise RuntimeError(f"{thing.__tablename__}: a synced row is voided, never deleted")


@event.listens_for(DeskSession, "after_flush")
def _capture(session: DeskSession, _context: UOWTransaction) -> None:
    # after_flush, not before_flush: Python-side defaults of new rows are filled in by now, histories still stand
    tape = session.tape
    assert tape is not None, "seen by _guard"
    new = session.new  # made anew at every asking
    for thing in [*new, *session.dirty, *session.deleted]:
        tape.touched.add(thing.__tablename__)
        if not isinstance(thing, Synced):
            continue
        fresh = thing in new
        sets, olds = _changed_fields(thing, fresh=fresh)
        if sets:
            kind = "insert" if fresh else "update"
            tape.record(thing.__tablename__, thing.id, kind, sets, olds)
            _index(session, thing)


def insert(session: DeskSession, thing: Synced) -> None:
    """Write a new row at once, past the unit of work, which takes several times as long.

    The row is made of the very values of its operation. `thing` gets its defaults but is not tracked: a later change
    of it would be lost.
    """
    tape = session.tape
    assert tape is not None, "a reading session was asked to write"
    sql, columns = _insertion(type(thing))
    sets: dict[str, Any] = {}
    stored: list[Any] = [thing.id]
    for name, default, is_json in columns:
        value = getattr(thing, name)
        if value is None and default is not None:
            value = default()
            setattr(thing, name, value)
        value = _wire(value)
        if value is not None:
            sets[name] = value
        stored.append(canonical(value) if is_json and value is not None else value)
    bare(session).execute(sql, stored)
    tape.record(thing.__tablename__, thing.id, "insert", sets, {})
    _index(session, thing)


@cache
def _insertion(kind: type[Synced]) -> tuple[str, tuple[tuple[str, Callable[[], Any] | None, bool], ...]]:
    """(statement, columns after the id: name, what makes the default, whether it holds JSON) of a table."""
    attributes = [one for one in inspect(kind).column_attrs if one.key != "id"]
    columns = tuple(
        (one.key, _default(one.columns[0].default), isinstance(one.columns[0].type, Json)) for one in attributes
    )
    names = ", ".join(f'"{name}"' for name in ("id", *(name for name, _, _ in columns)))
    places = ", ".join("?" * (len(columns) + 1))
    return f"INSERT INTO {kind.__tablename__} ({names}) VALUES ({places})", columns  # noqa: S608 - constants


def _default(default: Any) -> Callable[[], Any] | None:
    if default is None:
        return None
    return partial(default.arg, None) if default.is_callable else lambda: default.arg


def _changed_fields(thing: Synced, fresh: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """(new values, old values) of the fields that changed; a new row gives all its fields that are not NULL."""
    state = inspect(thing)
    sets: dict[str, Any] = {}
    olds: dict[str, Any] = {}
    for name in state.mapper.column_attrs.keys():  # noqa: SIM118 - not a dict
        if name == "id":
            continue
        value = _wire(getattr(thing, name))
        if fresh:
            if value is not None:
                sets[name] = value
            continue
        history = state.attrs[name].history
        if history.added or history.deleted:
            old = _wire(history.deleted[0]) if history.deleted else None
            if old != value:
                sets[name], olds[name] = value, old
    return sets, olds


def _wire(value: Any) -> Any:
    """A field's value as it crosses the wire: text, whole number, truth as 0/1, date as ISO text, list or dict."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, _PLAIN):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, list | tuple | dict):
        return value
    return value.isoformat()  # a date; anything else has no business in a synced table


def _index(session: DeskSession, thing: Synced) -> None:
    """Keep the search index in step, in the same transaction."""
    if not thing.search_kind:
        return
    entry = thing.search_entry()
    if entry is None:
        search.remove(session, thing.search_kind, thing.id)
    else:
        source = search.SearchSource(entry.names, entry.codes, entry.numbers)
        search.put(session, thing.search_kind, thing.id, entry.title, entry.subtitle, source)


@event.listens_for(DeskSession, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete or state.is_insert):
        return
    table = getattr(state.statement, "table", None)
    if table is not None and table.name in synced_names():
        raise RuntimeError(f"bulk statement on the synced table {table.name}: change rows through the session")

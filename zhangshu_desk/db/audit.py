"""The audit log: one hash-chained entry per act, written by the store itself so that no act can forget it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, select

from zhangshu_desk.db.base import canonical
from zhangshu_desk.db.tables.ledger import Audit

if TYPE_CHECKING:
    from zhangshu_desk.db.store import WriteSession

AUDIT: Table = Audit.__table__  # type: ignore[assignment]  # declared as FromClause, is a Table
HASHED = ("seq", "at", "tx", "actor_id", "actor_name", "role", "act", "tbl", "row_id", "note", "ops", "ops_h")


def entry_hash(prev_h: str, row: dict[str, Any]) -> str:
    """`sha256(prev_h ‖ canonical(entry))`, 64 hexadecimal digits."""
    return hashlib.sha256((prev_h + canonical({name: row[name] for name in HASHED})).encode()).hexdigest()


def last(connection: Connection) -> tuple[int, str]:
    """(number, hash) of the newest entry; (0, "") before the first."""
    row = connection.execute(select(AUDIT.c.seq, AUDIT.c.h).order_by(AUDIT.c.seq.desc()).limit(1)).one_or_none()
    return (0, "") if row is None else (row[0], row[1])


def append(session: WriteSession, act: str) -> Audit:
    """Add the entry of the running transaction; its operations must have been flushed."""
    seq, prev_h = last(session.connection())
    tape = session.tape
    entry = Audit(
        id=session.new_id(),
        seq=seq + 1,
        at=session.now,
        tx=tape.tx,
        actor_id=session.actor.user_id,
        actor_name=session.actor.name,
        role=session.actor.role.value,
        act=act,
        tbl=session.subject[0],
        row_id=session.subject[1],
        note=session.note,
        ops=tape.ops,
        ops_h=tape.h if tape.ops else "",
        prev_h=prev_h,
        h="",
    )
    entry.h = entry_hash(prev_h, {name: getattr(entry, name) for name in HASHED})
    session.add(entry)
    return entry

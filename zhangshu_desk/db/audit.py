"""The audit log: one hash-chained entry per act, written by the store itself so that no act can forget it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from zhangshu_desk.core.operations import AUDITED, audit_hash
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.tables.ledger import Audit

if TYPE_CHECKING:
    from zhangshu_desk.db.store import WriteSession

HASHED = AUDITED
_COLUMNS = (*HASHED, "prev_h", "h")
_INSERT = f"INSERT INTO audit (id, {', '.join(_COLUMNS)}) VALUES (?{', ?' * len(_COLUMNS)})"  # noqa: S608 - constants


def entry_hash(prev_h: str, row: dict[str, Any]) -> str:
    """`sha256(prev_h ‖ canonical(entry))`, 64 hexadecimal digits."""
    return audit_hash(prev_h, row)


def last(connection: Connection) -> tuple[int, str]:
    """(number, hash) of the newest entry; (0, "") before the first."""
    row = bare(connection).execute("SELECT seq, h FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return (0, "") if row is None else (row[0], row[1])


def append(session: WriteSession, act: str) -> tuple[int, str]:
    """Write the entry of the running transaction, and its operation; returns its number and hash.

    Everything else must have been flushed. Written without the ORM because every act pays for it.
    """
    connection, tape = session.connection(), session.tape
    seq, prev_h = last(connection)
    row: dict[str, Any] = {
        "seq": seq + 1,
        "at": session.now,
        "tx": tape.tx,
        "actor_id": session.actor.user_id,
        "actor_name": session.actor.name,
        "role": session.actor.role.value,
        "act": act,
        "tbl": session.subject[0],
        "row_id": session.subject[1],
        "note": session.note,
        "ops": len(tape.rows),
        "ops_h": tape.h if tape.rows else "",
        "prev_h": prev_h,
    }
    row["h"] = entry_hash(prev_h, row)
    entry_id = session.new_id()
    bare(connection).execute(_INSERT, (entry_id, *(row[name] for name in _COLUMNS)))
    tape.record(Audit.__tablename__, entry_id, "insert", row, {})
    return seq + 1, row["h"]

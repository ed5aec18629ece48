"""Serial numbers in blocks that the centre lends to this station: none is ever used twice (`sync.md` §2.6, §2.7).

A block belongs to one life of the database. The highest number used of each kind stands in the side file too, which no
restored database takes back: it is written after the commit and before the act returns, so before anybody can print.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.sidefile import LONGEST_KIND, MOST_KINDS
from zhangshu_desk.db.tables.sync import SerialIssue

if TYPE_CHECKING:
    from zhangshu_desk.db.store import WriteSession

BLOCK = 200
"""Numbers asked for at a time."""
REFILL = BLOCK * 30 // 100
"""With so few left the next block is asked for."""
_WISHES = "serial_kinds"
_OPEN = """SELECT id, next, last FROM serial_blocks
    WHERE kind = ? AND inc = (SELECT value FROM meta WHERE key = 'incarnation') AND next <= last ORDER BY first"""
Database = Session | Connection | sqlite3.Connection


def take(session: WriteSession, kind: str, purpose: str) -> int:
    """The next serial number of a kind, used up for good once the act is committed.

    Args:
        kind: e.g. `GI`, at most twelve letters; purpose: what it is for, kept with it, without personal data.

    Raises:
        DeskError: `serial.none_left`; a new block comes with the next contact with the centre, if the kind was asked
            for (`ask_for`).
    """
    db = bare(session)
    mark = max(session.serial_marks.get(kind, 0), session.spent.get(kind, 0))
    for block_id, following, last in db.execute(_OPEN, (kind,)).fetchall():
        number = max(int(following), mark + 1)
        if number <= last:
            ask_for(session, kind)
            db.execute("UPDATE serial_blocks SET next = ? WHERE id = ?", (number + 1, block_id))
            issue = SerialIssue(id=session.new_id(), kind=kind, serial=number, purpose=purpose, issued_at=session.now)
            session.insert(issue)
            session.spent[kind] = number
            session.tape.touched.add("serial_blocks")
            return number
    raise DeskError("serial.none_left", kind=kind)


def ask_for(db: Database, kind: str) -> None:
    """Wish for numbers of a kind: from now on there shall always be some here.

    Raises:
        ValueError: a name too long, or one kind too many, for the side file (a bug).
    """
    known = _wishes(db)
    if kind in known:
        return
    if not kind.isascii() or len(kind) > LONGEST_KIND or len(known) >= MOST_KINDS:
        raise ValueError(f"serial kind {kind!r} does not fit into the side file")
    sql = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
    bare(db).execute(sql, (_WISHES, json.dumps([*known, kind])))


def left(db: Database, kind: str) -> int:
    """How many numbers of a kind can still be used without the centre."""
    return sum(last - following + 1 for _, following, last in bare(db).execute(_OPEN, (kind,)))


def wanted(db: Database) -> dict[str, int]:
    """How many numbers to ask the centre for, by kind."""
    return {kind: BLOCK for kind in _wishes(db) if left(db, kind) <= REFILL}


def receive(db: Database, blocks: Iterable[Mapping[str, Any]], inc: str, now: int) -> None:
    """Put away blocks that the centre lent to the life `inc`; one that is here already stays as it is.

    Args:
        blocks: objects with `id`, `kind`, `first` and `last`, both included.
    """
    bare(db).executemany(
        "INSERT OR IGNORE INTO serial_blocks (id, kind, inc, first, last, next, received_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(one["id"], one["kind"], inc, one["first"], one["last"], one["first"], now) for one in blocks],
    )


def heed(db: Database, marks: Mapping[str, int]) -> None:
    """Pass over numbers that were used already although this database does not know it: it is an older copy."""
    bare(db).executemany(
        "UPDATE serial_blocks SET next = ? WHERE kind = ? AND next <= ?",
        [(mark + 1, kind, mark) for kind, mark in marks.items()],
    )


def _wishes(db: Database) -> list[str]:
    row = bare(db).execute("SELECT value FROM meta WHERE key = ?", (_WISHES,)).fetchone()
    return list(json.loads(row[0])) if row else []

"""Serial numbers in blocks that the centre lends to this station: none is ever used twice (`sync.md` §2.6, §2.7).

A block belongs to one life of the database. The highest number used of each kind stands in the side file too, which no
restored database takes back: it is written after the commit and before the act returns, so before anybody can print.

Labels also have numbers at a station that never joined a centre (`db/own_serials.py`); once it has joined, its own
ranges are never used again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import own_serials
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.sidefile import LONGEST_KIND, MOST_KINDS
from zhangshu_desk.db.tables.sync import SerialIssue

if TYPE_CHECKING:
    from zhangshu_desk.db.store import WriteSession

BLOCK = 200
"""Numbers asked for at a time, unless a kind has another stock."""
REFILL_PERCENT = 30
"""With so much of the stock left the next block is asked for."""
REFILL = BLOCK * REFILL_PERCENT // 100
_WISHES, _SHORT = "serial_kinds", "serial_short"
_WORDS = {"LABEL": "标签"}
_OPEN = """SELECT id, next, last FROM serial_blocks
    WHERE kind = ? AND inc = (SELECT value FROM meta WHERE key = 'incarnation') AND next <= last ORDER BY first"""
Database = Session | Connection | sqlite3.Connection


def take(session: WriteSession, kind: str, purpose: str) -> int:
    """The next lent serial number of a kind, used up for good once the act is committed.

    Args:
        kind: e.g. `GI`, at most twelve letters; purpose: what it is for, kept with it, without personal data.

    Raises:
        DeskError: `serial.none_left`; a new block comes with the next contact with the centre, if the kind was asked
            for (`ask_for`).
    """
    ((number, _),) = _take_lent(session, kind, 1)
    issue = SerialIssue(id=session.new_id(), kind=kind, serial=number, purpose=purpose, issued_at=session.now)
    session.insert(issue)
    return number


def take_range(session: WriteSession, kind: str, count: int) -> list[tuple[int, int]]:
    """So many numbers of a kind as ranges (first, last), both included; used up for good once the act is committed.

    Whoever takes them keeps a record of the ranges. They come from the lent blocks; at a station that never joined a
    centre from a range of its own, for the kinds that have one.

    Raises:
        DeskError: `serial.none_left` with `left`: there are not so many, and none is used. `note_shortage` sees to it
            that enough come with the next contact.
    """
    if count < 1:
        raise ValueError("at least one number")
    db = bare(session)
    if kind in own_serials.KINDS and not own_serials.has_joined(db):
        ask_for(session, kind)
        return own_serials.take(session, kind, count)
    taken = _take_lent(session, kind, count)
    short = _read(db, _SHORT)
    if short.pop(kind, None) is not None:
        _write(db, _SHORT, short)
    return taken


def _take_lent(session: WriteSession, kind: str, count: int) -> list[tuple[int, int]]:
    db = bare(session)
    mark = max(session.serial_marks.get(kind, 0), session.spent.get(kind, 0))
    taken: list[tuple[str, int, int]] = []
    missing = count
    for block_id, following, last in db.execute(_OPEN, (kind,)).fetchall():
        first = max(int(following), mark + 1)
        if first <= last and missing:
            taken.append((block_id, first, min(last, first + missing - 1)))
            missing -= taken[-1][2] - first + 1
    if missing:
        raise DeskError("serial.none_left", kind=_WORDS.get(kind, kind), count=count, left=count - missing)
    ask_for(session, kind)
    db.executemany("UPDATE serial_blocks SET next = ? WHERE id = ?", [(last + 1, one) for one, _, last in taken])
    session.spent[kind] = taken[-1][2]
    session.tape.touched.add("serial_blocks")
    return [(first, last) for _, first, last in taken]


def ask_for(db: Database, kind: str, stock: int | None = None) -> None:
    """Wish for numbers of a kind: from now on there shall always be some here.

    Args:
        stock: about how many; by default what was wished for before, else `BLOCK`.

    Raises:
        ValueError: a name too long, or one kind too many, for the side file (a bug).
    """
    known = _wishes(db)
    if kind in known and stock in (None, known[kind]):
        return
    marks = {*known, kind} | {own_serials.mark_of(one) for one in own_serials.KINDS & {*known, kind}}
    if not kind.isascii() or max(map(len, marks)) > LONGEST_KIND or len(marks) > MOST_KINDS:
        raise ValueError(f"serial kind {kind!r} does not fit into the side file")
    _write(db, _WISHES, {**known, kind: stock or BLOCK})


def note_shortage(db: Database, kind: str, count: int) -> None:
    """So many were needed at once and were not there: with the next contacts at least so many are asked for."""
    _write(db, _SHORT, {**_read(db, _SHORT), kind: count})


def left(db: Database, kind: str) -> int:
    """How many numbers of a kind can still be used without the centre.

    At a station that never joined one: how many its own range still has, after which another begins.
    """
    if kind in own_serials.KINDS and not own_serials.has_joined(bare(db)):
        return own_serials.left(bare(db), kind)
    return sum(last - following + 1 for _, following, last in bare(db).execute(_OPEN, (kind,)))


def wanted(db: Database) -> dict[str, int]:
    """How many numbers to ask the centre for, by kind; it may lend fewer."""
    short = _read(db, _SHORT)
    found = {}
    for kind, stock in _wishes(db).items():
        there, needed = left(db, kind), short.get(kind, 0)
        if there <= stock * REFILL_PERCENT // 100 or there < needed:
            found[kind] = max(stock, needed - there)
    return found


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
    own_serials.heed(bare(db), marks)


def _wishes(db: Database) -> dict[str, int]:
    """The stock that is wished for, by kind; earlier programs kept a list of the kinds."""
    return _read(db, _WISHES)


def _read(db: Database, key: str) -> dict[str, int]:
    row = bare(db).execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    found = json.loads(row[0]) if row else {}
    return dict.fromkeys(found, BLOCK) if isinstance(found, list) else dict(found)


def _write(db: Database, key: str, numbers: Mapping[str, int]) -> None:
    sql = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
    bare(db).execute(sql, (key, json.dumps(dict(numbers))))

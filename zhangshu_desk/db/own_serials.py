"""Serial numbers of a station that never joined a centre: from ranges of its own that nobody lends (docs/adr/0007).

They have 40 bits and lie from 2³⁹ on, where the centre lends none. A range has 2¹⁹ numbers; which of the 2²⁰ there are
is told by a hash of the station's id and of a random one, so that neither two stations nor two copies of one database
take the same. A range belongs to one life of the database: a restored or cloned one begins another range, and so does
one whose side file is missing, for then nobody can say how far it was used.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zhangshu_desk.db.bare import bare

if TYPE_CHECKING:
    from zhangshu_desk.db.store import WriteSession

KINDS = frozenset({"LABEL"})
"""The kinds that have numbers without a centre."""
FLOOR = 1 << 39
SIZE = 1 << 19
"""Numbers in one range."""
_SLOTS = 1 << 20
_KEY = "serial_own"
_ENDING = ".own"


@dataclass(frozen=True)
class _Range:
    """The range in use.

    Attributes:
        inc: the life it belongs to. turn: how many ranges of the kind were begun until now, this one included.
        first: its first number; used: how many of its numbers are used up.
    """

    inc: str = ""
    turn: int = 0
    first: int = FLOOR
    used: int = SIZE

    @property
    def mark(self) -> int:
        """How far all ranges are used, as one number that only grows; it goes to the side file."""
        return self.turn * SIZE + self.used

    def heeding(self, mark: int) -> _Range:
        """The same, but with what a mark says was used. Of a range that is not known here nothing is left."""
        if mark <= self.mark:
            return self
        turn, used = divmod(mark, SIZE)
        return replace(self, used=used) if turn == self.turn else _Range(turn=turn)


def mark_of(kind: str) -> str:
    """As what the side file knows the mark of a kind's own ranges; lent numbers have a mark of their own."""
    return f"{kind}{_ENDING}"


def has_joined(db: sqlite3.Connection) -> bool:
    """Whether this station ever joined a centre."""
    return _word(db, "server_id") != ""


def take(session: WriteSession, kind: str, count: int) -> list[tuple[int, int]]:
    """So many numbers as ranges (first, last), used up for good once the act is committed; there always are some."""
    db, name = bare(session), mark_of(kind)
    known = _read(db)
    one = known.get(kind, _Range()).heeding(max(session.serial_marks.get(name, 0), session.spent.get(name, 0)))
    inc = _word(db, "incarnation")
    taken = []
    while count:
        if one.inc != inc or one.used == SIZE:
            first = _first_of_a_range(session.station_id, session.new_id())
            one = _Range(inc, one.turn + 1, first, 0)
        some = min(count, SIZE - one.used)
        start = one.first + one.used
        taken.append((start, start + some - 1))
        one, count = replace(one, used=one.used + some), count - some
    _write(db, {**known, kind: one})
    session.spent[name] = one.mark
    return taken


def left(db: sqlite3.Connection, kind: str) -> int:
    """How many numbers the range in use still has; a new one is begun after it."""
    one = _read(db).get(kind)
    is_open = one is not None and one.inc == _word(db, "incarnation")
    return SIZE - one.used if one is not None and is_open else SIZE


def heed(db: sqlite3.Connection, marks: Mapping[str, int]) -> None:
    """Pass over numbers that were used already although this database does not know it: it is an older copy."""
    known = _read(db)
    heeded = {kind: known.get(kind, _Range()).heeding(marks[mark_of(kind)]) for kind in KINDS if mark_of(kind) in marks}
    if any(known.get(kind) != one for kind, one in heeded.items()):
        _write(db, {**known, **heeded})


def renounce(db: sqlite3.Connection) -> None:
    """Begin other ranges from now on: how far the present ones were used is not known."""
    known = _read(db)
    if known:
        _write(db, {kind: replace(one, used=SIZE) for kind, one in known.items()})


def _first_of_a_range(station: str, random: str) -> int:
    digest = hashlib.sha256(f"{station}\0{random}".encode()).digest()
    return FLOOR + int.from_bytes(digest[:4]) % _SLOTS * SIZE


def _read(db: sqlite3.Connection) -> dict[str, _Range]:
    text = _word(db, _KEY)
    return {kind: _Range(*values) for kind, values in json.loads(text).items()} if text else {}


def _write(db: sqlite3.Connection, known: Mapping[str, _Range]) -> None:
    text = json.dumps({kind: [one.inc, one.turn, one.first, one.used] for kind, one in known.items()})
    sql = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
    db.execute(sql, (_KEY, text))


def _word(db: sqlite3.Connection, key: str) -> str:
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""

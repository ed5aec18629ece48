"""The station's books of its dealings with the centre: words in `meta`, and its lives as logs to be sent."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from zhangshu_desk.core.operations import HASHED

_LIFE = "inc, position, cut, start_n, start_h, acked, durable, cap_n, cap_base"
_OUTBOX = ", ".join(HASHED)


@dataclass(frozen=True)
class Life:
    """One incarnation as a log: the attributes of `db.tables.sync.Life`, and `tip`, its last operation."""

    inc: str
    position: int
    cut: int | None
    start_n: int
    start_h: str
    acked: int
    durable: int
    cap_n: int
    cap_base: int
    tip: int


def word(db: sqlite3.Connection, key: str, default: str = "") -> str:
    """A word of `meta`."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else default


def number(db: sqlite3.Connection, key: str) -> int:
    """A whole number of `meta`, 0 when it was never said."""
    return int(word(db, key, "0"))


def say(db: sqlite3.Connection, **words: str | int) -> None:
    """Write words into `meta`."""
    sql = "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
    db.executemany(sql, [(key, str(value)) for key, value in words.items()])


def forget(db: sqlite3.Connection, *keys: str) -> None:
    """Take words out of `meta`."""
    db.executemany("DELETE FROM meta WHERE key = ?", [(key,) for key in keys])


def cursor(db: sqlite3.Connection) -> int:
    """Feed number up to which pages have arrived, staged ones included."""
    staged = word(db, "staged_next")
    return int(staged) if staged else number(db, "feed_base")


# -- lives ----------------------------------------------------------------------------------------------------------


def ensure_lives(db: sqlite3.Connection) -> None:
    """Give every incarnation of the outbox, and the present one, its line in `lives`; called once after opening."""
    known = {inc for (inc,) in db.execute("SELECT inc FROM lives")}
    found = [inc for (inc,) in db.execute("SELECT inc FROM outbox GROUP BY inc ORDER BY min(seq)")]
    for inc in [*found, word(db, "incarnation")]:
        if inc and inc not in known:
            known.add(inc)
            add_life(db, inc)


def add_life(db: sqlite3.Connection, inc: str, start_n: int = 0, start_h: str = "") -> None:
    """A new life after all others."""
    db.execute(
        "INSERT INTO lives (inc, position, start_n, start_h, acked, durable, cap_n, cap_base)"
        " VALUES (?, (SELECT coalesce(max(position), 0) + 1 FROM lives), ?, ?, 0, 0, 0, 0)",
        (inc, start_n, start_h),
    )


def lives(db: sqlite3.Connection) -> tuple[Life, ...]:
    """All lives, oldest first; the last one is the present."""
    rows = db.execute(f"SELECT {_LIFE} FROM lives ORDER BY position").fetchall()  # noqa: S608 - constants
    return tuple(Life(*(*row, _tip(db, row))) for row in rows)


def _tip(db: sqlite3.Connection, row: tuple[Any, ...]) -> int:
    inc, cut, start_n = row[0], row[2], row[3]
    if cut is not None:
        return int(cut)
    last = db.execute("SELECT n FROM outbox WHERE inc = ? ORDER BY n DESC LIMIT 1", (inc,)).fetchone()
    return int(last[0]) if last else int(start_n)


def set_life(db: sqlite3.Connection, inc: str, **columns: int | str | None) -> None:
    """Change columns of a life."""
    names = ", ".join(f"{name} = ?" for name in columns)
    db.execute(f"UPDATE lives SET {names} WHERE inc = ?", (*columns.values(), inc))  # noqa: S608 - names of ours


def hash_at(db: sqlite3.Connection, life: Life, n: int) -> str:
    """Hash of operation `n` of a life; empty before the first.

    Raises:
        LookupError: the life has no such operation.
    """
    if n == 0:
        return ""
    table = "rekeyed" if n <= life.start_n else "outbox"
    row = db.execute(f"SELECT h FROM {table} WHERE inc = ? AND n = ?", (life.inc, n)).fetchone()  # noqa: S608
    if row is None:
        raise LookupError(f"no operation {n} in {life.inc}")
    return str(row[0])


def operations(db: sqlite3.Connection, life: Life, after: int, limit: int) -> list[dict[str, Any]]:
    """Up to `limit` operations of a life with numbers above `after`, as the wire names them, with `seq` and `inc`."""
    found: list[dict[str, Any]] = []
    if after < life.start_n:
        names = _OUTBOX.replace("inc, n, ", "", 1)
        rows = db.execute(
            f"SELECT r.inc, r.n, {names}, r.h, o.seq FROM rekeyed r JOIN outbox o ON o.seq = r.seq"  # noqa: S608
            " WHERE r.inc = ? AND r.n > ? ORDER BY r.n LIMIT ?",
            (life.inc, after, limit),
        )
        found += [dict(zip((*HASHED, "h", "seq"), row, strict=True)) for row in rows]
    if len(found) < limit:
        rows = db.execute(
            f"SELECT {_OUTBOX}, h, seq FROM outbox WHERE inc = ? AND n > ? AND n <= ? ORDER BY n LIMIT ?",  # noqa: S608
            (life.inc, max(after, life.start_n), life.tip, limit - len(found)),
        )
        found += [dict(zip((*HASHED, "h", "seq"), row, strict=True)) for row in rows]
    return found


def mark(db: sqlite3.Connection, life: Life, after: int, upto: int, *, acked: bool) -> None:
    """Set the state of a life's operations from above `after` to `upto`: acknowledged, or to be sent (again)."""
    if acked:
        state, only = "acked", "state = 'pending'"
    else:
        state, only = "pending", "state IN ('acked', 'rejected')"
    db.execute(
        f"UPDATE outbox SET state = ? WHERE inc = ? AND n > ? AND n <= ? AND {only}",  # noqa: S608 - constants
        (state, life.inc, max(after, life.start_n), upto),
    )
    if after < life.start_n:
        seqs = "SELECT seq FROM rekeyed WHERE inc = ? AND n > ? AND n <= ?"
        db.execute(
            f"UPDATE outbox SET state = ? WHERE seq IN ({seqs}) AND {only}",  # noqa: S608 - constants
            (state, life.inc, after, min(upto, life.start_n)),
        )


# -- the feed -------------------------------------------------------------------------------------------------------


def feed_points(db: sqlite3.Connection) -> list[tuple[int, str]]:
    """Places in the feed that were read, the staged one included, newest first."""
    points = [(int(seq), str(h)) for seq, h in db.execute("SELECT seq, h FROM feed_points ORDER BY seq DESC")]
    staged = word(db, "staged_next")
    return [(int(staged), word(db, "staged_h")), *points] if staged else points


def add_feed_point(db: sqlite3.Connection, seq: int, h: str) -> None:
    """Remember a place in the feed; of older ones exponentially fewer are kept."""
    db.execute("INSERT INTO feed_points VALUES (?, ?) ON CONFLICT DO UPDATE SET h = excluded.h", (seq, h))
    seqs = [int(one) for (one,) in db.execute("SELECT seq FROM feed_points ORDER BY seq DESC")]
    kept: list[int] = []
    apart = 1
    for at in seqs:
        if not kept or at == seqs[-1] or kept[-1] - at >= apart or len(kept) < 4:
            kept.append(at)
            apart = max(1, (seq - at) // 2)
    gone = set(seqs) - set(kept)
    db.executemany("DELETE FROM feed_points WHERE seq = ?", [(at,) for at in gone])


# -- the snapshot that is being read --------------------------------------------------------------------------------


def snapshot(db: sqlite3.Connection) -> dict[str, Any] | None:
    """How far the copy that is being read has got: `generation`, `after`, `as_of`, `h`, `loaded`; None when none is."""
    text = word(db, "snapshot")
    return json.loads(text) if text else None


def begin_snapshot(db: sqlite3.Connection) -> None:
    """Everything is to be read anew."""
    generation = number(db, "generation") + 1
    say(db, generation=generation, snapshot=json.dumps({"generation": generation, "after": "", "loaded": 0}))
    db.execute("DELETE FROM staged_rows")
    forget(db, "staged_next", "staged_h")

"""Whether station and centre hold the same, and mending what differs (`sync.md` §2.8)."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from zhangshu_desk.core.failpoints import reach
from zhangshu_desk.core.operations import DIGEST_MODULUS, bucket_of, row_digest
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Merge, Store
from zhangshu_desk.sync import applying, books, copying, wire
from zhangshu_desk.sync.transport import Centre

Buckets = dict[int, tuple[int, int]]
_STEP = 500


def differing(db: sqlite3.Connection, digests: Mapping[str, tuple[int, str]]) -> list[str]:
    """The tables whose sums are not those of the centre."""
    found = []
    for tbl in wire.PULLED:
        count, total = digests.get(tbl, (0, "0"))
        if applying.table_sum(db, tbl) != (count, int(total, 16)):
            found.append(tbl)
    return found


def repair(store: Store, centre: Centre, tbl: str) -> tuple[int, int]:
    """Fetch what differs in a table, bucket by bucket.

    Returns:
        How many rows were brought to the centre's image, and how many the centre does not have (they are offered).

    Raises:
        Unreachable, Refused: part of it may be mended by then.
    """
    said = centre.digest(tbl)["buckets"]
    theirs = {int(bucket, 16): (count, int(total, 16)) for bucket, (count, total) in said.items()}
    with store.read() as session:
        ours = buckets(bare(session), tbl)
    mended = offered = 0
    for bucket in sorted(theirs.keys() | ours.keys()):
        if theirs.get(bucket, (0, 0)) != ours.get(bucket, (0, 0)):
            answers = centre.digest(tbl, bucket)["rows"]
            with store.merge() as merge:
                rows = applying.rows_of(merge.db, answers).rows
                mended += _changed(merge.db, rows)
                applying.apply(merge, rows, books.number(merge.db, "generation"))
                offered += _offer_others(merge, tbl, bucket, {row.id for row in rows})
                reach("desk.before_mend_commit")
            reach("desk.after_mend_commit")
    return mended, offered


def buckets(db: sqlite3.Connection, tbl: str) -> Buckets:
    """Count and sum of the centre's images of each bucket of a table, as they were applied here."""
    found: Buckets = {}
    rows = db.execute("SELECT row_id, digest FROM row_states WHERE tbl = ? AND generation >= 0", (tbl,))
    for row_id, digest in rows:
        count, total = found.get(bucket_of(row_id), (0, 0))
        found[bucket_of(row_id)] = (count + 1, (total + digest) % DIGEST_MODULUS)
    return found


def _changed(db: sqlite3.Connection, rows: list[applying.Row]) -> int:
    """How many rows are not here as they come."""
    sql = "SELECT digest FROM row_states WHERE tbl = ? AND row_id = ?"
    count = 0
    for row in rows:
        old = db.execute(sql, (row.tbl, row.id)).fetchone()
        count += old is None or applying.unsigned(old[0]) != row_digest(row.tbl, row.id, row.fields)
    return count


def _offer_others(merge: Merge, tbl: str, bucket: int, theirs: set[str]) -> int:
    rows = merge.db.execute("SELECT row_id FROM row_states WHERE tbl = ? AND generation >= 0", (tbl,))
    ours = [row_id for (row_id,) in rows if bucket_of(row_id) == bucket and row_id not in theirs]
    return copying.part_with(merge, tbl, ours)


def reread(store: Store, progress: Any) -> int:
    """Compute the digest of every row from the row itself, so that what was changed past the program differs from now
    on and gets repaired; returns how many rows were read. Rows with waiting or refused changes are left alone."""
    count, total = 0, 0
    with store.read() as session:
        total = bare(session).execute("SELECT count(*) FROM row_states").fetchone()[0]
    for tbl in wire.PULLED:
        after = ""
        while True:
            with store.merge() as merge:
                seen, after = _reread_some(merge.db, tbl, after)
            count += seen
            progress(count, total)
            if seen < _STEP:
                break
    return count


def _reread_some(db: sqlite3.Connection, tbl: str, after: str) -> tuple[int, str]:
    plan = applying.plan_of(tbl)
    names = ", ".join(f'r."{name}"' for name in plan.columns)
    rows = db.execute(
        f"SELECT s.row_id, s.digest, r.id, {names} FROM row_states s LEFT JOIN {tbl} r ON r.id = s.row_id"  # noqa: S608
        " WHERE s.tbl = ? AND s.row_id > ? AND s.generation >= 0 ORDER BY s.row_id LIMIT ?",
        (tbl, after, _STEP),
    ).fetchall()
    busy = "SELECT 1 FROM outbox WHERE tbl = ? AND row_id = ? AND state IN ('pending', 'rejected') LIMIT 1"
    for row_id, digest, here, *values in rows:
        if db.execute(busy, (tbl, row_id)).fetchone():
            continue
        if here is None:
            applying.drop_states(db, tbl, [row_id])
            continue
        found = row_digest(tbl, row_id, applying.image_of(plan, tuple(values)))
        if found != applying.unsigned(digest):
            count, total = applying.table_sum(db, tbl)
            applying.set_table_sum(db, tbl, count, total - digest + found)
            db.execute(
                "UPDATE row_states SET digest = ? WHERE tbl = ? AND row_id = ?", (applying.signed(found), tbl, row_id)
            )
    return len(rows), rows[-1][0] if rows else after

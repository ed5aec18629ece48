"""Reading everything anew: the first time, after the centre was restored, after too long an absence (`sync.md` §2.9).

Each page is applied as it comes and remembered with it, so a crash goes on at the last page. What the centre turns out
not to have, although it once had, is offered to it again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from zhangshu_desk.core.actors import SYSTEM
from zhangshu_desk.core.operations import format_hlc
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Merge, Store
from zhangshu_desk.sync import applying, books, wire

TO_OFFER = -1
"""The generation of rows that the centre is to be offered again."""
_OFFER_AT_ONCE = 500


def take_page(merge: Merge, page: Mapping[str, Any]) -> bool:
    """Apply a page of the snapshot; returns whether it was the last."""
    db = merge.db
    at = books.snapshot(db)
    assert at is not None, "a page is asked for only while a snapshot is read"
    rows = applying.rows_of(db, page["rows"]).rows
    applying.apply(merge, rows, at["generation"])
    if page["more"]:
        at |= {"as_of": page["as_of"], "h": page["h"], "after": page["after"], "loaded": at["loaded"] + len(rows)}
        books.say(db, snapshot=json.dumps(at))
        return False
    _note_missing(merge, at["generation"])
    applying.sum_anew(db)
    books.say(db, feed_base=page["as_of"], sync_schema=wire.SCHEMA)
    books.add_feed_point(db, page["as_of"], page["h"])
    books.forget(db, "snapshot")
    return True


def _note_missing(merge: Merge, generation: int) -> None:
    """Rows of an earlier copy that are not in this one: the centre lost them."""
    missing: dict[str, list[str]] = {}
    older = "SELECT tbl, row_id FROM row_states WHERE generation < ?"
    for tbl, row_id in merge.db.execute(older, (generation,)):
        missing.setdefault(tbl, []).append(row_id)
    for tbl, row_ids in missing.items():
        part_with(merge, tbl, row_ids)


def part_with(merge: Merge, tbl: str, row_ids: list[str]) -> int:
    """The centre does not have these rows; returns how many will be offered to it.

    What it alone writes is as it says: a centre that was restored, or another one than before, does not want what the
    one wrote that is no more.
    """
    if not wire.TABLES[tbl].centre_only:
        mark_to_offer(merge.db, tbl, row_ids)
        return len(row_ids)
    applying.drop_states(merge.db, tbl, row_ids)
    merge.db.executemany(f"DELETE FROM {tbl} WHERE id = ?", [(row_id,) for row_id in row_ids])  # noqa: S608 - ours
    merge.touched.add(tbl)
    return 0


def mark_to_offer(db: sqlite3.Connection, tbl: str, row_ids: list[str]) -> None:
    """The centre does not have these rows: they no longer count as its images, and are offered to it again."""
    applying.drop_states(db, tbl, row_ids)
    db.executemany("INSERT INTO row_states VALUES (?, ?, 0, 0, ?)", [(tbl, row_id, TO_OFFER) for row_id in row_ids])


def offer(store: Store, now: int) -> int:
    """Make operations of the rows to be offered, in acts of some hundred; returns how many rows that were.

    They carry the lowest clock, so they lose against anything that anybody did to the row.
    """
    count = 0
    while True:
        with store.read() as session:
            rows = (
                bare(session)
                .execute(
                    "SELECT tbl, row_id FROM row_states WHERE generation = ? LIMIT ?",
                    (TO_OFFER, _OFFER_AT_ONCE),
                )
                .fetchall()
            )
        if not rows:
            return count
        with store.write(SYSTEM, "sync.offer", now) as session:
            db = bare(session)
            hlc = format_hlc((0, 0), session.station_id)
            for tbl, row_id in rows:
                fields = image(db, tbl, row_id)
                if fields is not None:
                    session.tape.record(tbl, row_id, "rescue", fields, {}, hlc=hlc)
            db.executemany(
                f"DELETE FROM row_states WHERE tbl = ? AND row_id = ? AND generation = {TO_OFFER}",  # noqa: S608
                rows,
            )
            session.about("sync", "", f"{len(rows)} 行")
        count += len(rows)


def image(db: sqlite3.Connection, tbl: str, row_id: str) -> dict[str, Any] | None:
    """A row as the wire has it, without nulls; None when it is not here."""
    plan = applying.plan_of(tbl)
    names = ", ".join(f'"{name}"' for name in plan.columns)
    found = db.execute(f"SELECT {names} FROM {tbl} WHERE id = ?", (row_id,)).fetchone()  # noqa: S608 - names of ours
    if found is None:
        return None
    return applying.image_of(plan, found)

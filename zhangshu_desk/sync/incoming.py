"""Taking in an answer of the centre, in one transaction: receipts, refusals, pages of rows, places in the feed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zhangshu_desk.core.clock import MINUTE, SECOND
from zhangshu_desk.core.operations import canonical
from zhangshu_desk.db import serials
from zhangshu_desk.db.store import Merge
from zhangshu_desk.sync import applying, books, forks, labels
from zhangshu_desk.sync.applying import Row


@dataclass(frozen=True)
class Taken:
    """How many rows an answer brought (not counting those that were staged), and (table, id) of those to ask for."""

    applied: int = 0
    again: list[tuple[str, str]] = field(default_factory=list)


def take(merge: Merge, answer: Mapping[str, Any], now: int) -> Taken:
    """Take in the answer to a push and pull."""
    db = merge.db
    take_receipts(merge, answer, now)
    if answer.get("rewound_to") is not None:
        _rewind(db, int(answer["rewound_to"]))
        return Taken()
    if answer.get("next") is None or books.snapshot(db) is not None:
        return Taken()
    found = applying.rows_of(db, answer["rows"])
    if answer["more"]:
        _stage(db, found.rows)
        books.say(db, staged_next=answer["next"], staged_h=answer["h"])
        return Taken(0, found.again)
    return Taken(_apply_all(merge, found.rows, answer), found.again)


def take_receipts(merge: Merge, answer: Mapping[str, Any], now: int, *, late: bool = False) -> None:
    """The part of an answer that speaks of what we sent; a `late` one (a file) may know less than we do by now."""
    db = merge.db
    _acknowledge(db, answer["acked"], answer.get("durable", {}), late=late)
    for result in answer["results"]:
        _note_result(db, result, now)
    if answer.get("blocks"):
        serials.receive(db, answer["blocks"], books.word(db, "incarnation"), now)
    _take_verifiers(merge, answer)
    labels.take(db, answer)
    if answer.get("hlc", "") > books.word(db, "hlc_seen"):
        books.say(db, hlc_seen=answer["hlc"])
    if not late and "epoch" in answer:  # a refusal that tells of the push (410) has none
        _note_contact(db, answer, now)
    merge.touched.add("outbox")


def _note_contact(db: sqlite3.Connection, answer: Mapping[str, Any], now: int) -> None:
    """When the centre answered, and how far our clock is from its own; a cycle that changes nothing writes nothing."""
    if answer["epoch"] != books.word(db, "epoch"):
        books.say(db, epoch=answer["epoch"])
    offset = now - answer["now"]
    if abs(offset - books.number(db, "clock_offset")) > SECOND // 2:
        books.say(db, clock_offset=offset)
    if not 0 <= now - books.number(db, "last_contact_at") < MINUTE // 2:
        books.say(db, last_contact_at=now)


def _acknowledge(db: sqlite3.Connection, acked: Mapping[str, int], durable: Mapping[str, int], *, late: bool) -> None:
    for life in books.lives(db):
        upto = min(acked.get(life.inc, life.acked), life.tip)
        if upto > life.acked:
            books.mark(db, life, life.acked, upto, acked=True)
            books.set_life(db, life.inc, acked=upto)
        elif upto < life.acked and not late:
            forks.send_again(db, life.inc, upto)
        if durable.get(life.inc, life.durable) != life.durable:
            books.set_life(db, life.inc, durable=min(durable[life.inc], life.tip))


def _note_result(db: sqlite3.Connection, result: Mapping[str, Any], now: int) -> None:
    tx = result["tx"]
    if result["status"] == "rejected":
        db.execute(
            "INSERT INTO rejections (tx, code, detail, at, retry) VALUES (?, ?, ?, ?, 0)"
            " ON CONFLICT DO UPDATE SET code = excluded.code, detail = excluded.detail, at = excluded.at, retry = 0",
            (tx, result.get("code", ""), result.get("detail", ""), now),
        )
        db.execute("UPDATE outbox SET state = 'rejected' WHERE tx = ? AND state = 'acked'", (tx,))
    elif db.execute("DELETE FROM rejections WHERE tx = ?", (tx,)).rowcount:
        db.execute("UPDATE outbox SET state = 'acked' WHERE tx = ? AND state = 'rejected'", (tx,))


def _take_verifiers(merge: Merge, answer: Mapping[str, Any]) -> None:
    """What proves the people of this site, so that they can log in here too; the later change wins."""
    for one in answer.get("verifiers", ()):
        merge.db.execute(
            "INSERT INTO credentials (user_id, password_hash, changed_at, must_change, failures)"
            " VALUES (?, ?, ?, ?, 0) ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash,"
            " changed_at = excluded.changed_at, must_change = excluded.must_change, failures = 0, locked_until = NULL"
            " WHERE excluded.changed_at > credentials.changed_at",
            (one["user_id"], one["password_hash"], one["changed_at"], one["must_change"]),
        )
        merge.touched.add("credentials")
    if answer.get("verifiers_next") is not None:
        books.say(merge.db, verifiers_since=answer["verifiers_next"])


def _rewind(db: sqlite3.Connection, place: int) -> None:
    """The centre was restored: from `place` on it knows another feed than the one we read. Everything is read anew.

    What we made since counts as made there: `base` is a place in the feed that both know.
    """
    for life in books.lives(db):
        base = min(place, life.cap_base) if life.cap_n else place
        books.set_life(db, life.inc, cap_n=life.tip, cap_base=base)
    db.execute("DELETE FROM feed_points WHERE seq > ?", (place,))
    books.say(db, feed_base=min(place, books.number(db, "feed_base")))
    books.begin_snapshot(db)


def _stage(db: sqlite3.Connection, rows: list[Row]) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO staged_rows VALUES (?, ?, ?, ?)",
        [(row.tbl, row.id, row.ver, canonical(dict(row.fields))) for row in rows],
    )


def _apply_all(merge: Merge, rows: list[Row], answer: Mapping[str, Any]) -> int:
    """The last page is here: everything that was staged, and it, becomes visible at once."""
    db = merge.db
    staged = [
        Row(tbl, row_id, ver, json.loads(fields))
        for tbl, row_id, ver, fields in db.execute("SELECT tbl, row_id, ver, fields FROM staged_rows")
    ]
    latest = {(row.tbl, row.id): row for row in [*staged, *rows]}
    count = applying.apply(merge, latest.values(), books.number(db, "generation")) if latest else 0
    if staged:
        db.execute("DELETE FROM staged_rows")
        books.forget(db, "staged_next", "staged_h")
    if books.number(db, "feed_base") != answer["next"] or not books.feed_points(db):
        books.say(db, feed_base=answer["next"])
        books.add_feed_point(db, answer["next"], answer["h"])
    return count

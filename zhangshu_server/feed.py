"""The feed: every change gets the next number from one counter row, which is locked last and until the commit.

So numbers have no gap, and nobody can read past a change that is not visible yet (`sync.md` §2.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from zhangshu_desk.core.operations import HASHED, canonical, feed_hash, operation_hash
from zhangshu_desk.sync.wire import CENTRE
from zhangshu_server import database
from zhangshu_server.database import Connection

CHANNEL = "zhangshu_feed"
"""Where `NOTIFY` tells of new numbers: `head station scope scope …`."""


@dataclass(frozen=True)
class Entry:
    """A change that gets a number: of which row, by which operation of which log."""

    tbl: str
    row_id: str
    op_id: str
    station: str
    inc: str
    h: str


@dataclass(frozen=True)
class CentreEntry:
    """A change that the centre itself makes; it becomes an operation of origin `wire.CENTRE` with the feed number as
    its number. `tx`: what it belongs to; empty = it stands for itself."""

    tbl: str
    row_id: str
    op_id: str
    kind: str
    sets: dict[str, Any]
    hlc: str
    created: int
    tx: str = ""


@dataclass(frozen=True)
class Numbered:
    """What the counter gave: the number before the first entry, and the rows for `feed` and the centre's `oplog`."""

    start: int
    head: int
    feed: list[dict[str, Any]]
    operations: list[dict[str, Any]]


def number(connection: Connection, entries: Sequence[Entry | CentreEntry]) -> Numbered:
    """Give numbers to `entries`, in their order; nobody else gets one until this transaction ends."""
    head = database.row(connection, "SELECT seq, h FROM feed_head WHERE id = 1 FOR UPDATE")
    seq, h = head.seq, head.h
    feed: list[dict[str, Any]] = []
    operations: list[dict[str, Any]] = []
    for seq, entry in enumerate(entries, head.seq + 1):
        if isinstance(entry, CentreEntry):
            operations.append(_operation(entry, seq))
            h = feed_hash(h, CENTRE, "", operations[-1]["h"])
        else:
            h = feed_hash(h, entry.station, entry.inc, entry.h)
        feed.append({"seq": seq, "h": h, "tbl": entry.tbl, "row_id": entry.row_id, "op_id": entry.op_id})
    if feed:
        database.run(connection, "UPDATE feed_head SET seq = %s, h = %s WHERE id = 1", [seq, h])
    return Numbered(head.seq, seq, feed, operations)


def _operation(entry: CentreEntry, seq: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "station_id": CENTRE,
        "inc": "",
        "n": seq,
        "op_id": entry.op_id,
        "tx": entry.tx or entry.op_id,
        "tbl": entry.tbl,
        "row_id": entry.row_id,
        "kind": entry.kind,
        "sets": canonical(entry.sets),
        "olds": "{}",
        "base": seq - 1,
        "hlc": entry.hlc,
        "actor": "system",
        "created": entry.created,
        "status": "ok",
        "code": "",
        "seq": seq,
        "received_at": entry.created,
    }
    return {**made, "h": operation_hash(made, "")}


def append(connection: Connection, feed: list[dict[str, Any]]) -> None:
    """Write the numbered entries."""
    if feed:
        database.copy(connection, "feed", tuple(feed[0]), (tuple(one.values()) for one in feed))


def log(connection: Connection, operations: list[dict[str, Any]]) -> None:
    """Write operations into the log of operations."""
    if operations:
        database.copy(connection, "oplog", _LOGGED, ([one[name] for name in _LOGGED] for one in operations))


_LOGGED = (
    "station_id",
    *(name for name in HASHED if name != "inc"),
    "inc",
    "h",
    "status",
    "code",
    "seq",
    "received_at",
)


def announce(connection: Connection, head: int, station: str, scopes: set[str]) -> None:
    """Tell the waiting requests of every process, once this transaction is committed."""
    payload = " ".join([str(head), station or "-", *sorted(scopes)])
    database.run(connection, "SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def common_point(connection: Connection, seen: Sequence[tuple[int, str]]) -> int:
    """The greatest place that a station has read up to and that is a place of our feed as well; 0 always is."""
    numbers = [seq for seq, _ in seen if seq]
    if not numbers:
        return 0
    found = database.rows(connection, "SELECT seq, h FROM feed WHERE seq = ANY(%s)", [numbers])
    ours = {place.seq: place.h for place in found}
    return max((seq for seq, h in seen if seq and ours.get(seq) == h), default=0)

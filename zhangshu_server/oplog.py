"""The centre's copies of the stations' logs: how far each goes, and what became of its operations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zhangshu_server import database
from zhangshu_server.database import Connection, document
from zhangshu_server.lives import Life


def books(connection: Connection, station: str) -> tuple[int, int, dict[str, Life]]:
    """(head of the feed, feed numbers below it were purged, the station's lives by incarnation)."""
    found = database.rows(connection, _BOOKS, [station])
    lives = {
        one.inc: Life(one.n, one.h, one.durable, one.audit_seq, one.audit_h) for one in found if one.inc is not None
    }
    return found[0].seq, int(found[0].floor), lives


def hashes(connection: Connection, station: str, asked: Iterable[tuple[str, int]]) -> Mapping[str, dict[int, str]]:
    """Our hashes at these places (incarnation, number), as far as we have them."""
    ours: dict[str, dict[int, str]] = defaultdict(dict)
    wanted = list(asked)
    if wanted:
        incs, numbers = [inc for inc, _ in wanted], [n for _, n in wanted]
        for one in database.rows(connection, _HASHES, [incs, numbers, station]):
            ours[one.inc][one.n] = one.h
    return ours


def known(connection: Connection, op_ids: Sequence[str]) -> dict[str, Any]:
    """What the log has of these operations, whatever number they came under."""
    if not op_ids:
        return {}
    return {one.op_id: one for one in database.rows(connection, _KNOWN, [database.words(op_ids)])}


def transaction_states(connection: Connection, station: str, txs: Sequence[str]) -> list[Any]:
    """(tx, status, code) of what became of transactions that were sent before."""
    return database.rows(connection, _TX_STATES, [station, list(txs)])


def rejected(connection: Connection, station: str, txs: Sequence[str]) -> list[Any]:
    """The operations of the station's rejected transactions among these, in the order in which they were made."""
    return database.rows(connection, _REJECTED, [station, list(txs)])


def judge_anew(connection: Connection, found: Sequence[Mapping[str, Any]]) -> None:
    """Write what became of operations that were rejected before: `op_id`, `status`, `code`, `seq`."""
    if found:
        database.run(connection, _JUDGED_ANEW, [document(found)])


def keep_lives(connection: Connection, station: str, changed: Sequence[Mapping[str, Any]]) -> None:
    """Write how far lives go: `inc`, `n`, `h`, `audit_seq`, `audit_h`."""
    if changed:
        database.run(connection, _LIVES, [station, document(changed)])


_BOOKS = """
    SELECT h.seq, coalesce((SELECT value FROM facts WHERE key = 'feed_floor'), '0') AS floor,
        l.inc, l.n, l.h, l.durable, l.audit_seq, l.audit_h
    FROM feed_head h LEFT JOIN lives l ON l.station_id = %s
"""
_HASHES = """
    SELECT o.inc, o.n, o.h FROM unnest(%s::text[], %s::bigint[]) AS k(inc, n) JOIN oplog o USING (inc, n)
    WHERE o.station_id = %s
"""
_KNOWN = """
    SELECT op_id, status, station_id, inc, h FROM oplog
    WHERE op_id = ANY(string_to_array(%s, ' ')) AND status <> 'duplicate'
"""
_TX_STATES = """
    SELECT DISTINCT o.tx, f.status, f.code FROM oplog o
    JOIN oplog f ON f.op_id = o.op_id AND f.status <> 'duplicate'
    WHERE o.station_id = %s AND o.tx = ANY(%s)
"""
_REJECTED = """
    SELECT inc, n, op_id, tx, tbl, row_id, kind, sets, base, hlc, actor, created, h FROM oplog
    WHERE station_id = %s AND tx = ANY(%s) AND status = 'rejected' ORDER BY created, inc, n
"""
_JUDGED_ANEW = """
    UPDATE oplog o SET status = x.status, code = x.code, seq = x.seq
    FROM json_to_recordset(%s::json) AS x(op_id text, status text, code text, seq bigint)
    WHERE o.op_id = x.op_id AND o.status = 'rejected'
"""
_LIVES = """
    INSERT INTO lives (station_id, inc, n, h, audit_seq, audit_h)
    SELECT %s, x.* FROM json_to_recordset(%s::json) AS x(inc text, n bigint, h text, audit_seq bigint, audit_h text)
    ON CONFLICT (station_id, inc) DO UPDATE SET n = excluded.n, h = excluded.h,
        audit_seq = excluded.audit_seq, audit_h = excluded.audit_h
"""

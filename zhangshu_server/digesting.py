"""Finding which rows differ: a table's 256 buckets, and the rows of one of them (`sync.md` §2.8)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhangshu_desk.sync.wire import PULLED
from zhangshu_server import database
from zhangshu_server.database import Connection
from zhangshu_server.pulling import as_hex, as_row
from zhangshu_server.refusals import bad_request


def buckets(connection: Connection, scopes: Iterable[str], tbl: str) -> dict[str, Any]:
    """Rows and digest sum of each bucket that has rows, by the last two digits of the ids."""
    _check(tbl)
    found = database.rows(connection, _BUCKETS, [tbl, sorted(scopes)])
    return {"seq": _head(connection), "buckets": {one.bucket: (one.count, as_hex(int(one.total))) for one in found}}


def bucket_rows(connection: Connection, scopes: Iterable[str], tbl: str, bucket: str) -> dict[str, Any]:
    """All rows of a bucket."""
    _check(tbl)
    found = database.rows(connection, _BUCKET_ROWS, [tbl, sorted(scopes), bucket])
    return {"seq": _head(connection), "rows": [as_row(one) for one in found]}


_BUCKETS = """
    SELECT right(id, 2) AS bucket, count(*) AS count, sum(digest) AS total FROM records
    WHERE tbl = %s AND scope = ANY(%s) AND whole GROUP BY 1 ORDER BY 1
"""
_BUCKET_ROWS = """
    SELECT tbl, id, seq, fields::text AS fields FROM records
    WHERE tbl = %s AND scope = ANY(%s) AND whole AND right(id, 2) = %s ORDER BY id
"""


def _check(tbl: str) -> None:
    if tbl not in PULLED:
        raise bad_request("tbl")


def _head(connection: Connection) -> int:
    return int(database.row(connection, "SELECT seq FROM feed_head WHERE id = 1").seq)

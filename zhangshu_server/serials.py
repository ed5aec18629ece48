"""Lending blocks of serial numbers, each number once and for ever.

The last number lent is also kept in a file outside the database, written before the grant commits: a database that
was restored must not lend the same numbers again (`sync.md` §2.6).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhangshu_desk.core.failpoints import reach
from zhangshu_desk.core.files import write_atomic
from zhangshu_desk.core.ids import new_id
from zhangshu_server import database
from zhangshu_server.database import Connection

MOST = 20_000
"""Numbers in one block at most."""
FILE = "serials.json"
_LOCK = 0x7365726C
_MOST_NUMBER = 1 << 53
_log = logging.getLogger(__name__)


def grant(
    connection: Connection, state_dir: Path, station: str, inc: str, wanted: Mapping[str, int], now: int
) -> list[dict[str, Any]]:
    """Lend a block of each wanted kind to one life of a station: `{id, kind, first, last}`.

    Nothing is lent while the file cannot be read: numbers could be lent twice.
    """
    if not wanted:
        return []
    database.run(connection, "SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    path = state_dir / FILE
    try:
        marks = _read(path)
    except (OSError, ValueError) as error:
        _log.error("no serial numbers are lent, %s cannot be read: %s", FILE, type(error).__name__)
        return []
    lent = database.rows(
        connection, "SELECT kind, max(last) AS last FROM blocks WHERE kind = ANY(%s) GROUP BY kind", [list(wanted)]
    )
    in_database = {one.kind: one.last for one in lent}
    blocks = []
    for kind, count in sorted(wanted.items()):
        first = max(marks.get(kind, 0), in_database.get(kind, 0)) + 1
        last = first + min(count, MOST) - 1
        if last > _MOST_NUMBER:
            continue
        marks[kind] = last
        blocks.append({"id": new_id(now), "kind": kind, "first": first, "last": last})
    write_atomic(path, json.dumps(marks, sort_keys=True).encode(), private=True)
    reach("server.serials.after_file")
    for block in blocks:
        database.run(
            connection,
            "INSERT INTO blocks (id, kind, first, last, station_id, inc, granted_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [block["id"], block["kind"], block["first"], block["last"], station, inc, now],
        )
    return blocks


def _read(path: Path) -> dict[str, int]:
    if not path.exists():
        return {}
    found = json.loads(path.read_bytes())
    if not isinstance(found, dict) or not all(type(last) is int for last in found.values()):
        raise ValueError("not the file of serial numbers")
    return found

"""Everything a station may have, page by page: table after table (parents first), each by id.

Pages are not of one moment. The first page says up to which feed number the copy is good (`as_of`); what changed while
it was read comes through the feed from there on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zhangshu_desk.sync.wire import MAX_PAGE_ROWS, PULLED
from zhangshu_server import database
from zhangshu_server.database import Connection
from zhangshu_server.pulling import MAX_PAGE_BYTES, as_row
from zhangshu_server.refusals import bad_request


def page(connection: Connection, scopes: Iterable[str], after: str, as_of: int | None) -> dict[str, Any]:
    """The rows after the place that the page before named.

    Args:
        after: `table:id` of the last row that was given; empty at the beginning.
        as_of: what the first page said; None at the beginning.

    Raises:
        Refusal: 400 when `after` names no place, or `as_of` a moment that is not ours (the centre was restored since).
    """
    place, row_id = _place(after)
    # Without fresh statistics the planner would sort all that remains for every page.
    database.run(connection, "SET LOCAL enable_bitmapscan = off")
    as_of, h = _moment(connection, as_of)
    rows: list[dict[str, Any]] = []
    size, last, more = 0, after, False
    for tbl in PULLED[place:]:
        room = MAX_PAGE_ROWS - len(rows)
        found = database.rows(connection, _ROWS, [tbl, row_id, sorted(scopes), room + 1])
        for one in found:
            if len(rows) == MAX_PAGE_ROWS or (size > MAX_PAGE_BYTES and rows):
                more = True
                break
            rows.append(as_row(one))
            size += len(one.fields.encode())
            last = f"{tbl}:{one.id}"
        if more:
            break
        row_id = ""
    end = {"after": last if more else None, "more": more}
    return {"as_of": as_of, "h": h, "total": _total(connection, scopes), "rows": rows, **end}


_ROWS = """
    SELECT tbl, id, seq, fields::text AS fields FROM records
    WHERE tbl = %s AND id > %s AND scope = ANY(%s) AND whole ORDER BY id LIMIT %s
"""


def _place(after: str) -> tuple[int, str]:
    if not after:
        return 0, ""
    tbl, colon, row_id = after.partition(":")
    if not colon or tbl not in PULLED or "\0" in row_id:
        raise bad_request("after")
    return PULLED.index(tbl), row_id


def _total(connection: Connection, scopes: Iterable[str]) -> int:
    """About how many rows all pages have together: the station says how far it has got, and looks for room for them."""
    return int(database.row(connection, _COUNT, [sorted(scopes), list(PULLED)]).count)


_COUNT = "SELECT coalesce(sum(count), 0) AS count FROM digests WHERE scope = ANY(%s) AND tbl = ANY(%s)"


def _moment(connection: Connection, as_of: int | None) -> tuple[int, str]:
    head = database.row(connection, "SELECT seq, h FROM feed_head WHERE id = 1")
    if as_of is None or as_of == head.seq:
        return head.seq, head.h
    if as_of == 0:
        return 0, ""
    found = database.row(connection, "SELECT h FROM feed WHERE seq = %s", [as_of])
    if found is None:
        raise bad_request("as_of")
    return as_of, found.h

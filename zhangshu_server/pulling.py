"""Giving a station what others did since it last read; page, head and digests are of one moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from zhangshu_desk.core.operations import DIGEST_MODULUS
from zhangshu_desk.sync.wire import MAX_PAGE_ROWS, PULLED
from zhangshu_server import database
from zhangshu_server.database import Connection
from zhangshu_server.records import KEYS, Key, key_words

MAX_PAGE_BYTES = 4 << 20
_WIDTH = 120  # bytes of a row besides its fields, about
Digests = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Echo:
    """Feed numbers in (`after`, `upto`], without those `but`: rows that a station has just brought to what they are,
    so that it needs no more than their digests."""

    after: int
    upto: int
    but: tuple[int, ...] = ()


NO_ECHO = Echo(0, 0)


@dataclass(frozen=True)
class Page:
    """Rows as they go over the wire; `hlc`: the greatest clock among them, empty when there are none."""

    rows: list[dict[str, Any]]
    next: int
    h: str
    head: int
    more: bool
    hlc: str


def page(
    connection: Connection,
    scopes: Iterable[str],
    since: int,
    limit: int,
    touched: Iterable[Key],
    echo: Echo = NO_ECHO,
) -> Page:
    """The rows of these scopes that changed after feed number `since`, in the order of their latest changes.

    Args:
        touched: rows to give in any case, as far as the station may have them.
        echo: rows to give without their fields.
    """
    head = database.row(connection, "SELECT seq, h FROM feed_head WHERE id = 1")
    limit = min(limit, MAX_PAGE_ROWS)
    found = _changed(connection, sorted(scopes), since, limit + 1, echo)
    kept = found[: _fitting(found, limit)]
    more = len(kept) < len(found)
    upto = kept[-1].seq if more else head.seq
    h = head.h if upto == head.seq else _hash_at(connection, upto)
    again = _touched(connection, sorted(scopes), touched, since)
    hlc = max((one.hlc for one in (*kept, *again)), default="")
    return Page([as_row(one) for one in (*kept, *again)], upto, h, head.seq, more, hlc)


def _changed(connection: Connection, scopes: list[str], since: int, limit: int, echo: Echo) -> list[Any]:
    # one ordered index scan per scope, merged: a condition over all scopes would sort everything for every page
    part = (
        "(SELECT tbl, id, seq, digest, hlc,"
        " CASE WHEN seq > %s AND seq <= %s AND seq <> ALL(%s::bigint[]) THEN '' ELSE fields::text END AS fields"
        " FROM records WHERE scope = %s AND seq > %s AND whole AND tbl = ANY(%s) ORDER BY seq LIMIT %s)"
    )
    sql = " UNION ALL ".join([part] * len(scopes)) + " ORDER BY seq LIMIT %s"
    values: list[Any] = []
    for scope in scopes:
        values += [echo.after, echo.upto, list(echo.but), scope, since, list(PULLED), limit]
    return database.rows(connection, sql, [*values, limit])


def _fitting(found: list[Any], limit: int) -> int:
    """How many of the rows go on one page; at least one."""
    size = 0
    for count, one in enumerate(found[:limit]):
        size += len(one.fields.encode()) + _WIDTH
        if size > MAX_PAGE_BYTES and count:
            return count
    return min(len(found), limit)


def _touched(connection: Connection, scopes: list[str], keys: Iterable[Key], since: int) -> list[Any]:
    wanted = [key for key in keys if key[0] in PULLED]
    if not wanted:
        return []
    return database.rows(connection, _TOUCHED, [*key_words(wanted), scopes, since])


_TOUCHED = f"""
    SELECT r.tbl, r.id, r.seq, r.digest, r.hlc, r.fields::text AS fields FROM {KEYS} JOIN records r USING (tbl, id)
    WHERE r.scope = ANY(%s) AND r.whole AND r.seq <= %s
"""  # noqa: S608 - constants


def _hash_at(connection: Connection, seq: int) -> str:
    found = database.row(connection, "SELECT h FROM feed WHERE seq = %s", [seq])
    return str(found.h) if found else ""


def as_row(found: Any) -> dict[str, Any]:
    """A row as it goes over the wire; its fields stay the JSON text that the database gave."""
    if not found.fields:
        return {"t": found.tbl, "id": found.id, "v": found.seq, "d": as_hex(int(found.digest))}
    return {"t": found.tbl, "id": found.id, "v": found.seq, "f": orjson.Fragment(found.fields)}


def digests(connection: Connection, scopes: Iterable[str]) -> Digests:
    """(rows, digest sum in hexadecimal) of every table that stations receive, all scopes together."""
    found = database.rows(
        connection,
        "SELECT tbl, sum(count) AS count, sum(total) AS total FROM digests WHERE scope = ANY(%s) GROUP BY tbl",
        [sorted(scopes)],
    )
    sums = {one.tbl: (int(one.count), int(one.total)) for one in found}
    return {tbl: (sums.get(tbl, (0, 0))[0], as_hex(sums.get(tbl, (0, 0))[1])) for tbl in PULLED}


def as_hex(total: int) -> str:
    """A digest sum as 16 hexadecimal digits."""
    return f"{total % DIGEST_MODULUS:016x}"

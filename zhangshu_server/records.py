"""Rows of the desks as documents: reading them with their locks, writing them in bulk, and the running digests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import errors

from zhangshu_desk.core.operations import DIGEST_MODULUS, row_digest
from zhangshu_desk.sync.wire import PULLED, Table
from zhangshu_server import database
from zhangshu_server.database import Again, Connection, document
from zhangshu_server.merging import PENDING, Record, Stamp, identity_of

Key = tuple[str, str]
_PULLED = frozenset(PULLED)


@dataclass(frozen=True)
class Stored:
    """A record as it was read, with the digest that was counted for it."""

    record: Record
    digest: int


def read_locked(connection: Connection, keys: Iterable[Key]) -> dict[Key, Stored]:
    """The records with these keys, locked in one order for all until the transaction ends."""
    return _read(connection, _READ + " ORDER BY r.tbl, r.id FOR UPDATE OF r", keys)


def read(connection: Connection, keys: Iterable[Key]) -> dict[Key, Stored]:
    """The records with these keys as they are just now."""
    return _read(connection, _READ, keys)


_COLUMNS = "r.tbl, r.id, r.scope, r.seq, r.fields, r.clk, r.whole, r.digest"
KEYS = "unnest(string_to_array(%s, ' '), string_to_array(%s, ' ')) AS k(tbl, id)"
_READ = f"SELECT {_COLUMNS} FROM {KEYS} JOIN records r USING (tbl, id)"  # noqa: S608 - constants


def key_words(keys: Iterable[Key]) -> list[str]:
    """The parameters for `KEYS`."""
    wanted = list(keys)
    return [database.words(tbl for tbl, _ in wanted), database.words(row_id for _, row_id in wanted)]


def _read(connection: Connection, sql: str, keys: Iterable[Key]) -> dict[Key, Stored]:
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(database.text(sql), key_words(wanted))
        return {(found[0], found[1]): _stored(found) for found in cursor}


def _stored(found: tuple[Any, ...]) -> Stored:
    tbl, row_id, scope, seq, fields, clk, whole, digest = found
    stamps = {}
    for groups, parts in clk.items():
        stamp = Stamp(*parts)
        for group in groups.split(" "):
            stamps[group] = stamp
    return Stored(Record(tbl, row_id, scope, seq, fields, stamps, whole), int(digest))


def twins_of(connection: Connection, table: Table, values: set[tuple[Any, ...]]) -> list[Record]:
    """The whole records of a table that are about one of these things (`wire.Table.unique`).

    Whoever asks holds the things until the transaction ends: two stations that enter the same thing at the same moment
    find each other.
    """
    if not values:
        return []
    _hold(connection, table, values)
    texts = [[str(one[i]) for one in sorted(values)] for i in range(len(table.unique))]
    with connection.cursor() as cursor:
        cursor.execute(database.text(_twins_sql(table)), texts)
        found = [_stored(row).record for row in cursor]
    return [record for record in found if identity_of(table, record) in values]


def _twins_sql(table: Table) -> str:
    # the table's name and the fields are constants of wire.py; written out so that the partial indices are used
    arrays = ", ".join(["%s::text[]"] * len(table.unique))
    names = ", ".join(f"v{i}" for i in range(len(table.unique)))
    match = " AND ".join(f"r.fields->>'{name}' = k.v{i}" for i, name in enumerate(table.unique))
    return (
        f"SELECT {_COLUMNS} FROM unnest({arrays}) AS k({names}) JOIN records r ON {match}"  # noqa: S608
        f" WHERE r.tbl = '{table.name}' AND r.whole"
    )


def _hold(connection: Connection, table: Table, values: set[tuple[Any, ...]]) -> None:
    buckets = sorted({hash_bucket(table.name, value) for value in values})
    database.run(
        connection,
        "SELECT pg_advisory_xact_lock(%s, k) FROM (SELECT unnest(%s::int[]) AS k ORDER BY 1) AS ordered",
        [_THINGS_LOCK, buckets],
    )


_THINGS_LOCK = 0x7477696E
_BUCKETS = 64  # a lock per thing could fill PostgreSQL's table of locks


def hash_bucket(name: str, value: tuple[Any, ...]) -> int:
    """Which of the few locks stands for a thing."""
    return row_digest(name, "", {str(i): str(one) for i, one in enumerate(value)}) % _BUCKETS


def write(connection: Connection, before: Mapping[Key, Stored], after: Mapping[Key, Record], start: int) -> None:
    """Write records whose provisional feed numbers count on from `start`, and keep the digests in step.

    Raises:
        Again: a row that was missing when it was looked for is there now.
    """
    if not after:
        return
    fresh: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    sums: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for key, record in after.items():
        old = before.get(key)
        row = _row(record, start)
        (fresh if old is None else known).append(row)
        if record.tbl in _PULLED:
            if old is not None and old.record.whole:
                _count(sums[old.record.scope, record.tbl], -1, -old.digest)
            if record.whole:
                _count(sums[record.scope, record.tbl], 1, row["digest"])
    if fresh:
        _insert(connection, fresh)
    if known:  # taking them out and copying them in is faster, but who waits for a row's lock would find none
        database.run(connection, _UPDATE, [document(known)])
    counted = [
        {"scope": scope, "tbl": tbl, "count": count, "total": total % DIGEST_MODULUS}
        for (scope, tbl), (count, total) in sorted(sums.items())
    ]
    if counted:
        database.run(connection, _SUM, [document(counted)])


def _insert(connection: Connection, fresh: list[dict[str, Any]]) -> None:
    lines = [
        (
            row["tbl"],
            row["id"],
            row["scope"],
            row["seq"],
            document(row["fields"]),
            document(row["clk"]),
            row["hlc"],
            row["digest"],
            row["whole"],
        )
        for row in fresh
    ]
    try:
        database.copy(connection, "records", tuple(fresh[0]), lines)
    except errors.UniqueViolation:
        raise Again from None


def _count(one: list[int], count: int, digest: int) -> None:
    one[0] += count
    one[1] += digest


def _row(record: Record, start: int) -> dict[str, Any]:
    groups: dict[int, list[str]] = {}  # by the stamp's identity: an operation gives the same one to all its groups
    stamps: dict[int, Stamp] = {}
    for group, stamp in record.clk.items():
        groups.setdefault(id(stamp), []).append(group)
        stamps[id(stamp)] = stamp
    clk = {" ".join(groups[one]): (real(stamp[0], start), *stamp[1:]) for one, stamp in stamps.items()}
    return {
        "tbl": record.tbl,
        "id": record.id,
        "scope": record.scope,
        "seq": real(record.seq, start),
        "fields": record.fields,
        "clk": clk,
        "hlc": record.hlc,
        "digest": row_digest(record.tbl, record.id, record.fields),
        "whole": record.whole,
    }


def real(seq: int, start: int) -> int:
    """The feed number that a provisional one becomes when the numbers count on from `start`."""
    return seq - PENDING + 1 + start if seq >= PENDING else seq


_SHAPE = (
    "x(tbl text, id text, scope text, seq bigint, fields jsonb, clk jsonb, hlc text, digest numeric(20), whole boolean)"
)
_UPDATE = f"""
    UPDATE records r SET scope = x.scope, seq = x.seq, fields = x.fields, clk = x.clk, hlc = x.hlc, digest = x.digest,
        whole = x.whole
    FROM json_to_recordset(%s::json) AS {_SHAPE} WHERE r.tbl = x.tbl AND r.id = x.id
"""  # noqa: S608 - constants
_SUM = """
    INSERT INTO digests (scope, tbl, count, total)
    SELECT * FROM json_to_recordset(%s::json) AS x(scope text, tbl text, count bigint, total numeric(20))
    ON CONFLICT (scope, tbl) DO UPDATE SET count = digests.count + excluded.count,
        total = (digests.total + excluded.total) %% 18446744073709551616
"""

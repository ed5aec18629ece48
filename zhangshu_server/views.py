"""A row as the author of an operation had it: what their life had read of the feed, and their own changes on top.

An operation names only the fields that changed. When fields that belong together are contested, the author's values of
the others are needed too; they follow from the log of operations, which is asked for this rare case only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from zhangshu_desk.sync.wire import CENTRE, Table
from zhangshu_server import database
from zhangshu_server.database import Connection
from zhangshu_server.merging import Fields, Operation, Record, merge


def view(connection: Connection, table: Table, op: Operation, earlier: Sequence[Operation]) -> Fields:
    """The fields of the row of `op` as its author had them before it.

    Args:
        earlier: operations of the same life on this row that are not in the log yet.
    """
    logged = [_operation(one) for one in database.rows(connection, _LOGGED, [op.tbl, op.row_id])]
    return replay(table, op, logged, earlier)


def replay(
    table: Table, op: Operation, logged: Iterable[tuple[Operation, int | None]], earlier: Iterable[Operation]
) -> Fields:
    """The same from the operations themselves, each with its feed number, in the order of the feed. Pure."""
    record = Record(op.tbl, op.row_id, "")
    own = []
    for one, seq in logged:
        if (one.station, one.inc) == (op.station, op.inc):
            own.append(one)
        if seq is not None and seq <= op.base:
            record = merge(table, record, one, seq).record
    fields = dict(record.fields)
    for one in sorted([*own, *earlier], key=lambda one: one.n):
        if one.n < op.n:
            fields.update(one.sets)
    return {name: value for name, value in fields.items() if value is not None}


def _operation(found: Any) -> tuple[Operation, int | None]:
    kind = "update" if found.station_id == CENTRE else found.kind
    sets = orjson.loads(found.sets)
    return (
        Operation(
            station=found.station_id,
            inc=found.inc,
            n=found.n,
            op_id=found.op_id,
            tbl=found.tbl,
            row_id=found.row_id,
            kind=kind,
            sets=sets,
            base=found.base,
            hlc=found.hlc,
            actor=found.actor,
            created=found.created,
        ),
        found.seq,
    )


_LOGGED = """
    SELECT station_id, inc, n, op_id, tbl, row_id, kind, sets, base, hlc, actor, created, seq FROM oplog
    WHERE tbl = %s AND row_id = %s AND status NOT IN ('duplicate', 'rejected') ORDER BY seq NULLS LAST, received_at, n
"""

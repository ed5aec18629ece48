"""What the centre itself writes: a change of one record, and its entry in the feed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.operations import format_hlc
from zhangshu_desk.sync.wire import CENTRE, TABLES
from zhangshu_server.feed import CentreEntry
from zhangshu_server.merging import Record, Stamp


def write(
    record: Record, kind: str, sets: Mapping[str, Any], seq: int, now: int, tick: int, tx: str = ""
) -> tuple[Record, CentreEntry]:
    """The record with these fields, None = without; and what the feed is told.

    Args:
        kind: `insert` or `update`. seq: its provisional feed number.
        tick: counts what is written at the same moment. tx: what it belongs to.
    """
    table, op_id = TABLES[record.tbl], new_id(now)
    hlc = format_hlc((now, tick), CENTRE)
    stamp = Stamp(seq, hlc, CENTRE, "", op_id, "system")
    clk = {**record.clk, **{table.group_of(name): stamp for name in sets}}
    fields = {name: value for name, value in {**record.fields, **sets}.items() if value is not None}
    written = replace(record, fields=fields, clk=clk, seq=seq, whole=record.whole or kind == "insert")
    return written, CentreEntry(record.tbl, record.id, op_id, kind, dict(sets), hlc, now, tx)

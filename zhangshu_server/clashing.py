"""What a push runs into: rows that are the same thing as others, and changes that did not know of each other."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from zhangshu_desk.sync.wire import TABLES
from zhangshu_server import conflicts, records
from zhangshu_server.conflicts import conflict_id
from zhangshu_server.database import Connection
from zhangshu_server.judging import Court
from zhangshu_server.merging import Clash, Record, identity_of, twins


def find_twins(connection: Connection, court: Court) -> list[Clash]:
    """Find rows that are about the same thing as one that this push changed; they are added to its clashes."""
    found: list[Clash] = []
    for table in TABLES.values():
        if not table.unique:
            continue
        named = {}
        for key, record in court.changed().items():
            values = identity_of(table, record) if key[0] == table.name else None
            before = court.stored.get(key)
            if values is not None and (before is None or identity_of(table, before.record) != values):
                named[key] = values
        others = {(one.tbl, one.id): one for one in records.twins_of(connection, table, set(named.values()))}
        others.update((key, one) for key, one in court.records.items() if key[0] == table.name)
        same: dict[tuple[Any, ...], list[Record]] = defaultdict(list)
        for one in others.values():
            if (values := identity_of(table, one)) is not None:
                same[values].append(one)
        seen: set[tuple[str, ...]] = set()
        for key, values in named.items():
            for clash in twins(table, court.records[key], same[values]):
                if clash.seed not in seen:
                    seen.add(clash.seed)
                    found.append(clash)
    court.clashes += found
    return found


def record(connection: Connection, court: Court) -> None:
    """Make rows of a push's clashes."""
    if not court.clashes:
        return
    keys = {("conflicts", conflict_id(clash)) for clash in court.clashes}
    stored = records.read_locked(connection, keys - court.records.keys())
    court.stored = {**court.stored, **stored}
    court.records.update((key, one.record) for key, one in stored.items())
    court.record_clashes(court.clashes, *conflicts.names(connection, court.clashes))

"""A station as the wire sees it, in a few words: valid, hash-chained operations and whole requests.

b = Log(station_id, actor="system")
b.insert("enterprises", name="甲公司").update("enterprises", row, notes="…").end()
request = b.request(since=0)
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.operations import AUDITED, audit_hash, canonical, format_hlc, operation_hash
from zhangshu_desk.sync.wire import PROTOCOLS, SCHEMA, TABLES

START = 1_795_000_000_000
_EMPTY = {"text": "", "int": 0, "bool": 0, "date": "2026-11-23", "json": []}
_requests = itertools.count(1)


def filled(tbl: str, **sets: Any) -> dict[str, Any]:
    """A whole row of a table: what is not given is empty."""
    columns = TABLES[tbl].columns
    unknown = sets.keys() - columns.keys()
    assert not unknown, unknown
    given = {name: sets.get(name, _EMPTY[one.kind] if not one.nullable else None) for name, one in columns.items()}
    return {name: value for name, value in given.items() if value is not None}


@dataclass
class Log:
    """One life of a station: `ops` are numbered from 1; what is sent starts after `acked`."""

    station: str
    actor: str = "system"
    now: int = START
    base: int = 0
    inc: str = ""
    ops: list[dict[str, Any]] = field(default_factory=list)
    acked: int = 0
    cap: tuple[int, int] | None = None
    tx: str = ""
    last_row: str = ""
    audit: tuple[int, str] = (0, "")

    def __post_init__(self) -> None:
        self.inc = self.inc or new_id(self.now)

    # -- operations ---------------------------------------------------------------------------------------------------

    def add(self, tbl: str, row_id: str, kind: str, sets: dict[str, Any], /, **other: Any) -> Log:
        """Append an operation to the open transaction; `other` replaces any field before it is hashed."""
        self.now += 1
        self.tx = self.tx or new_id(self.now)
        self.last_row = row_id
        op: dict[str, Any] = {
            "n": len(self.ops) + 1,
            "op_id": new_id(self.now),
            "tx": self.tx,
            "tbl": tbl,
            "row_id": row_id,
            "kind": kind,
            "sets": canonical(sets),
            "olds": "{}",
            "base": self.base,
            "hlc": format_hlc((self.now, 0), self.station),
            "actor": self.actor,
            "created": self.now,
            **other,
        }
        op["h"] = operation_hash({**op, "inc": self.inc}, self.h)
        self.ops.append(op)
        return self

    def insert(self, tbl: str, row_id: str = "", **sets: Any) -> Log:
        """A new, whole row; its id is `last_row`."""
        return self.add(tbl, row_id or new_id(self.now + 1), "insert", filled(tbl, **sets))

    def update(self, tbl: str, row_id: str, /, **sets: Any) -> Log:
        """A change of some fields."""
        return self.add(tbl, row_id, "update", sets)

    def rescue(self, tbl: str, row_id: str, /, **sets: Any) -> Log:
        """An offer of a row that the centre lost."""
        return self.add(tbl, row_id, "rescue", sets, hlc=format_hlc((0, 0), self.station))

    def audit_entry(self, **other: Any) -> Log:
        """The next entry of the audit log."""
        seq, prev_h = self.audit
        entry: dict[str, Any] = {
            **{name: 0 if name in ("seq", "at", "ops") else "" for name in AUDITED},
            "seq": seq + 1,
            "at": self.now,
            "tx": self.tx or new_id(self.now),
            "prev_h": prev_h,
            **other,
        }
        entry.setdefault("h", audit_hash(entry["prev_h"], entry))
        self.audit = entry["seq"], entry["h"]
        return self.add("audit", new_id(self.now), "insert", entry)

    def end(self) -> Log:
        """End the transaction."""
        self.tx = ""
        return self

    # -- requests -----------------------------------------------------------------------------------------------------

    @property
    def h(self) -> str:
        """The hash at the end of the log."""
        return str(self.ops[-1]["h"]) if self.ops else ""

    def h_at(self, n: int) -> str:
        """The hash at a number, empty at 0."""
        return str(self.ops[n - 1]["h"]) if n else ""

    def log(self, *, current: bool = True, first: int | None = None, upto: int | None = None) -> dict[str, Any]:
        """The log as a request carries it, from `first` (default: after `acked`) on; an earlier one ends at `upto`."""
        first = self.acked + 1 if first is None else first
        upto = len(self.ops) if upto is None else upto
        return {
            "inc": self.inc,
            "first": first,
            "prev_h": self.h_at(first - 1),
            "own": [[n, self.h_at(n)] for n in _spaced(len(self.ops) if current else upto)],
            "cap": list(self.cap) if self.cap else None,
            "current": current,
            "ops": self.ops[first - 1 : upto],
        }

    def request(
        self, since: int | None = None, *, earlier: Iterable[dict[str, Any]] = (), **other: Any
    ) -> dict[str, Any]:
        """A whole request of `POST /v1/sync`."""
        return {
            "proto": PROTOCOLS[1],
            "schema": SCHEMA,
            "client": "1.0.0",
            "station": self.station,
            "now": self.now,
            "req": next(_requests),
            "waiting": len(self.ops) - self.acked,
            "oldest": None,
            "logs": [*earlier, self.log()],
            "since": since,
            "seen": [],
            "limit": 2_000,
            "want": {"serials": {}, "secret": False},
            "retry": [],
            "verifiers": [],
            "verifiers_since": None,
            **other,
        }


def _spaced(top: int) -> list[int]:
    """The tip and points before it, ever further apart."""
    return [0, *sorted({top - step for step in (0, *(1 << i for i in range(20))) if top - step > 0})]

"""What becomes of the transactions of a push: known, rejected or merged, each all or nothing.

Works on rows in memory that were read and locked before; the database is written afterwards, in bulk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from zhangshu_desk.core.actors import Role
from zhangshu_desk.sync.wire import TABLES, Table
from zhangshu_server import authoring
from zhangshu_server.conflicts import conflict_id, extension, fields_of
from zhangshu_server.feed import CentreEntry, Entry
from zhangshu_server.merging import PENDING, Claim, Clash, Fields, Operation, Record, merge, scope_of
from zhangshu_server.records import Key, Stored
from zhangshu_server.stations import Station
from zhangshu_server.validating import (
    Person,
    Refused,
    check_form,
    check_rights,
    person_of,
    without_centre_fields,
)

_WORST = ("duplicate", "ok", "merged", "conflict", "rejected")


@dataclass
class Sent:
    """An operation as it was sent (or found again in our log) and what became of it.

    Attributes:
        tx: its transaction; h, origin: its hash, and the station and life under which our log has it.
        op: what is to be applied; None when it is known and was not rejected, so that nothing is to be done.
        status, code: as `oplog` keeps them; index: place of its entry among the new feed entries.
    """

    tx: str
    h: str
    origin: tuple[str, str]
    key: Key
    op: Operation | None
    status: str = "duplicate"
    code: str = ""
    index: int | None = None


@dataclass(frozen=True)
class Result:
    """What the station is told of one transaction."""

    tx: str
    status: str
    code: str = ""
    detail: str = ""


@dataclass
class Court:
    """The rows of one push, and what it makes of them.

    Attributes:
        stored: rows as they were read; records: as they are now.
        accounts: rows of `users` that were read without being part of the push.
        claims: good claims of other stations by visit.
        view: the row as the author of an operation had it, given what the same life did earlier in this push.
    """

    station: Station
    now: int
    stored: Mapping[Key, Stored]
    accounts: Mapping[str, Record]
    claims: Mapping[str, Claim]
    view: Callable[[Table, Operation, Sequence[Operation]], Fields] | None = None
    records: dict[Key, Record] = field(init=False)
    entries: list[Entry | CentreEntry] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    claimed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.records = {key: one.record for key, one in self.stored.items()}
        self._judged: set[str] = set()
        self._journal: dict[Key, Record | None] = {}
        self._made: list[Operation] = []
        self._founders: frozenset[str] = frozenset()
        self._ticks = 0

    # -- transactions -------------------------------------------------------------------------------------------------

    def judge(self, tx: str, sent: list[Sent]) -> Result:
        """Apply one transaction wholly, or reject it wholly."""
        fresh = [one for one in sent if self._is_first(one)]
        if not fresh:
            return Result(tx, "duplicate")
        marks = len(self.entries), len(self.clashes), len(self.claimed), len(self._made)
        self._journal = {}
        self._founders = frozenset(
            one.op.row_id for one in fresh if one.op is not None and one.op.tbl == "users" and one.op.kind == "insert"
        )
        try:
            for one in fresh:
                self._apply(one)
        except Refused as refused:
            self._undo(*marks)
            for one in fresh:
                one.status, one.code, one.index = "rejected", refused.code, None
            return Result(tx, "rejected", refused.code, refused.detail)
        return Result(tx, max((one.status for one in sent), key=_WORST.index))

    def _is_first(self, sent: Sent) -> bool:
        """Whether an operation is to be judged and was not in this push; the same one may come under two numbers."""
        if sent.op is None:
            return False
        if sent.op.op_id in self._judged:
            sent.op, sent.status, sent.code = None, "duplicate", ""
            return False
        self._judged.add(sent.op.op_id)
        return True

    def changed(self) -> dict[Key, Record]:
        """The records that are to be written."""
        stored = self.stored
        return {k: r for k, r in self.records.items() if k not in stored or stored[k].record is not r}

    def _undo(self, entries: int, clashes: int, claimed: int, made: int) -> None:
        del self.entries[entries:]
        del self.clashes[clashes:]
        del self.claimed[claimed:]
        del self._made[made:]
        for key, record in self._journal.items():
            if record is None:
                del self.records[key]
            else:
                self.records[key] = record

    def _apply(self, sent: Sent) -> None:
        op = sent.op
        assert op is not None
        table = check_form(op)
        if op.kind == "rescue":
            op = replace(op, sets=without_centre_fields(op))
        there = self.records.get(sent.key)
        record = there or Record(op.tbl, op.row_id, self._new_scope(op))
        person = self._person(op.actor) or self._founder(op.actor)
        check_rights(table, op, record, self.station.scopes, person, known=there is not None)
        claim = self.claims.get(op.row_id) if op.tbl == "visits" else None
        merged = merge(table, record, op, self._next_seq, claim, partial(self._view, table, op))
        self._made.append(op)
        sent.status = merged.status
        self.clashes += merged.clashes
        if merged.changed:
            sent.index = len(self.entries)
            self._keep(merged.record)
            self.entries.append(Entry(op.tbl, op.row_id, op.op_id, *sent.origin, sent.h))
            if op.tbl == "visits" and "state" in op.sets:
                self.claimed.append(op.row_id)
        if op.tbl == "stations" and op.kind != "update" and op.row_id == self.station.id:
            self.give_station(self.station.site, self.station.letter)

    def _view(self, table: Table, op: Operation) -> Fields:
        if self.view is None or op.kind != "update":
            return {}
        life = (op.station, op.inc, op.tbl, op.row_id)
        return self.view(table, op, [one for one in self._made if (one.station, one.inc, one.tbl, one.row_id) == life])

    def _new_scope(self, op: Operation) -> str:
        if op.tbl == "conflicts":  # a rescued one: where the row is that it is about
            tbl, row_id = str(op.sets.get("tbl")), str(op.sets.get("row_id"))
            about = self.records.get((tbl, row_id))
            if about is not None and about.scope in self.station.scopes:
                return about.scope
            return scope_of(TABLES.get(tbl, TABLES["conflicts"]), self.station.site, self.station.id)
        return scope_of(TABLES[op.tbl], self.station.site, self.station.id)

    def _person(self, actor: str) -> Person | None:
        record = self.records.get(("users", actor)) or self.accounts.get(actor)
        if record is None or record.scope != f"site:{self.station.site}":
            return None
        return person_of(record)

    def _founder(self, actor: str) -> Person | None:
        """Who sets a station up makes the first account, their own, in that act: the station vouches for it."""
        return Person(actor, Role.SUPERVISOR.value, True, "") if actor in self._founders else None

    # -- what the centre itself writes --------------------------------------------------------------------------------

    def give_station(self, site: str, letter: str) -> None:
        """Put site and letter into the station's own row, so that all stations of the site have them."""
        record = self.records.get(("stations", self.station.id))
        sets = {"site_id": site, "letter": letter}
        if record is not None and any(record.fields.get(name) != value for name, value in sets.items()):
            self._write(record, "update", sets)

    def record_clashes(self, clashes: list[Clash], people: Mapping[str, str], stations: Mapping[str, str]) -> None:
        """Turn clashes into rows; one that is there already is never opened again."""
        for clash in clashes:
            row_id = conflict_id(clash)
            existing = self.records.get(("conflicts", row_id))
            if existing is None or not existing.whole:  # of a restored centre somebody's decision may be here already
                there = existing or Record("conflicts", row_id, clash.scope)
                fields = fields_of(clash, people, stations, self.now)
                decided = {name for group in there.clk for name in TABLES["conflicts"].groups.get(group, (group,))}
                sets = {name: value for name, value in fields.items() if value is not None and name not in decided}
                self._write(replace(there, scope=clash.scope), "insert", sets)
            elif more := extension(clash, existing):
                self._write(existing, "update", more)

    def _write(self, record: Record, kind: str, sets: dict[str, Any]) -> None:
        written, entry = authoring.write(record, kind, sets, self._next_seq, self.now, self._ticks)
        self._ticks += 1
        self._keep(written)
        self.entries.append(entry)

    @property
    def _next_seq(self) -> int:
        return PENDING + len(self.entries)

    def _keep(self, record: Record) -> None:
        key = (record.tbl, record.id)
        self._journal.setdefault(key, self.records.get(key))
        self.records[key] = record

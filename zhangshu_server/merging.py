"""The merge rules (`sync.md` §2.6, docs/adr/0006): what one operation makes of one record. Pure: no SQL, no clock.

A group of fields carries the *stamp* of its last writer. A stamp is unseen by an operation when its feed number is
above the operation's base and it is not of the same life of the same station; only then is there anything to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from zhangshu_desk.core.operations import format_hlc, parse_hlc
from zhangshu_desk.sync.wire import LATEST_AHEAD_MS, TABLES, Policy, Scope, Table

PENDING: Final = 1 << 62
"""Feed numbers from here on are provisional: the counter row is asked last, and then they become real ones."""
RESCUED: Final = format_hlc((0, 0), "")
"""The clock of a field that was offered again after a restore: it loses against anybody's change."""
_MOST_COUNT = 999_999
_NUMBERED = frozenset({"serial_issues", "label_ranges"})
"""Tables in which the same number twice is not a duplicate to be joined but a number given twice."""

Fields = Mapping[str, Any]


class Stamp(NamedTuple):
    """Who wrote a group of fields last: feed number, clock, station, life, operation, actor."""

    seq: int
    hlc: str
    station: str
    inc: str
    op_id: str
    actor: str


@dataclass(frozen=True)
class Record:
    """A row as the centre has it; `fields` without nulls. `whole`: an insert was seen."""

    tbl: str
    id: str
    scope: str
    seq: int = 0
    fields: Fields = field(default_factory=dict)
    clk: Mapping[str, Stamp] = field(default_factory=dict)
    whole: bool = False

    @property
    def hlc(self) -> str:
        """The greatest clock of its fields, empty when there are none."""
        return max((stamp.hlc for stamp in self.clk.values()), default="")


@dataclass(frozen=True)
class Operation:
    """A change that is to be applied: `base` lowered and `hlc` clamped already, `sets` as values."""

    station: str
    inc: str
    n: int
    op_id: str
    tbl: str
    row_id: str
    kind: str
    sets: Fields
    base: int
    hlc: str
    actor: str
    created: int


@dataclass(frozen=True)
class Claim:
    """Another station's claim on a visit that is still good."""

    station: str
    actor_name: str
    at: int


@dataclass(frozen=True)
class Author:
    """Who made a change: `actor` is an account's id, or a shown name when `named`; `at` by its station's clock."""

    actor: str
    station: str
    at: int
    named: bool = False


@dataclass(frozen=True)
class Clash:
    """Two changes that did not know of each other, on the way to become a row of `conflicts`.

    Attributes:
        seed: what makes it this conflict and no other; the id is made of it.
        a, a_values: who and what stands; b, b_values: who lost, and what was wanted.
        other_row_id: the newer of two rows that are the same thing.
    """

    kind: str
    tbl: str
    row_id: str
    scope: str
    seed: tuple[str, ...]
    state: str
    a: Author
    a_values: Fields
    b: Author
    b_values: Fields
    other_row_id: str | None = None


@dataclass(frozen=True)
class Merged:
    """What became of an operation: the record after it, whether that differs, and what clashed."""

    record: Record
    changed: bool
    status: str
    clashes: tuple[Clash, ...] = ()


def clamp(hlc: str, n: int, station: str, now: int) -> str:
    """A clock that is too far ahead of the centre's is moved back to it, with the operation's number as counter."""
    if parse_hlc(hlc)[0] <= now + LATEST_AHEAD_MS:
        return hlc
    return format_hlc((now, min(n, _MOST_COUNT)), station)


def scope_of(table: Table, site: str, station: str) -> str:
    """The scope of a row that a station of a site makes in a table."""
    if table.scope is Scope.GLOBAL:
        return "global"
    return f"site:{site}" if table.scope is Scope.SITE else f"station:{station}"


def is_unseen(stamp: Stamp | None, op: Operation) -> bool:
    """Whether a stamp is a change that the operation's author cannot have seen."""
    if stamp is None or stamp.hlc == RESCUED:
        return False
    return stamp.seq > op.base and (stamp.station, stamp.inc) != (op.station, op.inc)


def merge(
    table: Table,
    record: Record,
    op: Operation,
    seq: int,
    claim: Claim | None = None,
    view: Callable[[], Fields] | None = None,
) -> Merged:
    """Apply an operation to its record.

    Args:
        record: the record before; an empty one for a row that is not known yet.
        seq: the (provisional) feed number of the operation.
        claim: a good claim of *another* station on this row.
        view: gives the row as the author of the operation had it before them. Asked only when a group is contested of
            which the operation sets a part: the group then wins or loses with all its fields.
    """
    work = _Work(table, record, op, seq, view)
    if op.kind == "rescue":
        work.rescue()
    elif op.kind == "insert":
        work.insert()
    else:
        work.update(claim)
    return work.result()


class _Work:
    """One merge on its way."""

    def __init__(
        self, table: Table, record: Record, op: Operation, seq: int, view: Callable[[], Fields] | None
    ) -> None:
        self.table, self.record, self.op, self.view = table, record, op, view
        self.fields, self.clk, self.whole = dict(record.fields), dict(record.clk), record.whole
        self.stamp = Stamp(seq, op.hlc, op.station, op.inc, op.op_id, op.actor)
        self.groups = by_group(table, op.sets)
        self.clashes: list[Clash] = []
        self.changed = self.contested = False

    def rescue(self) -> None:
        self.stamp = self.stamp._replace(hlc=RESCUED)
        for group, sets in self.groups.items():
            if group not in self.clk:
                self.write(group, sets)
        self.complete()

    def insert(self) -> None:
        for group, sets in self.groups.items():
            there = self.clk.get(group)
            if there is None or (there.hlc != RESCUED and not is_unseen(there, self.op)):
                self.write(group, sets)
            elif self.record.whole and there.hlc != RESCUED:
                self.contest(group, sets, there)
            # else: whoever wrote it had seen the row, so this insert is older than that
        self.complete()

    def update(self, claim: Claim | None) -> None:
        if self.table.void:
            self.settle_void()
        for group, sets in self.groups.items():
            there = self.clk.get(group)
            if claim and self.table.policy_of(group) is Policy.FIRST:
                self.lose_to_claim(group, sets, claim)
            elif there is not None and is_unseen(there, self.op):
                self.contest(group, sets, there)
            else:
                self.write(group, sets)

    def contest(self, group: str, sets: Fields, there: Stamp) -> None:
        """Decide between two changes that did not know of each other."""
        self.contested = True
        policy = self.table.policy_of(group)
        if policy is not Policy.FIRST:
            sets = self.whole_group(group, sets)
        stood = {name: self.fields.get(name) for name in sets}
        if stood == dict(sets):
            self.clk[group] = there._replace(hlc=max(there.hlc, self.op.hlc))
            self.changed |= self.clk[group] != there
        elif policy is Policy.FIRST:
            self.clash("state", "open", _author(there), stood, _maker(self.op), sets, self._loser(there.op_id))
        else:
            state = "open" if policy is Policy.ASK else "auto"
            if self.op.hlc > there.hlc:
                seed = (self.op.op_id, there.op_id, group)
                self.clash("field", state, _maker(self.op), sets, _author(there), stood, seed)
                self.write(group, sets)
            else:
                seed = (there.op_id, self.op.op_id, group)
                self.clash("field", state, _author(there), stood, _maker(self.op), sets, seed)

    def lose_to_claim(self, group: str, sets: Fields, claim: Claim) -> None:
        stood = {name: self.fields.get(name) for name in sets}
        if stood == dict(sets):
            return
        self.contested = True
        holder = Author(claim.actor_name, claim.station, claim.at, named=True)
        self.clash(
            "state", "open", holder, stood, _maker(self.op), sets, self._loser(f"claim:{claim.station}:{claim.at}")
        )

    def settle_void(self) -> None:
        """A change beats a void that did not know of it."""
        void_group = self.table.group_of(self.table.void)
        wanted, there = self.groups.get(void_group), self.clk.get(void_group)
        others = [group for group in self.groups if group != void_group]
        if wanted is not None and wanted.get(self.table.void) is not None:
            unseen = [g for g, stamp in self.clk.items() if g != void_group and is_unseen(stamp, self.op)]
            if unseen:
                latest = max((self.clk[group] for group in unseen), key=lambda stamp: stamp.hlc)
                stands = {name: self.fields.get(name) for group in unseen for name in self.members(group)}
                seed = (latest.op_id, self.op.op_id)
                self.clash("void", "open", _author(latest), stands, _maker(self.op), wanted, seed)
                del self.groups[void_group]
                self.contested = True
        elif (
            others and there is not None and self.fields.get(self.table.void) is not None and is_unseen(there, self.op)
        ):
            voided = {name: self.fields.get(name) for name in self.members(void_group)}
            stands = {name: value for group in others for name, value in self.groups[group].items()}
            self.clash("void", "open", _maker(self.op), stands, _author(there), voided, (self.op.op_id, there.op_id))
            self.write(void_group, {name: self._nothing(name) for name in self.members(void_group)})
            self.groups.pop(void_group, None)  # it wanted the void away as well
            self.contested = True

    def whole_group(self, group: str, sets: Fields) -> Fields:
        """All fields of a group as the author of the operation wants them."""
        members = self.table.groups.get(group, ())
        if self.view is None or all(name in sets for name in members):
            return sets
        seen = self.view()
        return {name: sets[name] if name in sets else seen.get(name) for name in members}

    def members(self, group: str) -> Iterable[str]:
        return self.table.groups.get(group, (group,))

    def write(self, group: str, sets: Fields) -> None:
        for name, value in sets.items():
            if value is None:
                self.fields.pop(name, None)
            else:
                self.fields[name] = value
        self.clk[group] = self.stamp
        self.changed = True

    def complete(self) -> None:
        self.changed |= not self.whole
        self.whole = True

    def clash(
        self, kind: str, state: str, a: Author, a_values: Fields, b: Author, b_values: Fields, seed: tuple[str, ...]
    ) -> None:
        row = self.record
        self.clashes.append(Clash(kind, row.tbl, row.id, row.scope, seed, state, a, dict(a_values), b, dict(b_values)))

    def result(self) -> Merged:
        if any(clash.state == "open" for clash in self.clashes):
            status = "conflict"
        else:
            status = "merged" if self.contested else "ok"
        record = self.record
        if self.changed:
            record = Record(record.tbl, record.id, record.scope, self.stamp.seq, self.fields, self.clk, self.whole)
        return Merged(record, self.changed, status, tuple(self.clashes))

    def _loser(self, winner: str) -> tuple[str, ...]:
        """All that one life loses against one winner on one row is one conflict."""
        return (self.record.tbl, self.record.id, self.op.station, self.op.inc, winner)

    def _nothing(self, name: str) -> Any:
        return None if self.table.columns[name].nullable else ""


_GROUP_OF = {table.name: {name: table.group_of(name) for name in table.columns} for table in TABLES.values()}


def by_group(table: Table, sets: Fields) -> dict[str, dict[str, Any]]:
    """The fields of an operation by the group they belong to."""
    groups = _GROUP_OF[table.name]
    found: dict[str, dict[str, Any]] = {}
    for name, value in sets.items():
        group = groups[name]
        if group in found:
            found[group][name] = value
        else:
            found[group] = {name: value}
    return found


def twins(table: Table, record: Record, others: Iterable[Record]) -> list[Clash]:
    """The records that are the same thing as `record` although they are other rows.

    The older row is the one whose id was made earlier, so that it is the same conflict whoever arrives first.
    """
    values = identity_of(table, record)
    if values is None:
        return []
    kind = "serial" if table.name in _NUMBERED else "duplicate"
    found = []
    for other in others:
        if other.id == record.id or identity_of(table, other) != values:
            continue
        older, newer = sorted((record, other), key=lambda one: one.id)
        group = table.group_of(table.unique[0])
        scope = older.scope if older.scope == newer.scope else "global"
        found.append(
            Clash(
                kind,
                table.name,
                older.id,
                scope,
                (table.name, older.id, newer.id),
                "open",
                _author(older.clk[group]),
                {name: older.fields.get(name) for name in table.unique},
                _author(newer.clk[group]),
                {name: newer.fields.get(name) for name in table.unique},
                newer.id,
            )
        )
    return found


def identity_of(table: Table, record: Record) -> tuple[Any, ...] | None:
    """The values that say which thing a record is about; None when it says none, is partial or voided."""
    if not table.unique or not record.whole or (table.void and record.fields.get(table.void) is not None):
        return None
    values = tuple(record.fields.get(name) for name in table.unique)
    return None if any(value in (None, "") for value in values) else values


def _author(stamp: Stamp) -> Author:
    return Author(stamp.actor, stamp.station, parse_hlc(stamp.hlc)[0])


def _maker(op: Operation) -> Author:
    return Author(op.actor, op.station, op.created)

"""What the inbox shows: what waits for a person, what was decided by the clock, what was decided; people masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhangshu_desk.conflicts import rules
from zhangshu_desk.conflicts.records import row_of, title_of, wire_values
from zhangshu_desk.conflicts.rules import Choice, Kind
from zhangshu_desk.core.masking import FIELD_MASKS, mask_name, mask_value
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import Counter, Station, User
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise
from zhangshu_desk.db.tables.labels import GiMark
from zhangshu_desk.db.tables.ledger import Meta
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.db.tables.sync import Conflict

PAGE = 200
_PSEUDO = {"system": "系统", "command-line": "命令行", "": "—"}
_UUID = 36
_HERE = "本机"
_STATE_SHOWN = ("state", "counter_id", "clerk_id", "since", "given")
"""Of all that belongs to the state of a visit, what a person can judge by."""


class Part(StrEnum):
    """The parts of the inbox."""

    OPEN = "open"
    AUTO = "auto"
    RESOLVED = "resolved"


_OPEN = ("enterprises", "address")
"""Masked in the log, but shown in full on every card of an enterprise."""
_PERSONAL = frozenset(FIELD_MASKS) - {_OPEN}


@dataclass(frozen=True)
class Side:
    """Who made one of the two changes, at which station, when (ms UTC, by that station's clock)."""

    actor: str
    station: str
    at: int


@dataclass(frozen=True)
class FieldRow:
    """A field over which two changes met, as texts with people masked; None = empty.

    Attributes:
        present: what the record says now. stands, other: what stood and what the other wanted at the time.
        masked: the field holds personal data, so that the two may look the same.
        editable: another text may be given.
    """

    tbl: str
    field: str
    present: str | None
    stands: str | None
    other: str | None
    masked: bool
    editable: bool


@dataclass(frozen=True)
class ConflictRow:
    """An entry of the inbox. `title` names the record; `stands`, `other` are the two sides.

    `resolution` and `resolved_by` (a name) are empty, `resolved_at` None while it is open.
    """

    id: str
    kind: Kind
    tbl: str
    row_id: str
    other_row_id: str
    title: str
    fields: tuple[FieldRow, ...]
    stands: Side
    other: Side
    state: Part
    resolution: str
    resolved_by: str
    resolved_at: int | None
    created_at: int


@dataclass(frozen=True)
class Twin:
    """One of two records that may be the same enterprise; `representative` masked."""

    id: str
    name: str
    credit_code: str
    representative: str
    address: str
    created_at: int
    contacts: int
    visits: int
    voided: bool


@dataclass(frozen=True)
class ConflictCard:
    """One entry with everything needed to decide.

    Attributes:
        choices: what may be decided. seen: the record's present values, for noticing a change in the meantime.
        names: names of people, windows and enterprises by id. twins: the two records of a duplicate.
        here: whether the record is at this station at all.
    """

    row: ConflictRow
    choices: frozenset[Choice]
    seen: Mapping[str, Any]
    names: Mapping[str, str]
    twins: tuple[Twin, ...] = ()
    here: bool = True


@dataclass(frozen=True)
class Rows:
    """A page of entries; `more` says that others follow."""

    rows: tuple[ConflictRow, ...]
    more: bool
    names: Mapping[str, str] = field(default_factory=dict)


_NAMED = {"enterprise_id": (Enterprise.id, Enterprise.name), "mark_id": (GiMark.id, GiMark.file_name)}
"""What the values of a field with ids are called."""


def open_count(store: Store) -> int:
    """How many entries wait for a person."""
    with store.read() as session:
        return session.scalar(select(func.count()).where(Conflict.state == Part.OPEN.value)) or 0


def page(store: Store, part: Part, offset: int = 0, limit: int = PAGE) -> Rows:
    """Entries of a part: what waits oldest first, history newest first."""
    order = Conflict.created_at.asc() if part is Part.OPEN else Conflict.created_at.desc()
    wanted = select(Conflict).where(Conflict.state == part.value).order_by(order, Conflict.id)
    with store.read() as session:
        entries = session.scalars(wanted.offset(offset).limit(limit + 1)).all()
        people = _People(session)
        rows = tuple(_row(session, people, entry) for entry in entries[:limit])
        return Rows(rows, len(entries) > limit, _names(session, people, entries[:limit]))


def card(store: Store, conflict_id: str) -> ConflictCard | None:
    """One entry; None when there is none."""
    with store.read() as session:
        entry = session.get(Conflict, conflict_id)
        if entry is None:
            return None
        people = _People(session)
        record = row_of(session, entry.tbl, entry.row_id)
        fields = {*(entry.a_values or {}), *(entry.b_values or {})}
        return ConflictCard(
            row=_row(session, people, entry),
            choices=rules.choices(entry.kind, entry.tbl, entry.a_values or {}, entry.b_values or {}, entry.state),
            seen=wire_values(record, fields) if record is not None else {},
            names=_names(session, people, [entry]),
            twins=_twins(session, entry),
            here=record is not None,
        )


def titles(store: Store, records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What to call each record (table, id); people masked."""
    with store.read() as session:
        return {(tbl, row_id): title_of(session, tbl, row_id) for tbl, row_id in set(records)}


class _People:
    """Names of the people, windows and stations that are known here."""

    def __init__(self, session: Session) -> None:
        self.users = {row.id: row.name for row in session.execute(select(User.id, User.name))}
        self.counters = {row.id: row.name for row in session.execute(select(Counter.id, Counter.name))}
        self.stations = {row.id: row.name for row in session.execute(select(Station.id, Station.name))}
        meta = session.get(Meta, "station_id")
        own = meta.value if meta is not None else ""
        self._own = {own, self.stations.get(own, own)}
        self.stations[own] = _HERE

    def actor(self, actor: str) -> str:
        """The centre says names; an id it has no name for may be known here, else it is somebody of another site."""
        known = _PSEUDO.get(actor) or self.users.get(actor)
        return known or ("其他站人员" if len(actor) == _UUID else actor)

    def station(self, station: str) -> str:
        """The same of a station; our own is simply this one."""
        if station in self._own:
            return _HERE
        return self.stations.get(station) or ("其他站" if len(station) == _UUID else station)


def _row(session: Session, people: _People, entry: Conflict) -> ConflictRow:
    return ConflictRow(
        id=entry.id,
        kind=_kind(entry.kind),
        tbl=entry.tbl,
        row_id=entry.row_id,
        other_row_id=entry.other_row_id or "",
        title=title_of(session, entry.tbl, entry.row_id),
        fields=tuple(_fields(session, entry)),
        stands=Side(people.actor(entry.a_actor), people.station(entry.a_station), entry.a_at),
        other=Side(people.actor(entry.b_actor), people.station(entry.b_station), entry.b_at),
        state=Part(entry.state) if entry.state in set(Part) else Part.RESOLVED,
        resolution=entry.resolution or "",
        resolved_by=people.actor(entry.resolved_by) if entry.resolved_by else "",
        resolved_at=entry.resolved_at,
        created_at=entry.created_at,
    )


def _kind(kind: str) -> Kind:
    """A kind of the future is shown as two values."""
    return Kind(kind) if kind in set(Kind) else Kind.FIELD


def _fields(session: Session, entry: Conflict) -> Iterable[FieldRow]:
    stands, other = entry.a_values or {}, entry.b_values or {}
    record = row_of(session, entry.tbl, entry.row_id)
    present = wire_values(record, {*stands, *other}) if record is not None else {}
    for name in rules.decided_fields(entry.tbl, {*stands, *other}):
        if entry.kind == Kind.STATE and name not in _STATE_SHOWN:
            continue
        yield FieldRow(
            tbl=entry.tbl,
            field=name,
            present=_text(entry.tbl, name, present.get(name)),
            stands=_text(entry.tbl, name, stands.get(name)),
            other=_text(entry.tbl, name, other.get(name)),
            masked=(entry.tbl, name) in _PERSONAL and bool(stands.get(name) or other.get(name)),
            editable=name in rules.TEXTS.get(entry.tbl, {}),
        )


def _text(tbl: str, name: str, value: Any) -> str | None:
    return str(value) if (tbl, name) == _OPEN and value is not None else mask_value(tbl, name, value)


def _names(session: Session, people: _People, entries: Iterable[Conflict]) -> dict[str, str]:
    """Names by id, also of the enterprises and marks that the values speak of."""
    named = {**people.users, **people.counters, **people.stations}
    said = [values or {} for entry in entries for values in (entry.a_values, entry.b_values)]
    for column, columns in _NAMED.items():
        wanted = {str(values[column]) for values in said if values.get(column)}
        found = session.execute(select(*columns).where(columns[0].in_(wanted))) if wanted else ()
        named.update({row_id: name for row_id, name in found})  # noqa: C416 - a row is no pair for the type checker
    return named


def _twins(session: Session, entry: Conflict) -> tuple[Twin, ...]:
    if entry.kind != Kind.DUPLICATE or entry.tbl != "enterprises":
        return ()
    ids = [entry.row_id, entry.other_row_id or ""]
    rows = {row.id: row for row in session.scalars(select(Enterprise).where(Enterprise.id.in_(ids)))}
    return tuple(_twin(session, rows[one]) for one in ids if one in rows)


def _twin(session: Session, row: Enterprise) -> Twin:
    people = select(func.count()).where(Contact.enterprise_id == row.id, Contact.voided_at.is_(None))
    return Twin(
        id=row.id,
        name=row.name,
        credit_code=row.credit_code,
        representative=mask_name(row.legal_representative),
        address=row.address,
        created_at=row.created_at,
        contacts=session.scalar(people) or 0,
        visits=session.scalar(select(func.count()).where(Visit.enterprise_id == row.id)) or 0,
        voided=row.voided_at is not None,
    )

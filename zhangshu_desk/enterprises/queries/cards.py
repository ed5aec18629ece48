"""Everything a card shows of one enterprise; people masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from zhangshu_desk.core.masking import mask_name, mask_phone
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.enterprises.rules import code_problem, kind_of_code

VISITS_SHOWN = 200


@dataclass(frozen=True)
class DatedName:
    """A name and the days it was borne, both included; None = since ever, still."""

    name: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True)
class ContactRow:
    """A contact, name and phone masked."""

    id: str
    name: str
    phone: str
    role: str
    is_main: bool


@dataclass(frozen=True)
class VisitRow:
    """A visit of the enterprise.

    Attributes:
        label: ticket number, empty for a quick service without one.
        services: ids asked for; given: ids really given, once finished.
        enterprise_name: the name of its day.
        arrived_at, finished_at: ms UTC; waited_ms, served_ms: durations, ms.
    """

    id: str
    label: str
    day: date
    arrived_at: int
    finished_at: int | None
    services: tuple[str, ...]
    given: tuple[str, ...]
    enterprise_name: str
    state: str
    waited_ms: int
    served_ms: int


@dataclass(frozen=True)
class Card:
    """One enterprise.

    Attributes:
        code_problem: what is wrong with its code, empty when nothing is; code_reason: why it was taken so.
        kind_hint: what the code says of the holder when no kind was entered.
        legal_representative: masked.
        names: today's first, then earlier ones, newest first.
        visits: newest first, at most `VISITS_SHOWN`; visit_count: all of them.
        voided_at: ms UTC, None while in use.
    """

    id: str
    name: str
    credit_code: str
    code_problem: str
    code_reason: str
    kind: str
    kind_hint: str
    address: str
    region: str
    industry: str
    legal_representative: str
    founded_on: date | None
    notes: str
    names: tuple[DatedName, ...]
    contacts: tuple[ContactRow, ...]
    visits: tuple[VisitRow, ...]
    visit_count: int
    created_at: int
    voided_at: int | None
    void_reason: str


def card(store: Store, enterprise_id: str) -> Card | None:
    """The card, also of a voided enterprise; None when there is no such enterprise."""
    with store.read() as session:
        row = session.get(Enterprise, enterprise_id)
        if row is None:
            return None
        count = session.scalar(select(func.count()).where(Visit.enterprise_id == enterprise_id))
        return Card(
            id=row.id,
            name=row.name,
            credit_code=row.credit_code,
            code_problem=code_problem(row.credit_code),
            code_reason=row.code_reason,
            kind=row.kind,
            kind_hint=kind_of_code(row.credit_code),
            address=row.address,
            region=row.region,
            industry=row.industry,
            legal_representative=mask_name(row.legal_representative),
            founded_on=row.founded_on,
            notes=row.notes,
            names=_names(session, enterprise_id),
            contacts=_contacts(session, row),
            visits=_visits(session, enterprise_id),
            visit_count=count or 0,
            created_at=row.created_at,
            voided_at=row.voided_at,
            void_reason=row.void_reason,
        )


def _names(session: Session, enterprise_id: str) -> tuple[DatedName, ...]:
    rows = session.scalars(
        select(EnterpriseName).where(EnterpriseName.enterprise_id == enterprise_id, EnterpriseName.voided_at.is_(None))
    )
    dated = [DatedName(row.name, row.valid_from, row.valid_until) for row in rows]
    return tuple(sorted(dated, key=lambda one: one.valid_until or date.max, reverse=True))


def _contacts(session: Session, row: Enterprise) -> tuple[ContactRow, ...]:
    """Those in use; of a voided enterprise those that were voided with it."""
    together = Contact.voided_at.is_(None) if row.voided_at is None else Contact.voided_at == row.voided_at
    mine = select(Contact).where(Contact.enterprise_id == row.id, together)
    found = session.scalars(mine.order_by(Contact.is_main.desc(), Contact.created_at, Contact.id))
    return tuple(ContactRow(one.id, mask_name(one.name), mask_phone(one.phone), one.role, one.is_main) for one in found)


def _visits(session: Session, enterprise_id: str) -> tuple[VisitRow, ...]:
    rows = session.scalars(
        select(Visit)
        .where(Visit.enterprise_id == enterprise_id)
        .order_by(Visit.day.desc(), Visit.arrived_at.desc())
        .limit(VISITS_SHOWN)
    )
    return tuple(
        VisitRow(
            id=row.id,
            label=row.label if row.number is not None else "",
            day=row.day,
            arrived_at=row.arrived_at,
            finished_at=row.finished_at,
            services=tuple(row.services),
            given=tuple(row.given),
            enterprise_name=row.enterprise_name,
            state=row.state,
            waited_ms=row.waited_ms,
            served_ms=row.served_ms,
        )
        for row in rows
    )

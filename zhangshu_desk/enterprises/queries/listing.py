"""The list of enterprises, page by page: filtered, sorted, quick with twenty thousand of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from zhangshu_desk.core.identifiers import normalise_credit_code, same_name_key
from zhangshu_desk.core.masking import mask_name, mask_phone
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.enterprises.queries.finding import hits
from zhangshu_desk.enterprises.rules import code_problem, kind_of_code

MOST_FOUND = 500
"""So many hits of a typed fragment are looked at; more say nothing to a person."""


class Filter(StrEnum):
    """Which enterprises: those in use, those whose code wants a look, the voided ones."""

    LIVE = "live"
    CODE = "code"
    VOIDED = "voided"


class Order(StrEnum):
    """In what order: name by pinyin, newest first, last visit first."""

    NAME = "name"
    NEWEST = "newest"
    LAST_VISIT = "last_visit"


@dataclass(frozen=True)
class EnterpriseRow:
    """One line of the list; `contact` is the main contact, masked; `last_visit` its day."""

    id: str
    name: str
    credit_code: str
    code_problem: str
    kind: str
    contact: str
    last_visit: date | None
    voided: bool


@dataclass(frozen=True)
class Page:
    """Some rows of the list, how many there are in all, and whether more follow."""

    rows: tuple[EnterpriseRow, ...]
    total: int
    more: bool


def page(
    store: Store,
    text: str = "",
    which: Filter = Filter.LIVE,
    order: Order = Order.NAME,
    offset: int = 0,
    limit: int = 100,
) -> Page:
    """Rows `offset` to `offset + limit` of the list.

    Args:
        text: a typed fragment (name, pinyin, initials, code, a contact's name or phone); hits come best first.
    """
    with store.read() as session:
        if text.strip() and which is not Filter.VOIDED:
            ids = list(hits(session, text, MOST_FOUND))
            return _found(session, ids, which, offset, limit)
        wanted = _condition(which, text)
        total = session.scalar(select(func.count()).select_from(Enterprise).where(wanted)) or 0
        rows = _rows(session, _ordered(_columns().where(wanted), order).offset(offset).limit(limit))
    return Page(rows, total, offset + len(rows) < total)


def _found(session: Session, ids: list[str], which: Filter, offset: int, limit: int) -> Page:
    wanted = _condition(which, "")
    place = {one: at for at, one in enumerate(ids)}
    kept = session.scalars(select(Enterprise.id).where(Enterprise.id.in_(ids), wanted)).all()
    shown = sorted(kept, key=place.__getitem__)[offset : offset + limit]
    rows = _rows(session, _columns().where(Enterprise.id.in_(shown)))
    return Page(tuple(sorted(rows, key=lambda row: place[row.id])), len(kept), offset + len(rows) < len(kept))


def _condition(which: Filter, text: str) -> ColumnElement[bool]:
    if which is Filter.LIVE:
        return Enterprise.voided_at.is_(None)
    if which is Filter.CODE:
        # a right code never carries a reason, a missing or wrong one always does
        return Enterprise.voided_at.is_(None) & ((Enterprise.credit_code == "") | (Enterprise.code_reason != ""))
    voided = Enterprise.voided_at.is_not(None)
    if not text.strip():
        return voided
    key, code = same_name_key(text), normalise_credit_code(text)
    alike: list[ColumnElement[bool]] = [Enterprise.name_key.contains(key, autoescape=True)]
    if code:
        alike.append(Enterprise.credit_code.contains(code, autoescape=True))
    return voided & or_(*alike)


def _last_visit() -> Any:
    return (
        select(func.max(Visit.day)).where(Visit.enterprise_id == Enterprise.id).correlate(Enterprise).scalar_subquery()
    )


def _columns() -> Select[Any]:
    return select(
        Enterprise.id,
        Enterprise.name,
        Enterprise.credit_code,
        Enterprise.kind,
        Enterprise.voided_at,
        _last_visit().label("last_visit"),
    )


def _ordered(rows: Select[Any], order: Order) -> Select[Any]:
    if order is Order.NEWEST:
        return rows.order_by(Enterprise.created_at.desc(), Enterprise.id.desc())
    if order is Order.LAST_VISIT:
        return rows.order_by(_last_visit().desc().nulls_last(), Enterprise.order_key, Enterprise.id)
    return rows.order_by(Enterprise.order_key, Enterprise.id)


def _rows(session: Session, statement: Select[Any]) -> tuple[EnterpriseRow, ...]:
    found = session.execute(statement).all()
    people = _main_contacts(session, [row.id for row in found])
    return tuple(
        EnterpriseRow(
            id=row.id,
            name=row.name,
            credit_code=row.credit_code,
            code_problem=code_problem(row.credit_code),
            kind=row.kind or kind_of_code(row.credit_code),
            contact=people.get(row.id, ""),
            last_visit=row.last_visit,
            voided=row.voided_at is not None,
        )
        for row in found
    )


def _main_contacts(session: Session, ids: list[str]) -> dict[str, str]:
    rows = session.execute(
        select(Contact.enterprise_id, Contact.name, Contact.phone).where(
            Contact.enterprise_id.in_(ids), Contact.is_main.is_(True), Contact.voided_at.is_(None)
        )
    )
    return {
        owner: " ".join(part for part in (mask_name(name), mask_phone(phone)) if part) for owner, name, phone in rows
    }

"""Finding an enterprise: while typing, by code, and those that may be the same as a new one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from zhangshu_desk.core.identifiers import VERY_SIMILAR, SimilarNames, normalise_credit_code, same_name_key
from zhangshu_desk.db import search
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName
from zhangshu_desk.enterprises.rules import DuplicateHit, Known, is_certain, ranked

_CHUNK = 500
_LEFT_OUT = 4
"""Characters of a name that are often left out: 省, 市, 责任."""


@dataclass(frozen=True)
class Suggestion:
    """An enterprise offered while typing; `subtitle` says its code, and whose contact was found (masked)."""

    id: str
    name: str
    credit_code: str
    subtitle: str


def suggest(store: Store, text: str, limit: int = 8) -> tuple[Suggestion, ...]:
    """Enterprises in use that a typed fragment may mean (name, pinyin, initials, code, a contact's name or phone)."""
    with store.read() as session:
        found = hits(session, text, limit)
        rows = {row.id: row for row in _by_ids(session, found)}
    return tuple(
        Suggestion(one, rows[one].name, rows[one].credit_code, _subtitle(rows[one].credit_code, person))
        for one, person in list(found.items())[:limit]
        if one in rows and not rows[one].voided
    )


def hits(session: Session, text: str, limit: int) -> dict[str, str]:
    """Ids of the enterprises a fragment finds, best first, each with the contact through whom (masked) or nothing."""
    found = search.find(session, text, ("enterprise", "person"), limit)
    people = [hit.row_id for hit in found if hit.kind == "person"]
    owners = {
        row.id: row.enterprise_id
        for row in session.execute(select(Contact.id, Contact.enterprise_id).where(Contact.id.in_(people)))
    }
    best: dict[str, str] = {}
    for hit in found:
        owner = hit.row_id if hit.kind == "enterprise" else owners.get(hit.row_id, "")
        if owner:
            best.setdefault(owner, "" if hit.kind == "enterprise" else hit.title)
    return best


def find_by_code(store: Store, code: str) -> Suggestion | None:
    """The enterprise in use with this credit code in any spelling; None without one, the oldest of several."""
    wanted = normalise_credit_code(code)
    if not wanted:
        return None
    with store.read() as session:
        row = session.execute(
            select(Enterprise.id, Enterprise.name, Enterprise.credit_code)
            .where(Enterprise.credit_code == wanted, Enterprise.voided_at.is_(None))
            .order_by(Enterprise.created_at, Enterprise.id)
            .limit(1)
        ).one_or_none()
    return None if row is None else Suggestion(row.id, row.name, row.credit_code, _subtitle(row.credit_code, ""))


def enterprise_of_contact(store: Store, contact_id: str) -> str:
    """The id of the enterprise a contact belongs to; empty when there is no such contact."""
    with store.read() as session:
        return session.scalar(select(Contact.enterprise_id).where(Contact.id == contact_id)) or ""


def duplicates_of(store: Store, name: str, code: str, *, but: str = "") -> tuple[DuplicateHit, ...]:
    """Enterprises that may be the same as one of this name and code, the surest first; voided ones included.

    Args:
        but: id of an enterprise that is being changed and cannot be its own duplicate.
    """
    with store.read() as session:
        near = _similar_ids(session, name) if name.strip() else set()
        known = [*_same(session, name, code), *_by_ids(session, near)]
    found = ranked({one.id: one for one in known}.values(), name, normalise_credit_code(code))
    return tuple(hit for hit in found if hit.id != but)


def certain_duplicates(session: Session, name: str, code: str) -> list[DuplicateHit]:
    """Enterprises in use with the same (normalised) code or the same name."""
    return [hit for hit in ranked(_same(session, name, code), name, code) if is_certain(hit)]


def _same(session: Session, name: str, code: str) -> list[Known]:
    key, wanted = same_name_key(name), normalise_credit_code(code)
    named = select(EnterpriseName.enterprise_id).where(
        EnterpriseName.name_key == key, EnterpriseName.voided_at.is_(None)
    )
    conditions: list[ColumnElement[bool]] = []
    if wanted:
        conditions.append(Enterprise.credit_code == wanted)
    if key:
        conditions += [Enterprise.name_key == key, Enterprise.id.in_(named)]
    return _known(session, or_(*conditions)) if conditions else []


def _similar_ids(session: Session, name: str) -> set[str]:
    """Ids of enterprises in use with a very similar name; what can be seen without counting edits is seen first."""
    key = same_name_key(name)
    allowed = 2 * (1 - VERY_SIMILAR) * (len(key) + _LEFT_OUT) + 1e-9
    characters = frozenset(key) - frozenset("省市责任")
    by_name: dict[str, list[str]] = {}
    every = select(Enterprise.id, Enterprise.name, Enterprise.name_key).where(Enterprise.voided_at.is_(None))
    for row_id, known, known_key in session.execute(every):
        if abs(len(known_key) - len(key)) > allowed + _LEFT_OUT:
            continue
        if len(characters.difference(known_key)) <= allowed:
            by_name.setdefault(known, []).append(row_id)
    return {one for similar in SimilarNames(by_name).to(name) for one in by_name[similar]}


def _by_ids(session: Session, ids: Iterable[str]) -> list[Known]:
    wanted = list(ids)
    return [
        one
        for start in range(0, len(wanted), _CHUNK)
        for one in _known(session, Enterprise.id.in_(wanted[start : start + _CHUNK]))
    ]


def _known(session: Session, condition: ColumnElement[bool]) -> list[Known]:
    columns = (Enterprise.id, Enterprise.name, Enterprise.credit_code, Enterprise.former_names, Enterprise.voided_at)
    rows = session.execute(select(*columns).where(condition))
    return [
        Known(row.id, row.name, row.credit_code, tuple(row.former_names or ()), row.voided_at is not None)
        for row in rows
    ]


def _subtitle(code: str, person: str) -> str:
    return " · ".join(part for part in (code or "未登记信用代码", f"联系人 {person}" if person else "") if part)

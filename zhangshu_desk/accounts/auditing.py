"""The audit log as a person reads it: who did what, with old and new values, personal data masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select

from zhangshu_desk.core.acts import ACTS
from zhangshu_desk.core.clock import moment_of
from zhangshu_desk.core.masking import mask_text, mask_value
from zhangshu_desk.db.capture import DeskSession
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.ledger import Audit, Outbox


@dataclass(frozen=True)
class AuditFilter:
    """Which entries; None or empty = all.

    Attributes:
        first, last: days, both included.
        actor_id: who did it.
        act: a code of `core/acts.py`, or its first part (`"visit"`).
        tbl, row_id: the record the act is about, or one that it changed.
    """

    first: date | None = None
    last: date | None = None
    actor_id: str = ""
    act: str = ""
    tbl: str = ""
    row_id: str = ""


@dataclass(frozen=True)
class FieldChange:
    """One field of one row, before and after; None = it was, or is, empty. Personal data masked."""

    tbl: str
    row_id: str
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class AuditRow:
    """One act. `title` is the Chinese word for `act`; `tbl` and `row_id` name the record it was about."""

    seq: int
    at: int
    actor_id: str
    actor_name: str
    role: str
    act: str
    title: str
    tbl: str
    row_id: str
    note: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True)
class AuditPage:
    """Entries, newest first; `after` fetches the next page, None = this was the last."""

    rows: tuple[AuditRow, ...]
    after: int | None


def audit_page(store: Store, wanted: AuditFilter, after: int | None = None, limit: int = 100) -> AuditPage:
    """A page of the audit log, newest first.

    Args:
        after: the `after` of the page before; None = from the newest on.
    """
    query = _query(wanted).order_by(Audit.seq.desc()).limit(limit + 1)
    if after is not None:
        query = query.where(Audit.seq < after)
    with store.read() as session:
        entries = session.scalars(query).all()
        changes = _changes(session, [entry.tx for entry in entries[:limit]])
        rows = tuple(_row(entry, tuple(changes.get(entry.tx, ()))) for entry in entries[:limit])
    return AuditPage(rows, rows[-1].seq if len(entries) > limit else None)


def _query(wanted: AuditFilter) -> Select[Audit]:
    query = select(Audit)
    if wanted.first is not None:
        query = query.where(Audit.at >= moment_of(wanted.first))
    if wanted.last is not None:
        query = query.where(Audit.at < moment_of(wanted.last + timedelta(days=1)))
    if wanted.actor_id:
        query = query.where(Audit.actor_id == wanted.actor_id)
    if wanted.act:
        query = query.where(or_(Audit.act == wanted.act, Audit.act.startswith(f"{wanted.act}.", autoescape=True)))
    if wanted.row_id:
        touched = select(Outbox.tx).where(Outbox.tbl == wanted.tbl, Outbox.row_id == wanted.row_id)
        about = and_(Audit.tbl == wanted.tbl, Audit.row_id == wanted.row_id)
        query = query.where(or_(Audit.tx.in_(touched), about))
    return query


def _changes(session: DeskSession, txs: list[str]) -> dict[str, list[FieldChange]]:
    """What each transaction changed, in its order; the entry's own row is not a change."""
    found: dict[str, list[FieldChange]] = {}
    columns = select(Outbox.tx, Outbox.tbl, Outbox.row_id, Outbox.sets, Outbox.olds)
    query = columns.where(Outbox.tx.in_(txs), Outbox.tbl != Audit.__tablename__).order_by(Outbox.seq)
    for tx, tbl, row_id, sets, olds in session.execute(query):
        found.setdefault(tx, []).extend(_field_changes(tbl, row_id, sets, olds))
    return found


def _field_changes(tbl: str, row_id: str, sets: dict[str, Any], olds: dict[str, Any]) -> Iterable[FieldChange]:
    for field, new in sets.items():
        old = olds.get(field)
        if old != new:
            yield FieldChange(tbl, row_id, field, mask_value(tbl, field, old), mask_value(tbl, field, new))


def _row(entry: Audit, changes: tuple[FieldChange, ...]) -> AuditRow:
    return AuditRow(
        entry.seq,
        entry.at,
        entry.actor_id,
        entry.actor_name,
        entry.role,
        entry.act,
        ACTS[entry.act].title if entry.act in ACTS else entry.act,
        entry.tbl,
        entry.row_id,
        mask_text(entry.note),  # notes hold no personal data; what slipped into one stays masked
        changes,
    )

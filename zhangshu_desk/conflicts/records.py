"""The record a conflict is about: fetched by the name of its table, its values as on the wire, its title."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from zhangshu_desk.core.masking import mask_name
from zhangshu_desk.core.words import table_word
from zhangshu_desk.db.base import Synced, synced_classes
from zhangshu_desk.db.tables.accounts import Counter, Station, User
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName
from zhangshu_desk.db.tables.labels import (
    GiMark,
    GiProduct,
    GiQuota,
    GiUser,
    LabelBatch,
    LabelException,
    LabelMove,
    LabelRange,
    LabelScan,
    LabelSpec,
    PrintJob,
    TracedProduct,
)
from zhangshu_desk.db.tables.reception import DayClose, Rating, Visit, VisitEvent
from zhangshu_desk.db.tables.sync import SerialIssue


@cache
def _classes() -> dict[str, type[Synced]]:
    return {kind.__tablename__: kind for kind in synced_classes()}


def row_of(session: Session, tbl: str, row_id: str) -> Synced | None:
    """The row of a table by its id; None when it is not here, or the table is one of the future."""
    kind = _classes().get(tbl)
    return session.get(kind, row_id) if kind is not None else None


def wire_values(row: Synced, fields: Iterable[str]) -> dict[str, Any]:
    """These fields as they cross the wire: truth as 0/1, dates as ISO text."""
    return {field: _wire(getattr(row, field)) for field in fields if hasattr(row, field)}


def title_of(session: Session, tbl: str, row_id: str) -> str:
    """What a list calls a record; people masked. A record that is not here is named by its kind."""
    row = row_of(session, tbl, row_id)
    if row is None:
        return table_word(tbl) if row_id else "—"
    return _title(session, row) or table_word(tbl)


def _title(session: Session, row: Synced) -> str:
    match row:
        case Enterprise() | EnterpriseName() | Station() | User() | Counter():
            return row.name
        case Contact():
            return f"{row.enterprise_name} · 联系人 {mask_name(row.name) or '（未留姓名）'}"
        case Visit():
            who = row.enterprise_name or mask_name(row.visitor)
            return " · ".join(part for part in (row.label or "无号", row.day.isoformat(), who) if part)
        case VisitEvent() | Rating():
            return title_of(session, "visits", row.visit_id)
        case DayClose():
            return f"{row.day.isoformat()} 日结"
        case SerialIssue():
            return f"{row.kind} {row.serial}"
        case _:
            return _label_title(session, row)


def _label_title(session: Session, row: Synced) -> str:
    """The same of what belongs to labels; nothing for a kind that nobody named."""
    match row:
        case GiProduct() | LabelSpec():
            return row.name
        case GiUser() | GiMark():
            return f"{row.enterprise_name} · {table_word(row.__tablename__)}"
        case GiQuota():
            return f"{title_of(session, 'gi_users', row.gi_user_id)} · {row.valid_from.isoformat()} 起"
        case TracedProduct():
            return " · ".join(part for part in (row.enterprise_name, row.name, row.model) if part)
        case LabelBatch():
            return f"{row.enterprise_name} · {row.product_name} · 批号 {row.batch_no}"
        case LabelRange():
            return f"标签 {row.first:08d}–{row.last:08d} · {title_of(session, 'label_batches', row.batch_id)}"
        case LabelException() | LabelMove() | PrintJob() | LabelScan():
            return title_of(session, "label_batches", row.batch_id)
        case _:
            return ""


def _wire(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, date) else value

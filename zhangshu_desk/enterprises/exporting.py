"""Writes the list of enterprises to a file; people masked unless a reason is given. Our own import reads it again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhangshu_desk.core import acts
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.files import write_atomic
from zhangshu_desk.core.masking import mask_name, mask_phone, mask_text
from zhangshu_desk.core.spreadsheets import writing
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise

HEADINGS = (
    "序号",
    "企业名称",
    "统一社会信用代码",
    "类型",
    "法定代表人",
    "联系人",
    "联系电话",
    "联系人职务",
    "注册地址",
    "行政区划",
    "行业",
    "成立日期",
    "备注",
)
_WIDTHS = (6, 40, 22, 16, 12, 12, 18, 12, 44, 16, 12, 12, 30)
_REASON = 200
Row = tuple[str | int | date, ...]


def export(store: Store, actor: Actor, path: Path, now: int, *, full: bool = False, reason: str = "") -> int:
    """Write all enterprises in use to `.xlsx` or `.csv` (UTF-8 with mark), one row per contact; returns their number.

    Args:
        full: names and phones in full; needs `reason`, which is kept in the audit log with the number of enterprises.

    Raises:
        DeskError: `enterprise.export_reason`, `enterprise.export_format`, `enterprise.export_failed` (a file that was
            there before is left as it was), `act.not_allowed`.
    """
    acts.check("enterprise.export", actor.role)
    why = " ".join(reason.split())
    if full and not why:
        raise DeskError("enterprise.export_reason")
    write = writing.FORMATS.get(path.suffix.lower())
    if write is None:
        raise DeskError("enterprise.export_format", file=path.name)
    with store.read() as session:
        rows = list(_rows(session, full=full))
    count = len({row[0] for row in rows})
    content = write(writing.Table("企业名录", HEADINGS, _WIDTHS, rows, fixed=2))
    with store.write(actor, "enterprise.export", now) as session:
        what = f"完整个人信息，用途：{mask_text(why)[:_REASON]}" if full else "个人信息已脱敏"
        session.about("enterprises", "", f"{count} 家企业，{what}")
    # after the entry: a file without one must not be, an entry whose file the disk refused may
    try:
        write_atomic(path, content, private=full)
    except OSError as error:
        raise DeskError("enterprise.export_failed", file=path.name, detail=error.strerror or os.strerror(5)) from error
    return count


def _rows(session: Session, *, full: bool) -> Iterator[Row]:
    people: dict[str, list[tuple[str, str, str]]] = {}
    in_use = select(Contact).where(Contact.voided_at.is_(None))
    for one in session.scalars(in_use.order_by(Contact.is_main.desc(), Contact.created_at, Contact.id)):
        shown = (one.name, one.phone) if full else (mask_name(one.name), mask_phone(one.phone))
        people.setdefault(one.enterprise_id, []).append((*shown, one.role))
    enterprises = select(Enterprise).where(Enterprise.voided_at.is_(None))
    ordered = session.scalars(enterprises.order_by(Enterprise.order_key, Enterprise.id))
    for number, row in enumerate(ordered, 1):
        legal = row.legal_representative if full else mask_name(row.legal_representative)
        before = (number, row.name, row.credit_code, row.kind, legal)
        after = (row.address, row.region, row.industry, row.founded_on or "", row.notes)
        for person in people.get(row.id, [("", "", "")]):
            yield (*before, *person, *after)

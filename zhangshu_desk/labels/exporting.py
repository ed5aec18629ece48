"""The ledger of a period as a workbook: users, batches, lines. The yearly report of use is that of a year."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy import select

from zhangshu_desk.core import acts
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import stamp
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.files import write_atomic
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.core.spreadsheets.writing import Table, Value, xlsx
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import LabelMove
from zhangshu_desk.labels.queries.ledger import LedgerRow, ledger, ledger_batches, lines
from zhangshu_desk.labels.records import LONGEST_REASON
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.ledger import Balance

_STATION = ("期初", "印制", "领用", "作废", "期末")
_USER = ("期初手存", "已用", "退回", "企业作废", "手存", "核对")
_USERS = ("标签类别", "用标企业", "统一社会信用代码", "产品", "保护方式", "批次数", *_STATION, *_USER, "提醒")
_BATCHES = ("用标企业", "产品", "批号", "规格", "状态", "生产日期", "计划标签数", *_STATION, *_USER)
_LINES = ("日期", "用标企业", "产品", "收发", "数量", "编号", "领取人", "说明", "经办人")
_NUMBER = 8


def export_ledger(
    store: Store,
    actor: Actor,
    path: Path,
    since: date,
    until: date,
    now: int,
    *,
    family: str = "",
    full: bool = False,
    reason: str = "",
) -> int:
    """Write the ledger of a period, both days included, to an `.xlsx` file; the number of its users.

    Args:
        full: receivers with their whole names; needs `reason`, which is kept in the audit log.

    Raises:
        DeskError: `label.export_format`, `label.reason_missing`, `label.export_failed` (a file that was there before is
            left as it was), `act.not_allowed`.
    """
    acts.check("label.export", actor.role)
    why = " ".join(reason.split())
    if full and not why:
        raise DeskError("label.reason_missing")
    if path.suffix.lower() != ".xlsx":
        raise DeskError("label.export_format", file=path.name)
    rows = ledger(store, since, until, now, family=family)
    content = xlsx(*_tables(store, rows, since, until, now, full=full))
    with store.write(actor, "label.export", now) as session:
        what = f"完整领取人，用途：{mask_text(why)[:LONGEST_REASON]}" if full else "领取人已脱敏"
        session.about("label_batches", "", f"{since}～{until}，{len(rows)} 户，{what}")
    # after the entry: a file without one must not be, an entry whose file the disk refused may
    try:
        write_atomic(path, content, private=full)
    except OSError as error:
        raise DeskError("label.export_failed", file=path.name, detail=error.strerror or os.strerror(5)) from error
    return len(rows)


def _tables(
    store: Store, rows: Sequence[LedgerRow], since: date, until: date, now: int, *, full: bool
) -> tuple[Table, ...]:
    above = (
        f"用标台账 {since}～{until}，{stamp(now)} 生成",
        "期初 + 印制 = 领用 + 作废 + 期末；期初手存 + 领用 = 已用 + 退回 + 企业作废 + 手存",
    )
    users = [
        (
            row.family,
            row.enterprise_name,
            row.credit_code,
            row.product_name,
            row.route,
            row.batches,
            *_numbers(row.balance),
            row.idle.said() if row.idle else "",
        )
        for row in rows
    ]
    batches: list[Sequence[Value]] = [
        (
            row.enterprise_name,
            row.product_name,
            batch.batch_no,
            batch.spec,
            batch.state.value,
            batch.made_on,
            batch.labels,
            *_numbers(batch.balance),
        )
        for row in rows
        for batch in reversed(ledger_batches(store, row.right_id, since, until))
    ]
    numbers = (_NUMBER,) * (len(_STATION) + len(_USER) - 1)
    return (
        Table("台账", _USERS, (10, 34, 22, 24, 14, 8, *numbers, 20, 40), users, fixed=2, above=above),
        Table("批次", _BATCHES, (34, 24, 16, 16, 10, 12, 10, *numbers, 20), batches, fixed=3, above=above[:1]),
        Table("收发明细", _LINES, (12, 34, 24, 10, 8, 30, 10, 30, 12), _lines(store, rows, since, until, full=full)),
    )


def _numbers(one: Balance) -> tuple[Value, ...]:
    station = (one.opening, one.printed, one.handed_out, one.voided, one.closing)
    return (*station, one.held_before, one.used, one.returned, one.spoiled, one.held, one.said())


def _lines(store: Store, rows: Sequence[LedgerRow], since: date, until: date, *, full: bool) -> list[Sequence[Value]]:
    names = _receivers(store) if full else {}
    return [
        (
            line.day,
            row.enterprise_name,
            row.product_name,
            line.move.value,
            line.count,
            spans.text([line.span]) if line.span else "",
            names.get(line.id, line.receiver),
            line.reason,
            line.actor_name,
        )
        for row in rows
        for line in lines(store, row.right_id, since, until)
    ]


def _receivers(store: Store) -> dict[str, str]:
    with store.read() as session:
        named = select(LabelMove.id, LabelMove.receiver).where(LabelMove.receiver != "")
        return {row.id: row.receiver for row in session.execute(named)}

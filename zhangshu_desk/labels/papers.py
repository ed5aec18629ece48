"""The papers of labels as HTML for QTextDocument: the report of use of a period. Pure strings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from zhangshu_desk.core.clock import stamp
from zhangshu_desk.labels.queries.ledger import LedgerRow
from zhangshu_desk.labels.rules.ledger import Balance, total

_HEADS = ("批次", "期初", "印制", "领用", "作废", "期末", "期初手存", "已用", "退回", "企业作废", "手存")
_SMALL, _BODY = 8, 9
_RULE = "期初 + 印制 = 领用 + 作废 + 期末；期初手存 + 领用 = 已用 + 退回 + 企业作废 + 手存。单位：张。"


def report_html(station_name: str, since: date, until: date, rows: Sequence[LedgerRow], now: int) -> str:
    """The report of use of a period, both days included; a whole year is called by its year.

    Args:
        rows: as `queries.ledger` gives them.
    """
    lines = "".join(_line(row) for row in rows) or f'<tr><td colspan="{len(_HEADS) + 2}">这个期间没有标签。</td></tr>'
    parts = [
        f'<h2 align="center">{escape(report_title(since, until))}</h2>',
        f'<p align="center">{escape(station_name)} · {since} 至 {until} · {stamp(now)} 生成</p>',
        f'<table width="100%" border="1" cellspacing="0" cellpadding="2" style="border-collapse:collapse;'
        f'font-size:{_SMALL}pt">{_head()}{lines}{_sum(rows)}</table>',
        f'<p style="font-size:{_SMALL}pt">{_RULE}</p>',
        *_reminders(rows),
        '<p>&nbsp;</p><table width="100%"><tr><td>制表：__________</td><td>复核：__________</td></tr></table>',
    ]
    return f'<html><body style="font-size:{_BODY}pt">{"".join(parts)}</body></html>'


def report_title(since: date, until: date) -> str:
    """`2026 年用标情况报告`, for another period `用标情况报告`."""
    whole = (since, until) == (date(since.year, 1, 1), date(since.year, 12, 31))
    return f"{since.year} 年用标情况报告" if whole else "用标情况报告"


def _head() -> str:
    cells = "".join(f'<th align="right">{head}</th>' for head in _HEADS)
    return f'<tr><th align="left">企业 · 产品</th>{cells}<th align="left">核对</th></tr>'


def _line(row: LedgerRow) -> str:
    who = f"{escape(row.enterprise_name)}<br>{escape(row.product_name)}"
    route = f"（{escape(row.route)}）" if row.route else ""
    return f"<tr><td>{who}{route}</td>{_numbers(row.batches, row.balance)}<td>{escape(row.balance.said())}</td></tr>"


def _sum(rows: Sequence[LedgerRow]) -> str:
    if len(rows) < 2:
        return ""
    batches = sum(row.batches for row in rows)
    return f"<tr><td><b>合计</b></td>{_numbers(batches, total(row.balance for row in rows))}<td></td></tr>"


def _numbers(batches: int, one: Balance) -> str:
    station = (batches, one.opening, one.printed, one.handed_out, one.voided, one.closing)
    user = (one.held_before, one.used, one.returned, one.spoiled, one.held)
    return "".join(f'<td align="right">{number:,}</td>' for number in (*station, *user))


def _reminders(rows: Sequence[LedgerRow]) -> list[str]:
    idle = [row for row in rows if row.idle is not None]
    if not idle:
        return []
    said = "".join(
        f"<li>{escape(row.enterprise_name)}「{escape(row.product_name)}」：{escape(row.idle.said())}</li>"
        for row in idle
        if row.idle is not None
    )
    return [f"<p><b>连续两年未用标的提醒</b></p><ul>{said}</ul>"]

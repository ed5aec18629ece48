"""The papers of the reception desk as HTML for QTextDocument: the slip of a number and the day sheet.

Only what QTextDocument knows: tables, `align`, `width`, font sizes in points. Pure strings.
"""

from __future__ import annotations

from html import escape

from zhangshu_desk.core.clock import stamp, weekday
from zhangshu_desk.reception.queries.days import DaySheet, Figure
from zhangshu_desk.reception.queries.slips import Slip

WIDTHS_MM = (80, 58)
"""Widths of the rolls a slip can be printed on."""


def slip_html(slip: Slip, width_mm: int) -> str:
    """A slip for a roll. Nothing personal stands on it: it is left lying about.

    Args:
        width_mm: of the roll, 80 or 58; sets the type sizes, the page itself is set by the printer.

    Raises:
        ValueError: another width.
    """
    if width_mm not in WIDTHS_MM:
        raise ValueError(f"no roll of {width_mm} mm")
    body, number = (10, 40) if width_mm == 80 else (8, 30)
    rows = [
        _line(slip.station_name, body),
        _line(f"<b>{escape(slip.label)}</b>", number, plain=False),
        _line(slip.services_text, body),
        *([_line(_ahead(slip), body)] if slip.people_before is not None else []),
        _line(slip.at, body),
        _line(slip.notice, body - 2),
    ]
    return f'<html><body><table width="100%" cellspacing="0" cellpadding="2">{"".join(rows)}</table></body></html>'


def _ahead(slip: Slip) -> str:
    before = f"前面等候 {slip.people_before} 人"
    if slip.minutes is None:
        return before
    return f"{before}，预计等候约 {slip.minutes} 分钟"


def _line(text: str, points: int, *, plain: bool = True) -> str:
    if not text:
        return ""
    shown = escape(text) if plain else text
    return f'<tr><td align="center"><span style="font-size:{points}pt">{shown}</span></td></tr>'


def day_sheet_html(sheet: DaySheet) -> str:
    """The day sheet for A4."""
    state = (
        f"已日结 · {stamp(sheet.closed_at)} · {escape(sheet.closed_by)}"
        if sheet.closed_at is not None
        else "未日结（截至打印时）"
    )
    parts = [
        f'<h2 align="center">{escape(sheet.station_name)} 日结单</h2>',
        f'<p align="center">{sheet.day.isoformat()} {weekday(sheet.day)} · {state}</p>',
        f"<p>{_equation(sheet)}</p>",
        _table("项目", sheet.figures),
        *([_table("办理事项", sheet.services)] if sheet.services else []),
        *([_table("窗口办结", sheet.counters)] if sheet.counters else []),
        *([_site(sheet)] if sheet.beside else []),
        *_warnings(sheet),
        '<p>&nbsp;</p><table width="100%"><tr><td>制表：__________</td><td>站长：__________</td></tr></table>',
    ]
    return f"<html><body>{''.join(parts)}</body></html>"


def _equation(sheet: DaySheet) -> str:
    """What must balance, in numbers: 取号 12 + 结转来 1 = 已办结 10 + 过号 1 + …"""
    values = {one.key: one for one in sheet.figures}
    left = [values["issued"], *([values["carried_in"]] if values["carried_in"].value else [])]
    right = [values[key] for key in ("served", "missed", "left", "cancelled", "carried_over")]
    right += [values["open"]] if values["open"].value else []
    return f"{_sum(left)} {'=' if sheet.balanced else '≠'} {_sum(right)}"


def _sum(figures: list[Figure]) -> str:
    return " + ".join(f"{one.title} {one.value}" for one in figures)


def _table(title: str, figures: tuple[Figure, ...]) -> str:
    rows = "".join(
        f'<tr><td width="75%">{escape(one.title)}</td><td align="right">{one.value} {one.unit}</td></tr>'
        for one in figures
    )
    head = f'<tr><th align="left">{title}</th><th align="right">数值</th></tr>'
    frame = 'width="100%" border="1" cellspacing="0" cellpadding="3" style="border-collapse:collapse"'
    return f"<table {frame}>{head}{rows}</table><p></p>"


def _site(sheet: DaySheet) -> str:
    """The other stations of the hall beside this one, and all together."""
    columns = [sheet.figures, *(one.figures for one in sheet.beside), sheet.site]
    names = [
        sheet.station_name,
        *(f"{one.station_name}（{'已日结' if one.closed else '未日结'}）" for one in sheet.beside),
        "合计",
    ]
    head = "".join(f'<th align="right">{escape(name)}</th>' for name in names)
    rows = "".join(
        f"<tr><td>{escape(one.title)}</td>"
        + "".join(f'<td align="right">{column[at].value} {column[at].unit}</td>' for column in columns)
        + "</tr>"
        for at, one in enumerate(sheet.site)
    )
    frame = 'width="100%" border="1" cellspacing="0" cellpadding="3" style="border-collapse:collapse"'
    return f'<table {frame}><tr><th align="left">大厅</th>{head}</tr>{rows}</table><p></p>'


def _warnings(sheet: DaySheet) -> list[str]:
    found = []
    if not sheet.balanced:
        found.append("<p><b>数字不平：请核对当日记录。</b></p>")
    if sheet.changed:
        found.append(f"<p><b>与日结时不一致：{escape('、'.join(sheet.changed))}。请核对。</b></p>")
    return found

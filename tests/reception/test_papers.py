"""Slip and day sheet as the printer gets them: laid out by Qt, fitting the roll, nothing personal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication

from tests import make
from tests.reception.desk import Desk
from zhangshu_desk.reception import actions, papers, queries
from zhangshu_desk.reception.queries import Slip

SLIP = Slip(
    "樟树金属家具产业园工作站", "A011", "2026-11-23 10:42", "年报 · 变更登记", 3, 14, "登记信息仅用于本次服务。"
)
MM = 96 / 25.4


def laid_out(html: str, width_mm: float) -> QTextDocument:
    document = QTextDocument()
    document.setHtml(html)
    document.setTextWidth(width_mm * MM)
    return document


@pytest.mark.parametrize("width", [80, 58])
def test_a_slip_fits_its_roll(qapp: QApplication, width: int) -> None:
    document = laid_out(papers.slip_html(SLIP, width), width - 8)
    assert document.idealWidth() <= (width - 8) * MM + 1  # whole pixels
    assert document.size().height() < 120 * MM
    lines = [line.strip() for line in document.toPlainText().split("\n") if line.strip()]
    assert lines == [
        "樟树金属家具产业园工作站",
        "A011",
        "年报 · 变更登记",
        "前面等候 3 人，预计等候约 14 分钟",
        "2026-11-23 10:42",
        "登记信息仅用于本次服务。",
    ]


def test_another_roll_is_a_bug_not_a_surprise() -> None:
    with pytest.raises(ValueError, match="60 mm"):
        papers.slip_html(SLIP, 60)


def test_a_slip_leaves_out_what_nobody_knows(qapp: QApplication) -> None:
    slip = Slip("站", "A001·22日", "2026-11-22 10:42", "年报", None, None, "")
    assert "等候" not in laid_out(papers.slip_html(slip, 80), 72).toPlainText()
    without_minutes = Slip("站", "A001", "2026-11-22 10:42", "年报", 2, None, "")
    assert "前面等候 2 人" in papers.slip_html(without_minutes, 80)
    assert "预计" not in papers.slip_html(without_minutes, 80)


def test_names_cannot_break_the_paper(qapp: QApplication) -> None:
    slip = Slip('<b>A&B</b> "站"', "A001", "", "<年报>", 0, 0, "")
    text = laid_out(papers.slip_html(slip, 80), 72).toPlainText()
    assert '<b>A&B</b> "站"' in text
    assert "<年报>" in text


def test_the_day_sheet_shows_the_equation_and_every_figure(desk: Desk, qapp: QApplication) -> None:
    desk.serve(desk.walk_in(visitor="欧阳锋").visit_id)
    desk.walk_in()
    day = date(2026, 11, 23)
    open_sheet = queries.day_sheet(desk.store, day, desk.now)
    assert "未日结" in papers.day_sheet_html(open_sheet)
    actions.close_day(desk.store, make.SUPERVISOR, day, True, desk.now)
    sheet = queries.day_sheet(desk.store, day, desk.now)
    html = papers.day_sheet_html(sheet)
    text = laid_out(html, 190).toPlainText()
    assert "取号 2 = 已办结 1 + 过号 0 + 弃号 0 + 已取消 0 + 结转次日 1" in text
    assert "2026-11-23 周一 · 已日结 · 2026-11-23 09:10 · 站长01" in text
    assert "欧" not in text
    assert all(one.title in text for one in (*sheet.figures, *sheet.services, *sheet.counters))


def test_a_sheet_that_does_not_balance_says_so(desk: Desk) -> None:
    sheet = queries.day_sheet(desk.store, date(2026, 11, 23), desk.now)
    assert "≠" not in papers.day_sheet_html(sheet)
    wrong = replace(sheet, balanced=False, changed=("取号",))
    assert "≠" in papers.day_sheet_html(wrong)
    assert "数字不平" in papers.day_sheet_html(wrong)
    assert "与日结时不一致：取号" in papers.day_sheet_html(wrong)

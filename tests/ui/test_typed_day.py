"""A typed day, facts, a bar in a table's cell."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.hands import in_front, type_in
from tests.ui.render import grab
from zhangshu_desk.ui.theme import LIGHT, Tone
from zhangshu_desk.ui.widgets import Card, Column, Table, TextField
from zhangshu_desk.ui.widgets.facts import Fact, Facts
from zhangshu_desk.ui.widgets.typed_day import TypedDay, read_day

DAY = date(2026, 3, 9)


@pytest.mark.parametrize("text", ["2026-03-09", "20260309", "2026.3.9", "2026/3/9", "2026年3月9日", " 2026-3-9 "])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_day(text) == DAY


@pytest.mark.parametrize("text", ["", "3月9日", "2026-13-01", "2026-02-30", "26-3-9", "2026-03-09x", "0000-01-01"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert read_day(text) is None


def test_a_typed_day_is_spelt_out_on_leaving_and_may_be_empty(qtbot: QtBot) -> None:
    card, until, after = Card("授权"), TypedDay("至"), TextField("备注")
    needed = TypedDay("自", needed=True)
    card.add(until, after, needed)
    qtbot.addWidget(card)
    in_front(qtbot, card)

    assert until.check()
    assert until.day() is None
    until.setFocus()
    type_in(until.editor, "20260309")
    QTest.keyClick(until.editor, Qt.Key.Key_Tab)
    assert until.text() == "2026-03-09"
    assert until.day() == DAY
    until.set_text("下周")
    assert not until.check()
    assert "2026-11-23" in until.problem.text()
    assert not needed.check()


def test_facts_are_named_for_who_does_not_see_them(qtbot: QtBot) -> None:
    facts = Facts()
    qtbot.addWidget(facts)
    facts.show_facts([Fact("标准号", "GB/T 1"), Fact("公告号", ""), Fact("范围", "樟树市", wide=True)])

    assert facts.labels() == ["标准号", "公告号", "范围"]
    assert facts.value("公告号") == "—"
    names = {child.accessibleName() for child in facts.children() if child.isWidgetType()}  # type: ignore[attr-defined]
    assert {"标准号：GB/T 1", "公告号：无", "范围：樟树市"} <= names
    facts.show_facts([Fact("标准号", "GB/T 2")])
    assert facts.labels() == ["标准号"]


def test_a_share_is_drawn_as_long_as_it_is(qtbot: QtBot) -> None:
    column = Column[float]("用量", lambda one: f"{one:.0%}", 200, share=lambda one: one)
    warned = Column[float]("用量", lambda one: f"{one:.0%}", 200, share=lambda one: one, tone=lambda _: Tone.BAD)
    table = Table("数量", [column, warned], lambda one: one, "")
    qtbot.addWidget(table)
    table.show_rows([0.0, 0.25, 0.5, 1.0, 3.0])
    picture = grab(table, None)

    def length(token: str, at: int, line: int) -> int:
        cell = table.visualRect(table.rows.index(line, at))
        y = table.viewport().mapTo(table, cell.bottomLeft()).y() - 7
        xs = range(cell.left(), cell.right())
        return sum(picture.pixelColor(x + table.viewport().x(), y).name() == token for x in xs)

    bars = [length(LIGHT.primary, 0, line) for line in range(5)]
    assert bars[0] == 0
    assert abs(bars[2] - 2 * bars[1]) < 6
    assert bars[3] == bars[4] > bars[2]
    assert length(LIGHT.bad, 1, 2) == pytest.approx(bars[2], abs=2)

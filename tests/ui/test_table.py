"""Tables: rows, selection, paging, widths, the empty word."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyleOptionViewItem, QToolTip
from pytestqt.qtbot import QtBot

from tests.ui.hands import in_front
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.theme import LIGHT, Tone
from zhangshu_desk.ui.widgets import Column, Table


@dataclass(frozen=True)
class Row:
    """One line of the test table."""

    id: str
    name: str
    minutes: int


COLUMNS = [
    Column[Row]("票号", lambda row: row.id, 80, bold=True),
    Column[Row]("企业", lambda row: row.name, 120, stretch=True, wrap=True),
    Column[Row]("等候", lambda row: f"{row.minutes} 分", 70, right=True, tone=lambda row: _tone(row.minutes)),
]


def _tone(minutes: int) -> Tone:
    return Tone.BAD if minutes > 30 else Tone.PLAIN


def rows(count: int, first: int = 0) -> list[Row]:
    return [Row(f"A{at:03}", f"企业{at}", at) for at in range(first, first + count)]


@pytest.fixture
def table(qtbot: QtBot) -> Table[Row]:
    made = Table("队列", COLUMNS, lambda row: row.id, "这里会显示等候的人。\n按 Ctrl+N 登记。")
    qtbot.addWidget(made)
    made.resize(500, 300)
    in_front(qtbot, made)
    return made


def cell(table: Table[Row], at: int, column: int, role: Qt.ItemDataRole = Qt.ItemDataRole.DisplayRole) -> object:
    return table.rows.index(at, column).data(role)


def test_the_model_is_a_proper_model(table: Table[Row], qtmodeltester: object) -> None:
    table.show_rows(rows(5), more=True)
    qtmodeltester.check(table.rows)  # type: ignore[attr-defined]  # pytest-qt gives this fixture no public type
    table.add_rows(rows(3, 5))
    assert table.rows.rowCount() == 8


def test_cells_say_what_the_columns_say(table: Table[Row]) -> None:
    table.show_rows(rows(40))
    assert [cell(table, 33, at) for at in range(3)] == ["A033", "企业33", "33 分"]
    assert cell(table, 33, 2, Qt.ItemDataRole.ForegroundRole) == QColor(LIGHT.bad)
    assert cell(table, 33, 2, Qt.ItemDataRole.TextAlignmentRole) == (
        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    )
    assert table.rows.headerData(1, Qt.Orientation.Horizontal) == "企业"
    assert table.accessibleName() == "队列"


def test_the_chosen_row_stays_chosen_over_a_refresh(table: Table[Row]) -> None:
    table.show_rows(rows(100))
    assert table.current() is None
    table.choose("A050")
    scrolled = table.verticalScrollBar().value()
    table.show_rows([Row("B001", "先来", 0), *rows(100)])
    current = table.current()
    assert current is not None
    assert current.id == "A050"
    assert table.verticalScrollBar().value() == scrolled
    table.show_rows(rows(10))
    assert table.current() is None
    assert not table.choose("A050")


def test_enter_and_double_click_open_a_row(table: Table[Row], qtbot: QtBot) -> None:
    opened = list[Row]()
    table.opened.connect(opened.append)
    table.show_rows(rows(3))
    table.choose("A001")
    QTest.keyClick(table, Qt.Key.Key_Return)
    QTest.keyClick(table, Qt.Key.Key_Down)
    QTest.keyClick(table, Qt.Key.Key_Enter)
    place = table.visualRect(table.rows.index(0, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert [row.id for row in opened] == ["A001", "A002", "A000"]


def test_choosing_is_told(table: Table[Row], qtbot: QtBot) -> None:
    table.show_rows(rows(3))
    with qtbot.waitSignal(table.chosen):
        table.choose("A002")


def test_more_rows_are_asked_for_once_at_the_end(table: Table[Row], qtbot: QtBot) -> None:
    asked = list[int]()
    table.wanted_more.connect(asked.append)
    table.show_rows(rows(50), more=True)
    asked.clear()
    table.show_rows(rows(50), more=True)
    table.scrollToBottom()
    qtbot.waitUntil(lambda: bool(asked))
    table.scrollToTop()
    table.scrollToBottom()
    assert asked == [50]
    table.add_rows(rows(10, 50))
    table.scrollToBottom()
    assert asked == [50]
    assert table.rows.rowCount() == 60
    assert not table.rows.canFetchMore(QModelIndex())


def test_widths_are_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    first = Table("队列", COLUMNS, lambda row: row.id, "空", settings)
    qtbot.addWidget(first)
    first.setColumnWidth(0, 133)
    first._keep_widths()
    again = Table("队列", COLUMNS, lambda row: row.id, "空", Settings(tmp_path / "settings.json"))
    other = Table("过号", COLUMNS, lambda row: row.id, "空", settings)
    fewer = Table("队列", COLUMNS[:2], lambda row: row.id, "空", settings)
    for table in (again, other, fewer):
        qtbot.addWidget(table)
    assert [again.columnWidth(0), other.columnWidth(0), fewer.columnWidth(0)] == [133, 80, 80]


def test_one_column_takes_what_is_left_but_keeps_its_least(table: Table[Row]) -> None:
    assert table.columnWidth(1) == table.viewport().width() - 80 - 70
    table.resize(200, 300)
    assert table.columnWidth(1) == 120


def test_an_empty_table_says_how_to_begin(table: Table[Row]) -> None:
    empty = table.grab().toImage()
    table.show_rows(rows(1))
    full = table.grab().toImage()
    table.show_rows([])
    assert table.grab().toImage() == empty
    assert empty != full
    middle = empty.copy(0, empty.height() // 4, empty.width(), empty.height() // 2)
    ground = middle.pixelColor(0, 0)
    assert any(middle.pixelColor(x, y) != ground for x in range(0, middle.width(), 3) for y in range(middle.height()))


@pytest.mark.qt_log_ignore("does not support raise", extend=True)  # a tool tip, offscreen
def test_a_text_that_does_not_fit_is_whole_on_hovering(table: Table[Row]) -> None:
    table.show_rows([Row("A001", "江西锦湖保险设备集团有限公司樟树市第一分公司" * 2, 1)])
    for column, shown in ((0, ""), (1, table.rows.rows[0].name)):
        index = table.rows.index(0, column)
        place = table.visualRect(index).center()
        event = QHelpEvent(QHelpEvent.Type.ToolTip, place, table.viewport().mapToGlobal(QPoint(place)))
        table.itemDelegate().helpEvent(event, table, QStyleOptionViewItem(), index)
        assert QToolTip.text() == shown


def test_rows_are_high_enough_and_long_names_take_two_lines(table: Table[Row]) -> None:
    table.show_rows([Row("A001", "樟树市鼎力校具公司", 1), Row("A002", "樟树市鼎力校具制造安装有限公司", 1)])
    assert table.rowHeight(0) == table.rowHeight(1) == 44
    table.resize(300, 300)
    picture = table.grab().toImage()
    ratio = picture.devicePixelRatio()

    def inked(at: int) -> int:
        area = table.visualRect(table.rows.index(at, 1)).translated(table.viewport().pos())
        lines = range(round(area.top() * ratio), round(area.bottom() * ratio))
        across = range(round((area.left() + 10) * ratio), round((area.right() - 10) * ratio))
        ground = picture.pixelColor(across[0], lines[0])
        return sum(any(picture.pixelColor(x, y) != ground for x in across) for y in lines)

    assert inked(1) > 1.2 * inked(0) or inked(0) > 24

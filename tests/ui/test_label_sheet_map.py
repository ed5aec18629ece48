"""The map of a sheet, and a page at its true size."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.hands import in_front
from tests.ui.render import grab
from zhangshu_desk.labels.rules.geometries import Sheet, shipped_geometries
from zhangshu_desk.ui.pages.labels.page_view import MARGIN, PageView, pixels_per_mm
from zhangshu_desk.ui.pages.labels.printing.sheet_map import Place, SheetMap
from zhangshu_desk.ui.theme import colour


def sheet(name: str) -> Sheet:
    found = shipped_geometries()[name]
    assert isinstance(found, Sheet)
    return found


@pytest.fixture
def positions(qtbot: QtBot) -> SheetMap:
    made = SheetMap("标签纸上的位置")
    qtbot.addWidget(made)
    made.show_sheet(sheet("a4-3x8"))
    made.show_places(range(5), [7], range(5, 24))
    in_front(qtbot, made)
    return made


def test_every_position_says_what_is_with_it(positions: SheetMap) -> None:
    said = [one.place for one in positions.places]
    assert said == [Place.USED] * 5 + [Place.PRINTED] * 2 + [Place.SKIPPED] + [Place.PRINTED] * 16
    assert positions.places[7].accessibleName() == "第 8 个位置，第 3 行第 2 列，跳过"
    picture = grab(positions, None)
    skipped = positions.places[7].geometry()
    assert picture.pixelColor(skipped.center().x(), skipped.top() + 4) == colour("bad_tint")


def test_arrows_walk_and_enter_or_space_or_a_click_skips(positions: SheetMap) -> None:
    asked = list[int]()
    positions.toggled.connect(asked.append)
    positions.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(_focused(positions), key)
    assert _focused(positions) is positions.places[2]
    QTest.keyClick(_focused(positions), Qt.Key.Key_Up)
    QTest.keyClick(_focused(positions), Qt.Key.Key_Return)
    QTest.keyClick(_focused(positions), Qt.Key.Key_End)
    QTest.keyClick(_focused(positions), Qt.Key.Key_Space)
    QTest.mouseClick(positions.places[11], Qt.MouseButton.LeftButton)
    assert asked == [2, 23, 11]


def test_tab_leaves_the_map_at_once(positions: SheetMap) -> None:
    stops = [one for one in positions.places if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [positions.places[0]]


def test_another_sheet_takes_the_place_of_the_first(positions: SheetMap) -> None:
    positions.show_sheet(sheet("a4-5x13"))
    positions.show_places([], [], range(65))
    QApplication.processEvents()
    assert len(positions.places) == 65
    last = positions.places[-1].geometry()
    assert positions.rect().contains(last)
    assert last.height() >= 18


def _focused(positions: SheetMap) -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


# -- pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(qtbot: QtBot) -> PageView:
    made = PageView("标签")
    qtbot.addWidget(made)
    made.resize(500, 400)
    in_front(qtbot, made)
    image = QImage(480, 320, QImage.Format.Format_Mono)
    image.fill(1)
    image.setPixel(0, 0, 0)
    made.show_page(image, 60, 40)
    return made


def test_a_label_is_shown_as_large_as_it_is(page: PageView) -> None:
    true = pixels_per_mm(page.screen())
    assert page.sheet.width() == pytest.approx(60 * true + 2 * MARGIN, abs=1)
    assert page.sheet.height() == pytest.approx(40 * true + 2 * MARGIN, abs=1)
    assert page.facts.text() == "60 × 40 毫米，显示 100%"


def test_keys_enlarge_and_show_the_whole(page: PageView) -> None:
    QTest.keyClick(page, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    assert page.zoom() == pytest.approx(1.5)
    QTest.keyClick(page, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(page, Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert page.zoom() == pytest.approx(0.67)
    QTest.keyClick(page, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    assert page.sheet.width() <= page.area.width()
    assert page.sheet.height() <= page.area.height()
    QTest.keyClick(page, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert page.zoom() == pytest.approx(1)


def test_an_enlarged_dot_is_a_sharp_square(page: PageView) -> None:
    page.set_zoom(8)
    dot = page.sheet.scale / 8
    picture = grab(page.sheet, None)
    edge = round(MARGIN + dot)
    assert picture.pixelColor(edge - 1, edge - 1).lightness() == 0
    assert picture.pixelColor(edge + 1, edge + 1).lightness() == 255


def test_a_click_tells_the_place_on_paper(page: PageView) -> None:
    told = list[tuple[float, float]]()
    page.clicked.connect(lambda x, y: told.append((round(x), round(y))))
    at = QPointF(MARGIN, MARGIN) + QPointF(30, 20) * page.sheet.scale
    QTest.mouseClick(page.sheet, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert told == [(30, 20)]

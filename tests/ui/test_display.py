"""The call display: what the hall sees and hears."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui import morning, render
from tests.ui.hall import HEAD, Hall, Heard
from tests.ui.hands import in_front
from zhangshu_desk.core.clock import DAY, SECOND, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions
from zhangshu_desk.ui.display.board import Call
from zhangshu_desk.ui.theme import dress


@pytest.fixture
def hall(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Hall:
    morning.open_counters(store, clock.now())
    return Hall(morning.desk(store, tmp_path, clock), clock, Heard(), qtbot)


def labels(calls: tuple[Call, ...]) -> list[tuple[str, str]]:
    return [(one.label, one.counter) for one in calls]


def test_a_call_is_shown_and_spoken(hall: Hall, qtbot: QtBot) -> None:
    hall.come("王一", "李二")
    display = hall.display()
    assert display.board.face.station == "樟树金属家具产业园工作站"
    assert (display.board.face.clock, display.board.face.day) == ("09:00", "2026-11-23 周一")
    assert display.board.accessibleDescription() == "请等候叫号"
    actions.call_next(hall.store, make.CLERK, hall.clock.now())
    qtbot.waitUntil(lambda: labels(display.board.face.calls) == [("A001", "1号窗口")])

    assert hall.heard.said == [("A001", "1号窗口")]
    assert display.board.face.calls[0].fresh
    assert display.board.accessibleDescription() == "请 A001 到1号窗口"


def test_what_stands_there_at_the_start_is_not_spoken(hall: Hall, qtbot: QtBot) -> None:
    hall.come("王一")
    actions.call_next(hall.store, make.CLERK, hall.clock.now())
    display = hall.display()
    assert labels(display.board.face.calls) == [("A001", "1号窗口")]
    display.refresh()
    display._tick.timeout.emit()

    assert hall.heard.said == []
    assert not display.board.face.calls[0].fresh


def test_called_again_is_spoken_again_and_two_calls_follow_each_other(hall: Hall, qtbot: QtBot) -> None:
    first, _second = hall.come("王一", "李二")
    display = hall.display()
    actions.call_next(hall.store, make.CLERK, hall.clock.now())
    actions.call_next(hall.store, HEAD, hall.clock.now())
    qtbot.waitUntil(lambda: len(hall.heard.said) == 2)
    actions.call_again(hall.store, make.CLERK, first, hall.clock.now())
    qtbot.waitUntil(lambda: len(hall.heard.said) == 3)

    assert hall.heard.said == [("A001", "1号窗口"), ("A002", "2号窗口"), ("A001", "1号窗口")]
    assert labels(display.board.face.calls) == [("A001", "1号窗口"), ("A002", "2号窗口")]


def test_who_has_come_moves_to_the_last_calls(hall: Hall, qtbot: QtBot) -> None:
    (visit,) = hall.come("王一")
    display = hall.display()
    actions.call_next(hall.store, make.CLERK, hall.clock.now())
    actions.arrive(hall.store, make.CLERK, visit, hall.clock.now())
    qtbot.waitUntil(lambda: labels(display.board.face.recent) == [("A001", "1号窗口")])

    assert display.board.face.calls == ()


def test_the_mark_of_a_new_call_goes(hall: Hall, qtbot: QtBot) -> None:
    hall.come("王一")
    display = hall.display()
    actions.call_next(hall.store, make.CLERK, hall.clock.now())
    qtbot.waitUntil(lambda: bool(display.board.face.calls))
    hall.clock.forward(11 * SECOND)
    display._calm()

    assert not display.board.face.calls[0].fresh


def test_a_new_day_begins_empty(hall: Hall, qtbot: QtBot) -> None:
    (visit,) = hall.come("王一")
    hall.serve(visit)
    display = hall.display()
    assert display.board.face.recent
    hall.clock.forward(DAY)
    display._tick.timeout.emit()

    assert display.board.face.day == "2026-11-24 周二"
    assert display.board.face.recent == ()


def test_nothing_personal_is_shown(hall: Hall, qtbot: QtBot) -> None:
    names = morning.park(hall.store, hall.clock.now(), 1)
    morning.come(hall.store, hall.clock, names[morning.JINHU], "NB", visitor="王一", phone="13812345678")
    display = hall.display()
    actions.call_next(hall.store, make.CLERK, hall.clock.now())
    qtbot.waitUntil(lambda: bool(display.board.face.calls))

    said = repr(display.board.face)
    assert not any(one in said for one in (morning.JINHU, "王", "138", "年报"))


@pytest.mark.parametrize("scheme", [Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def test_numbers_can_be_read_from_six_metres(
    hall: Hall, qtbot: QtBot, qapp: QApplication, scheme: Qt.ColorScheme
) -> None:
    """On a 43-inch screen (535 mm high) a number is at least 40 mm high: 6 m / 150."""
    dress(qapp, scheme)
    hall.come("王一")
    actions.call_next(hall.store, make.CLERK, hall.clock.now())
    display = hall.display()
    size = QSize(1920, 1080)
    picture = render.grab(display, size)
    ratio = picture.devicePixelRatio()
    ink = QColor(display.palette().color(display.palette().ColorRole.Link)).rgb()  # the accent: numbers only
    rows = [
        y for y in range(round(200 * ratio), round(500 * ratio))
        if any(picture.pixel(x, y) == ink for x in range(round(100 * ratio), round(700 * ratio), 2))
    ]  # fmt: skip
    high = (max(rows) - min(rows) + 1) / ratio / size.height() * 535

    assert high >= 40


def test_f11_fills_the_screen_and_the_screen_is_remembered(hall: Hall, qtbot: QtBot) -> None:
    display = hall.display()
    display.appear()
    assert hall.desk.settings.values.display_screen == display.screen().name()
    in_front(qtbot, display)
    QTest.keyClick(display, Qt.Key.Key_F11)
    qtbot.waitUntil(display.isFullScreen)
    QTest.keyClick(display, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not display.isFullScreen())
    with qtbot.waitSignal(display.closed):
        display.close()

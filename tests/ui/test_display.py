"""The call display and the rating screen: what the hall and the visitor see, hear and press."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from tests import make
from tests.ui import morning, render
from tests.ui.hands import in_front
from zhangshu_desk.core.clock import DAY, MINUTE, SECOND, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import RATING_LEVELS
from zhangshu_desk.ui.display import CallDisplay, RatingScreen
from zhangshu_desk.ui.display.board import Call
from zhangshu_desk.ui.display.screen_window import ScreenWindow
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.theme import dress

HEAD = make.at(make.SUPERVISOR, 2)
W = TypeVar("W", bound=QWidget)


@dataclass
class Heard:
    """A loudspeaker that writes down what it is asked to say."""

    said: list[tuple[str, str]] = field(default_factory=list)

    def announce(self, ticket: str, counter: str) -> None:
        self.said.append((ticket, counter))


@dataclass
class Hall:
    """The station with its counters, and a loudspeaker."""

    desk: Desk
    clock: FixedClock
    heard: Heard
    qtbot: QtBot

    @property
    def store(self) -> Store:
        return self.desk.store

    def come(self, *names: str) -> list[str]:
        """Visitors take numbers, A001 on; their visits."""
        return [morning.come(self.store, self.clock, None, "NB", visitor=name) for name in names]

    def display(self) -> CallDisplay:
        desk = self.desk
        made = CallDisplay(desk.bus, desk.work, desk.store, desk.clock, desk.settings, self.heard)
        return self._shown(made)

    def rating(self) -> RatingScreen:
        desk = self.desk
        return self._shown(RatingScreen(desk.bus, desk.work, desk.store, desk.clock, desk.settings, desk.session))

    def serve(self, visit: str) -> None:
        """Call, serve and finish a visit at counter 1."""
        actions.call(self.store, make.CLERK, visit, self.clock.now(), "测试")
        actions.arrive(self.store, make.CLERK, visit, self.clock.now())
        self.clock.forward(5 * MINUTE)
        actions.finish(self.store, make.CLERK, visit, self.clock.now(), {"NB": 1})

    def ratings(self) -> list[tuple[str, str]]:
        """Level and reasons of every rating kept."""
        with self.store.read() as session:
            return [(row.level, row.reasons) for row in session.execute(text("SELECT level, reasons FROM ratings"))]

    def _shown(self, window: W) -> W:
        self.qtbot.addWidget(window)
        window.resize(1280, 720)
        window.show()
        return window


@pytest.fixture
def hall(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Hall:
    morning.open_counters(store, clock.now())
    return Hall(morning.desk(store, tmp_path, clock), clock, Heard(), qtbot)


def labels(calls: tuple[Call, ...]) -> list[tuple[str, str]]:
    return [(one.label, one.counter) for one in calls]


# -- the call display -------------------------------------------------------------------------------------------------


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


# -- the rating screen ------------------------------------------------------------------------------------------------


def test_it_welcomes_until_a_visit_is_finished(hall: Hall, qtbot: QtBot) -> None:
    screen = hall.rating()
    assert screen.view() is screen.welcome
    assert "1号窗口" in screen.welcome.words.text()
    (visit,) = hall.come("王一")
    actions.call(hall.store, make.CLERK, visit, hall.clock.now())
    actions.arrive(hall.store, make.CLERK, visit, hall.clock.now())
    screen.refresh()
    assert screen.view() is screen.welcome
    actions.finish(hall.store, make.CLERK, visit, hall.clock.now(), {"NB": 1})
    qtbot.waitUntil(lambda: screen.view() is screen.levels)

    assert screen.levels.words.text() == "A001 · 年报"


def test_exactly_five_levels_and_none_suggested(hall: Hall, qtbot: QtBot) -> None:
    screen = rated_screen(hall, qtbot)
    buttons = list(screen.levels.findChildren(QAbstractButton))
    assert [one.text() for one in buttons] == list(RATING_LEVELS)
    assert not any(one.isDefault() for one in screen.levels.buttons.values())
    assert not any(one.hasFocus() for one in buttons)
    widths = [one.width() for one in buttons]
    assert max(widths) - min(widths) <= 1
    assert min(one.height() for one in buttons) >= 96


@pytest.mark.parametrize("level", RATING_LEVELS[:3])
def test_a_good_level_is_one_press(hall: Hall, qtbot: QtBot, level: str) -> None:
    screen = rated_screen(hall, qtbot)
    screen.levels.buttons[level].click()

    assert hall.ratings() == [(level, "[]")]
    assert screen.view() is screen.thanks
    assert "感谢" in screen.thanks.title.text()
    screen._goodbye.timeout.emit()
    assert screen.view() is screen.welcome
    screen.refresh()
    assert screen.view() is screen.welcome


@pytest.mark.parametrize("level", RATING_LEVELS[3:])
def test_a_bad_level_asks_for_reasons(hall: Hall, qtbot: QtBot, level: str) -> None:
    screen = rated_screen(hall, qtbot)
    screen.levels.buttons[level].click()
    assert hall.ratings() == []
    assert screen.view() is screen.reasons
    assert screen.reasons.chosen() == ()
    first, second = screen.reasons.buttons[0], screen.reasons.buttons[2]
    first.click()
    second.click()
    first.click()
    screen.reasons.submit.click()

    ((kept, reasons),) = hall.ratings()
    assert kept == level
    assert reasons.count('"') == 2
    assert second.words in reasons.encode().decode("unicode_escape") or second.words in reasons


def test_going_back_from_the_reasons_changes_the_level(hall: Hall, qtbot: QtBot) -> None:
    screen = rated_screen(hall, qtbot)
    screen.levels.buttons["不满意"].click()
    screen.reasons.back.click()
    screen.levels.buttons["满意"].click()

    assert [level for level, _ in hall.ratings()] == ["满意"]


def test_who_does_not_press_has_not_rated(hall: Hall, qtbot: QtBot) -> None:
    screen = rated_screen(hall, qtbot)
    assert screen._patience.interval() == hall.desk.settings.values.rating_seconds * SECOND
    screen._patience.timeout.emit()
    assert screen.view() is screen.welcome
    screen.refresh()

    assert screen.view() is screen.welcome
    assert hall.ratings() == []


def test_a_pressed_level_counts_even_when_the_reasons_are_left(hall: Hall, qtbot: QtBot) -> None:
    screen = rated_screen(hall, qtbot)
    screen.levels.buttons["非常不满意"].click()
    screen._patience.timeout.emit()

    assert [level for level, _ in hall.ratings()] == ["非常不满意"]


def test_a_visit_finished_long_ago_is_not_asked_about(hall: Hall, qtbot: QtBot) -> None:
    (visit,) = hall.come("王一")
    hall.serve(visit)
    hall.clock.forward(31 * SECOND)

    screen = hall.rating()
    assert screen.view() is screen.welcome


def test_an_undone_finish_is_not_rated(hall: Hall, qtbot: QtBot) -> None:
    screen = rated_screen(hall, qtbot)
    actions.undo(hall.store, make.CLERK, hall.clock.now())
    qtbot.waitUntil(lambda: screen.view() is screen.welcome)


def test_the_next_visitor_cannot_rate_the_one_before(hall: Hall, qtbot: QtBot) -> None:
    screen = rated_screen(hall, qtbot)
    (visit,) = hall.come("李二")
    actions.call(hall.store, make.CLERK, visit, hall.clock.now())
    actions.arrive(hall.store, make.CLERK, visit, hall.clock.now())
    qtbot.waitUntil(lambda: screen.view() is screen.welcome)


def test_another_counters_visitors_are_not_asked_here(hall: Hall, qtbot: QtBot) -> None:
    screen = hall.rating()
    (visit,) = hall.come("王一")
    actions.call(hall.store, HEAD, visit, hall.clock.now())
    actions.arrive(hall.store, HEAD, visit, hall.clock.now())
    actions.finish(hall.store, HEAD, visit, hall.clock.now(), {"NB": 1})
    screen.refresh()

    assert screen.view() is screen.welcome


def test_the_clerks_page_has_no_control_for_rating(hall: Hall, qtbot: QtBot) -> None:
    page = ReceptionPage(hall.desk)
    qtbot.addWidget(page)
    page.show()
    (visit,) = hall.come("王一")
    hall.serve(visit)
    page.refresh()
    words = " ".join(one.text() for one in page.findChildren(QAbstractButton))

    assert not any(level in words for level in RATING_LEVELS)
    assert "评价" not in words


def test_the_reasons_fit_a_small_tablet(hall: Hall, qtbot: QtBot) -> None:
    screen = rated_screen(hall, qtbot)
    screen.levels.buttons["不满意"].click()
    assert screen.minimumSizeHint().width() <= 1024
    assert screen.minimumSizeHint().height() <= 600


def rated_screen(hall: Hall, qtbot: QtBot) -> RatingScreen:
    """A rating screen that asks about A001."""
    screen = hall.rating()
    (visit,) = hall.come("王一")
    hall.serve(visit)
    qtbot.waitUntil(lambda: screen.view() is screen.levels)
    assert isinstance(screen, ScreenWindow)
    return screen

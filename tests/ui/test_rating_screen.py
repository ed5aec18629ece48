"""The rating screen: what the visitor is asked and presses, and what the clerk cannot."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui import morning
from tests.ui.hall import HEAD, Hall, Heard
from zhangshu_desk.core.clock import SECOND, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import RATING_LEVELS
from zhangshu_desk.ui.display import RatingScreen
from zhangshu_desk.ui.display.screen_window import ScreenWindow
from zhangshu_desk.ui.pages.reception import ReceptionPage


@pytest.fixture
def hall(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Hall:
    morning.open_counters(store, clock.now())
    return Hall(morning.desk(store, tmp_path, clock), clock, Heard(), qtbot)


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

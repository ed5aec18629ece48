"""日结: figures that open their visits, closing with the supervisor's choice, reopening, printing, days left open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui import morning
from tests.ui.counter import CTRL, ENTER, back, dialog, press
from tests.ui.hands import in_front
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import DAY, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.pages.dayclose import DayClosePage
from zhangshu_desk.ui.pages.dayclose.close_dialog import END, CloseDialog
from zhangshu_desk.ui.pages.dayclose.figures import FigureLink, SmallFigureLink
from zhangshu_desk.ui.pages.visits.history_dialog import HistoryDialog
from zhangshu_desk.ui.pages.visits.visits_dialog import VisitsDialog
from zhangshu_desk.ui.printing.preview import Preview

Open = Callable[..., DayClosePage]
TOMORROW = date(2026, 11, 24)


@pytest.fixture
def open_page(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    """Opens the page after a morning: 13 numbers, 4 served, 1 missed, 7 waiting or parked, 1 at counter 1."""
    ids = morning.morning(store, clock)

    def open_it(actor: Actor = make.SUPERVISOR, *, busy: bool = False) -> DayClosePage:
        if not busy:
            actions.finish(store, make.CLERK, ids["now"], clock.now(), {"NB": 1, "JL": 3})
        page = DayClosePage(morning.desk(store, tmp_path, clock, actor))
        qtbot.addWidget(page)
        page.resize(1274, 674)
        in_front(qtbot, page)
        page.on_shown()
        return page

    return open_it


def figures(page: DayClosePage) -> dict[str, int]:
    """The equation as shown: number by key."""
    return {one.figure.key: int(one.text()) for one in page.equation.links}


def close(page: DayClosePage, qtbot: QtBot, *, carry_over: bool = True) -> None:
    press(Qt.Key.Key_F8)
    asked = dialog(page, CloseDialog, qtbot)
    if not carry_over:
        asked.rest.set_key(END)
    press(ENTER)
    back(page, qtbot)


def test_the_equation_holds_in_words_and_numbers(open_page: Open) -> None:
    page = open_page()
    shown = figures(page)

    assert shown == {"issued": 13, "served": 5, "missed": 1, "left": 0, "cancelled": 0, "carried_over": 0, "open": 7}
    assert shown["issued"] == sum(value for key, value in shown.items() if key != "issued")
    assert page.equation.accessibleDescription().startswith("取号 13 = 办结 5 + 过号 1")


def test_every_number_opens_the_visits_behind_it(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    lists = (page.times, page.services, page.counters)
    links: list[FigureLink | SmallFigureLink] = [*page.equation.links, *(one for each in lists for one in each.links)]
    assert len(links) == len(page.findChildren(FigureLink)) + len(page.findChildren(SmallFigureLink)) >= 18
    for link in links:
        QTest.mouseClick(link, Qt.MouseButton.LeftButton)
        shown = dialog(page, VisitsDialog, qtbot)
        assert {row.id for row in shown.table.rows.rows} == set(link.figure.visits)
        shown.close()
        back(page, qtbot)


def test_a_visit_behind_a_number_shows_its_times(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    served = next(one for one in page.equation.links if one.figure.key == "served")
    QTest.mouseClick(served, Qt.MouseButton.LeftButton)
    shown = dialog(page, VisitsDialog, qtbot)
    assert shown.table.rows.index(0, 6).data() == "4 分"
    assert shown.table.rows.index(0, 7).data() == "6 分"
    press(ENTER)

    history = [one for one in shown.findChildren(HistoryDialog) if one.isVisible()]
    assert len(history) == 1
    assert history[0].figures["served_ms"].text() == "6 分"


def test_closing_carries_over(open_page: Open, store: Store, clock: FixedClock, qtbot: QtBot) -> None:
    page = open_page()
    close(page, qtbot)
    qtbot.waitUntil(lambda: page.reopen_button.isVisible())

    assert figures(page)["carried_over"] == 7
    assert "open" not in figures(page)
    assert "结转到 2026-11-24" in page.notices.text.text()
    assert not page.close_button.isVisible()
    assert [one.day for one in page.others.table.rows.rows] == [morning.TODAY]
    clock.forward(DAY)
    assert len(queries.queue(store, clock.now(), None).waiting) == 6


def test_closing_can_end_them_instead(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    close(page, qtbot, carry_over=False)
    qtbot.waitUntil(lambda: figures(page)["left"] == 7)

    assert "记为弃号" in page.notices.text.text()


def test_people_at_a_counter_hinder_it(open_page: Open, qtbot: QtBot) -> None:
    page = open_page(busy=True)
    press(Qt.Key.Key_F8)
    asked = dialog(page, CloseDialog, qtbot)
    press(ENTER)

    assert asked.isVisible()
    assert "B001" in asked.notices.text.text()
    assert figures(page)["open"] == 8


def test_reopening_brings_them_back(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    close(page, qtbot)
    qtbot.waitUntil(lambda: page.reopen_button.isVisible())
    page.reopen_button.click()
    dialog(page, Ask, qtbot)
    press(ENTER)
    qtbot.waitUntil(lambda: page.close_button.isVisible())

    assert figures(page)["open"] == 7
    assert page.others.table.rows.rows == []


def test_a_clerk_may_look_and_print_but_not_close(open_page: Open) -> None:
    page = open_page(make.CLERK)
    assert figures(page)["issued"] == 13
    assert not page.close_button.isEnabled()
    assert page.close_button.toolTip() == "日结由站长办理。"
    assert page.print_button.isEnabled()


def test_a_day_left_open_is_listed_and_shown(open_page: Open, clock: FixedClock, qtbot: QtBot) -> None:
    open_page()
    clock.forward(DAY)
    page = open_page(busy=True)
    assert page.day.day() == TOMORROW
    (link,) = page.others.links
    assert link.text() == "2026-11-23 周一"
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)

    assert page.day.day() == morning.TODAY
    assert figures(page)["issued"] == 13


def test_it_is_opened_with_a_day(open_page: Open) -> None:
    page = open_page()
    page.receive(date(2026, 11, 20))
    assert page.day.day() == date(2026, 11, 20)
    assert figures(page)["issued"] == 0


def test_the_sheet_is_previewed_and_printed(open_page: Open, tmp_path: Path, qtbot: QtBot) -> None:
    page = open_page()
    page.desk.settings.change(sheet_printer="pdf")
    press(Qt.Key.Key_P, CTRL)
    dialog(page, Preview, qtbot)
    press(ENTER)
    qtbot.waitUntil(lambda: len(list((tmp_path / "papers").glob("*日结单 2026-11-23.pdf"))) == 1)

    assert "已保存" in page.notices.text.text()


def test_the_visitors_ratings_are_counted(open_page: Open, store: Store, clock: FixedClock, qtbot: QtBot) -> None:
    page = open_page()
    served = next(one for one in page.equation.links if one.figure.key == "served")
    actions.rate(store, served.figure.visits[-1], "满意", (), "", clock.now())

    def rated() -> bool:
        return next(one.text() for one in page.times.links if one.figure.key == "rated_good") == "1 人"

    qtbot.waitUntil(rated)

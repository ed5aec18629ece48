"""The bus and the page contract."""

from __future__ import annotations

import threading
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.ui import kit
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.page import Desk, Page, Session


class Watching(Page):
    title, key, icon = "页", "Alt+1", "desk"
    watches = frozenset({"visits"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.refreshed = 0

    def refresh(self) -> None:
        self.refreshed += 1


def test_changes_of_one_turn_are_told_once(qtbot: QtBot) -> None:
    bus, told = Bus(), list[frozenset[str]]()
    bus.changed.connect(told.append)
    bus.announce(["visits"])
    bus.announce({"visits", "tickets"})
    assert not told
    qtbot.waitUntil(lambda: bool(told))
    assert told == [frozenset({"visits", "tickets"})]


def test_changes_come_from_any_thread(qtbot: QtBot) -> None:
    bus, told, threads = Bus(), list[frozenset[str]](), list[object]()
    bus.changed.connect(told.append)
    bus.changed.connect(lambda _: threads.append(threading.current_thread()))
    thread = threading.Thread(target=lambda: bus.announce({"visits"}))
    thread.start()
    qtbot.waitUntil(lambda: bool(threads))
    thread.join()
    assert told == [frozenset({"visits"})]
    assert threads == [threading.main_thread()]


def test_a_page_in_front_refreshes_and_a_hidden_one_when_it_is_shown(qtbot: QtBot, tmp_path: Path) -> None:
    desk = kit.desk(tmp_path)
    page = Watching(desk)
    qtbot.addWidget(page)
    assert page.refreshed == 0
    page.show()
    assert page.refreshed == 1
    desk.bus.changed.emit(frozenset({"visits", "audit"}))
    assert page.refreshed == 2
    desk.bus.changed.emit(frozenset({"enterprises"}))
    assert page.refreshed == 2
    page.hide()
    desk.bus.changed.emit(frozenset({"visits"}))
    desk.bus.changed.emit(frozenset({"visits"}))
    assert page.refreshed == 2
    page.show()
    assert page.refreshed == 3
    page.hide()
    page.show()
    assert page.refreshed == 3


def test_a_session_tells_a_change_of_counter(qtbot: QtBot) -> None:
    session = Session(kit.CLERK)
    with qtbot.waitSignal(session.changed):
        session.become(Actor("u1", "李秋", Role.CLERK, "c2"))
    assert session.actor.counter_id == "c2"

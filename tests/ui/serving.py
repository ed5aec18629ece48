"""Three people wait at a station with two counters: what the tests of calling, undoing and the queue begin with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from tests import make
from tests.ui import morning
from tests.ui.counter import back, press
from tests.ui.hands import in_front
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import queries
from zhangshu_desk.reception.queries import Current
from zhangshu_desk.reception.rules import State
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.work import Work

Open = Callable[..., ReceptionPage]


def opener(store: Store, clock: FixedClock, folder: Path, qtbot: QtBot) -> Open:
    """Opens pages; A001 to A003 wait, the clerk sits at counter 1, the supervisor at 2."""
    morning.open_counters(store, clock.now())
    for name in ("王一", "李二", "赵三"):
        morning.come(store, clock, None, "NB", visitor=name, phone="13812345678")
        clock.forward(MINUTE)

    def open_it(actor: Actor = make.CLERK, work: Work | None = None) -> ReceptionPage:
        page = ReceptionPage(morning.desk(store, folder, clock, actor, work))
        qtbot.addWidget(page)
        page.resize(1274, 674)
        in_front(qtbot, page)
        page.on_shown()
        return page

    return open_it


def current(page: ReceptionPage) -> Current | None:
    """Whom the page's counter holds now."""
    desk = page.desk
    return queries.current(desk.store, desk.session.actor.counter_id, desk.clock.now())


def state_of(page: ReceptionPage, label: str = "A001") -> State:
    with page.desk.store.read() as session:
        found = session.execute(text("SELECT state FROM visits WHERE label = :label"), {"label": label}).scalar_one()
        return State(found)


def settled(page: ReceptionPage, qtbot: QtBot) -> None:
    """Wait until the page shows whom the counter holds."""

    def shows() -> bool:
        held = current(page)
        view = page.acts.view
        return view is not None and (view.current.state if view.current else None) == (held.state if held else None)

    qtbot.waitUntil(shows)
    back(page, qtbot)


def do(page: ReceptionPage, qtbot: QtBot, *keys: Qt.Key) -> None:
    """Press keys one after the other, each on what the page shows after the one before."""
    for key in keys:
        press(key)
        settled(page, qtbot)


def visit_id(page: ReceptionPage, label: str) -> str:
    with page.desk.store.read() as session:
        return str(session.execute(text("SELECT id FROM visits WHERE label = :label"), {"label": label}).scalar_one())

"""A working day by keyboard alone, in a real window with the database on its own thread; what controls owe."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from tests import make
from tests.ui import morning
from tests.ui.counter import CTRL, ENTER, back, dialog, focus, press, write
from tests.ui.hands import in_front
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import queries
from zhangshu_desk.reception.queries import Current
from zhangshu_desk.reception.rules import State
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.display import RatingScreen
from zhangshu_desk.ui.main_window import MainWindow
from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.pages.dayclose import DayClosePage
from zhangshu_desk.ui.pages.dayclose.close_dialog import CloseDialog
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.pages.reception.finish_dialog import FinishDialog
from zhangshu_desk.ui.pages.reception.queue_card import PARKED
from zhangshu_desk.ui.pages.reception.quick_dialog import QuickDialog
from zhangshu_desk.ui.pages.reception.transfer_dialog import TransferDialog
from zhangshu_desk.ui.shell.shell import Shell
from zhangshu_desk.ui.work import Work

K = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractItemView, QTabBar)


@dataclass
class Seat:
    """A supervisor at counter 1 in a real window."""

    window: MainWindow
    desk: Desk
    shell: Shell
    qtbot: QtBot

    @property
    def page(self) -> ReceptionPage:
        page = self.shell.page()
        assert isinstance(page, ReceptionPage)
        return page

    def settle(self) -> None:
        """Wait until every job was done, the window shows it, and keys reach it again."""
        self.qtbot.waitUntil(lambda: not self.desk.work.busy())
        QApplication.processEvents()
        self.qtbot.waitUntil(lambda: not self.desk.work.busy())
        back(self.window, self.qtbot)

    def keys(self, *keys: Qt.Key) -> None:
        """Press keys one after the other, each when the one before has had its effect."""
        for key in keys:
            press(key)
            self.settle()

    def register(self, initials: str, service: str) -> str:
        """Register an enterprise by its initials for a service by its; returns the number."""
        press(K.Key_N, CTRL)
        write(initials)
        press(ENTER)
        self.settle()
        write(service)
        self.qtbot.waitUntil(lambda: not self.desk.work.busy())
        press(ENTER)
        press(K.Key_Escape)
        press(ENTER, CTRL)
        self.settle()
        return self.page.ticket.number.text()

    def current(self) -> Current | None:
        actor, now = self.desk.session.actor, self.desk.clock.now()
        return queries.current(self.desk.store, actor.counter_id, now)

    def holds(self) -> tuple[str, State] | None:
        held = self.current()
        return (held.label, held.state) if held else None


@pytest.fixture
def seat(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Iterator[Seat]:
    morning.park(store, clock.now(), 3)
    morning.open_counters(store, clock.now())
    actor = make.at(make.SUPERVISOR, 2)
    work = Work()
    window = MainWindow()
    qtbot.addWidget(window)
    desk = morning.desk(store, tmp_path, clock, actor, work)
    object.__setattr__(desk, "open", window.open)
    shell = Shell(desk, (ReceptionPage, DayClosePage), lambda text: [], ())
    window.enter(shell)
    window.resize(QSize(1366, 768))
    in_front(qtbot, window)
    made = Seat(window, desk, shell, qtbot)
    made.settle()
    yield made
    qtbot.waitUntil(lambda: not work.busy())
    work.close()


def test_a_day_by_keyboard_alone(seat: Seat, clock: FixedClock, qtbot: QtBot) -> None:
    screen = RatingScreen(seat.desk.bus, seat.desk.work, seat.desk.store, clock, seat.desk.settings, seat.desk.session)
    qtbot.addWidget(screen)
    assert seat.register("jhbx", "nb") == "A001"
    assert seat.register("dljj", "zczx") == "A002"
    clock.forward(3 * MINUTE)
    seat.keys(K.Key_F2, K.Key_F4)
    assert seat.holds() == ("A001", State.SERVING)

    press(K.Key_F6)  # park the first
    asked = dialog(seat.window, ReasonDialog, qtbot)
    press(K.Key_Backtab)
    press(K.Key_Space)
    assert asked.reason.text() == "取材料"
    seat.keys(ENTER)
    assert seat.holds() is None

    clock.forward(2 * MINUTE)
    seat.keys(K.Key_F2, K.Key_F4)  # call the second and send it to counter 1
    assert seat.holds() == ("A002", State.SERVING)
    press(K.Key_F7)
    sent = dialog(seat.window, TransferDialog, qtbot)
    assert sent.counter.editor.currentText().startswith("1号窗口")
    seat.keys(ENTER)
    assert seat.holds() is None

    seat.keys(K.Key_F10)  # take the first up again and finish it
    assert seat.holds() == ("A001", State.SERVING)
    clock.forward(6 * MINUTE)
    press(K.Key_F8)
    dialog(seat.window, FinishDialog, qtbot)
    seat.keys(ENTER)
    assert seat.holds() is None
    _rate(screen, seat, qtbot)
    back(seat.window, qtbot)

    _call_back_the_second(seat, qtbot)
    _close_the_day(seat, qtbot)


def _call_back_the_second(seat: Seat, qtbot: QtBot) -> None:
    press(K.Key_F12)  # the list, to call back the one that was sent away
    press(ENTER)
    qtbot.waitUntil(lambda: not seat.desk.work.busy())
    dialog_ = dialog(seat.window, ReasonDialog, qtbot)
    write("该窗口暂停", dialog_.reason.editor)
    seat.keys(ENTER, K.Key_F4)
    assert seat.holds() == ("A002", State.SERVING)
    press(K.Key_F8)
    dialog(seat.window, FinishDialog, qtbot)
    seat.keys(ENTER)


def _rate(screen: RatingScreen, seat: Seat, qtbot: QtBot) -> None:
    """The visitor presses a level on the visitor's screen."""
    in_front(qtbot, screen)
    qtbot.waitUntil(lambda: screen.view() is screen.levels)
    QTest.mouseClick(screen.levels.buttons["满意"], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: screen.view() is screen.thanks)
    with seat.desk.store.read() as session:
        rows = session.execute(text("SELECT r.level, v.label FROM ratings r JOIN visits v ON v.id = r.visit_id"))
        assert [tuple(row) for row in rows] == [("满意", "A001")]


def _close_the_day(seat: Seat, qtbot: QtBot) -> None:
    press(K.Key_6, ALT)
    seat.settle()
    page = seat.shell.page()
    assert isinstance(page, DayClosePage)
    press(K.Key_F8)
    dialog(seat.window, CloseDialog, qtbot)
    seat.keys(ENTER)
    qtbot.waitUntil(lambda: "已日结" in page.notices.text.text())
    sheet = queries.day_sheet(seat.desk.store, morning.TODAY, seat.desk.clock.now())
    assert sheet.closed_at is not None
    assert (sheet.figure("issued").value, sheet.figure("served").value) == (2, 2)
    card = queries.visit(seat.desk.store, sheet.figure("served").visits[0], seat.desk.clock.now())
    times = [getattr(card.times, name) // MINUTE for name in ("waited_ms", "way_ms", "served_ms", "parked_ms")]
    assert times == [3, 0, 6, 2]


def test_a_key_in_the_enterprise_field_costs_no_frame(seat: Seat) -> None:
    """At most 16 ms of work on the GUI thread per key, the median of many."""
    press(K.Key_N, CTRL)
    edit = seat.page.register.enterprise.editor
    costs = []
    for letter in "jhbxsb" * 5:
        event = QKeyEvent(QEvent.Type.KeyPress, ord(letter.upper()), Qt.KeyboardModifier.NoModifier, letter)
        start = time.thread_time()
        QApplication.sendEvent(edit, event)
        QApplication.processEvents()
        costs.append(time.thread_time() - start)
    seat.settle()

    assert sorted(costs)[len(costs) // 2] < 0.016


def test_every_control_has_a_name(seat: Seat, qtbot: QtBot) -> None:
    for page in (seat.page, _other(seat)):
        assert not nameless(page)
    press(K.Key_1, ALT)
    seat.settle()
    press(K.Key_J, CTRL)
    assert not nameless(dialog(seat.window, QuickDialog, qtbot))
    screen = RatingScreen(
        seat.desk.bus, seat.desk.work, seat.desk.store, seat.desk.clock, seat.desk.settings, seat.desk.session
    )
    qtbot.addWidget(screen)
    screen._pressed("不满意")
    assert not nameless(screen)


def nameless(root: QWidget) -> list[str]:
    """The controls below `root` that a screen reader cannot name."""
    controls = [one for kind in CONTROLS for one in root.findChildren(kind)]
    inner = (QAbstractSpinBox, QComboBox, QAbstractItemView)  # parts of a control
    own = [one for one in controls if not isinstance(one.parent(), inner) and one.isVisibleTo(root)]
    assert own
    return [f"{type(one).__name__} in {type(one.parent()).__name__}" for one in own if not one.accessibleName()]


def _other(seat: Seat) -> Page:
    press(K.Key_6, ALT)
    seat.settle()
    page = seat.shell.page()
    assert page is not None
    return page


def test_tab_follows_the_reading_order(seat: Seat) -> None:
    press(K.Key_N, CTRL)
    seen: list[QWidget] = []
    for _ in range(7):
        seen.append(focus())
        press(K.Key_Tab)
    card = seat.page.register
    places = [one.mapTo(card, QPoint(0, 0)) for one in seen]
    assert all(card.isAncestorOf(one) for one in seen)
    assert places == sorted(places, key=lambda at: (at.y() // 20, at.x()))


@pytest.mark.parametrize("size", [QSize(1280, 720), QSize(1366, 768)])
def test_the_page_fits_the_small_screens(seat: Seat, clock: FixedClock, size: QSize) -> None:
    """With a queue, somebody at the counter, a notice, a ticket just given, and a name of 200 characters."""
    long = "江西" + "锦湖保险设备" * 33
    morning.come(seat.desk.store, clock, None, "JL", "NB", "SB", enterprise_name=long, remark=long)
    seat.window.resize(size)
    seat.keys(K.Key_F2, K.Key_F4)
    assert seat.register("jhbx", "nb")

    assert seat.page.notices.isVisible()
    assert seat.window.size() == size
    for part in (seat.page.register.submit_button, seat.page.current.button("call"), seat.page.queue.hints):
        corner = part.mapTo(seat.window, QPoint(part.width(), part.height()))
        assert corner.x() <= size.width()
        assert corner.y() <= size.height()


def test_parked_people_are_reached_by_keys(seat: Seat, qtbot: QtBot) -> None:
    for initials in ("jhbx", "dljj"):
        seat.register(initials, "nb")
        seat.keys(K.Key_F2, K.Key_F4)
        press(K.Key_F6)
        asked = dialog(seat.window, ReasonDialog, qtbot)
        write("取材料", asked.reason.editor)
        seat.keys(ENTER)
    seat.keys(K.Key_F10)  # two are parked here: the list comes up
    assert seat.page.queue.tabs.currentIndex() == PARKED
    assert focus() is seat.page.queue.parked
    seat.keys(K.Key_Down, ENTER)
    assert seat.holds() == ("A002", State.SERVING)

"""The window: first frame, states, shells, rail, search, status line, idle watch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.ui import kit
from tests.ui.hands import in_front, type_in
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import DAY, MINUTE, SECOND, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.idle import VISITORS, IdleWatch
from zhangshu_desk.ui.main_window import MainWindow
from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.shell.shell import Shell
from zhangshu_desk.ui.shell.top_bar import MenuAct
from zhangshu_desk.ui.theme import LIGHT, Tone
from zhangshu_desk.ui.widgets import Suggestion, TextField
from zhangshu_desk.ui.work import Work

HEAD = Actor("u2", "周站长", Role.SUPERVISOR)


class First(Page):
    title, key, icon = "受理台", "Alt+1", "desk"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.field = TextField("企业")
        self.body.addWidget(self.field)
        self.shown = 0

    def on_shown(self) -> None:
        self.shown += 1
        self.field.setFocus()


class Second(Page):
    title, key, icon = "企业", "Alt+5", "enterprise"
    built = 0

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        type(self).built += 1
        self.received: list[object] = []

    def receive(self, payload: object) -> None:
        self.received.append(payload)


class Heads(Page):
    title, key, icon = "管理", "Alt+7", "settings"
    roles = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


PAGES = (First, Second, Heads)


def search(text: str) -> list[Suggestion]:
    return [Suggestion(("企业", "e1"), "江西锦湖保险设备集团有限公司", "", "企业")] if "锦" in text else []


@pytest.fixture
def work(qtbot: QtBot) -> Iterator[Work]:
    made = Work()
    yield made
    made.close()


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    made = MainWindow()
    qtbot.addWidget(made)
    in_front(qtbot, made)
    return made


def shell(folder: Path, actor: Actor, work: Work, window: MainWindow, menu: list[MenuAct] | None = None) -> Shell:
    return Shell(kit.desk(folder, actor, work, window.open), PAGES, search, menu or [])


@pytest.fixture
def inside(window: MainWindow, work: Work, tmp_path: Path, qtbot: QtBot) -> Shell:
    made = shell(tmp_path, kit.CLERK, work, window)
    window.enter(made)
    qtbot.waitUntil(lambda: page(made, First).field.editor.hasFocus())
    return made


def received(inside: Shell) -> list[object]:
    """What the page in front was handed."""
    shown = inside.page()
    assert isinstance(shown, Second)
    return shown.received


def page(inside: Shell, kind: type[Page]) -> First:
    found = inside.findChild(kind)
    assert isinstance(found, First)
    return found


def test_the_first_frame_is_painted_before_the_kit_is_there(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted):
        window.show()
    picture = window.grab().toImage()
    assert picture.pixelColor(20, 400).name() == LIGHT.ground
    ink = {picture.pixelColor(x, y).name() for x in range(560, 800) for y in range(280, 320)}
    assert LIGHT.ink in ink


def test_a_state_fills_the_window_and_gives_way(window: MainWindow) -> None:
    login, opening = QLabel("登录"), QLabel("正在打开")
    window.show_state(opening)
    window.show_state(login)
    assert login.isVisible()
    assert not opening.isVisible()
    assert window.shell() is None


def test_pages_are_reached_by_key_and_built_when_first_seen(inside: Shell) -> None:
    Second.built = 0
    QTest.keyClick(inside.window(), Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    assert isinstance(inside.page(), Second)
    QTest.keyClick(inside.window(), Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(inside.window(), Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    assert Second.built == 1
    assert inside.rail.group.checkedButton().accessibleName() == "企业"


def test_a_page_gets_the_focus_each_time_it_is_shown(inside: Shell, qtbot: QtBot) -> None:
    first = page(inside, First)
    before = first.shown
    QTest.keyClick(inside.window(), Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(inside.window(), Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: first.shown > before and first.field.editor.hasFocus())


def test_a_page_is_only_there_for_its_roles(window: MainWindow, work: Work, tmp_path: Path) -> None:
    assert [kind.title for kind in shell(tmp_path, HEAD, work, window).kinds] == ["受理台", "企业", "管理"]
    clerks = shell(tmp_path, kit.CLERK, work, window)
    assert [kind.title for kind in clerks.kinds] == ["受理台", "企业"]
    assert not clerks.open("管理")


def test_another_page_is_opened_with_something_to_show(inside: Shell) -> None:
    inside.desk.open("企业", "e7")
    assert received(inside) == ["e7"]


def test_search_finds_and_opens(inside: Shell, qtbot: QtBot) -> None:
    QTest.keyClick(inside.window(), Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert inside.top.search.hasFocus()
    type_in(inside.top.search, "锦湖")
    qtbot.waitUntil(inside.top.finder.popup.isVisible)
    QTest.keyClick(inside.top.search, Qt.Key.Key_Return)
    assert received(inside) == ["e1"]
    assert inside.top.search.text() == ""


def test_search_says_when_there_is_nothing(inside: Shell, qtbot: QtBot) -> None:
    inside.top.search.setFocus()
    type_in(inside.top.search, "xyz")
    popup = inside.top.finder.popup
    qtbot.waitUntil(popup.isVisible)
    assert popup.offers.rows[0].title == "没有找到「xyz」"
    QTest.keyClick(inside.top.search, Qt.Key.Key_Return)
    assert isinstance(inside.page(), First)


def test_the_menu_and_its_keys(window: MainWindow, work: Work, tmp_path: Path, qtbot: QtBot) -> None:
    done = list[str]()
    menu = [MenuAct("锁定", "Ctrl+L", lambda: done.append("lock")), MenuAct(), MenuAct("关于", "", lambda: None)]
    made = shell(tmp_path, kit.CLERK, work, window, menu)
    window.enter(made)
    QApplication.processEvents()
    made.top.who.say("3 号窗口", "李 & 秋")
    assert made.top.who.accessibleName().startswith("3 号窗口 · 李 & 秋")
    assert [action.text() for action in made.top.who.menu().actions()] == ["锁定", "", "关于"]
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert done == ["lock"]


def test_the_status_line_says_state_and_facts(inside: Shell) -> None:
    inside.status.set("3 条待上报", Tone.WARN, ("号票打印机 就绪", "", "2026-11-23 周一"))
    assert inside.status.text().whole() == "3 条待上报"
    assert inside.status.right.text() == "号票打印机 就绪 · 2026-11-23 周一"


def test_locking_keeps_what_was_typed_the_focus_and_open_dialogs(inside: Shell, qtbot: QtBot) -> None:
    window = inside.window()
    assert isinstance(window, MainWindow)
    type_in(page(inside, First).field.editor, "樟树")
    dialog = Dialog(page(inside, First), "转窗口", "转出")
    note = TextField("说明")
    dialog.add(note)
    dialog.open()
    note.set_text("写了一半")
    lock = QLabel("已锁定")
    window.show_state(lock)
    assert not dialog.isVisible()
    assert not inside.isVisible()
    kept = window.shell_of(kit.CLERK.user_id)
    assert kept is inside
    window.come_back(inside)
    assert dialog.isVisible()
    assert note.text() == "写了一半"
    dialog.close()
    assert page(inside, First).field.text() == "樟树"
    qtbot.waitUntil(lambda: window.focusWidget() is page(inside, First).field.editor)


def test_another_user_works_meanwhile_and_the_first_finds_everything(inside: Shell, work: Work, tmp_path: Path) -> None:
    window = inside.window()
    assert isinstance(window, MainWindow)
    page(inside, First).field.set_text("甲的登记")
    dialog = Dialog(inside, "甲的对话框", "好")
    dialog.open()
    window.show_state(QLabel("登录"))
    second = shell(tmp_path, HEAD, work, window)
    window.enter(second)
    assert window.shell() is second
    assert not dialog.isVisible()
    assert page(second, First).field.text() == ""
    window.show_state(QLabel("登录"))
    window.come_back(inside)
    assert page(inside, First).field.text() == "甲的登记"
    assert dialog.isVisible()
    dialog.close()
    window.forget(HEAD.user_id)
    assert window.shell_of(HEAD.user_id) is None


def test_a_refusal_without_a_page_is_shown_by_the_window(window: MainWindow, work: Work) -> None:
    state = QLabel("正在打开")
    window.show_state(state)
    window.refuse(DeskError("store.busy"))
    assert str(DeskError("store.busy")) in [label.text() for label in window.findChildren(QLabel)]


def test_idleness_is_noticed_and_any_sign_of_life_puts_it_off(window: MainWindow, clock: FixedClock) -> None:
    watch = IdleWatch(clock)
    told: list[object] = []
    watch.idle.connect(lambda: told.append("idle"))
    watch.warned.connect(told.append)
    watch.calmed.connect(lambda: told.append("calm"))
    handle = window.windowHandle()
    assert handle is not None
    QGuiApplication.instance().focusWindowChanged.emit(handle)  # type: ignore[union-attr]
    watch.set_minutes(5)
    acts: list[Callable[[], object]] = [
        lambda: QTest.keyClick(handle, Qt.Key.Key_A),
        lambda: QTest.mouseMove(handle, QPoint(40, 40)),
        lambda: QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=QPoint(5, 5)),
    ]
    for act in acts:
        clock.forward(4 * MINUTE)
        act()
        watch.look()
    assert told == []

    clock.forward(5 * MINUTE - 10 * SECOND)
    watch.look()
    QTest.keyClick(handle, Qt.Key.Key_A)
    assert told == [10, "calm"]

    handle.setProperty(VISITORS, True)
    clock.forward(5 * MINUTE)
    QTest.keyClick(handle, Qt.Key.Key_A)
    watch.look()
    assert told == [10, "calm", "idle"]


def test_a_desk_that_never_locks_itself_and_a_clock_set_back(qapp: QApplication, clock: FixedClock) -> None:
    watch = IdleWatch(clock)
    told: list[object] = []
    watch.idle.connect(lambda: told.append("idle"))
    watch.set_minutes(5)
    clock.forward(-DAY)
    watch.look()
    clock.forward(4 * MINUTE)
    watch.look()
    assert told == []
    clock.forward(2 * MINUTE)
    watch.look()
    assert told == ["idle"]

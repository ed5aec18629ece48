"""The log-in page: typed into before the store is open, Enter kept, refusals in words, caps lock."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.session.login import Attempt, CounterChoice, LoginPage

COUNTERS = (CounterChoice("c1", "1号窗口 · 空闲"), CounterChoice("c2", "2号窗口 · 李四 08:31 起"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def page(qtbot: QtBot, settings: Settings) -> LoginPage:
    made = LoginPage(settings)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def type_in(qtbot: QtBot, page: LoginPage, login: str, password: str) -> None:
    QTest.keyClicks(page.login.editor, login)
    QTest.keyClicks(page.password.editor, password)


def test_the_focus_is_where_typing_is_expected(qtbot: QtBot, settings: Settings, page: LoginPage) -> None:
    assert page.login.editor.hasFocus()
    settings.change(last_login="zhanghua")
    again = LoginPage(settings)
    qtbot.addWidget(again)
    again.show()
    assert again.login.text() == "zhanghua"
    assert again.focusWidget() is again.password.editor


def test_enter_before_the_store_is_open_is_carried_out_later(qtbot: QtBot, page: LoginPage) -> None:
    attempts: list[Attempt] = []
    type_in(qtbot, page, "zhanghua", "Guan8-tie ")
    QTest.keyClick(page.password.editor, Qt.Key.Key_Return)
    assert not attempts
    assert "自动登录" in page.state.text.whole()
    page.ready(attempts.append, COUNTERS, "樟树工作站")
    assert attempts == [Attempt("zhanghua", "Guan8-tie ", "")]
    assert not page.button.isEnabled()


def test_typing_on_withdraws_an_early_enter(qtbot: QtBot, page: LoginPage) -> None:
    attempts: list[Attempt] = []
    type_in(qtbot, page, "zhanghua", "Guan8")
    page.submit()
    QTest.keyClicks(page.password.editor, "-tie")
    page.ready(attempts.append, COUNTERS)
    assert not attempts
    assert page.button.isEnabled()


def test_a_second_enter_does_not_ask_twice(qtbot: QtBot, page: LoginPage) -> None:
    attempts: list[Attempt] = []
    page.ready(attempts.append, COUNTERS)
    type_in(qtbot, page, "zhanghua", "secret")
    QTest.keyClick(page.password.editor, Qt.Key.Key_Return)
    QTest.keyClick(page.password.editor, Qt.Key.Key_Return)
    assert len(attempts) == 1


def test_a_missing_field_is_pointed_out(qtbot: QtBot, page: LoginPage) -> None:
    attempts: list[Attempt] = []
    page.ready(attempts.append, COUNTERS)
    page.submit()
    assert page.login.problem.text() == "请输入账号。"
    QTest.keyClicks(page.login.editor, "zhanghua")
    page.submit()
    assert page.password.problem.text() == "请输入密码。"
    assert page.password.editor.hasFocus()
    assert not attempts


def test_a_refusal_keeps_the_login_and_clears_the_password(qtbot: QtBot, page: LoginPage) -> None:
    page.ready(lambda _: None, COUNTERS)
    type_in(qtbot, page, "zhanghua", "wrong")
    page.submit()
    page.free()
    page.refuse(DeskError("account.locked", until="10:42", minutes=15))
    assert "10:42" in page.notices.text.text()
    assert page.login.text() == "zhanghua"
    assert page.password.text() == ""
    assert page.password.editor.hasFocus()
    assert page.button.isEnabled()


def test_the_usual_window_is_offered(settings: Settings, page: LoginPage) -> None:
    settings.change(counter_id="c2")
    attempts: list[Attempt] = []
    page.ready(attempts.append, COUNTERS)
    assert page.counter.key() == "c2"
    assert page.counter.editor.currentText() == "2号窗口 · 李四 08:31 起"
    page.counter.set_key("c1")
    page.offer(COUNTERS[:1])
    assert page.counter.key() == "c1"


def test_without_a_usual_window_none_is_taken(page: LoginPage) -> None:
    page.ready(lambda _: None, COUNTERS)
    assert page.counter.editor.currentText() == "不坐窗口"
    assert page.counter.key() == ""


def press(editor: QLineEdit, typed: str, shift: bool = False) -> None:
    """One key as a keyboard sends it: what arrives as text depends on caps lock, the modifiers do not."""
    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QCoreApplication.sendEvent(editor, QKeyEvent(QEvent.Type.KeyPress, ord(typed.upper()), held, typed))


@pytest.mark.parametrize(("typed", "shift"), [("A", False), ("z", True)])
def test_a_letter_of_the_wrong_case_means_caps_lock(page: LoginPage, typed: str, shift: bool) -> None:
    press(page.password.editor, typed, shift)
    assert not page.password.caps.isHidden()
    QTest.keyClick(page.password.editor, Qt.Key.Key_CapsLock)
    assert page.password.caps.isHidden()


def test_ordinary_typing_is_not_taken_for_caps_lock(page: LoginPage) -> None:
    for typed, shift in (("a", False), ("A", True), ("7", False), ("%", True), ("樟", False)):
        press(page.password.editor, typed, shift)
        assert page.password.caps.isHidden()


def test_every_control_has_a_name(page: LoginPage) -> None:
    for control in (page.login.editor, page.password.editor, page.counter.editor, page.button):
        assert control.accessibleName()

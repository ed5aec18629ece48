"""The first start: three steps by keyboard, going back keeps everything, sound passwords, demo data."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.hands import in_front, type_in
from tests.ui.people import PASSWORD
from zhangshu_desk.accounts.inputs import SetUp
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.session.lock import LockPage
from zhangshu_desk.ui.session.wizard import WizardPage

ENTER = Qt.Key.Key_Return
ALT = Qt.KeyboardModifier.AltModifier


class Asked:
    """What the wizard asked for."""

    def __init__(self) -> None:
        self.wishes: list[SetUp] = []
        self.demos = 0

    def demo(self) -> None:
        self.demos += 1


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def page(qtbot: QtBot, asked: Asked) -> WizardPage:
    made = WizardPage(asked.wishes.append, asked.demo)
    qtbot.addWidget(made)
    in_front(qtbot, made)
    return made


def press(page: WizardPage, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = page.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def type_on(page: WizardPage, text: str) -> None:
    focus = page.focusWidget()
    assert focus is not None
    type_in(focus, text)


def to_last_step(page: WizardPage) -> None:
    type_on(page, "樟树市金属家具产业园工作站")
    press(page, ENTER)
    press(page, ENTER)
    assert page.at == 2


def test_the_code_is_proposed_from_the_name_until_one_is_typed(page: WizardPage) -> None:
    type_on(page, "樟树")
    assert page.station.code.text() == "ZS"
    page.station.code.editor.clear()
    type_in(page.station.code.editor, "jx")
    assert page.station.code.text() == "JX"
    type_on(page, "市")
    type_in(page.station.name.editor, "工作站")
    assert page.station.code.text() == "JX"


@pytest.mark.parametrize(
    ("name", "code", "wrong"),
    [("", "ZS", "name"), ("樟树", "", "code"), ("樟树", "Z", "code"), ("樟树", "Z1", "code")],
)
def test_the_first_step_is_checked(page: WizardPage, name: str, code: str, wrong: str) -> None:
    page.station.name.set_text(name)
    page.station.code.set_text(code)
    press(page, ENTER)
    field = page.station.name if wrong == "name" else page.station.code
    assert page.at == 0
    assert field.problem.text()
    assert field.editor.hasFocus()


def test_going_back_keeps_what_was_typed(page: WizardPage) -> None:
    to_last_step(page)
    type_on(page, "张华")
    press(page, Qt.Key.Key_Left, ALT)
    assert page.at == 1
    page.counters.names[1].set_text("综合窗口")
    press(page, Qt.Key.Key_Left, ALT)
    assert page.station.name.text() == "樟树市金属家具产业园工作站"
    press(page, ENTER)
    press(page, ENTER)
    assert page.head.name.text() == "张华"
    assert page.wishes().counters == ("1号窗口", "综合窗口", "3号窗口")


def test_fewer_windows_and_more_again_keep_their_names(page: WizardPage) -> None:
    page.show_step(1)
    page.counters.names[2].set_text("计量窗口")
    page.counters.count.editor.setValue(1)
    assert page.counters.texts() == ("1号窗口",)
    page.counters.count.editor.setValue(4)
    assert page.counters.texts() == ("1号窗口", "2号窗口", "计量窗口", "4号窗口")


def test_windows_need_different_names(page: WizardPage) -> None:
    page.show_step(1)
    page.counters.names[2].set_text("1号窗口")
    page.go_on()
    assert page.at == 1
    assert "重名" in page.counters.names[2].problem.text()
    page.counters.names[2].set_text("")
    page.go_on()
    assert page.counters.names[2].problem.text()
    assert page.at == 1


def test_the_soundness_list_follows_the_typing(page: WizardPage) -> None:
    to_last_step(page)
    page.head.name.set_text("张华")
    page.head.login.set_text("zhanghua")
    lines = page.head.password.lines
    assert {line.state for line in lines.values()} == {None}
    page.head.password.first.setFocus()
    type_on(page, "Zhanghua1")
    assert lines["length"].state is False
    assert lines["kinds"].state is True
    assert lines["personal"].state is False
    assert lines["repeated"].state is None
    page.head.password.first.editor.clear()
    type_on(page, PASSWORD)
    press(page, Qt.Key.Key_Tab)
    type_on(page, PASSWORD[:5])
    assert all(lines[key].state for key in ("length", "kinds", "personal", "common"))
    assert lines["repeated"].state is False
    type_on(page, PASSWORD[5:])
    assert lines["repeated"].state is True


def test_an_unsound_password_is_not_accepted(page: WizardPage, asked: Asked) -> None:
    page.ready()
    to_last_step(page)
    page.head.name.set_text("张华")
    page.head.login.set_text("zhanghua")
    for secret in ("short", "Password2026!", "zhanghua-2026"):
        page.head.password.first.set_text(secret)
        page.head.password.second.set_text(secret)
        page.go_on()
        assert page.head.password.first.problem.text()
        assert page.head.password.first.editor.hasFocus()
    page.head.password.first.set_text(PASSWORD)
    page.go_on()
    assert "不同" in page.head.password.second.problem.text()
    assert not asked.wishes
    page.head.password.second.set_text(PASSWORD)
    page.go_on()
    assert asked.wishes == [
        SetUp("樟树市金属家具产业园工作站", "ZS", ("1号窗口", "2号窗口", "3号窗口"), "zhanghua", "张华", PASSWORD)
    ]
    page.go_on()
    assert len(asked.wishes) == 1, "one attempt at a time"
    page.free()
    page.refuse(DeskError("store.disk_full"))
    assert page.next.isEnabled()
    assert page.wishes().password == PASSWORD


def test_the_password_can_be_shown(page: WizardPage) -> None:
    from PySide6.QtWidgets import QLineEdit

    page.head.password.shown.click()
    assert page.head.password.first.editor.echoMode() == QLineEdit.EchoMode.Normal
    page.head.password.shown.click()
    assert page.head.password.second.editor.echoMode() == QLineEdit.EchoMode.Password


def test_demo_data_wait_for_the_store(page: WizardPage, asked: Asked) -> None:
    press(page, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert asked.demos == 0
    assert page.state.isVisible()
    page.ready()
    assert asked.demos == 1
    assert page.state.isHidden()


def test_demo_data_are_offered_only_at_the_beginning(page: WizardPage) -> None:
    assert page.demo.isVisible()
    to_last_step(page)
    assert page.demo.isHidden()


def test_the_lock_page_asks_only_for_the_password(qtbot: QtBot) -> None:
    tried: list[str] = []
    others: list[int] = []
    page = LockPage(tried.append, lambda: others.append(1))
    qtbot.addWidget(page)
    page.lock("李四", 1_795_400_520_000)
    in_front(qtbot, page)
    assert page.title.text() == "李四"
    page.submit()
    assert page.password.problem.text()
    type_in(page.password.editor, "secret ")
    QTest.keyClick(page.password.editor, ENTER)
    QTest.keyClick(page.password.editor, ENTER)
    assert tried == ["secret "]
    page.free()
    page.refuse(DeskError("account.wrong_password"))
    assert page.password.text() == ""
    assert page.password.editor.hasFocus()
    QTest.keyClick(page.password.editor, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    assert others == [1]

"""Notice bar, buttons with keys, texts."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.hands import in_front
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.notices import INFO_SECONDS, NoticeBar
from zhangshu_desk.ui.theme import HIT, Tone
from zhangshu_desk.ui.widgets import DangerButton, Elided, IconButton, LinkButton, PlainButton, PrimaryButton, bind
from zhangshu_desk.ui.widgets.buttons import key_text
from zhangshu_desk.ui.widgets.text import Status


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    QVBoxLayout(made)
    qtbot.addWidget(made)
    in_front(qtbot, made)
    return made


def put(window: QWidget, widget: QWidget) -> None:
    layout = window.layout()
    assert layout is not None
    layout.addWidget(widget)
    window.adjustSize()
    QApplication.processEvents()


def test_a_notice_says_what_happened_and_goes_by_itself(window: QWidget) -> None:
    bar = NoticeBar()
    put(window, bar)
    assert not bar.isVisible()
    bar.info("A015 已取号。")
    assert bar.isVisible()
    assert bar.accessibleName() == "提示：A015 已取号。"
    assert bar._timer.interval() == INFO_SECONDS * 1000
    bar._timer.timeout.emit()
    assert not bar.isVisible()


def test_a_refusal_stays_until_it_is_closed(window: QWidget, qtbot: QtBot) -> None:
    bar = NoticeBar()
    put(window, bar)
    bar.info("先前的提示")
    bar.refused(DeskError("store.busy"))
    assert bar.text.text() == str(DeskError("store.busy"))
    assert not bar._timer.isActive()
    close = bar.findChild(IconButton)
    assert close is not None
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not bar.isVisible()


def test_a_notice_can_be_undone_once_and_as_long_as_it_says(window: QWidget, qtbot: QtBot) -> None:
    bar, undone = NoticeBar(), list[int]()
    put(window, bar)
    bar.info("已呼叫 A015。", "撤销", lambda: undone.append(1), seconds=60)
    assert bar._timer.interval() == 60_000
    link = bar.findChild(LinkButton)
    assert link is not None
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert undone == [1]
    assert not bar.isVisible()
    bar.failed("打印机没有响应。")
    assert not link.isVisible()


def test_what_a_person_typed_is_not_read_as_markup(window: QWidget) -> None:
    bar = NoticeBar()
    put(window, bar)
    bar.info("<b>坏</b>&amp;")
    assert bar.text.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_button_obeys_the_key_written_on_it(window: QWidget, qtbot: QtBot, key: Qt.Key) -> None:
    done = list[int]()
    button = PrimaryButton("取号并打印", "Ctrl+Return", lambda: done.append(1))
    put(window, button)
    assert button.keys == "Ctrl+Enter"
    assert (button.accessibleName(), button.accessibleDescription()) == ("取号并打印", "Ctrl+Enter")
    QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    assert done == [1]
    button.set_text("再取一号")
    QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
    assert done == [1, 1]


def test_a_disabled_or_hidden_button_does_not_obey(window: QWidget, qtbot: QtBot) -> None:
    done = list[int]()
    button = PlainButton("挂起", "F6", lambda: done.append(1))
    put(window, button)
    button.setEnabled(False)
    QTest.keyClick(window, Qt.Key.Key_F6)
    button.setEnabled(True)
    button.hide()
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert not done
    button.show()
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert done == [1]


def test_keys_without_a_button_work_too(window: QWidget, qtbot: QtBot) -> None:
    done = list[int]()
    bind(window, "Ctrl+N", lambda: done.append(1))
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert done == [1]


@pytest.mark.parametrize(
    ("keys", "shown"), [("Ctrl+Return", "Ctrl+Enter"), ("Escape", "Esc"), ("F2", "F2"), ("Delete", "Del")]
)
def test_keys_are_written_as_on_the_keyboard(keys: str, shown: str) -> None:
    assert key_text(keys) == shown


@pytest.mark.parametrize("kind", [PlainButton, PrimaryButton, DangerButton, LinkButton])
def test_a_button_is_large_enough_for_finger_and_text(window: QWidget, kind: type[PlainButton]) -> None:
    button = kind("办结并请来访人评价服务", "Ctrl+Shift+F8")
    put(window, button)
    words = button.fontMetrics().horizontalAdvance(button.text() + button.keys)
    assert button.height() >= HIT
    assert button.width() >= words
    small = button.sizeHint()
    button.set_text("办结")
    assert button.sizeHint().width() < small.width()


def test_an_icon_button_has_a_name(window: QWidget) -> None:
    button = IconButton("close", "关闭提示")
    put(window, button)
    assert button.accessibleName() == button.toolTip() == "关闭提示"
    assert min(button.width(), button.height()) >= HIT


def test_a_long_line_ends_in_dots_and_is_whole_on_hovering(window: QWidget) -> None:
    line = Elided("江西锦湖保险设备集团有限公司樟树分公司")
    put(window, line)
    window.setFixedSize(QSize(140, 60))
    QApplication.processEvents()
    assert line.text().endswith("…")
    assert line.toolTip() == line.accessibleName() == line.whole()
    window.setFixedSize(QSize(600, 60))
    QApplication.processEvents()
    assert line.text() == line.whole()
    assert line.toolTip() == ""


def test_a_status_says_its_words(window: QWidget) -> None:
    status = Status()
    put(window, status)
    status.set("3 条待上报", Tone.WARN)
    assert status.text.whole() == "3 条待上报"
    assert status.text.property("tone") == "warn"

"""What the tests of the reception page share: keys where the focus is, the dialog in front, the queue as it is."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.ui import hands
from zhangshu_desk.reception import queries
from zhangshu_desk.reception.queries import Queue
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk

D = TypeVar("D", bound=Dialog)
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
ENTER = Qt.Key.Key_Return
CODE = "91360982MA35K1XN7M"
"""A right code of an enterprise that nobody has registered."""


def focus() -> QWidget:
    """The widget that has the focus."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = NONE) -> None:
    """Press a key where the focus is."""
    QTest.keyClick(focus(), key, modifiers)


def write(text: str, edit: QLineEdit | None = None) -> None:
    """Type into `edit`, replacing what is there; without one, where the focus is."""
    if edit is not None:
        edit.setFocus()
        edit.selectAll()
    hands.type_in(focus(), text)


def dialog(of: QWidget, kind: type[D], qtbot: QtBot) -> D:
    """The one visible dialog of this kind, in front."""
    found = [one for one in of.window().findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    qtbot.waitUntil(lambda: QApplication.activeWindow() is found[0])
    return found[0]


def back(window: QWidget, qtbot: QtBot) -> None:
    """Bring `window` to the front again: the offscreen display does not do it by itself when a dialog closes."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window and QApplication.focusWidget() is not None)


def queue(desk: Desk) -> Queue:
    """The queue as the desk's counter sees it now."""
    return queries.queue(desk.store, desk.clock.now(), desk.session.actor.counter_id)


def waiting(desk: Desk) -> list[str]:
    """The numbers that wait, in the order of calling."""
    return [row.label for row in queue(desk).waiting]

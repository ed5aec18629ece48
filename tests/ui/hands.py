"""A clerk's hands in tests: typing Chinese as an input method does, which `QTest.keyClicks` cannot."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot


def type_in(editor: QWidget, text: str) -> None:
    """Type `text` into `editor`: ASCII key by key, everything else committed by an input method."""
    for is_ascii, part in groupby(text, key=str.isascii):
        run = "".join(part)
        if is_ascii:
            QTest.keyClicks(editor, run)
        else:
            event = QInputMethodEvent()
            event.setCommitString(run)
            QApplication.sendEvent(editor, event)


def in_front(qtbot: QtBot, window: QWidget) -> None:
    """Show `window` and wait until keys reach it."""
    window.show()
    # QTest.qWaitForWindowActive takes a dialog for active as soon as its parent is.
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)

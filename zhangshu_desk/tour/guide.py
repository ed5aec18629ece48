"""Eyes and hands of the tour: waits for conditions, types, presses, takes pictures."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from zhangshu_desk.app import Start
from zhangshu_desk.program import Program
from zhangshu_desk.ui.theme import colour

_PATIENCE_S = 60
_TURN_MS = 15
_CALM_TURNS = 8


def turn_until(is_so: Callable[[], object]) -> None:
    """Let the event loop run until `is_so`. Raises `TimeoutError` after a minute."""
    end = time.monotonic() + _PATIENCE_S
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        loop = QEventLoop()
        QTimer.singleShot(_TURN_MS, loop.quit)
        loop.exec()


def started(start: Start) -> Program:
    """The program behind the first frame, once it is there."""
    turn_until(lambda: start.program)
    assert start.program is not None
    return start.program


class Guide:
    """Leads through one program; pictures go to `target`, numbered in their order."""

    def __init__(self, program: Program, target: Path) -> None:
        self.program, self.target = program, target

    @property
    def window(self) -> QWidget:
        """The first window."""
        return self.program.seats[0].window

    def log_in(self, login: str, password: str) -> None:
        """As this person at window 1, without pictures."""
        seat = self.program.seats[0]
        form = seat.gate.login
        self.until(lambda: form.isVisible() and form.counter.isEnabled())
        form.login.set_text(login)
        form.password.editor.setText(password)
        form.counter.editor.setCurrentIndex(0)
        form.submit()
        self.until(seat.actor)

    def until(self, is_so: Callable[[], object]) -> None:
        """Let the program run until `is_so`. Raises `TimeoutError` after a minute."""
        turn_until(is_so)

    def settle(self) -> None:
        """Until nothing has been asked of the store for a few turns and all is painted."""
        calm = 0

        def is_calm() -> bool:
            nonlocal calm
            calm = 0 if self.program.work.busy() else calm + 1
            return calm > _CALM_TURNS

        self.until(is_calm)

    def type(self, text: str) -> None:
        """Type into whatever has the focus; Chinese comes as an input method commits it."""
        focus = QApplication.focusWidget() or self.window
        if text.isascii():
            QTest.keyClicks(focus, text)
        else:
            event = QInputMethodEvent()
            event.setCommitString(text)
            QApplication.sendEvent(focus, event)
        self.settle()

    def press(self, *keys: str) -> None:
        """Press keys with their modifiers, e.g. `Ctrl+Return`, where the focus is."""
        for one in keys:
            if QApplication.activeModalWidget() is None and QApplication.activeWindow() is not self.window:
                self.window.activateWindow()
                self.until(lambda: QApplication.activeWindow() is self.window)
            QTest.keySequence(QApplication.focusWidget() or self.window, QKeySequence(one))
            self.settle()

    def shoot(self, name: str, widget: QWidget | None = None) -> None:
        """Take a picture of a window (the first by default) with the dialogs over it."""
        shown = widget or self.window
        self.settle()
        picture = shown.grab()
        painter = QPainter(picture)
        for dialog in shown.findChildren(QDialog):
            if dialog.isVisible() and dialog.isWindow():
                at = shown.rect().center() - dialog.rect().center()
                painter.drawPixmap(at, dialog.grab())
                painter.setPen(colour("line"))  # the frame a window manager would draw
                painter.drawRect(dialog.rect().translated(at))
        painter.end()
        if not picture.save(str(self.target / f"{name}.png")):
            raise OSError(f"cannot write {self.target}/{name}.png")

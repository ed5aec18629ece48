"""A frameless window for another screen: it opens where it stood last, F11 fills the screen, Esc leaves it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QMouseEvent, QScreen, QShowEvent
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.idle import VISITORS
from zhangshu_desk.ui.widgets import bind

_PART = 0.6


class ScreenWindow(QWidget):
    """Stands on the screen whose name the settings keep.

    Signals: `closed` when it was closed, whoever did it.

    Args:
        remembered: name of the setting that keeps the screen's name.
    """

    closed = Signal()

    def __init__(self, title: str, settings: Settings, remembered: str) -> None:
        super().__init__(None, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self._settings, self._remembered = settings, remembered
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        bind(self, "F11", self.toggle_full_screen)
        bind(self, "Escape", self.leave_full_screen)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None:
            handle.setProperty(VISITORS, True)

    def appear(self) -> None:
        """Show it: full screen on the remembered screen or on the second one; on a single screen as a window."""
        screen = self._screen()
        if len(QGuiApplication.screens()) > 1:
            self.setGeometry(screen.geometry())
            self.showFullScreen()
        else:
            self._shrink(screen)
            self.show()
        self._remember()

    def toggle_full_screen(self) -> None:
        """Fill the screen it stands on, or leave it again."""
        if self.isFullScreen():
            self.leave_full_screen()
        else:
            self.showFullScreen()
            self._remember()

    def leave_full_screen(self) -> None:
        """Become a window that can be dragged to another screen."""
        if self.isFullScreen():
            self.showNormal()
            self._shrink(self.screen())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        handle = self.windowHandle()
        if event.button() == Qt.MouseButton.LeftButton and handle is not None and not self.isFullScreen():
            handle.startSystemMove()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.toggle_full_screen()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def _screen(self) -> QScreen:
        wanted = getattr(self._settings.values, self._remembered)
        screens, first = QGuiApplication.screens(), QGuiApplication.primaryScreen()
        named = next((one for one in screens if one.name() == wanted), None)
        return named or next((one for one in screens if one is not first), first)

    def _shrink(self, screen: QScreen) -> None:
        room = screen.availableGeometry()
        self.resize(round(room.width() * _PART), round(room.height() * _PART))
        self.move(room.center() - self.rect().center())

    def _remember(self) -> None:
        name = self.screen().name()
        if name != getattr(self._settings.values, self._remembered):
            self._settings.change(**{self._remembered: name})

"""Locks the desk after idle minutes, with a warning before; it never logs anybody out and nothing is lost by it.

Wiring: one `IdleWatch(app, clock, minutes)` for the program; `start()` when a person works, `stop()` when the desk is
locked or nobody is logged in. `warned(seconds)` comes half a minute before `idled`, `calmed` when somebody came back.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from zhangshu_desk.core.clock import MINUTE, SECOND, Clock

VISITORS = "for_visitors"
"""Property of a window that visitors use (rating): what they press is no sign that the clerk is there."""
WARN_SECONDS = 30
_LOOK_EVERY_MS = 1_000
_SIGNS = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.InputMethod,
}


class IdleWatch(QObject):
    """Counts by the desk's clock, not by a timer, so that a machine that slept is locked when it wakes.

    Args:
        minutes: how many idle minutes lock; asked each time, 0 = never.
    """

    warned = Signal(int)
    calmed = Signal()
    idled = Signal()

    def __init__(self, app: QApplication, clock: Clock, minutes: Callable[[], int]) -> None:
        super().__init__(app)
        self._app, self._clock, self._minutes = app, clock, minutes
        self._last = clock.now()
        self._warning = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Watch from now on."""
        self._last, self._warning = self._clock.now(), False
        self._app.installEventFilter(self)
        self._timer.start()

    def stop(self) -> None:
        """Watch no more."""
        self._app.removeEventFilter(self)
        self._timer.stop()
        self._calm()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS and not _is_for_visitors(watched):
            self._last = self._clock.now()
            self._calm()
        return False

    def look(self) -> None:
        """Warn or lock if it is time; the timer calls it every second."""
        limit = self._minutes() * MINUTE
        now = self._clock.now()
        self._last = min(self._last, now)  # the clock was set back: that is no idle time
        left = limit - (now - self._last)
        if limit <= 0:
            self._calm()
        elif left <= 0:
            self.stop()
            self.idled.emit()
        elif left <= WARN_SECONDS * SECOND:
            self._warning = True
            self.warned.emit(-(-left // SECOND))

    def _calm(self) -> None:
        if self._warning:
            self._warning = False
            self.calmed.emit()


def _is_for_visitors(watched: QObject) -> bool:
    return isinstance(watched, QWidget) and bool(watched.window().property(VISITORS))

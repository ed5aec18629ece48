"""Notices that nobody touches the desk, so that it locks itself; with a word half a minute before."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from zhangshu_desk.core.clock import MINUTE, SECOND, Clock

VISITORS = "for_visitors"
"""Property of a QWindow that visitors touch: what they press does not tell that the clerk is there."""
WARN_SECONDS = 30
_LOOK_EVERY_MS = 1_000
_SIGNS = (
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
)


class IdleWatch(QObject):
    """Counts the minutes without a key, click or move, by the desk's clock: a machine that slept is locked on waking.

    It listens to windows, not to the application: a filter there would run Python for every paint event.

    Signals: `warned(seconds)` each second of the last half minute; `calmed` when somebody came back in it; `idle` once
    at its end, after which `set_minutes` begins anew.
    """

    warned = Signal(int)
    calmed = Signal()
    idle = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._limit = 0
        self._last = clock.now()
        self._warning = False
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.focusWindowChanged.connect(self._watch)
            self._watch(app.focusWindow())

    def set_minutes(self, minutes: int) -> None:
        """Wait so long from now on; 0 = never."""
        self._limit = minutes * MINUTE
        self._touched()
        if minutes:
            self._timer.start()
        else:
            self._timer.stop()

    def look(self) -> None:
        """Warn or tell if it is time; the timer calls it every second."""
        now = self._clock.now()
        self._last = min(self._last, now)  # a clock that was set back is no idle time
        left = self._limit - (now - self._last)
        if left <= 0:
            self._timer.stop()
            self._warning = False
            self.idle.emit()
        elif left <= WARN_SECONDS * SECOND:
            self._warning = True
            self.warned.emit(-(-left // SECOND))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _SIGNS and not watched.property(VISITORS):
            self._touched()
        return False

    def _touched(self) -> None:
        self._last = self._clock.now()
        if self._warning:
            self._warning = False
            self.calmed.emit()

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

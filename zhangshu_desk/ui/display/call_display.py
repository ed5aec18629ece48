"""The call display of the hall: who is called to which window, spoken once per call; numbers and windows only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from zhangshu_desk.core.clock import Clock, day_of, hm, weekday
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.display.board import Board, Call, Face
from zhangshu_desk.ui.display.screen_window import ScreenWindow
from zhangshu_desk.ui.theme import theme
from zhangshu_desk.ui.work import Work

if TYPE_CHECKING:  # the first window must not import the store
    from zhangshu_desk.db.store import Store
    from zhangshu_desk.reception.queries import DisplayRow, DisplayRows

WATCHES = frozenset({"visits", "visit_events", "counters", "stations"})
FRESH_MS = 10_000
STALE_MS = 10 * 60 * 1_000
"""A call that arrives so late is shown and not spoken: the line was down, and its own machine has spoken it."""
_TICK_MS = 5_000


class Speech(Protocol):
    """Speaks one call after the other (`ui/speech`)."""

    def announce(self, ticket: str, counter: str) -> None: ...


class CallDisplay(ScreenWindow):
    """Follows the calls of the whole hall, also those of other stations there.

    What stands there when it opens is shown but not spoken; afterwards every new call, also a repeated one, is spoken
    once, in the order of calling.
    """

    def __init__(self, bus: Bus, work: Work, store: Store, clock: Clock, settings: Settings, speech: Speech) -> None:
        super().__init__("叫号屏", settings, "display_screen")
        self._work, self._store, self._clock, self._speech = work, store, clock, speech
        self._known: set[str] | None = None
        self._fresh: dict[str, int] = {}
        self._rows: DisplayRows | None = None
        self._station = ""
        self.board = Board()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.board)
        bus.changed.connect(self._heard)
        theme().changed.connect(self.board.update)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._ticked)
        self._tick.start()
        self.refresh()

    def refresh(self) -> None:
        """Show the calls as they are now."""
        store, now = self._store, self._clock.now()
        self._work.do(self, lambda: _asked(store, now), self._show)

    def _heard(self, tables: frozenset[str]) -> None:
        if tables & WATCHES:
            self.refresh()

    def _ticked(self) -> None:
        day_before = self.board.face.day
        self._paint()
        if self.board.face.day != day_before:
            self.refresh()

    def _show(self, found: tuple[str, DisplayRows]) -> None:
        self._station, self._rows = found
        rows = (*self._rows.calling, *self._rows.recent)
        if self._known is not None:
            latest = self._clock.now() - STALE_MS
            news = [one for one in reversed(self._rows.calling) if one.key not in self._known]
            self._announce([one for one in news if one.moment > latest])
        self._known = (self._known or set()) | {one.key for one in rows}
        self._paint()

    def _announce(self, calls: list[DisplayRow]) -> None:
        for one in calls:
            self._fresh[one.key] = self._clock.now()
            # The day of a carried-over number is for the eye; nobody holds a slip that says it.
            self._speech.announce(one.label.partition("·")[0], one.counter)
        if calls:
            QTimer.singleShot(FRESH_MS, self, self._calm)

    def _calm(self) -> None:
        before = self._clock.now() - FRESH_MS
        self._fresh = {key: at for key, at in self._fresh.items() if at > before}
        self._paint()

    def _paint(self) -> None:
        now, rows = self._clock.now(), self._rows
        calling = rows.calling if rows is not None else ()
        recent = rows.recent if rows is not None else ()
        today = day_of(now)
        face = Face(
            station=self._station,
            clock=hm(now),
            day=f"{today.isoformat()} {weekday(today)}",
            calls=tuple(Call(one.label, one.counter, one.key in self._fresh) for one in calling),
            recent=tuple(Call(one.label, one.counter) for one in recent),
        )
        self.board.show_face(face)


def _asked(store: Store, now: int) -> tuple[str, DisplayRows]:
    """Worker thread."""
    from zhangshu_desk.accounts.queries import station
    from zhangshu_desk.reception.queries import display

    return station(store).name, display(store, now)

"""The visitor's screen for the 好差评: exactly five levels, pressed by the visitor, once, never prefilled.

Levels, reasons and "no pressing, no hints": GB/T 39735—2020 and 国办发〔2019〕51号. The clerk's window has no control
for any of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from zhangshu_desk.core.clock import SECOND, Clock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.display.rating_views import Levels, Reasons, Said
from zhangshu_desk.ui.display.screen_window import ScreenWindow
from zhangshu_desk.ui.page import Session
from zhangshu_desk.ui.work import Work

if TYPE_CHECKING:  # the first window must not import the store
    from zhangshu_desk.db.store import Store
    from zhangshu_desk.reception.queries import Ratable

WATCHES = frozenset({"visits", "ratings", "counters"})
THANKS_MS = 5_000


class RatingScreen(ScreenWindow):
    """Asks the visitor whose service was just finished at the counter of `session`.

    It asks for `rating_seconds`; who does not press by then has not rated. It stops asking when the finish is undone,
    and when the next visitor sits at the counter.
    """

    def __init__(self, bus: Bus, work: Work, store: Store, clock: Clock, settings: Settings, session: Session) -> None:
        super().__init__("评价屏", settings, "rating_screen")
        self._work, self._store, self._clock, self._session = work, store, clock, session
        self._asked: Ratable | None = None
        self._over: set[str] = set()
        self.welcome, self.thanks = Said(), Said()
        self.levels = Levels(self._pressed)
        self.reasons = Reasons(self._submit, self._back, self._touched)
        self.stack = QStackedWidget()
        for view in (self.welcome, self.levels, self.reasons, self.thanks):
            self.stack.addWidget(view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._timed_out)
        self._goodbye = QTimer(self)
        self._goodbye.setSingleShot(True)
        self._goodbye.setInterval(THANKS_MS)
        self._goodbye.timeout.connect(self._rest)
        bus.changed.connect(self._heard)
        session.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Look whether there is a visit to be rated."""
        store, now, counter = self._store, self._clock.now(), self._session.actor.counter_id
        self._work.do(self, lambda: _look(store, counter, now), self._found)

    def view(self) -> QWidget:
        """What is shown: `welcome`, `levels`, `reasons` or `thanks`."""
        return self.stack.currentWidget()

    def _heard(self, tables: frozenset[str]) -> None:
        if tables & WATCHES:
            self.refresh()

    def _found(self, found: tuple[str, str, Ratable | None]) -> None:
        station, counter, ratable = found
        self.welcome.say("欢迎光临", " · ".join(part for part in (station, counter) if part))
        if ratable is None or ratable.visit_id in self._over:
            if self.view() in (self.levels, self.reasons):
                self._rest()
        elif self._asked is None or self._asked.visit_id != ratable.visit_id:
            self._ask(ratable)

    def _ask(self, ratable: Ratable) -> None:
        left = ratable.finished_at + self._seconds() * SECOND - self._clock.now()
        if left <= 0:
            self._over.add(ratable.visit_id)
            return
        self._asked = ratable
        self._goodbye.stop()
        self.levels.ask(ratable.label, ratable.services_text)
        self.stack.setCurrentWidget(self.levels)
        self._patience.start(left)

    def _pressed(self, level: str) -> None:
        from zhangshu_desk.reception.rules import rating_reasons

        choices = rating_reasons().get(level, ())
        if choices:
            self.reasons.ask(level, choices)
            self.stack.setCurrentWidget(self.reasons)
            self._touched()
        else:
            self._rate(level, ())

    def _submit(self) -> None:
        self._rate(self.reasons.level, self.reasons.chosen())

    def _rate(self, level: str, reasons: tuple[str, ...]) -> None:
        asked = self._asked
        if asked is None or asked.visit_id in self._over:
            return
        self._over.add(asked.visit_id)
        self._patience.stop()
        store, now = self._store, self._clock.now()
        self._work.do(self, lambda: _rate(store, asked.visit_id, level, reasons, now), self._rated, self._not_rated)

    def _rated(self, _none: None) -> None:
        self._say_goodbye("感谢您的评价", "您的意见将帮助我们改进服务")

    def _not_rated(self, error: DeskError) -> None:
        self._say_goodbye("评价没有保存", str(error))

    def _say_goodbye(self, title: str, words: str) -> None:
        self._asked = None
        self.thanks.say(title, words)
        self.stack.setCurrentWidget(self.thanks)
        self._goodbye.start()

    def _back(self) -> None:
        self.stack.setCurrentWidget(self.levels)
        self._touched()

    def _touched(self) -> None:
        """The visitor is there: the time begins anew."""
        self._patience.start(self._seconds() * SECOND)

    def _timed_out(self) -> None:
        if self.view() is self.reasons:
            self._submit()  # the visitor has pressed the level; only the reasons are optional
            return
        if self._asked is not None:
            self._over.add(self._asked.visit_id)
        self._rest()

    def _rest(self) -> None:
        self._asked = None
        self._patience.stop()
        self.stack.setCurrentWidget(self.welcome)

    def _seconds(self) -> int:
        return self._settings.values.rating_seconds


def _look(store: Store, counter_id: str | None, now: int) -> tuple[str, str, Ratable | None]:
    """Worker thread: station, counter, and the visit to be rated unless the next visitor already sits there."""
    from zhangshu_desk.accounts.queries import counters, station
    from zhangshu_desk.reception.queries import current, ratable
    from zhangshu_desk.reception.rules import State

    name = next((one.name for one in counters(store) if one.id == counter_id), "")
    held = current(store, counter_id, now)
    busy = held is not None and held.state is State.SERVING
    found = ratable(store, counter_id, now) if counter_id is not None and not busy else None
    return station(store).name, name, found


def _rate(store: Store, visit_id: str, level: str, reasons: tuple[str, ...], now: int) -> None:
    """Worker thread."""
    from zhangshu_desk.reception.actions import rate

    rate(store, visit_id, level, reasons, "", now)

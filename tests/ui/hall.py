"""The station's hall for tests of the windows that visitors see: counters, visitors, a loudspeaker that takes notes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from tests import make
from tests.ui import morning
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions
from zhangshu_desk.ui.display import CallDisplay, RatingScreen
from zhangshu_desk.ui.page import Desk

HEAD = make.at(make.SUPERVISOR, 2)
W = TypeVar("W", bound=QWidget)


@dataclass
class Heard:
    """A loudspeaker that writes down what it is asked to say."""

    said: list[tuple[str, str]] = field(default_factory=list)

    def announce(self, ticket: str, counter: str) -> None:
        self.said.append((ticket, counter))


@dataclass
class Hall:
    """The station with its counters, and a loudspeaker."""

    desk: Desk
    clock: FixedClock
    heard: Heard
    qtbot: QtBot

    @property
    def store(self) -> Store:
        return self.desk.store

    def come(self, *names: str) -> list[str]:
        """Visitors take numbers, A001 on; their visits."""
        return [morning.come(self.store, self.clock, None, "NB", visitor=name) for name in names]

    def display(self) -> CallDisplay:
        desk = self.desk
        made = CallDisplay(desk.bus, desk.work, desk.store, desk.clock, desk.settings, self.heard)
        return self._shown(made)

    def rating(self) -> RatingScreen:
        desk = self.desk
        return self._shown(RatingScreen(desk.bus, desk.work, desk.store, desk.clock, desk.settings, desk.session))

    def serve(self, visit: str) -> None:
        """Call, serve and finish a visit at counter 1."""
        actions.call(self.store, make.CLERK, visit, self.clock.now(), "测试")
        actions.arrive(self.store, make.CLERK, visit, self.clock.now())
        self.clock.forward(5 * MINUTE)
        actions.finish(self.store, make.CLERK, visit, self.clock.now(), {"NB": 1})

    def ratings(self) -> list[tuple[str, str]]:
        """Level and reasons of every rating kept."""
        with self.store.read() as session:
            return [(row.level, row.reasons) for row in session.execute(text("SELECT level, reasons FROM ratings"))]

    def _shown(self, window: W) -> W:
        self.qtbot.addWidget(window)
        window.resize(1280, 720)
        window.show()
        return window

"""A gate with everything real around it: window, database thread, store; what it asks of the program is noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtWidgets import QWidget

from tests.ui.hands import type_in
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.db.store import Store
from zhangshu_desk.ui.main_window import MainWindow
from zhangshu_desk.ui.session.gate import Gate, House
from zhangshu_desk.ui.work import Progress, Work


@dataclass
class GateHouse:
    """The program around a gate.

    Attributes:
        entered: everybody who got in, in order.
        reopened, left: how often it was asked for.
    """

    paths: Paths
    clock: FixedClock
    window: MainWindow = field(default_factory=MainWindow)
    work: Work = field(default_factory=Work)
    entered: list[Actor] = field(default_factory=list)
    reopened: int = 0
    left: int = 0
    fill_demo: Callable[[Store, Progress], tuple[str, str]] = lambda store, progress: ("demo", "demo")

    def __post_init__(self) -> None:
        self.paths.data.mkdir(parents=True, exist_ok=True)
        self.settings = Settings(self.paths.settings)
        house = House(
            show=self.window.show_state,
            enter=self._enter,
            reopen=self._reopen,
            fill_demo=lambda store, progress: self.fill_demo(store, progress),
            open_folder=lambda: None,
            leave=self._leave,
        )
        self.gate = Gate(house, self.paths, self.settings, self.clock, self.work)
        self.desk = QWidget()

    def front(self) -> QWidget:
        """The full-window state in front."""
        shown = self.window.stack.currentWidget()
        assert shown is not None
        return shown

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        focus = self.window.focusWidget()
        assert focus is not None
        type_in(focus, text)

    def idle(self) -> bool:
        """Whether no job runs or waits."""
        return not self.work.busy()

    def _enter(self, actor: Actor) -> None:
        self.entered.append(actor)
        self.window.show_state(self.desk)

    def _reopen(self) -> None:
        self.reopened += 1

    def _leave(self) -> None:
        self.left += 1

"""The composition root: what happens when the desk is started, in the order a clerk sees it.

First the empty window, with nothing imported but Qt; then, after its first frame, what everything is made of
(`program.py`), the log-in, and on the database thread the store. SQLAlchemy, the features and the pages come then.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.main_window import MainWindow
from zhangshu_desk.ui.theme import foretell

if TYPE_CHECKING:
    from zhangshu_desk.core.clock import Clock
    from zhangshu_desk.core.paths import Paths
    from zhangshu_desk.linking import MakeLink
    from zhangshu_desk.program import Program

LATEST_START_MS = 1_000
"""A window nobody can see is never painted; then the desk starts all the same."""


def run(where: Paths, clock: Clock) -> int:
    """Open the window and return the exit status when the last one was closed; a second start raises the first."""
    app = application(sys.argv[:1])
    from zhangshu_desk.instance import Instance, call_first

    instance = Instance.acquire(where, listen=False)
    if instance is None:
        return 0 if call_first(where) else 1
    start = Start(where, clock)
    start.then = lambda program: instance.listen(where, program.raise_first)
    status = app.exec()
    start.close()
    instance.release()
    return status


def application(arguments: list[str]) -> QApplication:
    """The one QApplication, with an input method that works."""
    from zhangshu_desk.ui.fonts import settle_input_method

    settle_input_method()
    app = QApplication(arguments)
    app.setApplicationName("zhangshu-desk")
    app.setApplicationDisplayName("")
    return app


class Start:
    """The first frame, and after it the program. Keep it: it holds both.

    Attributes:
        window: the first window, on the screen at once.
        program: None until the first frame was painted.
        then: called with the program once it is there.

    Args:
        make_link: makes the connection to the centre; by default the real one.
    """

    def __init__(self, where: Paths, clock: Clock, make_link: MakeLink | None = None) -> None:
        self._where, self._clock, self._make_link = where, clock, make_link
        self.program: Program | None = None
        self.then: Callable[[Program], None] = _nothing
        self.window = MainWindow()
        settings = Settings(where.settings).values
        app = QApplication.instance()
        assert isinstance(app, QApplication), "a window needs one"
        foretell(app, settings.colour_scheme)
        self.window.painted.connect(self._furnish)
        QTimer.singleShot(LATEST_START_MS, self._furnish)
        self.window.show()

    def close(self) -> None:
        """Close everything."""
        if self.program is not None:
            self.program.close()

    def _furnish(self) -> None:
        if self.program is not None:
            return
        from zhangshu_desk.program import Program

        self.program = Program(self._where, self._clock, self._make_link)
        self.program.start(self.window)
        self.then(self.program)


def _nothing(_program: Program) -> None:
    """Nobody waits for the program."""

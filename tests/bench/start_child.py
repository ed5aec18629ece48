"""Opens a window and tells when it was painted and when it could be typed into; run by bench_start.py.

`python -m tests.bench.start_child bare BEGIN` or `… desk BEGIN DATA_DIR`; BEGIN is the parent's `time.time()` at start.
Prints milliseconds since then: painted, ready to type, store open.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMainWindow, QVBoxLayout, QWidget


def since(begin: float) -> float:
    return (time.time() - begin) * 1_000


class FirstPaint(QObject):
    """Calls `then` after the window's first paint has been done."""

    def __init__(self, window: QWidget, then: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._then = window, then
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            self._then()
        return False


def bare(begin: float) -> None:
    """The least that is a window: a label and a field."""
    app = QApplication(["bare"])
    window = QMainWindow()
    middle = QWidget()
    column = QVBoxLayout(middle)
    field = QLineEdit()
    for part in (QLabel("登录"), field):
        column.addWidget(part)
    window.setCentralWidget(middle)
    window.resize(1366, 768)
    field.setFocus()

    def painted() -> None:
        print(f"{since(begin):.1f} {since(begin):.1f} {since(begin):.1f}")
        app.quit()

    FirstPaint(window, painted)
    window.show()
    app.exec()


def desk(begin: float, folder: Path) -> None:
    """The desk on `folder`: a key typed into the log-in page is taken, then the store is open.

    Between the two Enter is kept and carried out (`LoginPage`), so nobody waits for the store before typing.
    """
    from zhangshu_desk.app import Start, application
    from zhangshu_desk.core import paths
    from zhangshu_desk.core.clock import SystemClock

    app = application(["desk"])
    times: list[float] = []
    start = Start(paths.of(folder), SystemClock())
    FirstPaint(start.window, lambda: times.append(since(begin)))

    def look() -> None:
        focus = app.focusWidget()
        if len(times) == 1 and isinstance(focus, QLineEdit) and focus.isVisible():
            QTest.keyClick(focus, Qt.Key.Key_A)
            assert focus.text() == "a", "what is typed must stand in the field"
            times.append(since(begin))
        if len(times) == 2 and start.program is not None and start.program.store is not None:
            print(f"{times[0]:.1f} {times[1]:.1f} {since(begin):.1f}")
            app.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(2)
    app.exec()
    start.close()


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        bare(float(sys.argv[2]))
    else:
        desk(float(sys.argv[2]), Path(sys.argv[3]))

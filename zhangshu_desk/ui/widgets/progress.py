"""The progress line of a page: count, rate, time left and Cancel; the window stays usable meanwhile."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar

from zhangshu_desk.ui.widgets.buttons import PlainButton
from zhangshu_desk.ui.widgets.text import Muted, Text
from zhangshu_desk.ui.work import Progress

_LOOK_EVERY_MS = 100
_SHOW_AFTER_MS = 200


class ProgressLine(QFrame):
    """Follows one job at a time; appears only when it takes longer than 200 ms."""

    def __init__(self) -> None:
        super().__init__()
        self._progress: Progress | None = None
        self._since = QElapsedTimer()
        self._title = Text()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.count = Muted()
        self.cancel = PlainButton("取消", act=self._cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 4, 2)
        row.setSpacing(12)
        row.addWidget(self._title)
        row.addWidget(self._bar, 1)
        row.addWidget(self.count)
        row.addWidget(self.cancel)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)
        self.hide()

    def follow(self, progress: Progress) -> None:
        """Show how `progress` goes on."""
        self._progress = progress
        self._title.setText(progress.title)
        self._bar.setAccessibleName(progress.title)
        self.cancel.set_text("取消")
        self.cancel.setEnabled(True)
        self._since.start()
        self._timer.start()

    def unfollow(self, progress: Progress) -> None:
        """The job of `progress` has ended."""
        if progress is self._progress:
            self._progress = None
            self._timer.stop()
            self.hide()

    def _look(self) -> None:
        progress = self._progress
        if progress is None or self._since.elapsed() < _SHOW_AFTER_MS:
            return
        self._bar.setMaximum(progress.total)
        self._bar.setValue(progress.done)
        self.count.setText(_figures(progress.done, progress.total, self._since.elapsed()))
        self.show()

    def _cancelled(self) -> None:
        if self._progress is not None:
            self._progress.cancel()
            self.cancel.set_text("正在取消…")
            self.cancel.setEnabled(False)


def _figures(done: int, total: int, elapsed_ms: int) -> str:
    """`1,200 / 20,000 · 每秒 350 · 还需约 54 秒`; nothing while nothing is counted."""
    if not done and not total:
        return ""
    rate = done * 1000 // max(elapsed_ms, 1)
    count = f"{done:,} / {total:,}" if total else f"{done:,}"
    left = f" · 还需{_span(elapsed_ms * (total - done) // done)}" if 0 < done < total else ""
    return f"{count} · 每秒 {rate:,}{left}"


def _span(ms: int) -> str:
    """A time one waits, no more exact than a guess is."""
    seconds = ms // 1_000 + 1
    return f"约 {seconds} 秒" if seconds < 60 else f"约 {-(-seconds // 60)} 分钟"

"""A print job while it runs. It belongs to the window, so that closing the dialog does not stop it."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import running
from zhangshu_desk.labels.queries.links import label_domain
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.running import Ending
from zhangshu_desk.ui.notices import NoticeBar
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels import trouble_words
from zhangshu_desk.ui.work import Progress

LOOK_EVERY_MS = 150
_LONG_S = 3_600


class PrintRun(QObject):
    """Runs `running.go` beside everything else.

    Signals: `moved` while it goes on, `ended` when it does; then `ending` or `error` says how.

    Attributes:
        watched: somebody listens; otherwise the window itself says how it ended.

    Args:
        window: what it belongs to; its progress line shows the job too.
        batch_no: what is printed.
    """

    moved = Signal()
    ended = Signal()

    def __init__(self, window: QWidget, desk: Desk, job_id: str, batch_no: str) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self.job_id, self._batch_no = job_id, batch_no
        self._stop = threading.Event()
        self.latest: running.Progress | None = None
        self.ending: Ending | None = None
        self.error: DeskError | None = None
        self.is_over = self.watched = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.moved)

    def start(self, printer_id: str | None = None) -> None:
        """Begin, or go on; `printer_id`: another printer than until now."""
        desk = self._desk
        store, actor, own_domain = desk.store, desk.session.actor, desk.settings.values.label_domain

        def job(progress: Progress) -> Ending:
            def report(now: running.Progress) -> None:
                self.latest = now
                progress.done, progress.total = now.done, now.total
                if progress.cancelled:
                    self._stop.set()

            domain = label_domain(store, own_domain)
            return running.go(
                store, actor, self.job_id, desk.clock, domain, report=report, stop=self._stop, printer_id=printer_id
            )

        self._timer.start()
        words = f"正在打印标签 {self._batch_no}"
        desk.work.do_long(self, words, job, self._done, self._refused, self._over, apart=True)

    def stop(self) -> None:
        """Stop as soon as it can be; what the printer has, it has."""
        self._stop.set()

    def is_stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    def _over(self) -> None:
        self.is_over = True
        self._timer.stop()
        QTimer.singleShot(0, self, self._tell)  # after the answer, whatever it is

    def _done(self, ending: Ending) -> None:
        self.ending = ending

    def _refused(self, error: DeskError) -> None:
        self.error = error

    def _tell(self) -> None:
        self.ended.emit()
        bar = getattr(self._window, "notices", None)
        if not self.watched and isinstance(bar, NoticeBar):
            self._tell_window(bar)
        self.deleteLater()

    def _tell_window(self, bar: NoticeBar) -> None:
        name, ending = f"标签 {self._batch_no}", self.ending
        if ending is None:
            bar.refused(self.error or f"{name} 打印中断。")
        elif ending.state is JobState.DONE:
            bar.info(f"{name} {'已保存为 PDF' if ending.file is not None else '已打印'}，{ending.good:,} 张。")
        elif ending.state is JobState.SENT:
            bar.info(f"{name} 已发送。请看纸，再打开「打印」确认最后一张完好的标签。", seconds=_LONG_S)
        else:
            bar.failed(f"{name} 打印中断。{what_to_do(ending.result)}")


def run_of(job_id: str) -> PrintRun | None:
    """The run of a job while it goes on, in whichever window it was begun."""
    runs = (one for window in QApplication.topLevelWidgets() for one in window.findChildren(PrintRun))
    return next((one for one in runs if one.job_id == job_id and not one.is_over), None)


def what_to_do(result: str) -> str:
    """What a job says of its end, with what to do: `缺纸：请装好标签纸。`"""
    known = {one.value: one for one in trouble_words.REMEDIES}
    troubles = [known[word] for word in result.split("、") if word in known]
    return trouble_words.in_words(troubles) if troubles else f"{result.rstrip('。')}。"

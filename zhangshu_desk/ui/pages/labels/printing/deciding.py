"""What a person decides about an open job: the last good label, some once more, the end."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from zhangshu_desk.labels import running
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.spans import Span
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.printing.again_dialog import AgainDialog
from zhangshu_desk.ui.pages.labels.printing.job_panel import Word
from zhangshu_desk.ui.pages.labels.printing.plan import Situation

_WHY_END = ("改用别的打印机另打", "标签纸用完", "批次有误")
_END = "没有打的标签以后可以另打；已送出而没有确认完好的，请在批次中作废。"


class Deciding(QObject):
    """Asks and does.

    Args:
        dialog: over which it asks, and which shows refusals.
        said: called with what was done in words; the job has to be looked at again.
    """

    def __init__(self, dialog: QWidget, desk: Desk, said: Callable[[str], object]) -> None:
        super().__init__(dialog)
        self._dialog, self._desk, self._said = dialog, desk, said

    def confirm(self, job_id: str, word: Word, then: Callable[[JobState], None], ended: Callable[[], None]) -> None:
        """Hand over the person's word about labels that wait for it."""
        desk, now = self._desk, self._desk.clock.now()
        desk.work.do(
            self,
            lambda: running.confirm(
                desk.store,
                desk.session.actor,
                job_id,
                word.last_good,
                now,
                reason=word.reason,
                sheet_kept=word.sheet_kept,
            ),
            then,
            ended=ended,
        )

    def print_again(self, situation: Situation) -> None:
        """Ask which good labels are to be printed once more, and why."""
        job = situation.job
        if job is None:
            return

        def once_more(asking: AgainDialog, numbers: Span, reason: str) -> None:
            desk, now = self._desk, self._desk.clock.now()
            desk.work.do(
                asking,
                lambda: running.once_more(desk.store, desk.session.actor, job.job.id, numbers, reason, now),
                lambda _: self._done(asking, "已记下，按「继续打印」时先重打这几张。请把原来的销毁。"),
            )

        AgainDialog(self._dialog, last_page(situation), once_more).open()

    def give_up(self, job_id: str) -> None:
        """Ask why the job is to end, and end it."""

        def end(asking: ReasonDialog, reason: str) -> None:
            desk, now = self._desk, self._desk.clock.now()
            desk.work.do(
                asking,
                lambda: running.give_up(desk.store, desk.session.actor, job_id, reason, now),
                lambda _: self._done(asking, "打印任务已结束。"),
            )

        ReasonDialog(self._dialog, "结束打印任务", _END, "结束任务", _WHY_END, end, danger=True).open()

    def _done(self, asking: AgainDialog | ReasonDialog, said: str) -> None:
        asking.accept()
        self._said(said)


def last_page(situation: Situation) -> Span | None:
    """The last labels of the open job that are good, as many as a page has; None when none is."""
    job = situation.job
    if job is None or job.job.good_until < job.job.first:
        return None
    last = job.job.good_until
    first = max(job.job.first, last - situation.templates[0].geometry.places + 1)
    return situation.content.serial(first), situation.content.serial(last)

"""What a clerk does with visits: one act at a time, its success said only after the commit, undo offered."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QObject, Signal

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.actions import Called, Moved, Undone
from zhangshu_desk.reception.queries import QueueRow
from zhangshu_desk.reception.rules import State, Transfer
from zhangshu_desk.ui.dialogs.base import Ask, Dialog
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.reception.change_dialog import ChangeDialog
from zhangshu_desk.ui.pages.reception.finish_dialog import FinishDialog
from zhangshu_desk.ui.pages.reception.next_call import NextCall
from zhangshu_desk.ui.pages.reception.runner import Runner
from zhangshu_desk.ui.pages.reception.transfer_dialog import Leaving, TransferDialog
from zhangshu_desk.ui.pages.reception.view import View
from zhangshu_desk.ui.pages.visits.history_dialog import HistoryDialog

PARK_REASONS = ("取材料", "复印打印", "填写表格", "等待审核", "暂时离开")
CALL_REASONS = ("来访人有急事", "前面的人暂未到", "衔接上一事项", "领导交办")
CANCEL_REASONS = ("重复取号", "取错事项", "来访人要求取消")


class Acts(QObject):
    """Acts of one page.

    Attributes:
        runner: takes one act at a time. view: what the page shows; typed_since: something was typed after the last act.

    Signals: `parked_wanted()` several parked people could be meant, the clerk has to choose.
    """

    parked_wanted = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._page, self._desk = page, page.desk
        self.runner = Runner(page, self._counter)
        self._next = NextCall(page, self.runner, self._called)
        self._undo_until = 0
        self.typed_since = False
        self.view: View | None = None

    def is_undoable(self) -> bool:
        """Whether an act of this page is young enough to be taken back."""
        return self._desk.clock.now() < self._undo_until

    def say_refused(self, words: str) -> None:
        """Say why something is not possible now."""
        self._page.notices.refused(words)

    # -- calling --------------------------------------------------------------------------------------------------

    def call_next(self) -> None:
        """Call whoever is next for this counter; the centre is asked first when it is a number of another station."""
        others_wait = any(row.station for row in self.view.queue.waiting) if self.view else False
        self._next.begin(others_wait)

    def call(self, row: QueueRow) -> None:
        """Call a chosen visit; the reason is asked for when it is out of order."""
        self.runner.run_claimed(
            lambda granted: lambda s, a, now, rules: actions.call(s, a, row.id, now, rules=rules, granted=granted),
            self._called,
            refused=lambda error: self._ask_call_reason(row, error),
        )

    def call_again(self) -> None:
        """Call the one who was called once more."""
        held = self._held()
        self.runner.run(lambda s, a, now, rules: actions.call_again(s, a, held, now, rules=rules), self._called)

    def arrive(self) -> None:
        """The one who was called has come."""
        held = self._held()
        self.runner.run(
            lambda s, a, now, rules: actions.arrive(s, a, held, now, rules=rules),
            lambda moved: self._done(f"{moved.label} 已到，开始办理。"),
        )

    def no_show(self) -> None:
        """The one who was called has not come."""
        held = self._held()
        self.runner.run(lambda s, a, now, rules: actions.no_show(s, a, held, now, rules=rules), self._not_come)

    def come_late(self, row: QueueRow) -> None:
        """Somebody whose number was missed has come."""
        self.runner.run(
            lambda s, a, now, rules: actions.come_late(s, a, row.id, now, rules=rules),
            lambda moved: self._done(f"{moved.label} 已重新排队。"),
        )

    # -- serving --------------------------------------------------------------------------------------------------

    def park(self) -> None:
        """Let the one who is served go aside; asks why."""
        current = self.view.current if self.view else None
        if current is None:
            return
        ReasonDialog(
            self._page.window(),
            f"挂起 {current.label}",
            "窗口空出，可以呼叫下一位；挂起的时间不计入办理时间。",
            "挂起",
            PARK_REASONS,
            lambda dialog, why: self.runner.run(
                lambda s, a, now, rules: actions.park(s, a, current.id, now, why, rules=rules),
                lambda moved: self._done(f"{moved.label} 已挂起（{why}）。", dialog),
                dialog,
            ),
        ).open()

    def resume(self, row: QueueRow) -> None:
        """Go on serving a parked visit here."""
        self.runner.run_claimed(
            lambda granted: lambda s, a, now, rules: actions.resume(s, a, row.id, now, rules=rules, granted=granted),
            lambda moved: self._done(f"{moved.label} 继续办理。"),
        )

    def resume_mine(self) -> None:
        """Go on with the one parked at this counter; with several the clerk chooses in the list."""
        view = self.view
        if view is None or view.counter is None:
            return
        mine = [one for one in view.queue.parked if one.parked_at == view.counter.name]
        if len(mine) == 1:
            self.resume(mine[0])
        elif mine:
            self.parked_wanted.emit()

    def transfer(self) -> None:
        """Send the one at the counter to another counter or other services."""
        current = self.view.current if self.view else None
        if current is not None:
            self.transfer_visit(current.id, current.label, current.services)

    def transfer_visit(self, visit_id: str, label: str, services: tuple[str, ...]) -> None:
        """Ask where a visit goes, and send it there."""

        def send(dialog: TransferDialog, where: Transfer, words: str) -> None:
            self.runner.run(
                lambda s, a, now, rules: actions.transfer(s, a, visit_id, now, where, rules=rules),
                lambda moved: self._done(f"{moved.label} 已转{words}，票号不变。", dialog),
                dialog,
            )

        leaving = Leaving(visit_id, label, services, self._desk.session.actor.counter_id)
        TransferDialog(self._page.window(), self._desk, leaving, send).open()

    def finish(self) -> None:
        """End the visit at the counter with the services really given."""
        current = self.view.current if self.view else None
        if current is None:
            return

        def end(dialog: FinishDialog, given: dict[str, int]) -> None:
            self.runner.run(
                lambda s, a, now, rules: actions.finish(s, a, current.id, now, given, rules=rules),
                lambda moved: self._done(f"{moved.label} 已办结。", dialog),
                dialog,
            )

        FinishDialog(self._page.window(), self._desk, current, end).open()

    # -- taking out, looking ---------------------------------------------------------------------------------------

    def leave(self, row: QueueRow) -> None:
        """The visitor has gone without being served."""
        Ask(
            self._page.window(),
            f"{row.label} 弃号",
            f"{row.label}（{row.name}）已离开、不再办理？记为弃号，一分钟内可撤销。",
            "记为弃号",
            lambda: self.runner.run(
                lambda s, a, now, rules: actions.leave(s, a, row.id, now, rules=rules),
                lambda moved: self._done(f"{moved.label} 已记为弃号。"),
            ),
            danger=True,
        ).open()

    def cancel(self, row: QueueRow) -> None:
        """Take a registration back; asks why."""
        ReasonDialog(
            self._page.window(),
            f"取消 {row.label}",
            f"{row.label}（{row.name}）的登记作废，号码不再使用。",
            "取消此号",
            CANCEL_REASONS,
            lambda dialog, why: self.runner.run(
                lambda s, a, now, rules: actions.cancel(s, a, row.id, now, why, rules=rules),
                lambda moved: self._done(f"{moved.label} 已取消（{why}）。", dialog),
                dialog,
            ),
            danger=True,
        ).open()

    def change(self, row: QueueRow) -> None:
        """Correct what was registered."""

        def save(dialog: ChangeDialog, changes: actions.Changes) -> None:
            self.runner.run(
                lambda s, a, now, rules: actions.change(s, a, row.id, now, rules=rules, **changes),
                lambda moved: self._changed(moved, dialog),
                dialog,
            )

        ChangeDialog(self._page.window(), self._desk, row.id, row.label, save).open()

    def show_history(self, visit_id: str) -> None:
        """Show everything about a visit."""
        HistoryDialog(self._page.window(), self._desk, visit_id).open()

    def undo(self) -> None:
        """Take back the last act of this counter."""
        self.runner.run(lambda s, a, now, rules: actions.undo(s, a, now, rules=rules), self._undone)

    # -- what is said ----------------------------------------------------------------------------------------------

    def _counter(self) -> str:
        return self.view.counter.name if self.view and self.view.counter else ""

    def _held(self) -> str:
        current = self.view.current if self.view else None
        return current.id if current is not None else ""

    def _done(self, words: str, dialog: Dialog | None = None) -> None:
        """Say what was done, with undo for as long as it can be undone."""
        if dialog is not None and shiboken6.isValid(dialog):
            dialog.accept()
        seconds = self._desk.settings.values.undo_seconds
        self._undo_until = self._desk.clock.now() + seconds * 1000
        self.typed_since = False
        self._page.notices.info(words, "撤销 Ctrl+Z", self.undo, seconds)

    def _changed(self, moved: Moved, dialog: Dialog) -> None:
        if shiboken6.isValid(dialog):
            dialog.accept()
        self._page.notices.info(f"{moved.label} 的登记已修改。")

    def _called(self, called: Called | None, lead: str = "", dialog: Dialog | None = None) -> None:
        if called is None:
            self._page.notices.info(f"{lead}没有等候本窗口办理的人。")
            return
        times = f"（第 {called.calls} 次）" if called.calls > 1 else ""
        note = f"转来说明：{called.note}" if called.note else ""
        self._done(f"{lead}请 {called.label} 到{called.counter_name}{times}。{note}", dialog)

    def _not_come(self, moved: Moved) -> None:
        values = self._desk.settings.values
        if moved.state is State.MISSED:
            self._done(f"{moved.label} 叫号 {values.max_calls} 次未到，已转过号。")
        else:
            self._done(f"{moved.label} 未到，{values.skip_minutes} 分钟后可再叫。")

    def _undone(self, undone: Undone) -> None:
        self._page.notices.info(f"已撤销「{undone.title}」：{undone.label} 恢复为{undone.state}。")

    def _ask_call_reason(self, row: QueueRow, error: DeskError) -> None:
        if error.code != "visit.reason_needed":
            self._page.refuse(error)
            return
        ReasonDialog(
            self._page.window(),
            f"提前呼叫 {row.label}",
            str(error),
            "呼叫",
            CALL_REASONS,
            lambda dialog, why: self.runner.run_claimed(
                lambda granted: (
                    lambda s, a, now, rules: actions.call(s, a, row.id, now, why, rules=rules, granted=granted)
                ),
                lambda called: self._called(called, dialog=dialog),
                dialog,
            ),
        ).open()

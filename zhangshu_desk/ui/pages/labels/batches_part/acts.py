"""What can be done with a batch: the buttons, which of them fit its state, and their dialogs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.acts import allowed
from zhangshu_desk.labels import actions
from zhangshu_desk.labels.queries import BatchCard
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import CHANGEABLE, WITH_NUMBERS, BatchState, rules_from
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.batches_part.number_dialogs import (
    DestroyDialog,
    HandOutDialog,
    ReprintDialog,
    Said,
    TakeBackDialog,
    VoidDialog,
)
from zhangshu_desk.ui.pages.labels.batches_part.report_dialog import ReportDialog
from zhangshu_desk.ui.pages.labels.voiding import void
from zhangshu_desk.ui.widgets import DangerButton, PlainButton, PrimaryButton

T = TypeVar("T")
_WHY_REFUSE = ("数量与产量不符", "检验报告需核对", "资料需补正")
_WHY_DISCARD = ("企业取消", "填写有误", "重复")


class BatchActs:
    """One for the card; `show_for` sets the buttons for a batch.

    Args:
        owner: the widget whose window the dialogs open over.
        edit: opens the batch in its form. said: called with what was done.
    """

    def __init__(self, owner: QWidget, desk: Desk, edit: Callable[[BatchCard], object], said: Said) -> None:
        self._owner, self._desk, self._edit_it, self._said = owner, desk, edit, said
        self.batch: BatchCard | None = None
        self.approve = PrimaryButton("批准", "F8", self._approve)
        self.number = PrimaryButton("编号", "F8", self._number)
        self.print = PrimaryButton("打印…", "Ctrl+P", self._print)
        self.refuse = PlainButton("退回…", "", self._refuse)
        self.edit = PlainButton("修改…", "Ctrl+M", self._edit)
        self.hand_out = PlainButton("发放…", "F6", self._hand_out)
        self.report = PlainButton("使用登记…", "F7", self._report)
        self.take_back = PlainButton("登记退回…", "F9", self._take_back)
        self.reprint = PlainButton("补打…", "Ctrl+R", self._reprint)
        self.void = DangerButton("作废…", "Ctrl+D", self._void)
        self.destroy = PlainButton("登记销毁…", "", self._destroy)
        self.close = DangerButton("关闭…", "", self._close)
        self.discard = DangerButton("放弃…", "", self._discard)

    def buttons(self) -> tuple[PlainButton, ...]:
        """All of them in the order shown."""
        return (
            self.approve,
            self.number,
            self.print,
            self.refuse,
            self.edit,
            self.hand_out,
            self.report,
            self.take_back,
            self.reprint,
            self.void,
            self.destroy,
            self.close,
            self.discard,
        )

    def show_for(self, batch: BatchCard) -> None:
        """Show what fits the state of this batch, the role of the person, and whose batch it is."""
        self.batch = batch
        state, counts, own = batch.state, batch.counts, batch.own
        mine = batch.operator_id == self._desk.session.actor.user_id
        changeable, numbered = state in CHANGEABLE and own, state is BatchState.NUMBERED and own
        with_numbers = state in WITH_NUMBERS
        fits = {
            self.approve: (state is BatchState.AWAITING and not mine, "label.batch_approve"),
            self.refuse: (state is BatchState.AWAITING and not mine, "label.batch_refuse"),
            self.number: (state is BatchState.APPROVED and own, "label.number"),
            self.edit: (changeable, "label.batch_change"),
            self.discard: (changeable, "label.batch_discard"),
            self.print: (numbered, "label.print"),
            self.hand_out: (with_numbers and own and counts.ready > 0, "label.hand_out"),
            self.report: (with_numbers and batch.balance.handed_out > 0, "label.report_use"),
            self.take_back: (with_numbers and counts.with_user > 0, "label.take_back"),
            self.reprint: (numbered and counts.issued > counts.waiting, "label.reprint"),
            self.void: (with_numbers, "label.void"),
            self.destroy: (with_numbers and counts.void > 0, "label.destroy"),
            self.close: (numbered, "label.batch_close"),
        }
        role = self._desk.session.actor.role
        for button, (fitting, act) in fits.items():
            button.setVisible(fitting and allowed(act, role))

    # -- on the way to its numbers ---------------------------------------------------------------------------------

    def _edit(self) -> None:
        if self.batch is not None:
            self._edit_it(self.batch)

    def _approve(self) -> None:
        batch, desk = self.batch, self._desk
        if batch is None:
            return
        facts, form = batch.facts, batch.form
        text = (
            f"{facts.enterprise_name}「{facts.product_name}」{facts.spec}，{batch.labels:,} 张，批号 {form.batch_no}，"
            f"{batch.operator_name} 编制。核对企业产量与数量相符后批准。"
        )
        self._ask(
            f"批准批次 {form.batch_no}",
            text,
            "批准",
            lambda now: actions.approve_batch(desk.store, desk.session.actor, batch.id, now),
            lambda _: f"批次 {form.batch_no} 已批准。",
        )

    def _refuse(self) -> None:
        batch, desk = self.batch, self._desk
        if batch is not None:
            self._ask_why(
                f"退回批次 {batch.form.batch_no}",
                "退回后成为草稿，由编制人改好重新提交。",
                "退回",
                _WHY_REFUSE,
                lambda why, now: actions.refuse_batch(desk.store, desk.session.actor, batch.id, why, now),
                danger=False,
            )

    def _discard(self) -> None:
        batch, desk = self.batch, self._desk
        if batch is not None:
            self._ask_why(
                f"放弃批次 {batch.form.batch_no}",
                "放弃后不能再编号，记录保留。",
                "放弃",
                _WHY_DISCARD,
                lambda why, now: actions.discard_batch(desk.store, desk.session.actor, batch.id, why, now),
            )

    def _number(self) -> None:
        batch, desk = self.batch, self._desk
        if batch is None:
            return
        rules = rules_from(desk.settings.values)
        self._ask(
            "编号",
            f"为批次 {batch.form.batch_no} 取 {batch.labels:,} 个编号。编号一经使用不再重复，批次此后不能修改。",
            "编号",
            lambda now: actions.number_batch(desk.store, desk.session.actor, batch.id, now, rules=rules),
            lambda found: f"已编号 {found.count:,} 张：{spans.text(found.ranges, most=3)}。接着打印。",
        )

    # -- its labels --------------------------------------------------------------------------------------------------

    def _print(self) -> None:
        from zhangshu_desk.ui.pages.labels.printing.dialog import PrintDialog

        if self.batch is not None:
            PrintDialog(self._owner.window(), self._desk, self.batch.id).open()

    def _void(self) -> None:
        if self.batch is not None:
            VoidDialog(self._owner.window(), self._desk, self.batch, self._said).open()

    def _reprint(self) -> None:
        if self.batch is not None:
            ReprintDialog(self._owner.window(), self._desk, self.batch, self._said).open()

    def _destroy(self) -> None:
        if self.batch is not None:
            DestroyDialog(self._owner.window(), self._desk, self.batch, self._said).open()

    def _hand_out(self) -> None:
        if self.batch is not None:
            HandOutDialog(self._owner.window(), self._desk, self.batch, self._said).open()

    def _take_back(self) -> None:
        if self.batch is not None:
            TakeBackDialog(self._owner.window(), self._desk, self.batch, self._said).open()

    def _report(self) -> None:
        if self.batch is not None:
            ReportDialog(self._owner.window(), self._desk, self.batch, self._said).open()

    def _close(self) -> None:
        batch, desk = self.batch, self._desk
        if batch is None:
            return
        left = f"还没有打印的 {batch.counts.waiting:,} 张作废，退回核定数量。" if batch.counts.waiting else ""
        self._ask(
            f"关闭批次 {batch.form.batch_no}",
            f"关闭后不再打印。{left}发放、退回和使用仍可登记。",
            "关闭",
            lambda now: actions.close_batch(desk.store, desk.session.actor, batch.id, now),
            lambda _: f"批次 {batch.form.batch_no} 已关闭。",
            danger=True,
        )

    # -- asking ------------------------------------------------------------------------------------------------------

    def _ask(
        self,
        title: str,
        text: str,
        primary: str,
        act: Callable[[int], T],
        words: Callable[[T], str],
        *,
        danger: bool = False,
    ) -> None:
        """A question, the act on the database thread, and what is said of its result."""
        desk, owner = self._desk, self._owner

        def go() -> None:
            now = desk.clock.now()
            desk.work.do(owner, lambda: act(now), lambda result: self._said(words(result)))

        Ask(owner.window(), title, text, primary, go, danger=danger).open()

    def _ask_why(
        self,
        title: str,
        text: str,
        primary: str,
        choices: Sequence[str],
        act: Callable[[str, int], object],
        *,
        danger: bool = True,
    ) -> None:
        """The same with a reason."""
        void(self._owner, self._desk, title, text, primary, choices, act, self._said, danger=danger).open()

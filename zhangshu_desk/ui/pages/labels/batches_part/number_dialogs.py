"""What is done with single numbers of a batch: void, replace, destroy, take back; and handing labels out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from zhangshu_desk.labels import actions
from zhangshu_desk.labels.actions import HandedOut, Replacement
from zhangshu_desk.labels.queries import BatchCard
from zhangshu_desk.labels.rules import codes, spans
from zhangshu_desk.labels.rules.spans import Spans
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.batches_part.numbers_field import NumbersField
from zhangshu_desk.ui.pages.labels.form import Form
from zhangshu_desk.ui.pages.labels.typed_lists import as_count
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Chips, Text, TextField, Tick

Said = Callable[[str], None]
_SHOWN = 3


class ReasonForm(Form):
    """Numbers and a reason, the usual ones as chips.

    Args:
        text: what will happen. numbers: to begin with.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        batch: BatchCard,
        title: str,
        primary: str,
        text: str,
        choices: Sequence[str],
        *,
        numbers: Spans = (),
        danger: bool = True,
    ) -> None:
        super().__init__(parent, desk, title, primary, many_lines=True, danger=danger)
        self._batch = batch
        self.numbers = NumbersField(numbers=numbers)
        self.chips = Chips[str]("常用原因", [(one, one) for one in choices], several=False)
        self.reason = TextField("原因", hint="选择上面的常用原因，或在这里填写")
        self.fields = {"numbers": self.numbers, "reason": self.reason}
        self.chips.changed.connect(lambda: self.reason.set_text("".join(self.chips.chosen())))
        self.add(Text(text, Tone.MUTED, wrap=True), self.numbers, self.chips, self.reason)
        (self.reason if numbers else self.numbers).setFocus()

    def asked(self) -> tuple[Spans, str] | None:
        """The numbers and the reason; None when one is missing, which is then said."""
        numbers, reason = self.numbers.numbers(), self.reason.text()
        if not reason:
            self.reason.complain("请填写原因。")
            self.reason.setFocus()
        if numbers is None:
            self.numbers.setFocus()
        return (numbers, reason) if numbers is not None and reason else None


class _VoidingForm(ReasonForm):
    """Numbers that are used no more, and whether their labels were destroyed in front of us."""

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        batch: BatchCard,
        words: tuple[str, str, str],
        choices: Sequence[str],
        in_hand: str,
        numbers: Spans,
    ) -> None:
        title, primary, text = words
        super().__init__(parent, desk, batch, title, primary, text, choices, numbers=numbers)
        self.in_hand = Tick(in_hand)
        self.add(self.in_hand)
        self.body.addStretch(1)


class VoidDialog(_VoidingForm):
    """Voids labels; those that never came onto paper go back to the quota by themselves."""

    def __init__(self, parent: QWidget, desk: Desk, batch: BatchCard, said: Said, numbers: Spans = ()) -> None:
        text = "作废的编号不再使用，消费者查询时显示已作废。没有打印过的自动退回核定数量。"
        choices = ("打印损坏", "粘贴损坏", "资料有误", "遗失")
        in_hand = "实物已收回并当面销毁，退回核定数量"
        super().__init__(parent, desk, batch, ("作废标签", "作废", text), choices, in_hand, numbers)
        self._said = said

    def act(self) -> None:
        asked = self.asked()
        if asked is not None:
            (numbers, reason), now, destroyed = asked, self._desk.clock.now(), self.in_hand.isChecked()
            store, actor, batch = self._desk.store, self._desk.session.actor, self._batch.id
            self.send(
                lambda: actions.void_numbers(store, actor, batch, numbers, reason, now, destroyed=destroyed),
                lambda count: self._said(f"已作废 {count:,} 张标签。"),
            )


class ReprintDialog(_VoidingForm):
    """Voids labels and puts new numbers in their places."""

    def __init__(self, parent: QWidget, desk: Desk, batch: BatchCard, said: Said, numbers: Spans = ()) -> None:
        text = "同一编号不会再打第二次：旧编号作废，各换一个新编号，排在批次末尾，接着打印即可。"
        choices = ("打印损坏", "卡纸", "粘贴损坏", "遗失")
        in_hand = "旧标签已收回并当面销毁（不再占用核定数量）"
        super().__init__(parent, desk, batch, ("补打标签", "作废并换新编号", text), choices, in_hand, numbers)
        self._said = said

    def act(self) -> None:
        asked = self.asked()
        if asked is not None:
            (numbers, reason), now, destroyed = asked, self._desk.clock.now(), self.in_hand.isChecked()
            store, actor, batch = self._desk.store, self._desk.session.actor, self._batch.id
            self.send(
                lambda: actions.reprint(store, actor, batch, numbers, reason, now, destroyed=destroyed),
                lambda found: self._said(_replaced(found)),
            )


class DestroyDialog(ReasonForm):
    """Writes down that void labels were taken in and destroyed."""

    def __init__(self, parent: QWidget, desk: Desk, batch: BatchCard, said: Said, numbers: Spans = ()) -> None:
        text = "只能登记已作废的标签。收回销毁后不再占用核定数量。"
        choices = ("收回后当面销毁", "企业书面证明已销毁")
        super().__init__(parent, desk, batch, "登记销毁", "登记销毁", text, choices, numbers=numbers)
        self._said = said
        self.reason.label.setText("怎样销毁")
        self.body.addStretch(1)

    def act(self) -> None:
        asked = self.asked()
        if asked is not None:
            (numbers, how), now = asked, self._desk.clock.now()
            store, actor, batch = self._desk.store, self._desk.session.actor, self._batch.id
            self.send(
                lambda: actions.destroy(store, actor, batch, numbers, how, now),
                lambda count: self._said(f"已登记销毁 {count:,} 张标签。"),
            )


class TakeBackDialog(ReasonForm):
    """Labels come back from the user."""

    def __init__(self, parent: QWidget, desk: Desk, batch: BatchCard, said: Said) -> None:
        text = "退回的标签作废、不再发放，退回核定数量。"
        choices = ("企业未使用退回", "停产", "授权终止")
        super().__init__(parent, desk, batch, "登记退回", "登记退回", text, choices, danger=False)
        self._said = said
        self.again = Tick("发错了，标签完好，放回本站以后再发")
        self.add(self.again)
        self.body.addStretch(1)

    def act(self) -> None:
        asked = self.asked()
        if asked is not None:
            (numbers, reason), now, again = asked, self._desk.clock.now(), self.again.isChecked()
            store, actor, batch = self._desk.store, self._desk.session.actor, self._batch.id
            self.send(
                lambda: actions.take_back(store, actor, batch, numbers, reason, now, again=again),
                lambda count: self._said(f"已登记退回 {count:,} 张标签。"),
            )


class HandOutDialog(Form):
    """Hands labels over; everything that is ready unless a count or numbers are given."""

    def __init__(self, parent: QWidget, desk: Desk, batch: BatchCard, said: Said) -> None:
        super().__init__(parent, desk, "发放标签", "登记发放", many_lines=True)
        self._batch, self._said = batch, said
        ready = batch.counts.ready
        self.receiver = TextField("领取人", hint="签收人的姓名", longest=60)
        self.count = TextField("张数", hint=f"留空 = 全部 {ready:,} 张，从最小的编号起", longest=12)
        self.numbers = NumbersField("只发这些编号（可不填）")
        self.fields = {"receiver": self.receiver, "count": self.count, "numbers": self.numbers}
        about = f"{batch.facts.enterprise_name}，打印完好可以发放的有 {ready:,} 张。"
        self.add(Text(about, wrap=True), self.receiver, self.count, self.numbers)
        self.body.addStretch(1)
        self.receiver.setFocus()

    def act(self) -> None:
        count = as_count(self.count.text()) if self.count.text() else None
        numbers = self.numbers.numbers() if self.numbers.text() else None
        if not self.receiver.text():
            self.receiver.complain("请填写领取人。")
            self.receiver.setFocus()
            return
        if count is not None and count < 1:
            self.count.complain("请填写要发放的张数，或留空。")
            self.count.setFocus()
            return
        if self.numbers.text() and numbers is None:
            return
        store, actor, now = self._desk.store, self._desk.session.actor, self._desk.clock.now()
        batch, receiver = self._batch.id, self.receiver.text()
        self.send(
            lambda: actions.hand_out(store, actor, batch, receiver, now, count=count, numbers=numbers),
            lambda handed: self._said(_handed(handed)),
        )


def _replaced(found: Sequence[Replacement]) -> str:
    pairs = [f"{codes.serial_text(one.old)} 换为 {codes.serial_text(one.new)}" for one in found[:_SHOWN]]
    more = f" 等 {len(found)} 张" if len(found) > _SHOWN else ""
    return f"已换新编号：{'、'.join(pairs)}{more}。请接着打印。"


def _handed(handed: HandedOut) -> str:
    return f"已发放 {handed.count:,} 张：{spans.text(handed.numbers, most=_SHOWN)}。"

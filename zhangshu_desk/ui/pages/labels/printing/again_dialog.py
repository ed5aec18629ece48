"""重打: labels that are good once more, because a page came out soiled; only while the job is open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.spans import Span
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.pages.labels.printing.numbers import number_in
from zhangshu_desk.ui.widgets import Chips, Text, TextField, row

_WHAT = "这几张会用同样的编号再打一次，并记下原因。原来的那几张必须当场销毁，不能流出。"
_REASONS = ("沾污", "打印模糊", "纸张破损", "位置打偏")


class AgainDialog(Dialog):
    """Asks which numbers and why; `then(dialog, numbers, reason)` runs the act and ends with `accept()`.

    Args:
        numbers: proposed, those of the page in front.
    """

    def __init__(self, parent: QWidget, numbers: Span | None, then: Callable[[AgainDialog, Span, str], object]) -> None:
        super().__init__(parent, "重打标签", "重打", width=520)
        self._then = then
        first, last = (codes.serial_text(one) for one in numbers) if numbers is not None else ("", "")
        self.first = TextField("从编号", first, "照纸上的编号，或扫它的码")
        self.last = TextField("到编号", last, "照纸上的编号，或扫它的码")
        self.reasons = Chips[str]("常用原因", [(one, one) for one in _REASONS], several=False)
        self.reason = TextField("原因", hint="选择上面的常用原因，或在这里填写")
        self.reasons.changed.connect(lambda: self.reason.set_text("".join(self.reasons.chosen())))
        self.add(Text(_WHAT, wrap=True), row(self.first, self.last, spacing=12), self.reasons, self.reason)
        self.first.setFocus()

    def act(self) -> None:
        first, last = _serial(self.first), _serial(self.last)
        if first is None or last is None:
            return
        if last < first:
            self.last.complain("比开头的编号小，请核对。")
        elif not self.reason.text():
            self.reason.complain("请填写原因。")
            self.reason.setFocus()
        else:
            self._then(self, (first, last), self.reason.text())


def _serial(field: TextField) -> int | None:
    try:
        return number_in(field.text())
    except DeskError as error:
        field.complain(str(error))
        field.setFocus()
        return None

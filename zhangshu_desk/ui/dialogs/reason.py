"""Asks for a reason: the usual ones as chips, any other by typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.widgets.chips import Chips
from zhangshu_desk.ui.widgets.fields import TextField
from zhangshu_desk.ui.widgets.text import Text


class ReasonDialog(Dialog):
    """Hands the reason to `then`, which runs the act (refusals are shown here) and ends with `accept()`.

    Args:
        text: what will happen; empty for nothing.
        choices: usual reasons, offered as chips.
        then: called with this dialog and the reason, never empty.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        primary: str,
        choices: Sequence[str],
        then: Callable[[ReasonDialog, str], object],
        *,
        danger: bool = False,
    ) -> None:
        super().__init__(parent, title, primary, danger=danger)
        self._then = then
        self.chips = Chips[str]("常用原因", [(one, one) for one in choices], several=False)
        self.reason = TextField("原因", hint="选择上面的常用原因，或在这里填写")
        self.chips.changed.connect(self._picked)
        if text:
            self.add(Text(text, wrap=True))
        self.add(self.chips, self.reason)
        self.reason.setFocus()

    def act(self) -> None:
        reason = self.reason.text()
        if reason:
            self._then(self, reason)
        else:
            self.reason.complain("请填写原因。")
            self.reason.setFocus()

    def _picked(self) -> None:
        self.reason.set_text("".join(self.chips.chosen()))
        self.reason.setFocus()

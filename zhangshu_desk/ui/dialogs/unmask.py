"""Shows one piece of personal data in full: for a reason, for half a minute, and never unseen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.theme import font
from zhangshu_desk.ui.widgets.chips import Chips
from zhangshu_desk.ui.widgets.fields import TextField
from zhangshu_desk.ui.widgets.text import Muted, Text

SHOWN_SECONDS = 30
REASONS = ("联系来访人", "核对身份", "补正材料", "送达文书", "回访")


@dataclass(frozen=True)
class Masked:
    """What is to be shown: `tbl` and `field` as in `accounts.actions.unmask`, `label` and `masked` as on the page."""

    tbl: str
    row_id: str
    field: str
    label: str
    masked: str


class Unmask(Dialog):
    """Reason first; then the value for 30 seconds, after which the dialog closes by itself.

    `Unmask(self, desk, Masked("visits", visit_id, "phone", "手机", "138****5678")).open()`
    """

    def __init__(self, parent: QWidget, desk: Desk, what: Masked) -> None:
        super().__init__(parent, f"查看完整{what.label}", "查看")
        self._desk, self._what = desk, what
        self.masked = Text(what.masked)
        self.masked.setFont(font(22, QFont.Weight.DemiBold))
        self.masked.setAccessibleName(what.label)
        self.chips = Chips[str]("常用原因", [(one, one) for one in REASONS], several=False)
        self.reason = TextField("查看原因", hint="选择上面的原因，或在这里填写")
        self.note = Muted(f"谁、何时、为何查看会记入审计日志；内容显示 {SHOWN_SECONDS} 秒。")
        self.note.setWordWrap(True)
        self.add(self.masked, self.chips, self.reason, self.note)
        self.body.addStretch(1)
        self.chips.changed.connect(self._picked)
        self._left = SHOWN_SECONDS
        self._timer = QTimer(self)
        self._timer.setInterval(1_000)
        self._timer.timeout.connect(self._count_down)
        self.reason.setFocus()

    def act(self) -> None:
        reason = self.reason.text()
        if not reason:
            self.reason.complain("请填写查看原因。")
            self.reason.setFocus()
            return
        self.primary.setEnabled(False)
        self._desk.work.do(
            self,
            lambda: self.look(reason),
            self._show_value,
            ended=lambda: self.primary.setEnabled(True),
        )

    def look(self, reason: str) -> str:
        """The value in full, noted in the audit log; on the database thread."""
        from zhangshu_desk.accounts import actions

        desk, what = self._desk, self._what
        now = desk.clock.now()
        return actions.unmask(desk.store, desk.session.actor, what.tbl, what.row_id, what.field, reason, now)

    def _show_value(self, value: str) -> None:
        self.masked.setText(value)
        self.masked.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.chips.hide()
        self.reason.hide()
        self.primary.hide()
        self.cancel.set_text("关闭")
        self.masked.setFocus()
        self._tell()
        self._timer.start()

    def _count_down(self) -> None:
        self._left -= 1
        self._tell()
        if self._left <= 0:
            self.reject()

    def _tell(self) -> None:
        self.note.setText(f"{self._left} 秒后自动关闭。请勿抄录到与办事无关的地方。")

    def _picked(self) -> None:
        self.reason.set_text("".join(self.chips.chosen()))
        self.reason.setFocus()

"""日结: what becomes of those who still wait is the supervisor's choice."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import weekday
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.actions import Closed
from zhangshu_desk.reception.queries import DaySheet
from zhangshu_desk.reception.rules import rules_from
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import ComboField, Text

CARRY_OVER, END = True, False


class CloseDialog(Dialog):
    """Closes the day of `sheet`; `then` hears what became of it."""

    def __init__(self, parent: QWidget, desk: Desk, sheet: DaySheet, then: Callable[[Closed], object]) -> None:
        super().__init__(parent, f"日结 {sheet.day.isoformat()}", "日结")
        self._desk, self._day, self._then = desk, sheet.day, then
        self._sending = False
        open_ones = sheet.figure("open").value
        self.rest = ComboField[bool](
            f"还没有办完的 {open_ones} 人",
            [
                (CARRY_OVER, "结转：保留票号，下次开放时接着排"),
                (END, "关闭：记为弃号"),
            ],
            CARRY_OVER,
        )
        words = f"{sheet.day.isoformat()} {weekday(sheet.day)}，取号 {sheet.figure('issued').value} 人。"
        closed = "日结后当天的记录不能再改；站长可以撤销日结。"
        self.add(Text(f"{words}{closed}", wrap=True), self.rest)
        self.rest.setVisible(open_ones > 0)
        self.body.addStretch(1)
        (self.rest if open_ones else self.primary).setFocus()

    def act(self) -> None:
        if self._sending:
            return
        self._sending = True
        desk, day, carry_over = self._desk, self._day, bool(self.rest.key())
        actor, now, rules = desk.session.actor, desk.clock.now(), rules_from(desk.settings.values)
        desk.work.do(
            self,
            lambda: actions.close_day(desk.store, actor, day, carry_over, now, rules=rules),
            self._closed,
            ended=self._ended,
        )

    def _closed(self, closed: Closed) -> None:
        self.accept()
        self._then(closed)

    def _ended(self) -> None:
        self._sending = False

"""What the user reports about the labels of a batch: used, spoiled, left."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.labels import actions
from zhangshu_desk.labels.actions import Reported
from zhangshu_desk.labels.queries import BatchCard
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.form import Form
from zhangshu_desk.ui.widgets import Text, TextField, row
from zhangshu_desk.ui.widgets.typed_day import TypedDay

_NUMBER = re.compile(r"-?[0-9]{1,9}")
_HINT = "自上次登记以来"


class ReportDialog(Form):
    """Counts since the last report; a negative one corrects an earlier mistake and needs a reason."""

    def __init__(self, parent: QWidget, desk: Desk, batch: BatchCard, said: Callable[[str], None]) -> None:
        super().__init__(parent, desk, "使用登记", "登记", width=520)
        self._batch, self._said = batch, said
        self.used = TextField("已用（张）", hint=_HINT, longest=10)
        self.spoiled = TextField("损坏、作废（张，不知编号）", hint=_HINT, longest=10)
        self.held = TextField("企业说还剩（张）", hint="用来核对，可不填", longest=10)
        self.day = TypedDay("日期", day_of(desk.clock.now()), needed=True)
        self.reason = TextField("说明", hint="更正以前的登记时写明原因")
        self.fields = {
            "used": self.used,
            "spoiled": self.spoiled,
            "held": self.held,
            "day": self.day,
            "reason": self.reason,
        }
        self.add(Text(_known(batch), wrap=True))
        self.add(row(self.used, self.spoiled), row(self.held, self.day), self.reason)
        self.add(Text("报错了用负数更正，例如 -20，并写明原因。知道编号的损坏标签请用「作废」。", wrap=True))
        self.body.addStretch(1)
        self.used.setFocus()

    def act(self) -> None:
        used, spoiled, held = (self._number(field) for field in (self.used, self.spoiled, self.held))
        fine = self.day.check()
        if used is None or spoiled is None or held is None or not fine:
            return
        store, actor, now = self._desk.store, self._desk.session.actor, self._desk.clock.now()
        batch, day, reason = self._batch.id, self.day.day(), self.reason.text()
        left = held if self.held.text() else None
        self.send(
            lambda: actions.report_use(
                store, actor, batch, now, used=used, spoiled=spoiled, held=left, day=day, reason=reason
            ),
            lambda reported: self._said(_reported(reported)),
        )

    def _number(self, field: TextField) -> int | None:
        """The number typed, 0 for nothing; None for what is none, which is then said."""
        text = re.sub(r"[\s,，]", "", field.text()).replace("－", "-")
        if not text:
            return 0
        if not _NUMBER.fullmatch(text) or (field is self.held and text.startswith("-")):
            field.complain("请填写整数。")
            field.setFocus()
            return None
        return int(text)


def _known(batch: BatchCard) -> str:
    """What is on record so far."""
    one = batch.balance
    gone = f"已用 {one.used:,}，退回 {one.returned:,}，作废 {one.spoiled:,}"
    return f"{batch.facts.enterprise_name}：领用 {one.handed_out:,}，{gone}，应剩 {one.held:,} 张。"


def _reported(found: Reported) -> str:
    if found.difference:
        more = "多" if found.difference > 0 else "少"
        return f"已登记。账上应剩 {found.held:,} 张，企业报的{more} {abs(found.difference):,} 张，请核对。"
    return f"已登记。企业应剩 {found.held:,} 张。"

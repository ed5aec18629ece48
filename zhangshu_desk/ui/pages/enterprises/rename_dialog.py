"""更名: a new name from a day on; the old one stays on the card, and visits keep the name of their day."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.enterprises import actions
from zhangshu_desk.enterprises.queries import Card
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import DateField, Text, TextField


class RenameDialog(Dialog):
    """Gives the enterprise of `card` a new name; `saved` is called after the commit."""

    def __init__(self, parent: QWidget, desk: Desk, card: Card, saved: Callable[[], object]) -> None:
        super().__init__(parent, "企业更名", "登记新名称", width=560)
        self._desk, self._card, self._saved = desk, card, saved
        self._sending = False
        self.name = TextField("新名称", card.name, "营业执照上的全称")
        self.day = DateField("自哪一天起", day_of(desk.clock.now()))
        self.despite = TextField("仍要更名的原因", hint="已有同名企业而确实不是同一家时填写")
        self.add(Text(f"现名「{card.name}」保留在名称沿革中，以前的来访仍显示当日名称。", wrap=True))
        self.add(self.name, self.day, self.despite)
        self.body.addStretch(1)
        self.despite.hide()
        self.name.editor.selectAll()
        self.name.setFocus()

    def act(self) -> None:
        if self._sending:
            return
        self._sending = True
        desk, card, now = self._desk, self._card, self._desk.clock.now()
        actor, name, day, despite = desk.session.actor, self.name.text(), self.day.day(), self.despite.text()
        desk.work.do(
            self,
            lambda: actions.rename(desk.store, actor, card.id, name, day, now, despite=despite),
            lambda _: self._done(),
            self._refused,
            self._ended,
        )

    def _done(self) -> None:
        self.accept()
        self._saved()

    def _refused(self, error: DeskError) -> None:
        self.refuse(error)
        self.despite.setVisible(error.code == "enterprise.duplicate")

    def _ended(self) -> None:
        self._sending = False

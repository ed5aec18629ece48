"""The station 本站资料: its name, address and phone; its code stays, because tickets and records carry it."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.inputs import StationChange
from zhangshu_desk.accounts.queries import StationRow
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.admin.tab import Tab
from zhangshu_desk.ui.widgets import Card, Muted, PrimaryButton, TextField, column, row


class StationTab(Tab):
    """A form that keeps what is being typed when somebody else changes something."""

    title: ClassVar[str] = "本站资料"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.name = TextField("工作站名称", longest=60)
        self.code = TextField("工作站代码")
        self.code.editor.setReadOnly(True)
        self.code.setMaximumWidth(160)
        self.address = TextField("地址", longest=200)
        self.phone = TextField("电话", longest=40)
        self.save = PrimaryButton("保存", "Ctrl+S", self._save)
        card = Card("本站资料")
        note = Muted("名称印在号票和日结单上。代码写在每条记录里，设定后不再改变。")
        note.setWordWrap(True)
        card.add(row(self.name, self.code, spacing=12), self.address, self.phone, note, self.save)
        whole = column(card)
        whole.addStretch(1)
        self.body.addLayout(whole, 2)
        self.body.addStretch(1)
        self._typed = False
        for field in (self.name, self.address, self.phone):
            field.edited.connect(self._mark_typed)

    def load(self) -> None:
        desk = self.desk
        desk.work.do(self, lambda: queries.station(desk.store), self._show)

    def begin(self) -> None:
        self.name.setFocus()

    def _show(self, station: StationRow) -> None:
        self.code.set_text(station.code)
        if self._typed:
            return
        self.name.set_text(station.name)
        self.address.set_text(station.address)
        self.phone.set_text(station.phone)

    def _mark_typed(self) -> None:
        self._typed = True

    def _save(self) -> None:
        desk, now = self.desk, self.desk.clock.now()
        change = StationChange(name=self.name.text(), address=self.address.text(), phone=self.phone.text())

        def done(_: None) -> None:
            self._typed = False
            self.page.notices.info("本站资料已保存。")

        desk.work.do(self, lambda: actions.change_station(desk.store, desk.session.actor, change, now), done)

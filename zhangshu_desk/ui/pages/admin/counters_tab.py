"""Windows 窗口: which there are, what they take, who sits there; and the rules of the desk."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.inputs import CounterChange
from zhangshu_desk.accounts.queries import CounterRow
from zhangshu_desk.core.clock import stamp
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.admin.counter_dialog import CounterDialog
from zhangshu_desk.ui.pages.admin.desk_rules import DeskRulesCard
from zhangshu_desk.ui.pages.admin.services_card import ServicesCard
from zhangshu_desk.ui.pages.admin.tab import Tab, side
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, DangerButton, PlainButton, PrimaryButton, Table, row


class CountersTab(Tab):
    """The windows at the left, the rules of this machine's desk at the right."""

    title: ClassVar[str] = "窗口"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.table = Table("窗口", self._columns(), lambda row: row.id, "还没有窗口。", self.desk.settings)
        self.change = PlainButton("修改…", "F4", self._change)
        self.switch = DangerButton("停用…", "Ctrl+D", self._ask_switch)
        self.list_card = Card("窗口")
        self.list_card.add(self.table, stretch=1)
        buttons = row(self.change, self.switch)
        buttons.addStretch(1)
        buttons.addWidget(PrimaryButton("新增窗口", "Ctrl+N", self._add))
        self.list_card.add(buttons)
        self.rules = DeskRulesCard(self)
        self.body.addWidget(self.list_card, 1)
        self.services = ServicesCard(self)
        self.body.addWidget(side(self.services, self.rules))
        self.table.chosen.connect(self._show_chosen)
        self.table.opened.connect(lambda _row: self._change())
        self._show_chosen()

    def load(self) -> None:
        desk = self.desk
        desk.work.do(self, lambda: queries.counters(desk.store), self._show)
        self.services.show_source()

    def begin(self) -> None:
        self.table.setFocus()

    def _show(self, counters: tuple[CounterRow, ...]) -> None:
        self.table.show_rows(counters)
        self.list_card.hint.setText(f"{sum(one.active for one in counters)} 个在用，共 {len(counters)} 个")
        if self.table.current() is None and counters:
            self.table.choose(counters[0].id)
        self._show_chosen()

    def _show_chosen(self) -> None:
        counter = self.table.current()
        self.change.setEnabled(counter is not None)
        self.switch.setEnabled(counter is not None)
        if counter is not None:
            self.switch.set_text("停用…" if counter.active else "重新启用")

    def _add(self) -> None:
        CounterDialog(self.window(), self.desk).open()

    def _change(self) -> None:
        counter = self.table.current()
        if counter is not None:
            CounterDialog(self.window(), self.desk, counter).open()

    def _ask_switch(self) -> None:
        counter = self.table.current()
        if counter is None:
            return
        if not counter.active:
            self._switch(counter, True)
            return
        text = f"{counter.name} 停用后不再叫号，也不能登录到该窗口；过去的记录不变，以后可以重新启用。"
        Ask(self.window(), "停用窗口", text, "停用", lambda: self._switch(counter, False), danger=True).open()

    def _switch(self, counter: CounterRow, active: bool) -> None:
        desk, now = self.desk, self.desk.clock.now()
        change = CounterChange(active=active)
        said = f"{counter.name} 已{'启用' if active else '停用'}。"
        desk.work.do(
            self,
            lambda: actions.change_counter(desk.store, desk.session.actor, counter.id, change, now),
            lambda _: self.page.notices.info(said),
        )

    def _columns(self) -> list[Column[CounterRow]]:
        def serves(row: CounterRow) -> str:
            shorts = catalogue_of(self.desk.store).shorts
            return "、".join(shorts.get(one, one) for one in row.serves) or "全部事项"

        def who(row: CounterRow) -> str:
            if not row.active:
                return "已停用"
            return f"{row.clerk_name}，{stamp(row.opened_at)} 起" if row.opened_at else "空闲"

        return [
            Column("窗口", lambda row: row.name, 130, bold=True),
            Column("受理事项", serves, 220, stretch=True),
            Column("现在", who, 230, tone=lambda row: Tone.PLAIN if row.active else Tone.MUTED),
        ]

"""The card of one enterprise: facts, names by their days, contacts, visits; people masked."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from zhangshu_desk.core import acts
from zhangshu_desk.core.clock import minutes
from zhangshu_desk.enterprises import actions
from zhangshu_desk.enterprises.queries import Card as EnterpriseCard
from zhangshu_desk.enterprises.queries import ContactRow, DatedName, VisitRow
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.dialogs.unmask import Masked, Unmask
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.enterprises.contact_dialog import ContactDialog
from zhangshu_desk.ui.pages.enterprises.edit_dialog import EditDialog
from zhangshu_desk.ui.pages.enterprises.rename_dialog import RenameDialog
from zhangshu_desk.ui.pages.visits.history_dialog import HistoryDialog
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, LinkButton, Muted, PlainButton, Table, Text, row

_VOID_REASONS = ("重复登记", "已注销", "登记有误")
_NO_VISIT = "这里会列出来访。\n在受理台取号时选择这家企业即可。"
_NO_CONTACT = "还没有联系人。\n按下面的按钮添加。"


class CardView(Card):
    """Shows a card; `changed(words)` is called after something on it was changed from here."""

    def __init__(self, desk: Desk, changed: Callable[[str], None]) -> None:
        super().__init__("企业卡")
        self._desk, self._changed = desk, changed
        self.shown_id = ""
        self.card: EnterpriseCard | None = None
        self.state = Text(wrap=True)
        self.facts = QWidget()
        self._grid = QGridLayout(self.facts)
        self.visits = Table("来访", _visit_columns(desk), lambda one: one.id, _NO_VISIT, desk.settings)
        self.contacts = Table("联系人", _contact_columns(), lambda one: one.id, _NO_CONTACT, desk.settings)
        self.names = Table("名称沿革", _name_columns(), lambda one: one.name, "没有曾用名。", desk.settings)
        self.empty = Muted("在左边选一家企业，这里显示它的企业卡。")
        self.tabs = QTabWidget()
        self._build()
        self.show_nothing()

    def show_nothing(self) -> None:
        """No enterprise is chosen."""
        self.card, self.shown_id = None, ""
        self._pile.setCurrentWidget(self.empty)

    def show_card(self, card: EnterpriseCard) -> None:
        """Show an enterprise."""
        self.card, self.shown_id = card, card.id
        self._pile.setCurrentWidget(self._whole)
        self.set_title(card.name)
        self._show_state(card)
        self._show_facts(card)
        self.visits.show_rows(card.visits)
        self.contacts.show_rows(card.contacts)
        self.names.show_rows(card.names)
        self.tabs.setTabText(0, f"来访 {card.visit_count}")
        self.tabs.setTabText(1, f"联系人 {len(card.contacts)}")
        self.tabs.setTabText(2, f"名称 {len(card.names)}")
        self._allow(card)

    def _build(self) -> None:
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnStretch(3, 1)
        self.edit = PlainButton("修改", "Ctrl+M", self._edit)
        self.rename = PlainButton("更名", "", self._rename)
        self.void = PlainButton("作废…", "", self._void)
        self.restore = PlainButton("恢复使用", "", self._restore)
        self._whole = QFrame()
        inside = QVBoxLayout(self._whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(12)
        inside.addWidget(self.state)
        inside.addWidget(_scrolled(self.facts))
        buttons = row(self.edit, self.rename, self.void, self.restore)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        self.tabs.addTab(self.visits, "来访")
        self.tabs.addTab(self._contacts_tab(), "联系人")
        self.tabs.addTab(self.names, "名称")
        self.tabs.setAccessibleName("企业卡的各部分")
        inside.addWidget(self.tabs, 1)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._pile = QStackedWidget()
        self._pile.addWidget(self.empty)
        self._pile.addWidget(self._whole)
        self.add(self._pile, stretch=1)
        self.visits.opened.connect(lambda one: HistoryDialog(self.window(), self._desk, one.id).open())
        self.contacts.opened.connect(lambda one: self._edit_contact(one))
        self.setFocusProxy(self.visits)

    def _contacts_tab(self) -> QWidget:
        tab = QWidget()
        column = QVBoxLayout(tab)
        column.setContentsMargins(0, 8, 0, 0)
        column.addWidget(self.contacts, 1)
        self.add_contact = PlainButton("添加联系人", "Ctrl+Shift+A", lambda: self._edit_contact(None))
        self.see_phone = PlainButton("查看电话", "", lambda: self._see("phone"))
        self.see_name = PlainButton("查看姓名", "", lambda: self._see("name"))
        self.void_contact = PlainButton("作废联系人", "", self._void_contact)
        line: QHBoxLayout = row(self.add_contact, self.see_phone, self.see_name, self.void_contact)
        line.addStretch(1)
        column.addLayout(line)
        return tab

    def _show_state(self, card: EnterpriseCard) -> None:
        if card.voided_at is not None:
            self.state.set_tone(Tone.BAD)
            self.state.setText(f"已作废：{card.void_reason}")
        elif card.code_problem:
            self.state.set_tone(Tone.WARN)
            reason = f"（{card.code_reason}）" if card.code_reason else ""
            self.state.setText(f"信用代码待核：{card.code_problem}{reason}")
        else:
            self.state.setText("")
        self.state.setVisible(bool(self.state.text()))

    def _show_facts(self, card: EnterpriseCard) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        pairs = (
            ("统一社会信用代码", _grouped(card.credit_code)),
            ("类型", card.kind or (f"{card.kind_hint}（按代码）" if card.kind_hint else "")),
            ("法定代表人", card.legal_representative),
            ("成立日期", card.founded_on.isoformat() if card.founded_on else ""),
            ("行业", card.industry),
            ("行政区划", card.region),
            ("地址", card.address),
            ("备注", card.notes),
        )
        for at, (label, value) in enumerate(pairs):
            line, left = (at // 2, at % 2 * 2) if at < 6 else (at - 3, 0)
            span = 1 if at < 6 else 3
            self._grid.addWidget(Muted(label), line, left, Qt.AlignmentFlag.AlignTop)
            words = Text(value or "—", wrap=True)
            words.setAccessibleName(f"{label}：{value or '无'}")
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(words, line, left + 1, 1, span)
        if card.legal_representative:
            see = LinkButton("查看", "", self._see_representative)
            see.setAccessibleName("查看法定代表人全名")
            self._grid.addWidget(see, 1, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)

    def _allow(self, card: EnterpriseCard) -> None:
        role, live = self._desk.session.actor.role, card.voided_at is None
        for button, act in ((self.edit, "enterprise.change"), (self.rename, "enterprise.rename")):
            button.setVisible(live and acts.allowed(act, role))
        self.void.setVisible(live and acts.allowed("enterprise.void", role))
        self.restore.setVisible(not live and acts.allowed("enterprise.restore", role))
        for button in (self.add_contact, self.see_phone, self.see_name, self.void_contact):
            button.setEnabled(live)

    # -- acts -----------------------------------------------------------------------------------------------------

    def _edit(self) -> None:
        EditDialog(self.window(), self._desk, self.card, lambda _id: self._changed("修改已保存。")).open()

    def _rename(self) -> None:
        if self.card is not None:
            RenameDialog(self.window(), self._desk, self.card, lambda: self._changed("新名称已登记。")).open()

    def _void(self) -> None:
        card, desk = self.card, self._desk
        if card is None:
            return
        actor, now = desk.session.actor, desk.clock.now()

        def done(dialog: ReasonDialog, why: str) -> None:
            def voided(_none: None) -> None:
                dialog.accept()
                self._changed(f"{card.name} 已作废，可由站长恢复。")

            desk.work.do(dialog, lambda: actions.void(desk.store, actor, card.id, why, now), voided)

        text = "作废后不再出现在名录和查找中，来访记录保留；站长可以恢复。"
        ReasonDialog(self.window(), f"作废 {card.name}", text, "作废", _VOID_REASONS, done, danger=True).open()

    def _restore(self) -> None:
        card, desk = self.card, self._desk
        if card is not None:
            actor, now = desk.session.actor, desk.clock.now()
            desk.work.do(
                self,
                lambda: actions.restore(desk.store, actor, card.id, now),
                lambda _: self._changed(f"{card.name} 已恢复使用。"),
            )

    def _edit_contact(self, contact: ContactRow | None) -> None:
        if self.card is not None and self.card.voided_at is None:
            ContactDialog(
                self.window(), self._desk, self.card.id, contact, lambda: self._changed("联系人已保存。")
            ).open()

    def _void_contact(self) -> None:
        chosen, desk = self.contacts.current(), self._desk
        if chosen is None:
            return
        actor, now = desk.session.actor, desk.clock.now()

        def go() -> None:
            desk.work.do(
                self,
                lambda: actions.void_contact(desk.store, actor, chosen.id, now),
                lambda _: self._changed("联系人已作废。"),
            )

        Ask(self.window(), "作废联系人", f"{chosen.name} 不再作为联系人，记录保留。", "作废", go, danger=True).open()

    def _see(self, field: str) -> None:
        chosen = self.contacts.current()
        if chosen is not None:
            label, masked = ("电话", chosen.phone) if field == "phone" else ("姓名", chosen.name)
            Unmask(self.window(), self._desk, Masked("contacts", chosen.id, field, label, masked)).open()

    def _see_representative(self) -> None:
        card = self.card
        if card is not None:
            what = Masked("enterprises", card.id, "legal_representative", "法定代表人", card.legal_representative)
            Unmask(self.window(), self._desk, what).open()


def _scrolled(inner: QWidget) -> QScrollArea:
    """Long notes and addresses scroll instead of pushing the visits out of the window."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setMinimumHeight(150)
    area.setMaximumHeight(210)
    inner.setProperty("bare", True)
    area.setWidget(inner)
    return area


def _visit_columns(desk: Desk) -> list[Column[VisitRow]]:
    def services(one: VisitRow) -> str:
        return catalogue_of(desk.store).text(one.given or one.services)

    return [
        Column("日期", lambda one: one.day.isoformat(), 92),
        Column("票号", lambda one: one.label or "即时", 60, bold=True),
        Column("事项", services, 110, stretch=True, wrap=True),
        Column("当日名称", lambda one: one.enterprise_name, 110, wrap=True),
        Column("等候", lambda one: f"{minutes(one.waited_ms)} 分", 56, right=True),
        Column("办理", lambda one: f"{minutes(one.served_ms)} 分", 56, right=True),
        Column("状态", lambda one: one.state, 68),
    ]


def _contact_columns() -> list[Column[ContactRow]]:
    return [
        Column("姓名", lambda one: one.name, 90, bold=True),
        Column("电话", lambda one: one.phone, 160, stretch=True),
        Column("职务", lambda one: one.role or "—", 120),
        Column("", lambda one: "主联系人" if one.is_main else "", 90),
    ]


def _name_columns() -> list[Column[DatedName]]:
    return [
        Column("名称", lambda one: one.name, 240, stretch=True, wrap=True),
        Column("自", lambda one: one.valid_from.isoformat() if one.valid_from else "最初", 100),
        Column("至", lambda one: one.valid_until.isoformat() if one.valid_until else "今", 100),
    ]


def _grouped(code: str) -> str:
    """`9136 0982 0000 0000 19`, as one reads it aloud; other lengths as they are."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4)) if len(code) == 18 else code

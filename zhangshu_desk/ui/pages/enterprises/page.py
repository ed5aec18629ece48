"""企业: find an enterprise at the left, its card at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout

from zhangshu_desk.core import acts
from zhangshu_desk.core.actors import Role
from zhangshu_desk.enterprises import queries
from zhangshu_desk.enterprises.queries import Card as EnterpriseCard
from zhangshu_desk.enterprises.queries import EnterpriseRow, Filter, Order
from zhangshu_desk.enterprises.queries import Page as Rows
from zhangshu_desk.reception.catalogue import TABLES
from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.pages.enterprises.card_view import CardView
from zhangshu_desk.ui.pages.enterprises.edit_dialog import EditDialog
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, ComboField, PlainButton, PrimaryButton, Table, TextField, bind, row

_PAUSE_MS = 120
_EMPTY = "这里会列出企业。\n按 Ctrl+E 登记一家，或按 Ctrl+I 导入 Excel 名录。"
_FILTERS = ((Filter.LIVE, "在用"), (Filter.CODE, "代码待核"), (Filter.VOIDED, "已作废"))
_ORDERS = ((Order.NAME, "按名称"), (Order.NEWEST, "新登记在前"), (Order.LAST_VISIT, "最近来访在前"))
_FILES = (".xlsx", ".xls", ".csv", ".ods")


class EnterprisesPage(Page):
    """List and card. `receive` takes an enterprise's id, or `(kind, id)` from the search on top."""

    title, key, icon = "企业", "Alt+5", "enterprise"
    roles = frozenset({Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR})
    watches = TABLES | {"enterprises", "enterprise_names", "contacts", "visits"}

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.search = TextField("查找", hint="名称 / 拼音首字母 / 信用代码 / 联系人 / 电话")
        self.which = ComboField[Filter]("范围", _FILTERS, Filter.LIVE)
        self.order = ComboField[Order]("排序", _ORDERS, Order.NAME)
        self.table = Table("企业名录", _columns(), lambda one: one.id, _EMPTY, desk.settings)
        self.list = Card("企业")
        self.view = CardView(desk, self._changed)
        self._wanted = self._answered = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._build()
        self._connect()

    def refresh(self) -> None:
        """Show the list and the card as they are now."""
        self._ask(0)
        if self.view.shown_id:
            self._open(self.view.shown_id)

    def on_shown(self) -> None:
        self.search.setFocus()

    def receive(self, payload: object) -> None:
        """Show an enterprise (its id, or `("enterprise" | "person", row id)`), or what importing a file would do."""
        if isinstance(payload, Path):
            self._import(payload)
            return
        kind, row_id = payload if isinstance(payload, tuple) else ("enterprise", payload)
        if kind == "person":
            store = self.desk.store
            self.desk.work.do(self, lambda: queries.enterprise_of_contact(store, str(row_id)), self._open)
        else:
            self._open(str(row_id))

    def _build(self) -> None:
        may = self.desk.session.actor.role
        narrow = row(self.which, self.order)
        buttons = row(PrimaryButton("登记企业", "Ctrl+E", self._new))
        if acts.allowed("enterprise.import", may):
            buttons.addWidget(PlainButton("导入…", "Ctrl+I", lambda: self._import(None)))
        if acts.allowed("enterprise.export", may):
            buttons.addWidget(PlainButton("导出…", "Ctrl+Shift+E", self._export))
        self.list.add(self.search, narrow)
        self.list.add(self.table, stretch=1)
        self.list.add(buttons)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.list, 1)
        line.addWidget(self.view, 1)
        self.body.addLayout(line, 1)
        self.setAcceptDrops(acts.allowed("enterprise.import", may))

    def _connect(self) -> None:
        self.search.edited.connect(lambda _text: self._pause.start())
        self.search.submitted.connect(self._to_table)
        self._pause.timeout.connect(lambda: self._ask(0))
        self.which.chosen.connect(lambda _key: self._ask(0))
        self.order.chosen.connect(lambda _key: self._ask(0))
        self.table.wanted_more.connect(self._ask)
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _row: self.view.setFocus())
        bind(self, "Ctrl+F", self.search.setFocus)

    def _ask(self, offset: int) -> None:
        store, text = self.desk.store, self.search.text()
        which, order = self.which.key() or Filter.LIVE, self.order.key() or Order.NAME
        self.desk.work.do(
            self,
            lambda: queries.page(store, text, which, order, offset),
            lambda found: self._show(found, offset, text),
        )

    def answered(self) -> str:
        """What was typed for the list that is shown."""
        return self._answered

    def _show(self, found: Rows, offset: int, text: str) -> None:
        self._answered = text
        if offset:
            self.table.add_rows(found.rows, more=found.more)
        else:
            self.table.show_rows(found.rows, more=found.more)
            self.list.set_title(f"企业 {found.total} 家")
            if self.view.shown_id:
                self.table.choose(self.view.shown_id, scroll=False)

    def _chosen(self) -> None:
        chosen = self.table.current()
        if chosen is not None and chosen.id != self.view.shown_id:
            self._open(chosen.id)

    def _open(self, enterprise_id: str) -> None:
        store, self._wanted = self.desk.store, enterprise_id
        self.desk.work.do(self, lambda: queries.card(store, enterprise_id), self._show_card)

    def _show_card(self, card: EnterpriseCard | None) -> None:
        if card is not None and card.id == self._wanted:
            self.view.show_card(card)
            self.table.choose(card.id, scroll=False)

    def _to_table(self) -> None:
        self.table.setFocus()
        if self.table.current() is None and self.table.rows.rows:
            self.table.choose(self.table.rows.rows[0].id)

    def _new(self) -> None:
        EditDialog(self.window(), self.desk, None, self._added).open()

    def _added(self, enterprise_id: str) -> None:
        self.notices.info("企业已登记。")
        self._open(enterprise_id)

    def _changed(self, words: str) -> None:
        self.notices.info(words)

    def _import(self, file: Path | None) -> None:
        from zhangshu_desk.ui.pages.enterprises.import_dialog import ImportDialog

        ImportDialog(self.window(), self.desk, file).open()

    def _export(self) -> None:
        from zhangshu_desk.ui.pages.enterprises.export_dialog import ExportDialog

        ExportDialog(self.window(), self.desk).open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self._import(_dropped(event))


def _columns() -> list[Column[EnterpriseRow]]:
    return [
        Column("名称", lambda one: one.name, 150, stretch=True, wrap=True),
        Column("信用代码", _code_words, 178, wrap=True, tone=_code_tone),
        Column("主联系人", lambda one: one.contact, 100, wrap=True),
        Column("最近来访", lambda one: one.last_visit.isoformat() if one.last_visit else "—", 92),
    ]


def _code_words(one: EnterpriseRow) -> str:
    return one.credit_code if not one.code_problem else f"{one.credit_code} {one.code_problem}".strip()


def _code_tone(one: EnterpriseRow) -> Tone:
    return Tone.WARN if one.code_problem else Tone.PLAIN


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and path.suffix.lower() in _FILES else None

"""The audit log 审计日志: who did what, when, on which record, with old and new values; personal data stays masked."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from PySide6.QtWidgets import QFileDialog

from zhangshu_desk.accounts import queries
from zhangshu_desk.accounts.audit_export import export_audit
from zhangshu_desk.accounts.queries import AuditPage, AuditRow, CounterRow, UserRow
from zhangshu_desk.core.clock import day_of, file_stamp, local
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.admin.audit_card import AuditCard, in_words
from zhangshu_desk.ui.pages.admin.audit_filter import AuditFilterBar
from zhangshu_desk.ui.pages.admin.audit_words import table_word
from zhangshu_desk.ui.pages.admin.tab import Tab
from zhangshu_desk.ui.widgets import Card, Column, PlainButton, Table, row


class AuditTab(Tab):
    """Entries newest first, the changes of the chosen one beside them."""

    title: ClassVar[str] = "审计日志"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._names: dict[str, str] = {}
        self._after: int | None = None
        self._scrolled = False
        self.filter = AuditFilterBar(day_of(self.desk.clock.now()))
        self.table = Table("审计日志", _columns(), lambda row: row.seq, "这些条件下没有记录。", self.desk.settings)
        self.export = PlainButton("导出 CSV…", "Ctrl+E", self._export)
        self.list_card = Card("审计日志", "只增不改，哈希相连")
        self.list_card.add(self.filter)
        self.list_card.add(self.table, stretch=1)
        foot = row(self.export)
        foot.addStretch(1)
        self.list_card.add(foot)
        self.one = AuditCard(self)
        self.body.addWidget(self.list_card, 1)
        self.body.addWidget(self.one)
        self.filter.changed.connect(self._ask)
        self.table.wanted_more.connect(lambda _count: self._ask_more())
        self.table.chosen.connect(self._show_chosen)
        self.table.opened.connect(lambda _row: self.one.follow_link())

    def load(self) -> None:
        """New entries come in at the top; while one reads further down, the list stands still."""
        desk, now = self.desk, self.desk.clock.now()
        known = lambda: (queries.users(desk.store, now), queries.counters(desk.store))  # noqa: E731
        desk.work.do(self, known, lambda found: self._know(*found))
        if not self._scrolled:
            self._ask()

    def begin(self) -> None:
        self.table.setFocus()

    def _know(self, users: tuple[UserRow, ...], counters: tuple[CounterRow, ...]) -> None:
        self._names |= catalogue_of(self.desk.store).shorts
        self._names |= {user.id: user.name for user in users} | {one.id: one.name for one in counters}
        self.filter.offer(users)
        self._show_chosen()

    def _ask(self) -> None:
        desk, wanted = self.desk, self.filter.wanted()
        self._scrolled = False
        desk.work.do(self, lambda: queries.audit_page(desk.store, wanted), self._show)

    def _ask_more(self) -> None:
        desk, wanted, after = self.desk, self.filter.wanted(), self._after
        self._scrolled = True
        desk.work.do(self, lambda: queries.audit_page(desk.store, wanted, after), self._show_more)

    def _show(self, page: AuditPage) -> None:
        self._after = page.after
        self.table.show_rows(page.rows, more=page.after is not None)
        if page.rows and self.table.current() is None:
            self.table.choose(page.rows[0].seq)
        self._show_chosen()

    def _show_more(self, page: AuditPage) -> None:
        self._after = page.after
        self.table.add_rows(page.rows, more=page.after is not None)

    def _show_chosen(self) -> None:
        self.one.show_entry(self.table.current(), self._names)

    def _export(self) -> None:
        desk, now, wanted = self.desk, self.desk.clock.now(), self.filter.wanted()
        proposed = str(Path.home() / f"审计日志 {file_stamp(now)}.csv")
        chosen, _ = QFileDialog.getSaveFileName(self.window(), "导出审计日志", proposed, "CSV 文件 (*.csv)")
        if not chosen:
            return
        file, names = Path(chosen), dict(self._names)

        def say(entry: AuditRow) -> tuple[str, str]:
            changes = "；".join(f"{field}：{old} → {new}" for field, old, new in in_words(entry, names))
            return table_word(entry.tbl), changes

        self.desk.work.do_long(
            self,
            "导出审计日志",
            lambda progress: export_audit(desk.store, desk.session.actor, wanted, file, now, say, progress),
            lambda count: self.page.notices.info(f"已导出 {count:,} 条到 {file.name}，个人信息已遮盖。"),
        )


def _columns() -> list[Column[AuditRow]]:
    return [
        Column("时间", lambda row: local(row.at).strftime("%m-%d %H:%M:%S"), 130),
        Column("人员", lambda row: row.actor_name, 100),
        Column("操作", lambda row: row.title, 130, bold=True),
        Column("对象", lambda row: table_word(row.tbl), 80),
        Column("说明", lambda row: row.note or _summary(row), 180, stretch=True),
    ]


def _summary(entry: AuditRow) -> str:
    changed = sum(bool(change.old or change.new) for change in entry.changes)
    return f"改动 {changed} 项" if changed else ""

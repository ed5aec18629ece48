"""One entry of the audit log in full: every field it changed, old → new, and the way to its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhangshu_desk.accounts.queries import AuditRow
from zhangshu_desk.core.clock import local
from zhangshu_desk.ui.pages.admin.audit_words import field_word, table_word, value_word
from zhangshu_desk.ui.widgets import Card, Column, Muted, PlainButton, Table, Text

if TYPE_CHECKING:
    from zhangshu_desk.ui.pages.admin.tab import Tab

_WIDTH = 420
_PAGES = {"enterprises": "企业"}
"""Pages that show a record when they are handed its id."""


@dataclass(frozen=True)
class ChangeLine:
    """One changed field in words."""

    number: int
    field: str
    old: str
    new: str


class AuditCard(Card):
    """Shows the chosen entry."""

    def __init__(self, tab: Tab) -> None:
        super().__init__("改动内容", "个人信息已遮盖")
        self._tab = tab
        self._entry: AuditRow | None = None
        self.who, self.about, self.note = Text(wrap=True), Muted(), Text(wrap=True)
        self.about.setWordWrap(True)
        columns = [
            Column[ChangeLine]("字段", lambda one: one.field, 110),
            Column[ChangeLine]("原值", lambda one: one.old, 120),
            Column[ChangeLine]("新值", lambda one: one.new, 120, stretch=True),
        ]
        self.table = Table("改动内容", columns, lambda one: one.number, "这次操作没有改动数据。", tab.desk.settings)
        self.link = PlainButton("打开这条记录", "Ctrl+O", self.follow_link)
        self.setFixedWidth(_WIDTH)
        self.add(self.who, self.about, self.note)
        self.add(self.table, stretch=1)
        self.add(self.link)

    def show_entry(self, entry: AuditRow | None, names: Mapping[str, str]) -> None:
        """Show an entry, or that none is chosen."""
        self._entry = entry
        self.note.setVisible(entry is not None and bool(entry.note))
        self.link.setVisible(entry is not None and entry.tbl in _PAGES)
        if entry is None:
            self.who.setText("在左边选一条记录。")
            self.about.setText("")
            self.table.show_rows(())
            return
        self.who.setText(f"{entry.title} · {entry.actor_name}（{entry.role}）")
        at = local(entry.at).strftime("%Y-%m-%d %H:%M:%S")
        record = " · ".join(part for part in (table_word(entry.tbl), entry.row_id) if part)
        self.about.setText(f"第 {entry.seq} 条 · {at}" + (f"\n{record}" if record else ""))
        self.note.setText(entry.note)
        lines = [ChangeLine(number, *words) for number, words in enumerate(in_words(entry, names))]
        self.table.show_rows(lines)

    def follow_link(self) -> None:
        """Open the record the entry is about, where some page shows such records."""
        entry = self._entry
        if entry is not None and entry.tbl in _PAGES and entry.row_id:
            self._tab.desk.open(_PAGES[entry.tbl], entry.row_id)


def in_words(entry: AuditRow, names: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(field, old, new) of every change; fields of other tables than the entry's own carry their table's word."""
    found = []
    for change in entry.changes:
        word = field_word(change.tbl, change.field)
        field = word if change.tbl == entry.tbl else f"{table_word(change.tbl)}·{word}"
        if change.old or change.new:  # a new row's empty fields say nothing
            found.append((field, value_word(change, change.old, names), value_word(change, change.new, names)))
    return found

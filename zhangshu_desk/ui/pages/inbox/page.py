"""待核对: the entries at the left, the chosen one with both values at the right."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout

from zhangshu_desk.conflicts import queries
from zhangshu_desk.conflicts.queries import ConflictCard, ConflictRow, Part, Rows
from zhangshu_desk.core.actors import Role
from zhangshu_desk.reception.catalogue import TABLES, catalogue_of
from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.pages.inbox import words
from zhangshu_desk.ui.pages.inbox.detail import Detail
from zhangshu_desk.ui.sync.words import moment_words
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Chips, Column, Table, bind

_PARTS = ((Part.OPEN, "待处理"), (Part.AUTO, "自动合并"), (Part.RESOLVED, "已处理"))
_EMPTY = {
    Part.OPEN: "没有待核对的事项。\n两台机器在断网时改了同一项内容，就会列在这里，由人来决定。",
    Part.AUTO: "没有自动合并的改动。\n备注、电话等改重了时以较晚的为准，另一个值留在这里。",
    Part.RESOLVED: "还没有处理过的事项。\n处理之后会移到这里，谁、何时、怎样处理都有记录。",
}


class InboxPage(Page):
    """List and detail. `receive` takes the id of an entry."""

    title: ClassVar[str] = "待核对"
    key: ClassVar[str] = "Alt+8"
    icon: ClassVar[str] = "inbox"
    roles: ClassVar[frozenset[Role] | None] = frozenset({Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR})
    watches: ClassVar[frozenset[str]] = TABLES | {
        "conflicts",
        "enterprises",
        "contacts",
        "visits",
        "users",
        "stations",
        "counters",
    }

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.parts = Chips[Part]("范围", _PARTS, several=False)
        self.parts.choose([Part.OPEN])
        self._names: dict[str, str] = {}
        self.tables = {part: self._table(part) for part, _ in _PARTS}
        self.list = Card("待核对")
        self.detail = Detail(desk, self._done)
        self._shown_part = Part.OPEN
        self._wanted = ""
        self._build()

    def refresh(self) -> None:
        """Show the list and the entry as they are now."""
        self._ask(0)

    def on_shown(self) -> None:
        self.table.setFocus()

    def receive(self, payload: object) -> None:
        """Show the entry of this id."""
        self._open(str(payload))

    @property
    def table(self) -> Table[ConflictRow]:
        """The list in front."""
        return self.tables[self._shown_part]

    def _build(self) -> None:
        self.list.add(self.parts)
        for part, table in self.tables.items():
            self.list.add(table, stretch=1)
            table.setVisible(part is Part.OPEN)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.list, 1)
        line.addWidget(self.detail, 1)
        self.body.addLayout(line, 1)
        self.parts.changed.connect(self._turn)
        bind(self, "Ctrl+F", self.parts.setFocus)

    def _table(self, part: Part) -> Table[ConflictRow]:
        columns = [
            Column[ConflictRow]("记录", lambda one: one.title, 150, stretch=True, wrap=True),
            Column[ConflictRow]("事情", self._what, 138, wrap=True),
            Column[ConflictRow]("两个值", lambda one: words.values_words(one, self._names), 160, wrap=True),
            self._last_column(part),
        ]
        table = Table(f"待核对·{part.value}", columns, lambda one: one.id, _EMPTY[part], self.desk.settings)
        table.setAccessibleName(dict(_PARTS)[part])
        table.chosen.connect(self._chosen)
        table.opened.connect(lambda _row: self.detail.take_focus())
        table.wanted_more.connect(self._ask)
        return table

    def _last_column(self, part: Part) -> Column[ConflictRow]:
        def now() -> int:
            return self.desk.clock.now()

        if part is Part.OPEN:
            return Column(
                "已等", lambda one: words.age(one, now())[0], 78, tone=lambda one: words.age(one, now())[1], right=True
            )
        if part is Part.AUTO:
            return Column("合并于", lambda one: moment_words(one.created_at, now()), 96)
        return Column("处理", lambda one: words.resolved_words(one, now()), 130, wrap=True, tone=lambda _: Tone.MUTED)

    def _what(self, row: ConflictRow) -> str:
        return " · ".join(part for part in (words.kind_words(row), words.fields_words(row)) if part)

    def _turn(self) -> None:
        self._shown_part = next(iter(self.parts.chosen()), Part.OPEN)
        for part, table in self.tables.items():
            table.setVisible(part is self._shown_part)
        self._wanted = ""
        self.detail.show_nothing()
        self._ask(0)

    def _ask(self, offset: int) -> None:
        store, part = self.desk.store, self._shown_part

        def ask() -> tuple[Rows, int]:
            return queries.page(store, part, offset), queries.open_count(store)

        self.desk.work.do(self, ask, lambda found: self._show(part, offset, *found))

    def _show(self, part: Part, offset: int, found: Rows, waiting: int) -> None:
        self.list.set_title(f"待核对 {waiting} 项" if waiting else "待核对")
        if part is not self._shown_part:
            return
        self._names = {**self._names, **catalogue_of(self.desk.store).shorts, **found.names}
        table = self.table
        if offset:
            table.add_rows(found.rows, more=found.more)
            return
        at = table.currentIndex().row()
        table.show_rows(found.rows, more=found.more)
        if self._wanted and table.choose(self._wanted, scroll=False):
            self._open(self._wanted)  # it may have changed
        elif found.rows:
            table.choose(found.rows[min(max(at, 0), len(found.rows) - 1)].id)
        else:
            self._wanted = ""
            self.detail.show_nothing()

    def _chosen(self) -> None:
        row = self.table.current()
        if row is not None and row.id != self._wanted:
            self._open(row.id)

    def _open(self, conflict_id: str) -> None:
        store, self._wanted = self.desk.store, conflict_id
        self.desk.work.do(self, lambda: queries.card(store, conflict_id), self._show_card)

    def _show_card(self, card: ConflictCard | None) -> None:
        if card is not None and card.row.id == self._wanted:
            self.detail.show_card(card)

    def _done(self, said: str) -> None:
        """An entry was decided: say so; the list moves on by itself."""
        self.notices.info(said)
        self._wanted = ""
        self.table.setFocus()

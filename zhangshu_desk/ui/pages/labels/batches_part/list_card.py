"""The list of batches, narrowed by state and by what is typed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from PySide6.QtCore import QTimer, Signal

from zhangshu_desk.core.clock import stamp
from zhangshu_desk.labels import queries
from zhangshu_desk.labels.queries import BatchPage, BatchRow
from zhangshu_desk.labels.rules.batches import BatchState
from zhangshu_desk.labels.rules.rights import Family
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.batches_part import words
from zhangshu_desk.ui.widgets import Card, Column, ComboField, Table, TextField, row

_PAUSE_MS = 120
_EMPTY = "这里会列出标签批次。\n按 Ctrl+N 新建一批，或按 Ctrl+I 从表格批量导入。"


class Which(Enum):
    """Which batches are listed, with what the clerk calls them."""

    TO_DO = ("待办", (BatchState.DRAFT, BatchState.AWAITING, BatchState.APPROVED, BatchState.NUMBERED))
    AWAITING = ("待批准", (BatchState.AWAITING,))
    NUMBERED = ("已编号", (BatchState.NUMBERED,))
    CLOSED = ("已关闭", (BatchState.CLOSED,))
    DISCARDED = ("已放弃", (BatchState.DISCARDED,))
    ALL = ("全部", tuple(BatchState))

    @property
    def title(self) -> str:
        """For the field."""
        return str(self.value[0])

    @property
    def states(self) -> Iterable[BatchState]:
        """The states it means."""
        found: Iterable[BatchState] = self.value[1]
        return found


class ListCard(Card):
    """`chosen(str)` carries the id of the batch in front, empty for none; `opened()` Enter on it."""

    chosen = Signal(str)
    opened = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__("批次")
        self._desk = desk
        self._wanted, self._answered = "", ""
        self.search = TextField("查找", hint="批号 / 企业 / 产品 / 标签编号")
        self.which = ComboField[Which]("状态", [(one, one.title) for one in Which], Which.TO_DO)
        families = [("", "全部"), *((one.value, one.value) for one in Family)]
        self.family = ComboField[str]("种类", families)
        self.table = Table("标签批次", _columns(), lambda one: one.id, _EMPTY, desk.settings)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._narrow)
        self.which.setFixedWidth(110)
        self.family.setFixedWidth(110)
        line = row(self.search, self.which, self.family)
        line.setStretch(0, 1)
        self.add(line)
        self.add(self.table, stretch=1)
        self.search.edited.connect(lambda _text: self._pause.start())
        self.search.submitted.connect(self._entered)
        for combo in (self.which, self.family):
            combo.chosen.connect(lambda _key: self._narrow())
        self.table.wanted_more.connect(self.ask)
        self.table.chosen.connect(self._moved)
        self.table.opened.connect(lambda _row: self.opened.emit())

    def ask(self, offset: int = 0) -> None:
        """Show the list as it is now."""
        store, text = self._desk.store, self.search.text()
        which, family = self.which.key() or Which.TO_DO, self.family.key() or ""
        self._desk.work.do(
            self,
            lambda: queries.page(store, text, which.states, family=family, offset=offset),
            lambda found: self._show(found, offset, text),
        )

    def look_for(self, batch_id: str) -> None:
        """Choose this batch as soon as the list has it; it is shown beside the list in any case."""
        self._wanted = batch_id
        self.table.choose(batch_id)

    def answered(self) -> str:
        """What was typed for the list that is shown."""
        return self._answered

    def _narrow(self) -> None:
        """The person looks for something else than what was asked for from outside."""
        self._wanted = ""
        self.ask()

    def _show(self, found: BatchPage, offset: int, text: str) -> None:
        self._answered = text
        if offset:
            self.table.add_rows(found.rows, more=found.more)
            return
        self.table.show_rows(found.rows, more=found.more)
        self.set_title(f"批次 {found.total:,}")
        if self._wanted and self.table.choose(self._wanted, scroll=False):
            self._wanted = ""
        elif self.table.current() is None and found.rows and not self._wanted:
            self.table.choose(found.rows[0].id)
        if not found.rows and not self._wanted:
            self.chosen.emit("")

    def _moved(self) -> None:
        row = self.table.current()
        if row is not None:
            self.chosen.emit(row.id)

    def _entered(self) -> None:
        """Enter: a number of a label means its batch, anything else the list."""
        store, text = self._desk.store, self.search.text()

        def found(ids: tuple[str, ...]) -> None:
            if ids:
                self.chosen.emit(ids[0])
            self.take_focus()

        self._desk.work.do(self, lambda: queries.find_batches(store, text), found)

    def take_focus(self) -> None:
        """Go on in the list."""
        if self.table.current() is None and self.table.rows.rows:
            self.table.choose(self.table.rows.rows[0].id)
        self.table.setFocus()


def _columns() -> list[Column[BatchRow]]:
    return [
        Column("批号", lambda one: one.batch_no, 112, bold=True, wrap=True, tip=_made),
        Column("产品 · 企业", words.what, 152, stretch=True, wrap=True),
        Column("标签", lambda one: f"{one.labels:,}", 60, right=True),
        Column("编号", lambda one: one.numbers or "—", 170, wrap=True),
        Column("状态", _state, 78, wrap=True, tone=lambda one: words.state_tone(one.state)),
    ]


def _state(one: BatchRow) -> str:
    return one.state.value if one.own else f"{one.state.value} 外站"


def _made(one: BatchRow) -> str:
    return f"{one.batch_no}\n{one.operator_name} {stamp(one.created_at)} 编制"

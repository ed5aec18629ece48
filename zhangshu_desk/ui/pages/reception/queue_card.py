"""The queue: who waits, is parked, was missed, and what was done today; every row can be acted on by key or menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QStackedWidget, QTabBar

from zhangshu_desk.core.settings import Settings
from zhangshu_desk.reception.queries import QueueRow, VisitRow
from zhangshu_desk.reception.rules import State
from zhangshu_desk.ui.pages.reception.acts import Acts
from zhangshu_desk.ui.pages.reception.queue_tables import (
    bind_row_key,
    ended_table,
    missed_table,
    parked_table,
    waiting_table,
)
from zhangshu_desk.ui.pages.reception.view import View
from zhangshu_desk.ui.widgets import Card, Muted, Table

WAITING, PARKED, MISSED, ENDED = range(4)
_TITLES = ("等候", "挂起", "过号", "今日已办")
_HINTS = (
    "F12 到列表 · Enter 呼叫 · Del 取消 · 空格 详情 · 右键更多",
    "F12 到列表 · Enter 继续办理 · 空格 详情 · 右键更多",
    "F12 到列表 · Enter 呼叫 · Del 取消 · 空格 详情 · 右键更多",
    "F12 到列表 · Enter 详情 · Ctrl+P 补打号票",
)
R = TypeVar("R")
Line = tuple[str, str, Callable[[], object]]


class QueueCard(Card):
    """Four lists under one head.

    Args:
        reprint: prints the slip of the visit with this id once more.
    """

    def __init__(self, settings: Settings, acts: Acts, reprint: Callable[[str], object]) -> None:
        super().__init__("等候", " ")
        self._acts, self._reprint = acts, reprint
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName("列表")
        self.stack = QStackedWidget()
        self.hints = Muted(_HINTS[WAITING])
        self.hints.setWordWrap(True)
        self.waiting, self.parked = waiting_table(settings), parked_table(settings)
        self.missed, self.ended = missed_table(settings), ended_table(settings)
        for table in self._tables():
            self.tabs.addTab(table.accessibleName())
            self.stack.addWidget(table)
            self._equip(table)
        self.add(self.tabs)
        self.add(self.stack, stretch=1)
        self.add(self.hints)
        self.tabs.currentChanged.connect(self._turned)
        self.waiting.opened.connect(acts.call)
        self.missed.opened.connect(acts.call)
        self.parked.opened.connect(acts.resume)
        self.ended.opened.connect(lambda row: acts.show_history(row.id))

    def show_view(self, view: View) -> None:
        """Show the lists and their counts."""
        queue = view.queue
        self.set_title(f"等候 {len(queue.waiting)} 人")
        self.hint.setText(_estimate_words(view))
        for at, rows in enumerate((queue.waiting, queue.parked, queue.missed, view.ended)):
            self.tabs.setTabText(at, f"{_TITLES[at]} {len(rows)}")
        _put(self.waiting, queue.waiting)
        _put(self.parked, queue.parked)
        _put(self.missed, queue.missed)
        _put(self.ended, view.ended)
        follow = next((one for one in queue.waiting if one.is_next), None)
        if self.waiting.current() is None and follow is not None:
            self.waiting.choose(follow.id)

    def turn_to(self, at: int) -> None:
        """Show list `at` and put the focus into it."""
        self.tabs.setCurrentIndex(at)
        self.table().setFocus(Qt.FocusReason.ShortcutFocusReason)
        if self.table().current() is None:
            self.table().selectRow(0)

    def table(self) -> Table[QueueRow] | Table[VisitRow]:
        """The list in front."""
        return self._tables()[self.tabs.currentIndex()]

    def chosen_id(self) -> str:
        """Id of the visit chosen in the list that has the focus; empty when none has."""
        row = self.table().current() if self.table().hasFocus() else None
        return row.id if row is not None else ""

    def lines(self, row: QueueRow | VisitRow) -> list[Line]:
        """What can be done with a row: words, key, act; an empty line separates."""
        acts = self._acts
        look: list[Line] = [("详情与经过", "空格", lambda: acts.show_history(row.id))]
        if row.label:
            look.append(("补打号票", "Ctrl+P", lambda: self._reprint(row.id)))
        if not isinstance(row, QueueRow):
            return look
        look.append(("修改登记…", "", lambda: acts.change(row)))
        send: Line = ("转窗口…", "", lambda: acts.transfer_visit(row.id, row.label, row.services))
        gone: Line = ("弃号…", "", lambda: acts.leave(row))
        cancel: Line = ("取消…", "Del", lambda: acts.cancel(row))
        call: Line = ("呼叫这一位", "Enter", lambda: acts.call(row))
        if row.state is State.PARKED:
            resume: Line = ("继续办理", "Enter", lambda: acts.resume(row))
            return [resume, ("呼叫回窗口", "", lambda: acts.call(row)), send, *look, gone]
        if row.state is State.MISSED:
            return [call, ("重新排队", "", lambda: acts.come_late(row)), *look, gone, cancel]
        return [call, send, *look, gone, cancel]

    def _tables(self) -> tuple[Table[QueueRow], Table[QueueRow], Table[QueueRow], Table[VisitRow]]:
        return self.waiting, self.parked, self.missed, self.ended

    def _equip(self, table: Table[QueueRow] | Table[VisitRow]) -> None:
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._menu)
        bind_row_key(table, "Space", self._look)
        bind_row_key(table, "Delete", self._cancel)

    def _turned(self, at: int) -> None:
        self.stack.setCurrentIndex(at)
        self.hints.setText(_HINTS[at])

    def _look(self) -> None:
        row = self.table().current()
        if row is not None:
            self._acts.show_history(row.id)

    def _cancel(self) -> None:
        row = self.table().current()
        if isinstance(row, QueueRow) and row.state is not State.PARKED:
            self._acts.cancel(row)

    def _menu(self, at: QPoint) -> None:
        row = self.table().current()
        if row is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for words, keys, act in self.lines(row):
            # Behind a tab the key is only shown: the table itself obeys it.
            menu.addAction(f"{words}\t{keys}" if keys else words).triggered.connect(lambda _on, act=act: act())
        menu.popup(self.table().viewport().mapToGlobal(at))


def _put(table: Table[R], rows: Sequence[R]) -> None:
    """Show `rows`; what did not change is not laid out again."""
    if table.rows.rows != list(rows):
        table.show_rows(rows)


def _estimate_words(view: View) -> str:
    queue = view.queue
    if queue.estimate_minutes is None:
        return "没有窗口开放，暂不能估计等候"
    after = "（窗口开放后）" if queue.estimate_planned else ""
    return f"预计等候 {queue.estimate_minutes} 分钟{after}"

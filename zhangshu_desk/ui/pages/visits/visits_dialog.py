"""The visits behind a figure, with their times; each opens its history."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from zhangshu_desk.reception import queries
from zhangshu_desk.reception.queries import VisitRow
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.visits.history_dialog import HistoryDialog
from zhangshu_desk.ui.widgets import Column, Muted, Table

TIMES_EXPLAINED = (
    "等候：取号到呼叫（转窗口后再等的也算）；途中：呼叫到已到；办理：已到到办结，不含挂起。"
    "时间按整分钟向下取整，逐步的时刻在每条详情里。"
)


class VisitsDialog(Dialog):
    """Shows the visits with these ids.

    Args:
        title: what the figure is, e.g. `已办结 8 人`.
    """

    def __init__(self, parent: QWidget, desk: Desk, title: str, ids: Sequence[str]) -> None:
        super().__init__(parent, title, "", cancel="关闭", width=820)
        self._desk = desk
        self.table = Table(
            "数字背后的来访",
            [
                Column[VisitRow]("票号", lambda one: one.label or "即时", 80, bold=True),
                Column[VisitRow]("取号", lambda one: one.at, 64),
                Column[VisitRow]("企业", lambda one: one.name, 180, stretch=True, wrap=True),
                Column[VisitRow]("事项", lambda one: one.services_text, 150, wrap=True),
                Column[VisitRow]("状态", _state, 76, wrap=True),
                Column[VisitRow]("窗口", lambda one: one.counter, 90),
                Column[VisitRow]("等候", lambda one: f"{one.waited_minutes} 分", 70, right=True),
                Column[VisitRow]("办理", lambda one: f"{one.served_minutes} 分", 70, right=True),
            ],
            key=lambda one: one.id,
            empty="没有这样的来访。",
            widths=desk.settings,
        )
        explained = Muted(TIMES_EXPLAINED)
        explained.setWordWrap(True)
        self.add(self.table, stretch=1)
        self.add(explained, Muted("Enter 打开详情"))
        self.resize(900, 560)
        self.table.opened.connect(lambda row: HistoryDialog(self, desk, row.id).open())
        store, wanted = desk.store, tuple(ids)
        desk.work.do(self, lambda: queries.visits(store, wanted), self._show)
        self.table.setFocus()

    def _show(self, rows: tuple[VisitRow, ...]) -> None:
        self.table.show_rows(rows)
        self.table.selectRow(0)


def _state(one: VisitRow) -> str:
    return f"{one.state} · 两台机器都叫过" if one.twice else one.state.value

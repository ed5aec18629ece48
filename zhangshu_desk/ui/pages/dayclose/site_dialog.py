"""场所合计: the figures of every station of the hall beside this one's, and of all together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QWidget

from zhangshu_desk.reception.queries import DaySheet, Figure
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.visits.visits_dialog import VisitsDialog
from zhangshu_desk.ui.widgets import Column, Muted, Table


@dataclass(frozen=True)
class Line:
    """One figure of all stations, this one's first, and of all together; values with their unit."""

    key: str
    title: str
    values: tuple[str, ...]
    together: Figure


class SiteDialog(Dialog):
    """Shows the figures of `sheet`, which has others beside it; Enter opens the visits behind a sum."""

    def __init__(self, parent: QWidget, desk: Desk, sheet: DaySheet) -> None:
        super().__init__(parent, f"大厅合计 {sheet.day.isoformat()}", "", cancel="关闭", width=720)
        self._desk, self._sheet = desk, sheet
        names = [sheet.station_name, *(one.station_name for one in sheet.beside)]
        stations = [
            Column[Line](name, partial(_value, at), 120, stretch=True, right=True) for at, name in enumerate(names)
        ]
        self.table = Table(
            "大厅合计",
            [
                Column[Line]("项目", lambda one: one.title, 120, bold=True),
                *stations,
                Column[Line]("合计", lambda one: _words(one.together), 100, bold=True, right=True),
            ],
            key=lambda one: one.key,
            empty="没有数字。",
        )
        note = Muted(
            f"{closings(sheet)}每台机器只日结自己发出的号；合计的平均和最长按全部来访计算。Enter 打开合计的明细。"
        )
        note.setWordWrap(True)
        self.add(self.table, stretch=1)
        self.add(note)
        self.resize(760, 620)
        self.table.opened.connect(self._open)
        self.table.show_rows(lines(sheet))
        self.table.selectRow(0)
        self.table.setFocus()

    def _open(self, line: Line) -> None:
        title = f"{line.title} {_words(line.together)} · {self._sheet.day.isoformat()}"
        VisitsDialog(self, self._desk, title, line.together.visits).open()


def lines(sheet: DaySheet) -> list[Line]:
    """The figures, one line each."""
    columns = [sheet.figures, *(one.figures for one in sheet.beside)]
    return [
        Line(one.key, one.title, tuple(_words(column[at]) for column in columns), one)
        for at, one in enumerate(sheet.site)
    ]


def closings(sheet: DaySheet) -> str:
    """Which stations have closed the day: `南门工作站未日结。`"""
    return "".join(f"{one.station_name}{'已日结' if one.closed else '未日结'}。" for one in sheet.beside)


def _value(at: int, line: Line) -> str:
    return line.values[at]


def _words(figure: Figure) -> str:
    return f"{figure.value} {figure.unit}"

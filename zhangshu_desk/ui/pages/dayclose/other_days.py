"""The other days: those left open first, then those that were closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import stamp, weekday
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.reception.queries.closes import ClosedDay
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, FlowLayout, LinkButton, Table, Text

_SHOWN = 12


class DayLink(LinkButton):
    """A day left open."""

    def __init__(self, day: date, show_day: Callable[[date], object]) -> None:
        super().__init__(f"{day.isoformat()} {weekday(day)}", "", lambda: show_day(day))
        self.day = day


class OtherDays(Card):
    """Calls `show_day` for a day that is chosen; `links` are those of the days left open."""

    def __init__(self, settings: Settings, show_day: Callable[[date], object]) -> None:
        super().__init__("已日结的日子", " ")
        self._show_day = show_day
        self.open_title = Text(tone=Tone.WARN, wrap=True)
        self._open = QWidget()
        self._flow = FlowLayout(4)
        self._open.setLayout(self._flow)
        self.links: list[DayLink] = []
        self.table = Table(
            "已日结的日子",
            [
                Column[ClosedDay]("日期", lambda one: f"{one.day:%m-%d} {weekday(one.day)}", 96, bold=True),
                Column[ClosedDay]("取号", lambda one: str(one.issued), 52, right=True),
                Column[ClosedDay]("办结", lambda one: str(one.served), 52, right=True),
                Column[ClosedDay]("结转", lambda one: str(one.carried_over), 52, right=True),
                Column[ClosedDay]("日结", lambda one: one.closed_by, 60, stretch=True, tip=lambda one: stamp(one.at)),
            ],
            key=lambda one: one.day,
            empty="这里会显示日结过的日子。\n下班前由站长日结（F8）。",
            widths=settings,
        )
        self.table.opened.connect(lambda one: show_day(one.day))
        self.add(self.open_title, self._open)
        self.add(self.table, stretch=1)

    def show_days(self, open_days: Sequence[date], closed: Sequence[ClosedDay]) -> None:
        """Show them."""
        self.hint.setText(f"{len(closed)} 天" if closed else " ")
        self.open_title.setText(f"有 {len(open_days)} 天还没有日结：")
        self.open_title.setVisible(bool(open_days))
        self._open.setVisible(bool(open_days))
        self._offer(open_days[:_SHOWN])
        self.table.show_rows(closed)

    def _offer(self, days: Sequence[date]) -> None:
        if [one.day for one in self.links] == list(days):
            return
        for old in self.links:
            self._flow.removeWidget(old)
            old.deleteLater()
        self.links = [DayLink(day, self._show_day) for day in days]
        for new in self.links:
            self._flow.addWidget(new)

"""Which period and which kind of labels the ledger is of."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhangshu_desk.labels.rules.rights import Family
from zhangshu_desk.ui.widgets import ComboField, row
from zhangshu_desk.ui.widgets.typed_day import TypedDay

OWN = 0
"""Instead of a year: the days as they were typed."""
_YEARS = 4


class PeriodBar(QWidget):
    """`changed` follows every choice and every whole day that is typed."""

    changed = Signal()

    def __init__(self, today: date) -> None:
        super().__init__()
        years = [(year, f"{year} 年") for year in range(today.year, today.year - _YEARS, -1)]
        self.year = ComboField[int]("期间", [*years, (OWN, "自选")], today.year)
        self.since = TypedDay("自", date(today.year, 1, 1), needed=True)
        self.until = TypedDay("至", date(today.year, 12, 31), needed=True)
        families = [("", "全部"), *((one.value, one.value) for one in Family)]
        self.family = ComboField[str]("种类", families)
        for field in (self.year, self.since, self.until, self.family):
            field.setFixedWidth(124)
        self.setLayout(row(self.year, self.since, self.until, self.family))
        self.year.chosen.connect(self._year_chosen)
        self.family.chosen.connect(lambda _key: self.changed.emit())
        for day in (self.since, self.until):
            day.edited.connect(lambda _text: self._typed())

    def period(self) -> tuple[date, date] | None:
        """The days, both included; None while one is none, or they are the wrong way round, which is then said."""
        since, until = self.since.day(), self.until.day()
        if since is None or until is None:
            return None
        self.until.complain("早于「自」的日期。" if until < since else "")
        return (since, until) if since <= until else None

    def _year_chosen(self, year: int) -> None:
        if year != OWN:
            self.since.set_day(date(year, 1, 1))
            self.until.set_day(date(year, 12, 31))
            self.changed.emit()
        else:
            self.since.setFocus()

    def _typed(self) -> None:
        self.year.set_key(OWN)
        if self.period() is not None:
            self.changed.emit()

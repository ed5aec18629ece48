"""日结: a day's figures, each opening the visits behind it; closing the day, and printing its sheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.acts import allowed
from zhangshu_desk.core.clock import day_of, stamp, weekday
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions, papers, queries
from zhangshu_desk.reception.actions import Closed
from zhangshu_desk.reception.actions.printing import note_day_printed
from zhangshu_desk.reception.catalogue import TABLES
from zhangshu_desk.reception.queries import DaySheet, Figure
from zhangshu_desk.reception.queries.closes import ClosedDay, closed_days
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.pages.dayclose.close_dialog import CloseDialog
from zhangshu_desk.ui.pages.dayclose.figures import TIMES, Equation, FigureList
from zhangshu_desk.ui.pages.dayclose.other_days import OtherDays
from zhangshu_desk.ui.pages.dayclose.site_dialog import SiteDialog, closings
from zhangshu_desk.ui.pages.visits.visits_dialog import VisitsDialog
from zhangshu_desk.ui.printing import Fate, Kind, Outcome, Paper
from zhangshu_desk.ui.theme import FIELD, Tone
from zhangshu_desk.ui.widgets import Card, DangerButton, DateField, PlainButton, PrimaryButton, Text, column, row

_HEAD_ONLY = "日结由站长办理。"


@dataclass(frozen=True)
class View:
    """A day's sheet, earlier days left open, and the days that were closed."""

    sheet: DaySheet
    open_days: tuple[date, ...]
    closed: tuple[ClosedDay, ...]


def look(store: Store, day: date, now: int) -> View:
    """Read the view. Meant for the database thread."""
    return View(queries.day_sheet(store, day, now), queries.open_days(store, day_of(now)), closed_days(store))


class DayClosePage(Page):
    """One day at a time, today first."""

    title, key, icon = "日结", "Alt+6", "calendar"
    roles = frozenset({Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR})
    watches = TABLES | {"visits", "ratings", "day_closes", "stations"}

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._view: View | None = None
        today = day_of(desk.clock.now())
        self.day = DateField("日期", today)
        self.day.changed.connect(lambda _day: self.refresh())
        self.state = Text(wrap=True)
        self.site_button = PlainButton("大厅合计…", "Ctrl+H", self._open_site)
        self.equation = Equation(self._open)
        self.times = FigureList("等候、办理与评价", self._open, columns=2)
        self.services = FigureList("按事项", self._open, empty="这一天还没有办结的事项。")
        self.counters = FigureList("按窗口", self._open, empty="这一天还没有窗口办结。")
        self.others = OtherDays(desk.settings, self.show_day)
        self.close_button = PrimaryButton("日结…", "F8", self._close)
        self.reopen_button = DangerButton("撤销日结…", "", self._reopen)
        self.print_button = PlainButton("打印日结单", "Ctrl+P", self._print)
        self._build()

    def refresh(self) -> None:
        """Show the chosen day as it is now."""
        desk, day, now = self.desk, self.day.day(), self.desk.clock.now()
        desk.work.do(self, lambda: look(desk.store, day, now), self._show)

    def on_shown(self) -> None:
        self.day.editor.setFocus()

    def receive(self, payload: object) -> None:
        """Show a day: its date."""
        if isinstance(payload, date):
            self.show_day(payload)

    def show_day(self, day: date) -> None:
        """Show this day."""
        self.day.set_day(day)
        self.refresh()

    def _build(self) -> None:
        head = Card()
        top = row(self.day, spacing=16)
        self.state.setMinimumHeight(FIELD)
        top.addWidget(self.state, 1, Qt.AlignmentFlag.AlignBottom)
        for button in (self.site_button, self.print_button, self.reopen_button, self.close_button):
            top.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        head.add(top, self.equation)
        self.body.addWidget(head)
        times, services, counters = Card("等候、办理与评价"), Card("办理事项"), Card("窗口办结")
        times.add(_scrolled(self.times), stretch=1)
        services.add(_scrolled(self.services), stretch=1)
        counters.add(_scrolled(self.counters), stretch=1)
        left = column(spacing=16)
        left.addWidget(times, 3)
        left.addWidget(counters, 2)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addLayout(left, 40)
        line.addWidget(services, 38)
        line.addWidget(self.others, 40)
        self.body.addLayout(line, 1)

    def _show(self, view: View) -> None:
        sheet = view.sheet
        if sheet.day != self.day.day():
            return  # another day was chosen meanwhile
        self._view = view
        self.state.setText(_state_words(sheet))
        self.state.set_tone(Tone.BAD if sheet.changed or not sheet.balanced else Tone.MUTED)
        self.equation.show_sheet(sheet)
        self.times.show_figures([sheet.figure(key) for key in TIMES])
        self.services.show_figures(sheet.services)
        self.counters.show_figures(sheet.counters)
        self.others.show_days(view.open_days, view.closed)
        self._allow(sheet)

    def _allow(self, sheet: DaySheet) -> None:
        role = self.desk.session.actor.role
        closed = sheet.closed_at is not None
        self.site_button.setVisible(bool(sheet.beside))
        self.close_button.setVisible(not closed)
        self.close_button.setEnabled(allowed("day.close", role))
        self.close_button.setToolTip("" if allowed("day.close", role) else _HEAD_ONLY)
        self.reopen_button.setVisible(closed and allowed("day.reopen", role))

    def _open(self, figure: Figure) -> None:
        title = f"{figure.title} {figure.value} {figure.unit} · {self.day.day().isoformat()}"
        VisitsDialog(self.window(), self.desk, title, figure.visits).open()

    def _open_site(self) -> None:
        if self._view is not None and self._view.sheet.beside:
            SiteDialog(self.window(), self.desk, self._view.sheet).open()

    def _close(self) -> None:
        if self._view is not None:
            CloseDialog(self.window(), self.desk, self._view.sheet, self._closed).open()

    def _closed(self, closed: Closed) -> None:
        words = f"{closed.day.isoformat()} 已日结。"
        if closed.carried_to is not None:
            words += f"{'、'.join(closed.carried)} 结转到 {closed.carried_to.isoformat()}。"
        elif closed.left:
            words += f"{'、'.join(closed.left)} 记为弃号。"
        self.notices.info(words, "打印日结单", self._print, seconds=60)

    def _reopen(self) -> None:
        desk, day, now = self.desk, self.day.day(), self.desk.clock.now()
        text = f"{day.isoformat()} 恢复为未日结；日结时结转或弃号、之后没有再办理的人回到原来的状态。"
        Ask(
            self.window(),
            "撤销日结",
            text,
            "撤销日结",
            lambda: desk.work.do(
                self, lambda: actions.reopen_day(desk.store, desk.session.actor, day, now), self._reopened
            ),
            danger=True,
        ).open()

    def _reopened(self, labels: tuple[str, ...]) -> None:
        who = f"{'、'.join(labels)} 回到原来的状态。" if labels else ""
        self.notices.info(f"已撤销日结。{who}")

    def _print(self) -> None:
        if self._view is None:
            return
        sheet = self._view.sheet
        paper = Paper(f"日结单 {sheet.day.isoformat()}", papers.day_sheet_html(sheet), Kind.A4)
        self.desk.printing.preview(self, paper, lambda outcome: self._printed(sheet.day, outcome))

    def _printed(self, day: date, outcome: Outcome) -> None:
        if outcome.kind is Fate.NONE:
            self.notices.failed(outcome.detail)
            return
        self.notices.info(outcome.detail)
        desk, now = self.desk, self.desk.clock.now()
        desk.work.do(self, lambda: note_day_printed(desk.store, desk.session.actor, day, now))


def _scrolled(inner: QWidget) -> QScrollArea:
    inner.setProperty("bare", True)
    area = QScrollArea()
    area.setWidget(inner)
    area.setWidgetResizable(True)
    area.setAccessibleName(inner.accessibleName())
    return area


def _state_words(sheet: DaySheet) -> str:
    parts = [f"{sheet.day.isoformat()} {weekday(sheet.day)}"]
    if sheet.closed_at is None:
        parts.append("还没有日结")
    else:
        parts.append(f"{sheet.closed_by} 于 {stamp(sheet.closed_at)} 日结")
    if not sheet.balanced:
        parts.append("数字不平，请打开各项核对")
    if sheet.changed:
        parts.append(f"日结后有变动：{'、'.join(sheet.changed)}")
    if sheet.beside:
        parts.append(f"只含本机发出的号；大厅另有 {len(sheet.beside)} 台机器，{closings(sheet).rstrip('。')}")
    return " · ".join(parts)

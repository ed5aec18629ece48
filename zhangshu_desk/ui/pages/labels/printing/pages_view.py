"""The pages of a plan, turned one by one; each is painted when it is looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.page_view import PageView
from zhangshu_desk.ui.pages.labels.printing.plan import Plan, picture_of, problems_of
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Muted, PlainButton, Text, column, row


class PagesView(QWidget):
    """A true picture of each page. `checked`: it is known what would be wrong with the labels (`problems`)."""

    checked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._plan: Plan | None = None
        self._asking = self._again = False
        self.number = 0
        self.problems: tuple[Problem, ...] | None = None
        self.page = PageView("要打印的页", whole=True)
        self.back = PlainButton("上一页", "PgUp", lambda: self.turn(-1))
        self.on = PlainButton("下一页", "PgDown", lambda: self.turn(1))
        self.where = Muted()
        self.trouble = Text(wrap=True)
        self.trouble.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.trouble.setAccessibleName("标签的问题")
        turning = row(self.back, self.on, self.where, self.page.facts, spacing=12)
        turning.addStretch(1)
        lines = column(self.page, turning, self.trouble)
        lines.setStretch(0, 1)
        self.setLayout(lines)
        self.show_plan(None)

    def show_plan(self, plan: Plan | None) -> None:
        """Show the first page of a plan; the page stays when only other labels come onto it."""
        if plan == self._plan and plan is not None:
            return
        checks_anew = plan is None or self._plan is None or _basis(plan) != _basis(self._plan)
        self._plan = plan
        last = len(plan.pages) - 1 if plan is not None else 0
        self.number = min(self.number, max(last, 0))
        if checks_anew:
            self.problems = None
            self._say("", Tone.PLAIN)
        if plan is None or not plan.pages:
            self.page.clear()
        else:
            self._ask()
        self._show_number()

    def turn(self, by: int) -> None:
        """Turn pages forward or back."""
        plan = self._plan
        to = self.number + by
        if plan is not None and 0 <= to < len(plan.pages):
            self.number = to
            self._show_number()
            self._ask()

    def _ask(self) -> None:
        """Ask for the page; while one is painted, only the last wish is remembered."""
        plan, number = self._plan, self.number
        if plan is None or not plan.pages:
            return
        if self._asking:
            self._again = True
            return
        self._asking = True
        self._desk.work.do_apart(
            self,
            lambda: picture_of(plan, number),
            lambda image: self._show(plan, image),
            self._refused,
            self._ended,
        )

    def _ended(self) -> None:
        self._asking = False

    def _show(self, plan: Plan, image: QImage) -> None:
        if not self._ask_again():
            self.page.show_page(image, *plan.size)
            self._check()

    def _refused(self, error: DeskError) -> None:
        if not self._ask_again():
            self.page.clear()
            self._say(str(error), Tone.BAD)
            self._check()

    def _ask_again(self) -> bool:
        again, self._again = self._again, False
        if again:
            self._ask()
        return again

    def _check(self) -> None:
        """Look for what would be wrong, once for a template, a printer and a beginning."""
        plan = self._plan
        if plan is not None and self.problems is None:
            self._desk.work.do_apart(
                self, lambda: problems_of(plan), lambda found: self._checked(plan, found), self._refused_check
            )

    def _checked(self, plan: Plan, found: tuple[Problem, ...]) -> None:
        if self._plan is None or _basis(plan) != _basis(self._plan):
            return
        self.problems = found
        hard = any(one.hard for one in found)
        self._say("\n".join(one.text for one in found), Tone.BAD if hard else Tone.WARN)
        self.checked.emit()

    def _refused_check(self, error: DeskError) -> None:
        self.problems = (Problem("", str(error)),)
        self._say(str(error), Tone.BAD)
        self.checked.emit()

    def _say(self, words: str, tone: Tone) -> None:
        self.trouble.set_tone(tone)
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    def _show_number(self) -> None:
        plan = self._plan
        count = len(plan.pages) if plan is not None else 0
        what = "页" if plan is not None and plan.template.geometry.places > 1 else "张"
        self.where.setText(f"第 {self.number + 1} / {count} {what}" if count else "")
        self.back.setEnabled(self.number > 0)
        self.on.setEnabled(self.number < count - 1)


def _basis(plan: Plan) -> tuple[object, ...]:
    """On what the check of a plan depends."""
    first = plan.pages[0][0][1] if plan.pages else None
    return plan.template, plan.settings, first

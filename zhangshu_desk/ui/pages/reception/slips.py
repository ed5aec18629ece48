"""Prints slips for the reception page; whatever a printer does, the number stays valid and the desk goes on."""

from __future__ import annotations

from collections.abc import Callable

from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import papers, queries
from zhangshu_desk.reception.actions.printing import note_reprint
from zhangshu_desk.reception.queries import Slip
from zhangshu_desk.reception.rules import rules_from
from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.printing import Fate, Outcome, Paper

Told = Callable[[Outcome], None]


class Slips:
    """Slips of one page."""

    def __init__(self, page: Page) -> None:
        self._page, self._desk = page, page.desk

    def print_first(self, visit_id: str, told: Told) -> None:
        """Print the slip of a number just given out, when the settings say so."""
        desk = self._desk
        if not desk.settings.values.print_slip:
            told(Outcome(Fate.NONE, "未自动打印"))
            return
        make = self._maker(visit_id)
        desk.work.do(self._page, lambda: make(desk.store), lambda slip: self._print(slip, told))

    def print_again(self, visit_id: str, told: Told) -> None:
        """Print the slip of any number once more; who did it is kept."""
        desk, make = self._desk, self._maker(visit_id)
        actor, now = desk.session.actor, desk.clock.now()

        def job() -> Slip:
            slip = make(desk.store)
            note_reprint(desk.store, actor, visit_id, now)
            return slip

        desk.work.do(self._page, job, lambda slip: self._print(slip, told))

    def _maker(self, visit_id: str) -> Callable[[Store], Slip]:
        values, now = self._desk.settings.values, self._desk.clock.now()
        return lambda store: queries.last_slip(store, visit_id, now, values.privacy_notice, rules_from(values))

    def _print(self, slip: Slip, told: Told) -> None:
        printing = self._desk.printing
        html = papers.slip_html(slip, self._desk.settings.values.slip_width_mm)
        printing.print(self._page, Paper(f"号票 {slip.label}", html, printing.slip_kind()), told)

"""受理台: register at the left, the queue in the middle, whom this counter serves at the right."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from zhangshu_desk.core.actors import Role
from zhangshu_desk.enterprises.rules import ContactFields
from zhangshu_desk.reception.actions import Ticket
from zhangshu_desk.reception.catalogue import TABLES
from zhangshu_desk.reception.queries import Twice
from zhangshu_desk.reception.rules import rules_from
from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.pages.reception.acts import Acts
from zhangshu_desk.ui.pages.reception.current_card import CurrentCard
from zhangshu_desk.ui.pages.reception.new_enterprise_dialog import NewEnterpriseDialog
from zhangshu_desk.ui.pages.reception.queue_card import PARKED, QueueCard
from zhangshu_desk.ui.pages.reception.quick_dialog import QuickDialog
from zhangshu_desk.ui.pages.reception.register_card import RegisterCard
from zhangshu_desk.ui.pages.reception.slips import Slips
from zhangshu_desk.ui.pages.reception.ticket_panel import TicketPanel
from zhangshu_desk.ui.pages.reception.undo_key import UndoKey
from zhangshu_desk.ui.pages.reception.view import View, look
from zhangshu_desk.ui.printing import Fate, Outcome
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import bind

_TICK_MS = 15_000


class ReceptionPage(Page):
    """The desk of one counter."""

    title, key, icon = "受理台", "Alt+1", "desk"
    roles = frozenset({Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR})
    watches = TABLES | {"visits", "counters", "day_closes", "ratings", "conflicts", "stations"}

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.acts = Acts(self)
        self.slips = Slips(self)
        self.register = RegisterCard(desk, self.quick)
        self.ticket = TicketPanel(self.reprint)
        self.queue = QueueCard(desk.settings, self.acts, self._reprint)
        self.current = CurrentCard(self, self.acts, self._choose_counter)
        self._told_days: tuple[date, ...] = ()
        self._told_no_printer = False
        self._told_twice: set[str] = set()
        self._told_doubled: tuple[str, ...] = ()
        self._within_reach = self.acts.runner.within_reach()
        self._build()
        self._connect()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._ticked)
        self._tick.start()

    def refresh(self) -> None:
        """Show the desk as it is now."""
        desk = self.desk
        counter_id, now, rules = desk.session.actor.counter_id, desk.clock.now(), rules_from(desk.settings.values)
        self._within_reach = self.acts.runner.within_reach()
        own_only = not self._within_reach
        desk.work.do(self, lambda: look(desk.store, counter_id, now, rules, own_only=own_only), self._show)

    def on_shown(self) -> None:
        self.register.begin()

    def receive(self, payload: object) -> None:
        """Show the history of a visit: `("ticket", visit id)`."""
        if isinstance(payload, tuple) and len(payload) == 2 and payload[0] == "ticket":
            self.acts.show_history(str(payload[1]))

    def reprint(self) -> None:
        """Print a slip again: of the row chosen in the list, else of the last number, else of whom is served."""
        last, view = self.ticket.ticket, self.acts.view
        current = view.current.id if view and view.current else ""
        visit_id = self.queue.chosen_id() or (last.visit_id if last else "") or current
        if visit_id:
            self._reprint(visit_id)
        else:
            self.notices.refused("还没有可以补打的号票：请先取号，或在列表中选一行。")

    def quick(self) -> None:
        """Record a service given without a ticket, beginning with what the form holds."""
        form, known = self.register.form(), self.register.enterprise.arrival
        QuickDialog(self.window(), self.desk, form, known, self._quick_done).open()

    def _build(self) -> None:
        left = QVBoxLayout()
        self.register.body.insertWidget(2, self.ticket)
        QWidget.setTabOrder(self.register.remark.editor, self.ticket.again)
        left.addWidget(self.register)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addLayout(left, 37)
        line.addWidget(self.queue, 54)
        line.addWidget(self.current, 28)
        self.body.addLayout(line, 1)

    def _connect(self) -> None:
        self.register.given.connect(self._given)
        self.register.wanted.connect(self._register_enterprise)
        self.acts.parked_wanted.connect(lambda: self.queue.turn_to(PARKED))
        self.desk.session.changed.connect(self.refresh)
        self.desk.bus.changed.connect(self._heard)
        self._undo_key = UndoKey(self, self.acts)
        bind(self, "Ctrl+N", self.register.begin)
        bind(self, "Ctrl+P", self.reprint)
        bind(self, "F12", self._go_to_queue)  # F5 is for synchronising

    def _go_to_queue(self) -> None:
        self.queue.turn_to(self.queue.tabs.currentIndex())

    def _heard(self, tables: frozenset[str]) -> None:
        """The line came or went: other numbers can be called now. The link speaks often; all else is no news here."""
        if "sync" in tables and self.isVisible() and self.acts.runner.within_reach() != self._within_reach:
            self.refresh()

    def _ticked(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show(self, view: View) -> None:
        self.acts.view = view
        self.queue.show_view(view)
        self.current.show_view(view, self.acts.is_undoable())
        if view.open_days and view.open_days != self._told_days:
            self._told_days = view.open_days
            self._tell_open_days(view)
        self._tell_doubled(view)
        self._tell_twice(view)

    def _tell_twice(self, view: View) -> None:
        """Once for each: somebody was called by two machines, and one of the two has to know."""
        news = [one for one in view.twice if one.visit_id not in self._told_twice]
        self._told_twice = {one.visit_id for one in view.twice}
        if news:
            words = "；".join(_twice_words(one) for one in news)
            self.notices.info(f"{words}。", "去核对", lambda: self.desk.open("待核对", None), seconds=3600)

    def _tell_doubled(self, view: View) -> None:
        if view.doubled and view.doubled != self._told_doubled:
            names = "、".join(f"「{name}」" for name in view.doubled)
            self.notices.info(
                f"大厅里有两个{names}，来访人分不清。请站长在「管理 → 窗口」给本机的窗口改名。", seconds=3600
            )
        self._told_doubled = view.doubled

    def _tell_open_days(self, view: View) -> None:
        days = "、".join(f"{day.month} 月 {day.day} 日" for day in view.open_days[:3])
        more = f"等 {len(view.open_days)} 天" if len(view.open_days) > 3 else ""
        first = view.open_days[0]
        self.notices.info(f"{days}{more}还没有日结。", "去日结", lambda: self.desk.open("日结", first), seconds=3600)

    def _given(self, ticket: Ticket, who: str) -> None:
        self.ticket.show_ticket(ticket, who)
        self.slips.print_first(ticket.visit_id, lambda outcome: self._printed(outcome, ticket))

    def _reprint(self, visit_id: str) -> None:
        self.slips.print_again(visit_id, self._printed)

    def _printed(self, outcome: Outcome, ticket: Ticket | None = None) -> None:
        """A printer's trouble is said; it never stops the desk."""
        failed = outcome.kind is Fate.NONE
        if ticket is None:
            (self.notices.failed if failed else self.notices.info)(outcome.detail)
            return
        if ticket == self.ticket.ticket:
            self.ticket.say_slip(outcome.detail, Tone.WARN if failed else Tone.MUTED)
        values = self.desk.settings.values
        is_news = bool(values.slip_printer) or not self._told_no_printer
        if failed and values.print_slip and is_news:
            self._told_no_printer = True
            self.notices.info(f"{ticket.label} 已取号。{outcome.detail}请口头告知号码，或补打 Ctrl+P。")

    def _quick_done(self, words: str) -> None:
        self.register.clear()
        self.register.begin()
        self.notices.info(f"已记录即时服务：{words}。")

    def _register_enterprise(self, name: str, code: str) -> None:
        form = self.register.form()
        contact = ContactFields(form.visitor, form.phone)
        take = self.register.enterprise.look_up
        NewEnterpriseDialog(self.window(), self.desk, name, code, contact, take).open()

    def _choose_counter(self) -> None:
        from zhangshu_desk.ui.dialogs.counter import ChooseCounter

        ChooseCounter(self.window(), self.desk).open()


def _twice_words(one: Twice) -> str:
    where = f"在{one.counter}（{one.state}）" if one.counter else f"为「{one.state}」"
    return f"{one.label} 两台机器都叫过，现在{where}"

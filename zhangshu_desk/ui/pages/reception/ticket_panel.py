"""The number that was just given out, large enough to be read out, and what became of its slip."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from zhangshu_desk.core.clock import hm
from zhangshu_desk.reception.actions import Ticket
from zhangshu_desk.ui.theme import SMALL, Tone, font
from zhangshu_desk.ui.widgets import Elided, IconButton, Text, column


class GivenNumber(Text):
    """The number in the panel."""


class TicketPanel(QFrame):
    """Hidden until the first number; then the last one stays, so that it can be repeated and printed again.

    Args:
        reprint: prints the slip of `ticket` once more.
    """

    def __init__(self, reprint: Callable[[], object]) -> None:
        super().__init__()
        self.ticket: Ticket | None = None
        self.number = GivenNumber()
        self.who, self.wait, self.slip = Elided(), Elided(tone=Tone.MUTED), Elided(tone=Tone.MUTED)
        for label in (self.wait, self.slip):
            label.setFont(font(SMALL))
        self.again = IconButton("printer", "补打号票 Ctrl+P", reprint)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 1, 6, 1)
        line.setSpacing(12)
        line.addWidget(self.number)
        words = column(self.who, self.wait, self.slip, spacing=1)
        words.insertStretch(0, 1)
        words.addStretch(1)
        line.addLayout(words, 1)
        line.addWidget(self.again)
        self.hide()

    def show_ticket(self, ticket: Ticket, who: str) -> None:
        """Show a number that was committed, for whom (an enterprise, or a masked person), and how long it waits."""
        self.ticket = ticket
        self.number.setText(ticket.label)
        self.who.set_whole(who)
        self.wait.set_whole(wait_words(ticket.people_before, ticket.minutes, ticket.planned))
        self.say_slip("", Tone.MUTED)
        self.setToolTip(f"{hm(ticket.at)} 取号")
        self.setAccessibleName(f"已取号 {ticket.label}，{self.wait.whole()}")
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.accessibleName()))

    def say_slip(self, text: str, tone: Tone) -> None:
        """Say what became of the slip."""
        self.slip.set_whole(text)
        self.slip.set_tone(tone)


def wait_words(people_before: int, minutes: int | None, planned: bool) -> str:
    """`前面 6 人 · 约等 14 分钟`, or why nobody can say."""
    before = f"前面 {people_before} 人" if people_before else "前面没有人"
    if minutes is None:
        return f"{before} · 没有窗口办理，暂不能估计"
    wait = f"约等 {minutes} 分钟" if minutes else "马上可办"
    return f"{before} · {wait}{'（窗口开放后）' if planned else ''}"

"""Shown while the store is at something long before anybody can log in: migration, demo data, restoring.

Wiring: `OpeningPage(back)`; `busy(title, lead)`, then a `work.do_long(page, …)` shows its progress or refusal here.
"""

from __future__ import annotations

from collections.abc import Callable

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.session.frame import SessionPage
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets.buttons import PlainButton
from zhangshu_desk.ui.widgets.text import Status


class OpeningPage(SessionPage):
    """One line that says what is going on, and a way back when it was refused.

    Args:
        back: called by the button that appears with a refusal.
    """

    def __init__(self, back: Callable[[], None]) -> None:
        super().__init__("正在打开", 480)
        self.state = Status("请稍候", Tone.MUTED)
        self.back = PlainButton("返回", "Escape", back)
        self.add(self.state, self.back)
        self.busy("正在打开…")

    def busy(self, title: str, lead: str = "") -> None:
        """Say what is going on."""
        self.say(title, lead)
        self.notices.clear()
        self.state.show()
        self.back.hide()

    def refuse(self, error: DeskError) -> None:
        self.state.hide()
        self.back.show()
        self.back.setFocus()
        super().refuse(error)

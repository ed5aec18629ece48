"""After a first log-in or a reset: one's own password has to be set before anything else.

Wiring: `MustChangePage(change, leave)`; `about(login, name, station)` before it is shown; `change(new)` ends with
`free()`, then `done()` or `refuse(error)`.
"""

from __future__ import annotations

from collections.abc import Callable

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.session.frame import SessionPage
from zhangshu_desk.ui.session.new_password import NewPassword
from zhangshu_desk.ui.widgets.buttons import PlainButton, PrimaryButton


class MustChangePage(SessionPage):
    """Two fields for the new password; the old one was just typed at the log-in and is handed in.

    Args:
        change: called with the new password.
        leave: back to the log-in.
    """

    def __init__(self, change: Callable[[str], None], leave: Callable[[], None]) -> None:
        super().__init__("设置本人密码", 480)
        self._change = change
        self._who = ("", "", "")
        self._busy = False
        self.new = NewPassword(lambda: self._who)
        self.button = PrimaryButton("保存并进入", "Return", self.submit)
        self.back = PlainButton("返回登录", "Escape", leave)
        self.add(self.new, self.button, self.back)

    def about(self, login: str, name: str, station: str) -> None:
        """Say whose password it is."""
        self._who = (login, name, station)
        self.brand.name_station(station)
        self.notices.clear()
        self.new.forget()
        self.say("设置本人密码", f"{name}，您现在的密码由他人设定，请换成只有您知道的密码。")

    def submit(self) -> None:
        """Keep the new password if it is sound."""
        if not self._busy and self.new.sound():
            self._set_busy(True)
            self.notices.clear()
            self._change(self.new.text())

    def refuse(self, error: DeskError) -> None:
        super().refuse(error)
        self.new.setFocus()

    def done(self) -> None:
        """The new password is kept: leave nothing of it behind."""
        self.new.forget()

    def free(self) -> None:
        """The job came to an end: give the button back."""
        self._set_busy(False)

    def begin(self) -> None:
        self.new.setFocus()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.button.setEnabled(not busy)

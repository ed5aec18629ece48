"""The locked desk: everything is kept behind it, its owner's password brings it back.

Wiring: `LockPage(unlock, change_user)`; `lock(name, since)` before it is shown; `unlock(password)` ends with `free()`,
then `done()` or `refuse(error)`.
"""

from __future__ import annotations

from collections.abc import Callable

from zhangshu_desk.core.clock import hm
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.session.frame import SessionPage
from zhangshu_desk.ui.session.secret import PasswordField
from zhangshu_desk.ui.widgets.buttons import PlainButton, PrimaryButton


class LockPage(SessionPage):
    """Asks only for the password of who locked.

    Args:
        unlock: called with the password.
        change_user: somebody else wants to log in.
    """

    def __init__(self, unlock: Callable[[str], None], change_user: Callable[[], None]) -> None:
        super().__init__("已锁定", 400)
        self._unlock = unlock
        self._busy = False
        self.password = PasswordField()
        self.button = PrimaryButton("解锁", "Return", self.submit)
        self.other = PlainButton("换人登录", "Ctrl+U", change_user)
        self.add(self.password, self.button, self.other)

    def lock(self, name: str, since: int, idle_minutes: int = 0, station: str = "") -> None:
        """Say whose desk it is, and which station's.

        Args:
            since: the moment of locking, ms UTC.
            idle_minutes: after so many minutes it locked itself; 0 = by key.
        """
        why = f"{idle_minutes} 分钟没有操作，" if idle_minutes else ""
        self.done()
        self.notices.clear()
        self.brand.name_station(station)
        self.say(name, f"{why}{hm(since)} 已锁定。填写的内容都保留着，叫号屏照常显示。")

    def submit(self) -> None:
        """Try the password."""
        if self._busy:
            return
        if not self.password.text():
            self.password.complain("请输入密码。")
            self.password.setFocus()
            return
        self._set_busy(True)
        self.notices.clear()
        self._unlock(self.password.text())

    def refuse(self, error: DeskError) -> None:
        super().refuse(error)
        self.password.forget()
        self.password.setFocus()

    def done(self) -> None:
        """Unlocked: leave nothing of the secret behind."""
        self.password.forget()

    def free(self) -> None:
        """The attempt came to an end: give the button back."""
        self._set_busy(False)

    def begin(self) -> None:
        self.password.setFocus()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.button.setEnabled(not busy)
        self.button.set_text("正在解锁…" if busy else "解锁")

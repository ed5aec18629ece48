"""The log-in page: what a later start paints first, so it imports nothing of the store or the features.

It can be typed into at once. While the store is still being opened, Enter is kept and carried out by `ready`.

Wiring: `LoginPage(settings)`; when the store is open `ready(log_in, counters, station)`. `log_in(attempt)` ends with
`free()`, then `done()` or `refuse(error)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.session.frame import SessionPage
from zhangshu_desk.ui.session.secret import PasswordField
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets.buttons import PrimaryButton
from zhangshu_desk.ui.widgets.fields import ComboField, TextField
from zhangshu_desk.ui.widgets.text import Status

NO_COUNTER = ""
_OPENING = "正在打开数据…可以先输入"
_KEPT = "已记下，数据打开后自动登录"


@dataclass(frozen=True)
class Attempt:
    """What a person typed: `counter_id` of the window they want to sit at, empty for none."""

    login: str
    password: str
    counter_id: str


@dataclass(frozen=True)
class CounterChoice:
    """A window on offer; `words` say who is there now, e.g. `2号窗口 · 李四 08:31 起`."""

    id: str
    words: str


class LoginPage(SessionPage):
    """Login name, password and window.

    Args:
        settings: remembers the last login name and window.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__("登录", 400)
        self._settings = settings
        self._log_in: Callable[[Attempt], None] | None = None
        self._kept = self._busy = False
        self.login = TextField("账号", settings.values.last_login, longest=64)
        self.password = PasswordField()
        self.counter = ComboField[str]("窗口", [(NO_COUNTER, "正在读取…")])
        self.counter.setEnabled(False)
        self.button = PrimaryButton("登录", "Return", self.submit)
        self.state = Status(_OPENING, Tone.MUTED)
        self.say("登录")
        self.add(self.login, self.password, self.counter, self.button, self.state)
        self.login.edited.connect(self._withdraw)
        self.password.edited.connect(self._withdraw)

    def ready(self, log_in: Callable[[Attempt], None], counters: Sequence[CounterChoice], station: str = "") -> None:
        """The store is open: from now on `log_in` is asked, at once if Enter was pressed already."""
        self._log_in = log_in
        self.state.hide()
        self.brand.name_station(station)
        self.offer(counters)
        if self._kept:
            self.submit()

    def offer(self, counters: Sequence[CounterChoice]) -> None:
        """Show the windows and who is there now; the choice made stays."""
        fresh = not self.counter.isEnabled()
        wanted = self._settings.values.counter_id if fresh else self.counter.key()
        choices = [(one.id, one.words) for one in counters]
        self.counter.set_choices([*choices, (NO_COUNTER, "不坐窗口")], wanted)
        if fresh and wanted not in {one.id for one in counters}:
            self.counter.set_key(NO_COUNTER)
        self.counter.setEnabled(True)

    def submit(self) -> None:
        """Log in with what is typed, or as soon as the store is open."""
        missing = next((field for field in (self.login, self.password) if not field.text()), None)
        if self._busy or missing is not None:
            if missing is not None and not self._busy:
                missing.complain("请输入账号。" if missing is self.login else "请输入密码。")
                missing.setFocus()
            return
        self.notices.clear()
        if self._log_in is None:
            self._kept = True
            self.state.set(_KEPT, Tone.GOOD)
            return
        self._kept = False
        self._set_busy(True)
        self._log_in(Attempt(self.login.text(), self.password.text(), self.counter.key() or NO_COUNTER))

    def refuse(self, error: DeskError) -> None:
        """Say why not; the login stays, the password is typed anew."""
        super().refuse(error)
        self.password.forget()
        self.password.setFocus()

    def done(self) -> None:
        """The person is in: leave nothing of the secret behind."""
        self.notices.clear()
        self.password.forget()

    def propose(self, login: str, words: str = "") -> None:
        """Offer `login` (empty: somebody else), with a word why this page is shown."""
        self.login.set_text(login)
        self.password.forget()
        if words:
            self.notices.info(words, seconds=600)

    def free(self) -> None:
        """The attempt came to an end: give the button back."""
        self._set_busy(False)

    def begin(self) -> None:
        (self.password if self.login.text() else self.login).setFocus()

    def _withdraw(self) -> None:
        if self._kept:
            self._kept = False
            self.state.set(_OPENING, Tone.MUTED)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self.button.setEnabled(not busy)
        self.button.set_text("正在登录…" if busy else "登录")

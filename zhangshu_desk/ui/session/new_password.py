"""Two fields for a new password and, while one types, the list of what makes it sound."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from zhangshu_desk.ui.icons import pixmap
from zhangshu_desk.ui.session.secret import PasswordField
from zhangshu_desk.ui.theme import Tone, colour, theme
from zhangshu_desk.ui.widgets.card import column
from zhangshu_desk.ui.widgets.fields import Tick
from zhangshu_desk.ui.widgets.text import Text

_WORDS = {
    "length": ("至少 {shortest} 个字符", {"account.password_short", "account.password_long"}),
    "kinds": ("大写、小写、数字、符号中的三种，或不少于 {long} 个字符", {"account.password_kinds"}),
    "personal": ("不含账号、姓名拼音和站名", {"account.password_personal"}),
    "common": (
        "不是常用密码，没有连续或重复的字符",
        {"account.password_common", "account.password_run"},
    ),
}
_REPEATED = "两次输入一致"


class NewPassword(QWidget):
    """A new password, typed twice. `changed` follows every keystroke.

    Args:
        about: gives login, name and station name as they are known now; none may be part of the password.
        label: of the first field.
    """

    changed = Signal()

    def __init__(self, about: Callable[[], tuple[str, str, str]], label: str = "新密码") -> None:
        super().__init__()
        from zhangshu_desk.accounts import rules

        self._about, self._rules = about, rules
        self.first, self.second = PasswordField(label), PasswordField("再输入一次")
        self.shown = Tick("显示密码")
        facts = {"shortest": rules.MIN_LENGTH, "long": rules.LONG_ENOUGH}
        self.lines = {key: Requirement(words.format(**facts)) for key, (words, _) in _WORDS.items()}
        self.lines["repeated"] = Requirement(_REPEATED)
        listed = column(*self.lines.values(), spacing=2)
        whole = column(self.first, self.second, self.shown, listed)
        self.setLayout(whole)
        self.setFocusProxy(self.first)
        self.first.edited.connect(self.look)
        self.second.edited.connect(self.look)
        self.shown.toggled.connect(self._show)

    def look(self) -> None:
        """Judge what is typed anew, also after login or name changed."""
        problems = set(self._problems())
        typed = bool(self.first.text())
        for key, (_, codes) in _WORDS.items():
            self.lines[key].judge(not problems & codes if typed else None)
        same = self.first.text() == self.second.text()
        self.lines["repeated"].judge(same if self.second.text() else None)
        self.changed.emit()

    def sound(self) -> bool:
        """Whether the password may be used; says below the fields what is missing when not."""
        self.look()
        unsound = bool(self._problems())
        unequal = self.first.text() != self.second.text()
        self.first.complain("请按下面的要求设置密码。" if unsound else "")
        self.second.complain("两次输入的密码不同。" if unequal and not unsound else "")
        if unsound or unequal:
            (self.first if unsound else self.second).setFocus()
        return not (unsound or unequal)

    def text(self) -> str:
        """The password of the first field."""
        return self.first.text()

    def forget(self) -> None:
        """Leave nothing of the secret here."""
        self.first.forget()
        self.second.forget()
        self.shown.setChecked(False)
        self.look()

    def _problems(self) -> tuple[str, ...]:
        return self._rules.password_problems(self.first.text(), *self._about())

    def _show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        for field in (self.first, self.second):
            field.editor.setEchoMode(mode)


class Requirement(QWidget):
    """One line of the list: fulfilled, not yet, or not to be judged while nothing is typed."""

    _LOOK = {  # noqa: RUF012 - a constant
        True: ("check", "accent", Tone.GOOD, "已满足"),
        False: ("close", "bad", Tone.BAD, "未满足"),
        None: ("check", "faint", Tone.MUTED, "待检查"),
    }

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words
        self.state: bool | None = None
        self._sign, self._text = QLabel(), Text(words, wrap=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self._sign)
        line.addWidget(self._text, 1)
        theme().changed.connect(self._show)
        self._show()

    def judge(self, state: bool | None) -> None:
        """Show whether it is fulfilled; None: nothing is typed yet."""
        self.state = state
        self._show()

    def _show(self) -> None:
        picture, token, tone, spoken = self._LOOK[self.state]
        self._sign.setPixmap(pixmap(picture, colour(token), 16))
        self._text.set_tone(tone)
        self._text.setAccessibleName(f"{self.words}：{spoken}")

"""The field for a password, with a word when caps lock is on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets.fields import TextField
from zhangshu_desk.ui.widgets.text import Text

LONGEST = 200


class PasswordField(TextField):
    """A secret; `text()` is exactly what was typed, blanks included.

    Qt cannot ask whether caps lock is on, so it is inferred from the letters that arrive: `A` without Shift.
    """

    def __init__(self, label: str = "密码") -> None:
        super().__init__(label, secret=True, longest=LONGEST)
        self.caps = Text("大写锁定（Caps Lock）已打开。", Tone.WARN, wrap=True)
        self.caps.hide()
        lines = self.layout()
        if lines is not None:
            lines.addWidget(self.caps)
        self.editor.installEventFilter(self)

    def text(self) -> str:
        return self.editor.text()

    def forget(self) -> None:
        """Leave nothing of the secret in the field."""
        self.editor.clear()
        self.caps.hide()
        self.complain("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            self._look_at(event)
        return super().eventFilter(watched, event)

    def _look_at(self, event: QKeyEvent) -> None:
        typed = event.text()
        if event.key() == Qt.Key.Key_CapsLock:
            self.caps.hide()  # it was on and is off now, or the next letter will tell
        elif len(typed) == 1 and typed.isascii() and typed.isalpha():
            shifted = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.caps.setVisible(typed.isupper() != shifted)

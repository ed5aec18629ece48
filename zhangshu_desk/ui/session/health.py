"""The banner for a disk that refuses: the desk then works read-only and says so, without a dialog.

Wiring: `HealthBanner(bus, trouble, retry)` above everything else in the window; `trouble` reads `store.full`, `retry`
tries to write (on the database thread) and ends with `tried(error or None)`.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.icons import pixmap
from zhangshu_desk.ui.theme import colour, theme
from zhangshu_desk.ui.widgets.buttons import PlainButton
from zhangshu_desk.ui.widgets.text import Text


class HealthBanner(QFrame):
    """Stays until something could be written again.

    Args:
        trouble: what the disk said last, None when it takes writes.
        retry: called by the button.
    """

    def __init__(self, bus: Bus, trouble: Callable[[], DeskError | None], retry: Callable[[], None]) -> None:
        super().__init__()
        self._trouble, self._retry = trouble, retry
        self._sign = QLabel()
        self.text = Text(wrap=True)
        self.button = PlainButton("重试", "", self._try)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 8, 16, 8)
        line.setSpacing(12)
        line.addWidget(self._sign)
        line.addWidget(self.text, 1)
        line.addWidget(self.button)
        theme().changed.connect(self._tint)
        self._tint()
        self.hide()
        bus.changed.connect(self._heard)
        self.look()

    def look(self) -> None:
        """Show or hide, as the store is."""
        error = self._trouble()
        if error is None:
            self.hide()
            return
        words = f"只读状态 · {error}"
        if self.isHidden() or self.text.text() != words:
            self.text.setText(words)
            self.setAccessibleName(words)
            self.show()
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def tried(self, _error: DeskError | None) -> None:
        """The retry ended."""
        self.button.setEnabled(True)
        self.button.set_text("重试")
        self.look()

    def _heard(self, _tables: frozenset[str]) -> None:
        self.look()

    def _try(self) -> None:
        self.button.setEnabled(False)
        self.button.set_text("正在重试…")
        self._retry()

    def _tint(self) -> None:
        self._sign.setPixmap(pixmap("failed", colour("bad"), 22))

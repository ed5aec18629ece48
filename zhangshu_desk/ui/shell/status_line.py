"""The line at the bottom: how far the records have got, and what the machine is ready for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QHBoxLayout

from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets.text import Elided, Muted, Status

_HEIGHT = 36


class StatusLine(QFrame):
    """Left a dot with words, right short facts (printer, last backup, date)."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName("状态")
        self.left = Status()
        self.right = Muted()
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(24)
        row.addWidget(self.left, 1)
        row.addWidget(self.right)

    def set(self, text: str, tone: Tone, facts: Sequence[str]) -> None:
        """Say `text` in `tone` at the left and `facts` at the right, `·` between them."""
        self.left.set(text, tone)
        self.right.setText(" · ".join(fact for fact in facts if fact))

    def text(self) -> Elided:
        """The label at the left."""
        return self.left.text

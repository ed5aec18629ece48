"""The line at the bottom: how far the records have got, and what the machine is ready for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout

from zhangshu_desk.ui.theme import HIT, Tone, colour
from zhangshu_desk.ui.widgets.text import Elided, Muted, Status

_HEIGHT = HIT + 1  # and the line above it
_OPENS = "按 Enter 打开待上报与退回的清单"


class StatusButton(QAbstractButton):
    """The dot with its words, to be pressed for what is behind them."""

    def __init__(self) -> None:
        super().__init__()
        self.status = Status()
        self.status.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleDescription(_OPENS)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.addWidget(self.status, 1)

    def say(self, text: str, tone: Tone) -> None:
        """Show `text` in `tone`; a screen reader hears it as the button's name."""
        self.status.set(text, tone)
        self.setAccessibleName(text)
        self.setToolTip(text)

    def sizeHint(self) -> QSize:
        return QSize(self.status.sizeHint().width() + 16, HIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, HIT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not (self.underMouse() or self.hasFocus()):
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(colour("hover"))
        painter.drawRoundedRect(self.rect().adjusted(1, 3, -1, -3), 6, 6)
        painter.end()


class StatusLine(QFrame):
    """Left a dot with words, right short facts (printer, last backup, date). `opened` when the words are pressed."""

    opened = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT)
        self.setAccessibleName("状态")
        self.left = StatusButton()
        self.left.clicked.connect(lambda: self.opened.emit())
        self.right = Muted()
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 20, 0)
        row.setSpacing(24)
        row.addWidget(self.left, 1)
        row.addWidget(self.right)

    def set(self, text: str, tone: Tone, facts: Sequence[str]) -> None:
        """Say `text` in `tone` at the left and `facts` at the right, `·` between them."""
        self.say(text, tone)
        self.show_facts(facts)

    def say(self, text: str, tone: Tone) -> None:
        """Say `text` in `tone` at the left."""
        self.left.say(text, tone)

    def show_facts(self, facts: Sequence[str]) -> None:
        """Show `facts` at the right."""
        self.right.setText(" · ".join(fact for fact in facts if fact))

    def text(self) -> Elided:
        """The label at the left."""
        return self.left.status.text

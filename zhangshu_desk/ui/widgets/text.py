"""Texts: headings, muted lines, problems, elided lines, the ticket number, a dot with words."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from zhangshu_desk.ui.theme import Tone, tokens


class Text(QLabel):
    """A body text; plain, so that nothing a person typed is read as markup.

    Args:
        wrap: break long lines instead of widening the page.
    """

    def __init__(self, text: str = "", tone: Tone = Tone.PLAIN, *, wrap: bool = False) -> None:
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        self.setProperty("tone", tone.value)

    def set_tone(self, tone: Tone) -> None:
        """Colour the text as `tone`; its words must say the same."""
        if self.property("tone") != tone.value:
            self.setProperty("tone", tone.value)
            restyle(self)


class Heading(Text):
    """A card's title."""


class Muted(Text):
    """A small secondary text."""


class FieldLabel(Text):
    """The label above a field."""


class Problem(Text):
    """What is wrong with a field, below it; takes no room while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__(wrap=True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`, or hide when it is empty."""
        self.setText(text)
        self.setVisible(bool(text))


class TicketNumber(Text):
    """The large number of the visit at hand."""

    def __init__(self, number: str = "") -> None:
        super().__init__(number)
        self.setAccessibleName("票号")

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class Elided(QLabel):
    """One line that ends in … when there is no room; the whole text is its tooltip and accessible name."""

    def __init__(self, text: str = "", tone: Tone = Tone.PLAIN) -> None:
        super().__init__()
        self.setProperty("tone", tone.value)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._whole = ""
        self.set_whole(text)

    def whole(self) -> str:
        """The text without its …"""
        return self._whole

    def set_whole(self, text: str) -> None:
        """Show `text`, as much as fits."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    def set_tone(self, tone: Tone) -> None:
        """Colour the text as `tone`."""
        self.setProperty("tone", tone.value)
        restyle(self)

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self._whole) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(48, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 48))
        self.setToolTip(self._whole if shown != self._whole else "")
        self.setText(shown)


class Status(QWidget):
    """A dot and a short text in one tone."""

    def __init__(self, text: str = "", tone: Tone = Tone.MUTED) -> None:
        super().__init__()
        self._dot = _Dot()
        self.text = Elided()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._dot)
        row.addWidget(self.text, 1)
        self.set(text, tone)

    def set(self, text: str, tone: Tone) -> None:
        """Say `text` in `tone`."""
        self.text.set_whole(text)
        self.text.set_tone(tone)
        self._dot.tone = tone
        self._dot.update()


class _Dot(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.tone = Tone.MUTED
        self.setFixedSize(12, 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens().of(self.tone)))
        painter.drawEllipse(self.rect().adjusted(1, 1, -1, -1))
        painter.end()


def restyle(widget: QWidget) -> None:
    """Let the style sheet look again after a dynamic property changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()

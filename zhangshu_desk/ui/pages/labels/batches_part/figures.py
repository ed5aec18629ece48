"""A few numbers side by side, each over its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from zhangshu_desk.ui.theme import Tone, font
from zhangshu_desk.ui.widgets import FlowLayout, Muted, Text, column

_SIZE = 20


@dataclass(frozen=True)
class Figure:
    """One number."""

    title: str
    value: int
    tone: Tone = Tone.PLAIN


class Figures(QWidget):
    """`name`: accessible name of the whole."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._flow = FlowLayout(20)
        self.setLayout(self._flow)
        self._shown: tuple[Figure, ...] = ()

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Replace all numbers."""
        if tuple(figures) == self._shown:
            return
        self._shown = tuple(figures)
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for figure in figures:
            self._flow.addWidget(_made(figure))

    def value(self, title: str) -> int:
        """The number of this name."""
        return next(one.value for one in self._shown if one.title == title)


def _made(figure: Figure) -> QWidget:
    number, title = Text(f"{figure.value:,}", figure.tone), Muted(figure.title)
    number.setFont(font(_SIZE, QFont.Weight.DemiBold))
    number.setAccessibleName(f"{figure.title} {figure.value}")
    for part in (number, title):
        part.setAlignment(Qt.AlignmentFlag.AlignLeft)
    both = QWidget()
    both.setLayout(column(number, title, spacing=0))
    return both

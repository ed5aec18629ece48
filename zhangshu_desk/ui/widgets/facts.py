"""Facts of a card: muted labels with their values, in one column or two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets.text import Muted, Text

_ALIGNED = Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True)
class Fact:
    """One fact.

    Attributes:
        value: empty is shown as —.
        wide: on a line of its own, for long values.
    """

    label: str
    value: str
    tone: Tone = Tone.PLAIN
    wide: bool = False


class Facts(QWidget):
    """A grid of facts; long values wrap, every value can be selected for copying."""

    def __init__(self, columns: int = 2) -> None:
        super().__init__()
        self.setProperty("bare", True)
        self._columns = columns
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        for at in range(columns):
            self._grid.setColumnStretch(2 * at + 1, 1)
        self._values: dict[str, Text] = {}

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Replace all facts."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._values = {}
        line = column = 0
        for fact in facts:
            if fact.wide and column:
                line, column = line + 1, 0
            self._put(fact, line, column)
            column += 1
            if fact.wide or column == self._columns:
                line, column = line + 1, 0

    def value(self, label: str) -> str:
        """What stands beside a label."""
        return self._values[label].text()

    def labels(self) -> list[str]:
        """The labels in the order shown."""
        return list(self._values)

    def _put(self, fact: Fact, line: int, column: int) -> None:
        words = Text(fact.value or "—", fact.tone, wrap=True)
        words.setAccessibleName(f"{fact.label}：{fact.value or '无'}")
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label = Muted(fact.label)
        label.setMinimumHeight(words.fontMetrics().lineSpacing())
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        self._grid.addWidget(label, line, 2 * column, _ALIGNED)
        span = 2 * self._columns - 1 if fact.wide else 1
        self._grid.addWidget(words, line, 2 * column + 1, 1, span, _ALIGNED)
        self._values[fact.label] = words

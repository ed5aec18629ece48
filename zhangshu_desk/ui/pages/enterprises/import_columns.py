"""Which column of the file means what: one choice per column, side by side, scrolled when there are many."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget

from zhangshu_desk.enterprises.importing import FIELDS, Layout, Sheet
from zhangshu_desk.ui.widgets import ComboField

NOT_TAKEN = ""
_WIDTH = 124
_LONGEST = 9
_LOOKED_AT = 60


class ImportColumns(QScrollArea):
    """The row of choices. `changed` follows the clerk's choice; a field belongs to one column only."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[int, ComboField[str]] = {}
        self.setAccessibleName("各列的含义")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_layout(self, sheet: Sheet, layout: Layout) -> None:
        """One choice for every column that holds something."""
        meanings = {column: field for field, column in layout.columns.items()}
        choices = [(NOT_TAKEN, "不导入"), *FIELDS.items()]
        inner = QWidget()
        inner.setProperty("bare", True)
        line = QHBoxLayout(inner)
        line.setContentsMargins(0, 0, 0, 6)
        line.setSpacing(8)
        self.fields = {}
        for column in _filled(sheet, layout):
            title = layout.headings[column] or f"第 {column + 1} 列"
            field = ComboField(_short(title), choices, meanings.get(column, NOT_TAKEN))
            field.editor.setAccessibleName(f"「{title}」列是")
            field.setToolTip(title)
            field.setFixedWidth(_WIDTH)
            field.chosen.connect(lambda _key, at=column: self._chose(at))
            line.addWidget(field)
            self.fields[column] = field
        line.addStretch(1)
        self.setWidget(inner)
        self.setFixedHeight(inner.sizeHint().height() + self.horizontalScrollBar().sizeHint().height())

    def columns(self) -> Mapping[str, int]:
        """The column of every field that was given one."""
        chosen = {column: field.key() or NOT_TAKEN for column, field in self.fields.items()}
        return {meaning: column for column, meaning in chosen.items() if meaning != NOT_TAKEN}

    def _chose(self, column: int) -> None:
        meaning = self.fields[column].key()
        for other, field in self.fields.items():
            if other != column and meaning and field.key() == meaning:
                field.set_key(NOT_TAKEN)
        self.changed.emit()


def _filled(sheet: Sheet, layout: Layout) -> list[int]:
    first = max(layout.header_row - 1, 0)
    below = sheet.rows[first : first + _LOOKED_AT]
    return [at for at in range(len(layout.headings)) if any(at < len(row) and row[at] != "" for row in below)]


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST else f"{title[: _LONGEST - 1]}…"

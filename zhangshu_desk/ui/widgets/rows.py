"""The model behind every table: frozen rows, columns that say what to show, fetching more as one scrolls."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont

from zhangshu_desk.ui.theme import BODY, Tone, font, tokens

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_PLAIN = Qt.ItemDataRole


@dataclass(frozen=True)
class Column(Generic[R]):
    """One column.

    Attributes:
        title: the heading.
        text: what a row shows here, one line, or two with `wrap`.
        width: first width in pixels; the person's own width is remembered.
        stretch: takes the room that is left, never less than `width` (one column of a table).
        wrap: a text too long for one line takes two, for names of enterprises; `\\n` in it begins the second.
        right: aligned right, for figures.
        bold: set in semibold, for the number one reads first.
        tone: the tone of a row's text here; its words must say the same.
        tip: a text shown on hovering; by default the text itself when it does not fit.
        share: of 1, drawn as a bar beside the text, which must say it too; above 1 the bar is full. None = no bar.
    """

    title: str
    text: Callable[[R], str]
    width: int = 96
    stretch: bool = False
    right: bool = False
    bold: bool = False
    wrap: bool = False
    tone: Callable[[R], Tone] | None = None
    tip: Callable[[R], str] | None = None
    share: Callable[[R], float | None] | None = None


class RowModel(QAbstractTableModel, Generic[R]):
    """Rows for a table view. `wanted_more(int)` asks for the rows after that many.

    Args:
        key: what identifies a row across refreshes, usually its id.
    """

    wanted_more = Signal(int)

    def __init__(self, columns: Sequence[Column[R]], key: Callable[[R], Hashable]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        self.key = key
        self.rows: list[R] = []
        self._more = False
        self._asked = False

    def show_rows(self, rows: Sequence[R], *, more: bool = False) -> None:
        """Replace all rows; `more` says that others follow."""
        self.beginResetModel()
        self.rows = list(rows)
        self._more, self._asked = more, False
        self.endResetModel()

    def add_rows(self, rows: Sequence[R], *, more: bool = False) -> None:
        """Append the rows that were asked for."""
        self._more, self._asked = more, False
        if rows:
            self.beginInsertRows(_ROOT, len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows.extend(rows)
            self.endInsertRows()

    def find(self, key: Hashable) -> int | None:
        """The number of the row with this key."""
        return next((at for at, row in enumerate(self.rows) if self.key(row) == key), None)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._more and not self._asked

    def fetchMore(self, parent: Index) -> None:
        self._asked = True
        self.wanted_more.emit(len(self.rows))

    def data(self, index: Index, role: int = _PLAIN.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column, row = self.columns[index.column()], self.rows[index.row()]
        if role in (_PLAIN.DisplayRole, _PLAIN.AccessibleTextRole):
            return column.text(row)
        if role == _PLAIN.ToolTipRole:
            return column.tip(row) if column.tip else None
        if role == _PLAIN.FontRole:
            return font(BODY, QFont.Weight.DemiBold) if column.bold else None
        if role == _PLAIN.ForegroundRole:
            return QColor(tokens().of(column.tone(row))) if column.tone else None
        if role == _PLAIN.TextAlignmentRole:
            return aligned(column)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _PLAIN.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return None
        column = self.columns[section]
        if role == _PLAIN.DisplayRole:
            return column.title
        if role == _PLAIN.TextAlignmentRole:
            return aligned(column)
        return None


def aligned(column: Column[Any]) -> Qt.AlignmentFlag:
    """Where a column's texts stand."""
    side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter

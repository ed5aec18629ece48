"""The table of the house: remembered widths, selection kept over refreshes, a word when it is empty."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
)

from zhangshu_desk.ui.icons import pixmap
from zhangshu_desk.ui.theme import ROW, colour
from zhangshu_desk.ui.widgets.cell import Cell
from zhangshu_desk.ui.widgets.rows import Column, RowModel

R = TypeVar("R")
_LEAST_WIDTH = 40
_REMEMBER_AFTER_MS = 400


class Widths(Protocol):
    """Where column widths are remembered; `core.settings.Settings` fits."""

    @property
    def values(self) -> _Values: ...

    def change(self, *, columns: dict[str, list[int]]) -> object: ...


class _Values(Protocol):
    @property
    def columns(self) -> dict[str, list[int]]: ...


class Table(QTableView, Generic[R]):
    """Rows one reads, chooses and opens.

    Signals: `opened(row)` on Enter or double click, `chosen()` whenever the current row changes,
    `wanted_more(int)` when one scrolls to the end of rows that were shown with `more=True`.

    Args:
        name: accessible name, also the name its widths are remembered under.
        key: what identifies a row across refreshes.
        empty: what would be here and how to begin, `\\n` between the two.
        widths: where widths are remembered.
    """

    opened = Signal(object)
    chosen = Signal()
    wanted_more = Signal(int)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[R]],
        key: Callable[[R], Hashable],
        empty: str,
        widths: Widths | None = None,
    ) -> None:
        super().__init__()
        self.rows = RowModel(columns, key)
        self._name, self._empty, self._widths = name, empty, widths
        self.setModel(self.rows)
        self.setItemDelegate(Cell(self, self.rows))
        self.setAccessibleName(name)
        self._dress()
        self._set_widths(columns)
        self.rows.wanted_more.connect(self.wanted_more)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(lambda: self.chosen.emit())

    def show_rows(self, rows: Sequence[R], *, more: bool = False) -> None:
        """Replace all rows. The chosen row stays chosen (by key), and the view stays where it was."""
        current, at = self.current(), self.verticalScrollBar().value()
        self.rows.show_rows(rows, more=more)
        if current is not None:
            self.choose(self.rows.key(current), scroll=False)
        self.verticalScrollBar().setValue(at)
        self.viewport().update()

    def add_rows(self, rows: Sequence[R], *, more: bool = False) -> None:
        """Append the rows asked for by `wanted_more`."""
        self.rows.add_rows(rows, more=more)

    def current(self) -> R | None:
        """The chosen row."""
        at = self.currentIndex().row()
        return self.rows.rows[at] if 0 <= at < len(self.rows.rows) else None

    def choose(self, key: Hashable, *, scroll: bool = True) -> bool:
        """Choose the row with this key; whether it is there."""
        at = self.rows.find(key)
        if at is None:
            return False
        index = self.rows.index(at, 0)
        self.setCurrentIndex(index)
        if scroll:
            self.scrollTo(index)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.rows.rows:
            self._paint_empty()

    def sizeHint(self) -> QSize:
        return QSize(sum(column.width for column in self.rows.columns) + 24, 6 * ROW)

    def _dress(self) -> None:
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(_LEAST_WIDTH)

    def _set_widths(self, columns: Sequence[Column[R]]) -> None:
        header = self.horizontalHeader()
        kept = self._widths.values.columns.get(self._name, []) if self._widths else []
        for at, column in enumerate(columns):
            self.setColumnWidth(at, kept[at] if len(kept) == len(columns) else column.width)
        self._remember = QTimer(self)
        self._remember.setSingleShot(True)
        self._remember.setInterval(_REMEMBER_AFTER_MS)
        self._remember.timeout.connect(self._keep_widths)
        header.sectionResized.connect(self._resized)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stretch()

    def _stretch(self) -> None:
        """Give the stretching column what the others leave, but not less than its own width."""
        for at, column in enumerate(self.rows.columns):
            if column.stretch:
                others = self.horizontalHeader().length() - self.columnWidth(at)
                self.setColumnWidth(at, max(column.width, self.viewport().width() - others))

    def _resized(self, at: int) -> None:
        if not self.rows.columns[at].stretch:
            self._stretch()
        if self._widths is not None and self.horizontalHeader().underMouse():
            self._remember.start()

    def _keep_widths(self) -> None:
        if self._widths is not None:
            own = [self.columnWidth(at) for at in range(len(self.rows.columns))]
            self._widths.change(columns={**self._widths.values.columns, self._name: own})

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self.rows.rows[index.row()])

    def _paint_empty(self) -> None:
        painter = QPainter(self.viewport())
        area = self.viewport().rect().adjusted(16, 0, -16, 0)
        picture = pixmap("empty", colour("faint"), 36)
        top = max(area.height() // 3 - 36, 16)
        painter.drawPixmap(area.center().x() - 18, top, picture)
        painter.setPen(colour("muted"))
        words = QRect(area.left(), top + 48, area.width(), area.height())
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        painter.drawText(words, flags, self._empty)
        painter.end()

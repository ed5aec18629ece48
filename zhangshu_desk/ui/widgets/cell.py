"""Paints a table's cells: whole rows tinted, long texts elided or on two lines, the focused row marked at its edge."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
)

from zhangshu_desk.ui.theme import colour
from zhangshu_desk.ui.widgets.rows import Index, RowModel

_PAD = 8
_EDGE = 3


class Cell(QStyledItemDelegate):
    """The delegate of `Table`."""

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self.initStyleOption(option, index)
        rect: QRect = option.rect  # type: ignore[attr-defined]  # public fields the stubs leave out
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colour("tint"))
            if index.column() == 0 and self._table.hasFocus():
                painter.fillRect(QRect(rect.left(), rect.top(), _EDGE, rect.height()), colour("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("hover"))
        painter.setFont(option.font)  # type: ignore[attr-defined]
        painter.setPen(QPen(index.data(Qt.ItemDataRole.ForegroundRole) or colour("ink")))
        self._paint_text(painter, rect.adjusted(_PAD, 0, -_PAD, 0), index)
        painter.restore()

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() == QEvent.Type.ToolTip and index.isValid() and not index.data(Qt.ItemDataRole.ToolTipRole):
            self.initStyleOption(option, index)
            room = view.visualRect(index).width() - 2 * _PAD
            fits = QFontMetrics(option.font).horizontalAdvance(_text(index)) <= room  # type: ignore[attr-defined]
            QToolTip.showText(event.globalPos(), "" if fits else _text(index), view)
            return True
        return super().helpEvent(event, view, option, index)

    def _paint_text(self, painter: QPainter, room: QRect, index: Index) -> None:
        text, metrics = _text(index), painter.fontMetrics()
        model = index.model()
        wraps = isinstance(model, RowModel) and model.columns[index.column()].wrap
        if wraps and metrics.horizontalAdvance(text) > room.width():
            _paint_two_lines(painter, room, text)
            return
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, index.data(Qt.ItemDataRole.TextAlignmentRole), shown)


def _paint_two_lines(painter: QPainter, room: QRect, text: str) -> None:
    metrics = painter.fontMetrics()
    height = min(metrics.lineSpacing(), room.height() // 2)
    layout = QTextLayout(text, painter.font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    first = layout.createLine()
    first.setLineWidth(room.width())
    layout.endLayout()
    top = room.center().y() - height + 1
    first.draw(painter, QPointF(room.left(), top))
    rest = metrics.elidedText(text[first.textLength() :].strip(), Qt.TextElideMode.ElideRight, room.width())
    below = QRect(room.left(), top + height, room.width(), height)
    painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, rest)


def _text(index: Index) -> str:
    return str(index.data() or "")

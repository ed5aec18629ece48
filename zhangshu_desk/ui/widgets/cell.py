"""Paints a table's cells: whole rows tinted, long texts elided or on two lines, the focused row marked at its edge."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolTip,
)

from zhangshu_desk.ui.theme import BODY, colour, font, tokens
from zhangshu_desk.ui.widgets.rows import Column, Index, RowModel, aligned

_PAD = 8
_EDGE = 3
_BAR, _FOOT = 5, 5


class Cell(QStyledItemDelegate):
    """The delegate of `Table`."""

    def __init__(self, table: QTableView, rows: RowModel[Any]) -> None:
        super().__init__(table)
        self._table, self._rows = table, rows
        self._plain, self._bold = font(BODY), font(BODY, QFont.Weight.DemiBold)
        self._plain_metrics, self._bold_metrics = QFontMetrics(self._plain), QFontMetrics(self._bold)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        # Straight from the row: asking the model role by role would double the time a screenful takes.
        rect: QRect = option.rect  # type: ignore[attr-defined]  # public fields the stubs leave out
        state: QStyle.StateFlag = option.state  # type: ignore[attr-defined]
        column, row = self._rows.columns[index.column()], self._rows.rows[index.row()]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colour("tint"))
            if index.column() == 0 and self._table.hasFocus():
                painter.fillRect(QRect(rect.left(), rect.top(), _EDGE, rect.height()), colour("accent"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("hover"))
        painter.setFont(self._bold if column.bold else self._plain)
        ink = QColor(tokens().of(column.tone(row))) if column.tone else colour("ink")
        room = rect.adjusted(_PAD, 0, -_PAD, 0)
        share = column.share(row) if column.share else None
        if share is not None:
            _paint_bar(painter, QRect(room.left(), room.bottom() - _BAR - _FOOT, room.width(), _BAR), share, ink)
            room.setBottom(room.bottom() - _BAR - _FOOT)
        painter.setPen(ink)
        self._paint_text(painter, room, column, column.text(row))

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() == QEvent.Type.ToolTip and index.isValid() and not index.data(Qt.ItemDataRole.ToolTipRole):
            bold = self._rows.columns[index.column()].bold
            metrics = self._bold_metrics if bold else self._plain_metrics
            widest = max(metrics.horizontalAdvance(line) for line in _text(index).split("\n"))
            fits = widest <= view.visualRect(index).width() - 2 * _PAD
            QToolTip.showText(event.globalPos(), "" if fits else _text(index), view)
            return True
        return super().helpEvent(event, view, option, index)

    def _paint_text(self, painter: QPainter, room: QRect, column: Column[Any], text: str) -> None:
        metrics = self._bold_metrics if column.bold else self._plain_metrics
        if column.wrap and "\n" in text:
            _paint_pair(painter, room, text)
            return
        if metrics.horizontalAdvance(text) > room.width():
            if column.wrap:
                _paint_two_lines(painter, room, text)
                return
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, aligned(column), text)


def _paint_bar(painter: QPainter, area: QRect, share: float, ink: QColor) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("line"))
    painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
    painter.setBrush(colour("accent") if ink == colour("ink") else ink)
    full = area.adjusted(0, 0, round(area.width() * min(share, 1)) - area.width(), 0)
    if full.width() >= area.height():
        painter.drawRoundedRect(full, area.height() / 2, area.height() / 2)
    painter.restore()


def _paint_pair(painter: QPainter, room: QRect, text: str) -> None:
    metrics = painter.fontMetrics()
    height = min(metrics.lineSpacing(), room.height() // 2)
    top = room.center().y() - height + 1
    for at, line in enumerate(text.split("\n", 1)):
        words = metrics.elidedText(line.replace("\n", " "), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(QRect(room.left(), top + at * height, room.width(), height), Qt.AlignmentFlag.AlignLeft, words)


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

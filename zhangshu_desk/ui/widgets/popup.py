"""Suggestions under a field, inside the same window: the list never takes the focus, so an input method goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from zhangshu_desk.ui.theme import BODY, SMALL, colour, font
from zhangshu_desk.ui.widgets.marks import marks
from zhangshu_desk.ui.widgets.rows import Index

_ROW, _LOW_ROW, _GROUP = 52, 38, 26
_PAD = 12
_MOST, _WIDEST = 420, 760
_ROOT = QModelIndex()


@dataclass(frozen=True)
class Suggestion:
    """One offer.

    Attributes:
        key: what the page gets when it is picked.
        group: heading above the first of several with the same group (`企业`, `票号`); empty for none.
        marks: parts of the title set in bold; None finds them from what was typed.
    """

    key: object
    title: str
    subtitle: str = ""
    group: str = ""
    marks: tuple[tuple[int, int], ...] | None = None


class _Offers(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Suggestion] = []
        self.query = ""

    def show_rows(self, rows: Sequence[Suggestion], query: str) -> None:
        self.beginResetModel()
        self.rows, self.query = list(rows), query
        self.endResetModel()

    def begins_group(self, at: int) -> bool:
        return bool(self.rows[at].group) and (at == 0 or self.rows[at - 1].group != self.rows[at].group)

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        offer = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return offer.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return "，".join(part for part in (offer.group, offer.title, offer.subtitle) if part)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{offer.title}\n{offer.subtitle}".strip()
        return None


class PopupList(QListView):
    """Shows suggestions under `anchor` and tells which one was `picked`.

    The anchor's owner passes on Up, Down, Enter and Esc (`step`, `pick`, `hide`).
    """

    picked = Signal(object)

    def __init__(self, anchor: QWidget, name: str) -> None:
        super().__init__(anchor)
        self._anchor = anchor
        self.offers = _Offers()
        self.setModel(self.offers)
        self.setItemDelegate(_Offer(self))
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setUniformItemSizes(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda index: self._picked(index.row()))
        anchor.destroyed.connect(self.deleteLater)
        self.hide()

    def offer(self, rows: Sequence[Suggestion], query: str) -> None:
        """Show `rows` for what was typed; nothing to offer hides the list. The first row is chosen."""
        self.offers.show_rows(rows, query)
        if not rows:
            self.hide()
            return
        if self.parent() is not self._anchor.window():
            self.setParent(self._anchor.window())
        self._place()
        self.setCurrentIndex(self.offers.index(0))
        self.show()
        self.raise_()

    def step(self, by: int) -> None:
        """Move the choice by `by` rows."""
        at = min(max(self.currentIndex().row() + by, 0), len(self.offers.rows) - 1)
        self.setCurrentIndex(self.offers.index(at))

    def pick(self) -> None:
        """Take the chosen row."""
        self._picked(self.currentIndex().row())

    def _picked(self, at: int) -> None:
        if 0 <= at < len(self.offers.rows):
            key = self.offers.rows[at].key
            self.hide()
            self.picked.emit(key)

    def _place(self) -> None:
        window, anchor = self._anchor.window(), self._anchor
        corner = anchor.mapTo(window, QPoint(0, anchor.height() + 4))
        wanted = sum(self.sizeHintForIndex(self.offers.index(at)).height() for at in range(len(self.offers.rows)))
        wanted = min(wanted + 10, _MOST)
        below = window.height() - corner.y() - 8
        above = anchor.mapTo(window, QPoint(0, 0)).y() - 12
        width = min(anchor.width(), _WIDEST)
        if below >= min(wanted, 2 * _ROW) or below >= above:
            self.setGeometry(corner.x(), corner.y(), width, min(wanted, below))
        else:
            height = min(wanted, above)
            self.setGeometry(corner.x(), above + 8 - height, width, height)


class _Offer(QStyledItemDelegate):
    """Paints title with its matched parts bold, subtitle, and the group's heading where one begins."""

    def __init__(self, popup: PopupList) -> None:
        super().__init__(popup)
        self._offers = popup.offers

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        row = _ROW if self._offers.rows[index.row()].subtitle else _LOW_ROW
        return QSize(120, row + (_GROUP if self._offers.begins_group(index.row()) else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        offer = self._offers.rows[index.row()]
        rect = QRect(option.rect)  # type: ignore[attr-defined]  # a public field the stubs leave out
        state = option.state  # type: ignore[attr-defined]
        painter.save()
        if self._offers.begins_group(index.row()):
            painter.setFont(font(SMALL, QFont.Weight.DemiBold))
            painter.setPen(colour("muted"))
            head = QRect(rect.left() + _PAD, rect.top(), rect.width(), _GROUP)
            painter.drawText(head, Qt.AlignmentFlag.AlignVCenter, offer.group)
            rect.setTop(rect.top() + _GROUP)
        if state & (QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver):
            chosen = bool(state & QStyle.StateFlag.State_Selected)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("tint" if chosen else "hover"))
            painter.drawRoundedRect(rect, 6, 6)
        self._paint_texts(painter, offer, rect.adjusted(_PAD, 0, -_PAD, 0))
        painter.restore()

    def _paint_texts(self, painter: QPainter, offer: Suggestion, rect: QRect) -> None:
        top = QRect(rect.left(), rect.top() + 4, rect.width(), 24) if offer.subtitle else rect
        spans = marks(offer.title, self._offers.query) if offer.marks is None else offer.marks
        _paint_marked(painter, top, offer.title, spans)
        if offer.subtitle:
            painter.setFont(font(SMALL))
            painter.setPen(colour("muted"))
            under = QRect(rect.left(), rect.top() + 28, rect.width(), 18)
            words = painter.fontMetrics().elidedText(offer.subtitle, Qt.TextElideMode.ElideRight, under.width())
            painter.drawText(under, Qt.AlignmentFlag.AlignVCenter, words)


def _paint_marked(painter: QPainter, rect: QRect, text: str, spans: Sequence[tuple[int, int]]) -> None:
    bold = {at for start, end in spans for at in range(start, end)}
    cuts = [0, *(at for at in range(1, len(text)) if (at in bold) != (at - 1 in bold)), len(text)]
    left = rect.left()
    painter.setPen(colour("ink"))
    for start, end in pairwise(cuts):
        weight = QFont.Weight.Bold if start in bold else QFont.Weight.Normal
        painter.setFont(font(BODY, weight))
        metrics = QFontMetrics(painter.font())
        room = rect.right() - left
        words = metrics.elidedText(text[start:end], Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, rect.top(), room, rect.height()), Qt.AlignmentFlag.AlignVCenter, words)
        left += metrics.horizontalAdvance(words)
        if words != text[start:end]:
            break

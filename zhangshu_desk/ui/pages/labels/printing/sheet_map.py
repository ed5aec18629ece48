"""The map of a sheet: which positions were used, are damaged, or get a label now; clicked or walked by arrows."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QFont, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QWidget

from zhangshu_desk.labels.rules.geometries import Sheet
from zhangshu_desk.ui.theme import SMALL, colour, font
from zhangshu_desk.ui.widgets import FlowLayout, Muted

_LEAST = 8
_SIZE = QSize(204, 289)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Place(Enum):
    """What is with a position, in words."""

    FREE = "空"
    PRINTED = "本次打印"
    USED = "已用"
    SKIPPED = "跳过"


class SheetMap(QFrame):
    """One sheet. `toggled(int)`: the person wants a position skipped, or not any more; positions count from 0."""

    toggled = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.sheet: Sheet | None = None
        self.places: list[PlaceButton] = []

    def show_sheet(self, sheet: Sheet) -> None:
        """Show an empty sheet of this geometry."""
        if sheet == self.sheet:
            return
        self.sheet = sheet
        for one in self.places:
            one.hide()
            one.deleteLater()
        self.places = [PlaceButton(self, number, sheet.columns) for number in range(sheet.places)]
        for one in self.places:
            one.clicked.connect(lambda _on=False, number=one.number: self._clicked(number))
            one.show()
        self._make_tab_stop(self.places[0])
        self._lay()
        self.update()

    def show_places(self, used: Iterable[int], skipped: Iterable[int], printed: Iterable[int]) -> None:
        """Show what is with each position; what was used stays so, whatever else is said of it."""
        now = dict.fromkeys(printed, Place.PRINTED) | dict.fromkeys(skipped, Place.SKIPPED)
        now |= dict.fromkeys(used, Place.USED)
        for one in self.places:
            one.say(now.get(one.number, Place.FREE))

    def sizeHint(self) -> QSize:
        return _SIZE

    def minimumSizeHint(self) -> QSize:
        return _SIZE

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.sheet is not None:
            painter = QPainter(self)
            painter.setPen(colour("faint"))
            painter.setBrush(colour("card"))
            painter.drawRect(self._page().adjusted(0, 0, -1, -1))
            painter.end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = next((one.number for one in self.places if one.hasFocus()), None)
        if at is None or self.sheet is None:
            super().keyPressEvent(event)
            return
        wide, last = self.sheet.columns, len(self.places) - 1
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -wide, Qt.Key.Key_Down: wide}
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}
        key = Qt.Key(event.key())
        to = ends.get(key, at + steps.get(key, 0))
        if _is_enter(event):
            self.places[at].click()
        elif key in steps or key in ends:
            if 0 <= to <= last:
                self._make_tab_stop(self.places[to])
                self.places[to].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            super().keyPressEvent(event)

    def _clicked(self, number: int) -> None:
        self._make_tab_stop(self.places[number])
        self.toggled.emit(number)

    def _make_tab_stop(self, stop: PlaceButton) -> None:
        for one in self.places:
            one.setFocusPolicy(Qt.FocusPolicy.StrongFocus if one is stop else Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(stop)

    def _page(self) -> QRect:
        """Where the sheet lies, in proportion."""
        assert self.sheet is not None
        width, height = self.sheet.page
        scale = min(self.width() / width, self.height() / height)
        return QRect(0, 0, round(width * scale), round(height * scale))

    def _lay(self) -> None:
        if self.sheet is None:
            return
        scale = self._page().width() / self.sheet.page_width
        for one in self.places:
            x, y = self.sheet.corner(one.number)
            left, top = round(x * scale) + 1, round(y * scale) + 1
            right, bottom = round((x + self.sheet.width) * scale), round((y + self.sheet.height) * scale)
            one.setGeometry(left, top, max(right - left - 1, _LEAST), max(bottom - top - 1, _LEAST))


class PlaceButton(QAbstractButton):
    """A position of the sheet."""

    def __init__(self, parent: QWidget, number: int, columns: int) -> None:
        super().__init__(parent)
        self.number, self.place = number, Place.FREE
        self._at = f"第 {number + 1} 个位置，第 {number // columns + 1} 行第 {number % columns + 1} 列"
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.say(Place.FREE)

    def say(self, place: Place) -> None:
        """Show what is with the position."""
        self.place = place
        self.setAccessibleName(f"{self._at}，{place.value}")
        self.setToolTip(f"{self.number + 1}：{place.value}")
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_enter(event):
            event.accept()  # Enter chooses here; a dialog's own Enter waits
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()  # the map walks

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_place(painter, QRectF(self.rect()), self.place, str(self.number + 1), focus=self.hasFocus())
        painter.end()


class Legend(QWidget):
    """What the signs on the map mean."""

    def __init__(self) -> None:
        super().__init__()
        flow = FlowLayout(10)
        self.setLayout(flow)
        for place in Place:
            flow.addWidget(_Sample(place))


class _Sample(Muted):
    def __init__(self, place: Place) -> None:
        super().__init__(place.value)
        self._place = place
        self.setIndent(24)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        paint_place(painter, QRectF(0, (self.height() - 14) / 2, 20, 14), self._place, "")
        painter.end()


def paint_place(painter: QPainter, box: QRectF, place: Place, number: str, *, focus: bool = False) -> None:
    """A position: what gets a label is tinted, used ones are hatched, skipped ones crossed out."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
    lines = {Place.PRINTED: "accent", Place.SKIPPED: "bad"}
    painter.setPen(QPen(colour(lines.get(place, "line")), 1))
    fills = {Place.PRINTED: "tint", Place.USED: "hover", Place.SKIPPED: "bad_tint"}
    painter.setBrush(colour(fills.get(place, "card")))
    painter.drawRect(inner)
    if place is Place.USED:
        painter.fillRect(inner, _hatched())
    elif place is Place.SKIPPED:
        painter.drawLine(inner.topLeft(), inner.bottomRight())
        painter.drawLine(inner.topRight(), inner.bottomLeft())
    if number and place is not Place.SKIPPED:
        painter.setPen(colour("accent" if place is Place.PRINTED else "muted"))
        painter.setFont(font(SMALL, QFont.Weight.DemiBold if place is Place.PRINTED else QFont.Weight.Normal))
        if place is Place.USED:  # strokes of a figure would be lost among those of the hatching
            words = painter.boundingRect(box, Qt.AlignmentFlag.AlignCenter, number)
            painter.fillRect(words.adjusted(-3, 0, 3, 0), colour("hover"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number)
    if focus:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("accent"), 2))
        painter.drawRect(box.adjusted(1, 1, -1, -1))


def _is_enter(event: QKeyEvent) -> bool:
    return event.key() in _ENTER and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


def _hatched() -> QBrush:
    return QBrush(colour("faint"), Qt.BrushStyle.BDiagPattern)

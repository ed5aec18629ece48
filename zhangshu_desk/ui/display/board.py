"""The picture of the call display: current calls large enough to be read from six metres, the last ones beside."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from zhangshu_desk.ui.theme import colour, font

_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
_CENTRE = Qt.AlignmentFlag.AlignCenter
_BOLD, _PLAIN = QFont.Weight.Bold, QFont.Weight.Normal
MOST_CALLS, MOST_RECENT = 5, 6


@dataclass(frozen=True)
class Call:
    """A number and its window; `fresh`: it was called a moment ago."""

    label: str
    counter: str
    fresh: bool = False


@dataclass(frozen=True)
class Face:
    """Everything the board shows.

    Attributes:
        calls: the newest first; recent: the last ones that were answered.
        clock: `10:42`; day: `2026-11-23 周一`.
    """

    station: str = ""
    clock: str = ""
    day: str = ""
    calls: tuple[Call, ...] = ()
    recent: tuple[Call, ...] = ()

    def words(self) -> str:
        """What it says, for a screen reader."""
        calls = "；".join(f"请 {one.label} 到{one.counter}" for one in self.calls)
        return calls or "请等候叫号"


class Board(QWidget):
    """Paints a `Face`; every size follows from the height of the window, so it fits every screen."""

    def __init__(self) -> None:
        super().__init__()
        self.face = Face()
        self.setAccessibleName("叫号")

    def show_face(self, face: Face) -> None:
        """Show `face`."""
        if face != self.face:
            self.face = face
            self.setAccessibleDescription(face.words())
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        painter.fillRect(area, colour("ground"))
        unit = min(area.height() / 100, area.width() / 160)
        head = QRectF(0, 0, area.width(), 14 * unit)
        foot = QRectF(0, area.height() - 8 * unit, area.width(), 8 * unit)
        body = QRectF(
            4 * unit, head.bottom() + 3 * unit, area.width() - 8 * unit, foot.top() - head.bottom() - 4 * unit
        )
        split = body.left() + body.width() * 0.66
        self._paint_head(painter, head, unit)
        self._paint_calls(painter, QRectF(body.left(), body.top(), split - body.left(), body.height()), unit)
        left = split + 4 * unit
        self._paint_recent(painter, QRectF(left, body.top(), body.right() - left, body.height()), unit)
        self._write(painter, foot, "过号请到任一窗口说明，可重新排队", 3.2 * unit, "muted", _CENTRE)
        painter.end()

    def _paint_head(self, painter: QPainter, area: QRectF, unit: float) -> None:
        painter.fillRect(area, colour("rail"))
        inner = area.adjusted(4 * unit, 0, -4 * unit, 0)
        wide = self._write(painter, inner, self.face.clock, 8 * unit, "rail_ink", _RIGHT, _BOLD)
        inner.setRight(inner.right() - wide - 3 * unit)
        wide = self._write(painter, inner, self.face.day, 3.6 * unit, "rail_muted", _RIGHT)
        inner.setRight(inner.right() - wide - 4 * unit)
        self._write(painter, inner, self.face.station, 4.6 * unit, "rail_ink", _LEFT)

    def _paint_calls(self, painter: QPainter, area: QRectF, unit: float) -> None:
        calls = self.face.calls[:MOST_CALLS]
        if not calls:
            self._write(painter, area, "请等候叫号", 12 * unit, "muted", _CENTRE)
            return
        height = area.height() / max(3, len(calls))
        for at, call in enumerate(calls):
            box = QRectF(area.left(), area.top() + at * height, area.width(), height - 2.4 * unit)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("tint" if call.fresh else "card"))
            painter.drawRoundedRect(box, 2 * unit, 2 * unit)
            if call.fresh:  # not only by colour: a bar at the edge
                painter.setBrush(colour("rail_mark"))
                painter.drawRoundedRect(QRectF(box.left(), box.top(), 1.6 * unit, box.height()), 0.8 * unit, 0.8 * unit)
            size = min(16 * unit, box.height() * 0.72)
            inner = box.adjusted(5 * unit, 0, -4 * unit, 0)
            wide = self._write(painter, inner, call.label, size, "accent", _LEFT, _BOLD)
            inner.setLeft(inner.left() + wide + 3 * unit)
            self._write(painter, inner, f"→ {call.counter}", size * 0.72, "ink", _RIGHT, QFont.Weight.DemiBold)

    def _paint_recent(self, painter: QPainter, area: QRectF, unit: float) -> None:
        head = QRectF(area.left(), area.top(), area.width(), 7 * unit)
        self._write(painter, head, "最近呼叫", 4 * unit, "muted", _LEFT)
        height = (area.height() - head.height()) / MOST_RECENT
        for at, call in enumerate(self.face.recent[:MOST_RECENT]):
            line = QRectF(area.left(), head.bottom() + at * height, area.width(), height)
            painter.fillRect(QRectF(line.left(), line.top(), line.width(), max(1.0, 0.15 * unit)), colour("line"))
            wide = self._write(painter, line, call.label, 5.6 * unit, "ink", _LEFT, QFont.Weight.DemiBold)
            rest = line.adjusted(wide + 2 * unit, 0, 0, 0)
            self._write(painter, rest, call.counter, 4.6 * unit, "muted", _RIGHT)

    def _write(
        self,
        painter: QPainter,
        area: QRectF,
        text: str,
        size: float,
        token: str,
        flags: Qt.AlignmentFlag,
        weight: QFont.Weight = _PLAIN,
    ) -> float:
        """Write one line, made smaller until it fits; returns its width."""
        face = font(max(1, round(size)), weight)
        wide = QFontMetricsF(face).horizontalAdvance(text)
        if wide > area.width() > 0:
            face = font(max(1, int(size * area.width() / wide)), weight)
            wide = QFontMetricsF(face).horizontalAdvance(text)
        painter.setFont(face)
        painter.setPen(colour(token))
        painter.drawText(area, int(flags), text)
        return wide

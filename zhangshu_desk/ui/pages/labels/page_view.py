"""A page of labels on the screen: at its true size in millimetres, larger, smaller, or as a whole."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent, QScreen
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from zhangshu_desk.ui.theme import LIGHT, colour
from zhangshu_desk.ui.widgets import Muted, PlainButton, column, row

MM_PER_INCH = 25.4
STEPS = (0.25, 0.33, 0.5, 0.67, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
"""Zoom factors; 1 = a millimetre of paper is a millimetre of screen."""
MARGIN = 16
"""Around the page, in pixels of the window system."""
_BELIEVED = (50.0, 400.0)
_FRAME = 2
_LEAST = QSize(240, 160)


def pixels_per_mm(screen: QScreen) -> float:
    """Pixels of the window system on a millimetre of this screen.

    A screen that gives no credible size of its own (a projector, a remote desktop) counts as 96 dots per inch.
    """
    dpi = screen.physicalDotsPerInch()
    low, high = _BELIEVED
    return (dpi if low <= dpi <= high else screen.logicalDotsPerInch()) / MM_PER_INCH


class PageView(QWidget):
    """One page; its owner turns the pages.

    Signals: `clicked(x, y)` in millimetres from the page's top left corner.

    Attributes:
        facts: size and zoom in words, for its owner to put where there is room.

    Args:
        name: accessible name.
        whole: begin with the whole page instead of its true size.
    """

    clicked = Signal(float, float)

    def __init__(self, name: str, *, whole: bool = False) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._zoom: float | None = None if whole else 1.0
        self.sheet = _Sheet(name)
        self.sheet.clicked.connect(self.clicked)
        self.area = QScrollArea()
        self.area.setWidget(self.sheet)
        self.area.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName(name)
        self.sheet.setAutoFillBackground(False)  # on the card it lies on
        self.area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.area.setMinimumSize(_LEAST)
        self.facts = Muted()
        self.facts.setParent(self)
        self.smaller = PlainButton("缩小", "Ctrl+-", lambda: self._step(-1))
        self.larger = PlainButton("放大", "Ctrl+=", lambda: self._step(1))
        self.true = PlainButton("原大", "Ctrl+0", lambda: self.set_zoom(1.0))
        self.whole = PlainButton("整页", "Ctrl+9", lambda: self.set_zoom(None))
        buttons = row(self.smaller, self.larger, self.true, self.whole)
        buttons.addStretch(1)
        lines = column(self.area, buttons)
        lines.setStretch(0, 1)
        self.setLayout(lines)

    def show_page(self, image: QImage, width: float, height: float) -> None:
        """Show a page of this size in millimetres; `image` is what goes to the printer."""
        self.sheet.show_page(image, width, height)
        self._fit()

    def clear(self) -> None:
        """Show no page."""
        self.sheet.show_page(QImage(), 0, 0)
        self.facts.setText("")

    def image(self) -> QImage:
        """The page that is shown."""
        return self.sheet.image

    def frame(self, areas: list[QRectF]) -> None:
        """Put frames around these areas of the page, in millimetres."""
        self.sheet.frames = areas
        self.sheet.update()

    def hold(self, places: list[tuple[QRectF, str]]) -> None:
        """Show areas of the page, in millimetres, that are kept for something that is not there, with its name."""
        self.sheet.held = places
        self.sheet.update()

    def zoom(self) -> float:
        """How many millimetres of screen a millimetre of paper takes now."""
        return self.sheet.scale / pixels_per_mm(self.screen()) if self.sheet.scale else 1.0

    def set_zoom(self, zoom: float | None) -> None:
        """Show at this zoom; None = the whole page."""
        self._zoom = zoom
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _step(self, by: int) -> None:
        now = self.zoom()
        beyond = [one for one in STEPS if (one > now * 1.01 if by > 0 else one < now * 0.99)]
        if beyond:
            self.set_zoom(beyond[0] if by > 0 else beyond[-1])

    def _fit(self) -> None:
        true = pixels_per_mm(self.screen())
        if self._zoom is not None:
            scale = self._zoom * true
        else:
            room = self.area.size() - QSize(2 * MARGIN, 2 * MARGIN)
            sides = zip((room.width(), room.height()), self.sheet.size_mm, strict=True)
            scale = max(min((side / mm for side, mm in sides if mm), default=true), 0.2)
        self.sheet.set_scale(scale)
        width, height = self.sheet.size_mm
        if width:
            self.facts.setText(f"{width:g} × {height:g} 毫米，显示 {self.zoom():.0%}")


class _Sheet(QWidget):
    """Paints the page; smaller than its dots it is scaled once per zoom."""

    clicked = Signal(float, float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.image = QImage()
        self.size_mm = (0.0, 0.0)
        self.scale = 0.0
        self.frames: list[QRectF] = []
        self.held: list[tuple[QRectF, str]] = []
        self._shown = QPixmap()

    def show_page(self, image: QImage, width: float, height: float) -> None:
        """Take another page."""
        self.image, self.size_mm, self._shown = image, (width, height), QPixmap()
        self.update()

    def set_scale(self, scale: float) -> None:
        """Pixels of the window system per millimetre."""
        size = self._page_size(scale) + QSize(2 * MARGIN, 2 * MARGIN)
        if scale != self.scale or size != self.size():
            self.scale, self._shown = scale, QPixmap()
            self.resize(size)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.image.isNull():
            return
        painter = QPainter(self)
        size = self._page_size(self.scale)
        if size.width() * self.devicePixelRatioF() < self.image.width():
            painter.drawPixmap(QPoint(MARGIN, MARGIN), self._shrunk(size * self.devicePixelRatioF()))
        else:
            self._draw_dots(painter, size, event.rect())
        painter.setPen(colour("line"))
        painter.drawRect(MARGIN - 1, MARGIN - 1, size.width() + 1, size.height() + 1)
        for area, name in self.held:  # paper is white in the dark too
            painter.setPen(QPen(QColor(LIGHT.muted), 1, Qt.PenStyle.DashLine))
            painter.drawRect(self._seen(area))
            painter.drawText(self._seen(area), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, name)
        painter.setPen(QPen(colour("primary"), _FRAME))
        for area in self.frames:
            painter.drawRect(self._seen(area))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.scale and event.button() == Qt.MouseButton.LeftButton:
            at = event.position() - QPointF(MARGIN, MARGIN)
            self.clicked.emit(at.x() / self.scale, at.y() / self.scale)

    def _seen(self, area: QRectF) -> QRectF:
        """Where an area of the page, in millimetres, is on the screen."""
        scale = self.scale
        return QRectF(area.x() * scale + MARGIN, area.y() * scale + MARGIN, area.width() * scale, area.height() * scale)

    def _page_size(self, scale: float) -> QSize:
        width, height = self.size_mm
        return QSize(round(width * scale), round(height * scale))

    def _shrunk(self, wanted: QSize) -> QPixmap:
        """The page in fewer pixels than it has dots, which become greys."""
        if self._shown.size() != wanted:
            keep, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            full = self.image.convertToFormat(QImage.Format.Format_RGB32)
            self._shown = QPixmap.fromImage(full.scaled(wanted, keep, smooth))
            self._shown.setDevicePixelRatio(self.devicePixelRatioF())
        return self._shown

    def _draw_dots(self, painter: QPainter, size: QSize, exposed: QRect) -> None:
        """The page enlarged: each dot a sharp square, as the printer makes it; only what is to be seen."""
        page = QRectF(MARGIN, MARGIN, size.width(), size.height())
        seen = page.intersected(QRectF(exposed))
        wide, high = self.image.width() / page.width(), self.image.height() / page.height()
        left, top = (seen.x() - MARGIN) * wide, (seen.y() - MARGIN) * high
        painter.drawImage(seen, self.image, QRectF(left, top, seen.width() * wide, seen.height() * high))

"""One label, drawn: with a painter onto a page or a preview, or as the dots of a label printer.

Made once for a job, by the thread that draws. What repeats from label to label is set once and kept; what is left for
each is its number and its code.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QGlyphRun, QImage, QPaintEngine, QPainter, QPainterPath, QPen

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import symbols
from zhangshu_desk.labels.painting import marks
from zhangshu_desk.labels.painting.fonts import Fonts
from zhangshu_desk.labels.painting.setting import Setting, Typesetter
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.elements import CODE_KEY, SERIAL_KEY, Area, Box, LabelData, Line, Mark, Words
from zhangshu_desk.labels.rules.templates import MM_PER_POINT, Template, said

MM_PER_INCH = 25.4
Dots = NDArray[np.bool_]
"""Rows of printer dots; True = black."""
INK = 150
"""Grey values below become a black dot: thin strokes are kept, and stay apart."""
_COARSE = 4
"""Dots of a module from which on it may be one pixel of an image: renderers blur what they enlarge by less."""
_INSET = 0.02
"""Dots by which a code is placed smaller: renderers round outwards, and of a hair too much make a dot."""
_PER_CHANGING = frozenset((SERIAL_KEY, CODE_KEY))
_MOST_KEPT = 500
_LARGE = 60.0
"""Pixels from which on letters are drawn by their outlines: on images Qt leaves out runs of glyphs of 64 and more."""


@dataclass(frozen=True)
class _Letters:
    """Glyphs of one font at their place on the label, in dots."""

    origin: QPointF
    glyphs: QGlyphRun
    pixels: float

    def draw(self, painter: QPainter, left: int, top: int) -> None:
        at = QPointF(left + self.origin.x(), top + self.origin.y())
        is_image = painter.paintEngine().type() is QPaintEngine.Type.Raster
        if is_image and self.pixels * painter.transform().m22() >= _LARGE:
            painter.fillPath(self._outlines().translated(at), Qt.GlobalColor.black)
        else:
            painter.drawGlyphRun(at, self.glyphs)

    def _outlines(self) -> QPainterPath:
        font, path = self.glyphs.rawFont(), QPainterPath()
        for glyph, at in zip(self.glyphs.glyphIndexes(), self.glyphs.positions(), strict=True):
            path.addPath(font.pathForGlyph(glyph).translated(at))
        path.setFillRule(Qt.FillRule.WindingFill)
        return path


@dataclass(frozen=True)
class Placed:
    """Where the code stands on its label, in dots: its corner, the side with the quiet zone, dots of a module."""

    x: int
    y: int
    side: int
    module: int


class LabelPainter:
    """Draws labels of one template at one resolution.

    Args:
        mark: the user's file; None draws a template without its mark, which only a preview may.
        hinted: for dots without grey: strokes are moved onto whole dots.
    """

    def __init__(self, template: Template, dpi: float, mark: Path | None = None, hinted: bool = False) -> None:
        self.template, self.dpi = template, dpi
        self._dots = dpi / MM_PER_INCH
        self._hinted = hinted
        self._fonts = Fonts()
        self._setter = Typesetter(self._fonts)
        self._words = [(at, one) for at, one in enumerate(template.elements) if isinstance(one, Words)]
        self._kept: dict[tuple[int, str], list[_Letters]] = {}
        self._mark = self._load_mark(mark)
        self._still: tuple[tuple[str, ...], QImage] | None = None
        self._mark_dots = marks.dots_of(self._mark[2]) if self._mark is not None and hinted else None
        self._version = 0
        self._placed: Placed | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Of a label, in dots."""
        return round(self.template.width * self._dots), round(self.template.height * self._dots)

    def paint(self, painter: QPainter, left: int, top: int, data: LabelData) -> Placed:
        """Draw a label whose corner is at these dots of the painter.

        Raises:
            DeskError: what `check` would have found.
        """
        for at, element in self._words:
            _draw(painter, self._set(at, element, data), left, top)
        self._paint_still_parts(painter, left, top)
        if self._mark is not None:
            x, y, image = self._mark
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(left + x, top + y, image.width(), image.height()), image)
        symbol = self._symbol(data)
        placed = self._place(symbol.version)
        quiet = symbols.QUIET_ZONE * placed.module
        side = placed.side - 2 * quiet
        image = _code_image(symbol.modules, placed.module)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # modules have edges
        place = QRectF(left + placed.x + quiet, top + placed.y + quiet, side, side)
        painter.drawImage(place.adjusted(_INSET, _INSET, -_INSET, -_INSET), image)
        return placed

    def dots(self, data: LabelData) -> tuple[Dots, Placed]:
        """A label as the dots of a printer, and where its code is.

        Raises:
            DeskError: what `check` would have found.
        """
        image = self._still_image(data).copy()
        with _painter(image) as painter:
            for at, element in self._words:
                if element.keys & _PER_CHANGING:
                    _draw(painter, self._set(at, element, data))
        dots = marks.grey_of(image) < INK
        if self._mark is not None and self._mark_dots is not None:
            _ink(dots, self._mark[0], self._mark[1], self._mark_dots)
        symbol = self._symbol(data)
        placed = self._place(symbol.version)
        quiet = symbols.QUIET_ZONE * placed.module
        modules = symbol.modules.repeat(placed.module, axis=0).repeat(placed.module, axis=1)
        _ink(dots, placed.x + quiet, placed.y + quiet, modules)
        return dots, placed

    # -- words ---------------------------------------------------------------------------------------------------------

    def _set(self, at: int, element: Words, data: LabelData) -> list[_Letters]:
        text = said(element, data)
        key = at, text
        found = self._kept.get(key)
        if found is not None:
            return found
        setting = self._setter.set(text, element.area, element.style)
        if setting.missing:
            raise DeskError("label.glyph_missing", characters="".join(setting.missing), text=text)
        if not setting.fits:
            raise DeskError("label.text_long", text=text)
        drawn = self._drawn(setting)
        if not element.keys & _PER_CHANGING:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = drawn
        return drawn

    def _drawn(self, setting: Setting) -> list[_Letters]:
        pixels = setting.size * MM_PER_POINT * self._dots
        if self._hinted:
            pixels = max(1, round(pixels))
        drawn = []
        for line in setting.lines:
            origin = QPointF(line.x * self._dots, line.baseline * self._dots)
            if self._hinted:
                origin = QPointF(round(origin.x()), round(origin.y()))
            for run in line.runs:
                glyphs = QGlyphRun()
                glyphs.setRawFont(run.face.sized(pixels, self._hinted))
                glyphs.setGlyphIndexes(run.glyphs)
                at = [round(one * pixels) if self._hinted else one * pixels for one in run.at]
                glyphs.setPositions([QPointF(one, 0) for one in at])
                drawn.append(_Letters(origin, glyphs, pixels))
        return drawn

    # -- what stays ----------------------------------------------------------------------------------------------------

    def _still_image(self, data: LabelData) -> QImage:
        """Everything in grey that is the same as on the label before."""
        words = [(at, one) for at, one in self._words if not one.keys & _PER_CHANGING]
        key = tuple(said(one, data) for _, one in words)
        if self._still is None or self._still[0] != key:
            image = QImage(*self.size, QImage.Format.Format_Grayscale8)
            image.fill(Qt.GlobalColor.white)
            with _painter(image) as painter:
                for at, element in words:
                    _draw(painter, self._set(at, element, data))
                self._paint_still_parts(painter, 0, 0)
            self._still = key, image
        return self._still[1]

    def _paint_still_parts(self, painter: QPainter, left: int, top: int) -> None:
        for element in self.template.elements:
            if isinstance(element, Line):
                self._paint_line(painter, left, top, element)
            elif isinstance(element, Box):
                self._paint_box(painter, left, top, element)

    def _paint_line(self, painter: QPainter, left: int, top: int, line: Line) -> None:
        dots = self._dots
        thick = max(1, round(line.thickness * dots))
        x, y, x2, y2 = (round(one * dots) for one in (line.x, line.y, line.x2, line.y2))
        if x == x2 or y == y2:  # on whole dots, sharp everywhere
            across, along = (thick, abs(y2 - y)) if x == x2 else (abs(x2 - x), thick)
            painter.fillRect(QRectF(left + min(x, x2), top + min(y, y2), across, along), Qt.GlobalColor.black)
            return
        painter.setPen(QPen(Qt.GlobalColor.black, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(left + x, top + y), QPointF(left + x2, top + y2))
        painter.setPen(Qt.GlobalColor.black)

    def _paint_box(self, painter: QPainter, left: int, top: int, box: Box) -> None:
        dots = self._dots
        thick = max(1, round(box.thickness * dots))
        x, y = left + round(box.area.x * dots), top + round(box.area.y * dots)
        width, height = round(box.area.width * dots) - thick, round(box.area.height * dots) - thick
        painter.setPen(
            QPen(Qt.GlobalColor.black, thick, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        corner = box.radius * dots
        painter.drawRoundedRect(QRectF(x + thick / 2, y + thick / 2, width, height), corner, corner)
        painter.setPen(Qt.GlobalColor.black)

    def _load_mark(self, file: Path | None) -> tuple[int, int, QImage] | None:
        place: Mark | None = self.template.mark
        if file is None or place is None:
            return None
        x, y, width, height = _whole(place.area, self._dots)
        image = marks.load(file, width, height)
        return x + (width - image.width()) // 2, y + (height - image.height()) // 2, image

    # -- the code ------------------------------------------------------------------------------------------------------

    def _symbol(self, data: LabelData) -> symbols.Symbol:
        text, level = data[CODE_KEY], self.template.qr.level
        if not self._version:  # all labels of a job get symbols of the same size
            self._version = symbols.version_of(codes.widest(text), level)
        return symbols.symbol(text, level, self._version)

    def _place(self, version: int) -> Placed:
        if self._placed is None or version != self._version:
            qr = self.template.qr
            fit = symbols.fitting(version, min(qr.area.width, qr.area.height), self.dpi, qr.least)
            side = (symbols.modules_across(version) + 2 * symbols.QUIET_ZONE) * fit.dots
            x, y, width, height = _whole(qr.area, self._dots)
            self._version = version
            self._placed = Placed(x + (width - side) // 2, y + (height - side) // 2, side, fit.dots)
        return self._placed


def image_of(dots: Dots) -> QImage:
    """Dots as a 1-bit image, black on white."""
    height, width = dots.shape
    line = (width + 31) // 32 * 4
    rows = np.zeros((height, line), np.uint8)
    packed = np.packbits(~dots, axis=1)
    rows[:, : packed.shape[1]] = packed
    image = QImage(rows.tobytes(), width, height, line, QImage.Format.Format_Mono).copy()
    image.setColorTable([_BLACK, _WHITE])  # only in this order does Qt write one bit for each dot into a PDF
    return image


_BLACK, _WHITE = 0xFF000000, 0xFFFFFFFF


def _draw(painter: QPainter, letters: list[_Letters], left: int = 0, top: int = 0) -> None:
    for one in letters:
        one.draw(painter, left, top)


def _code_image(modules: Dots, module: int) -> QImage:
    if module < _COARSE:
        modules = modules.repeat(module, axis=0).repeat(module, axis=1)
    return image_of(modules)


def _painter(image: QImage) -> QPainter:
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setPen(Qt.GlobalColor.black)
    return painter


def _ink(dots: Dots, x: int, y: int, black: Dots) -> None:
    """Put black dots onto others, at a corner; what is there stays."""
    height, width = black.shape
    dots[y : y + height, x : x + width] |= black


def _whole(area: Area, dots: float) -> tuple[int, int, int, int]:
    """An area in whole dots, not larger than it is."""
    left, top = int(np.ceil(area.x * dots - 1e-6)), int(np.ceil(area.y * dots - 1e-6))
    right = int(np.floor((area.x + area.width) * dots + 1e-6))
    bottom = int(np.floor((area.y + area.height) * dots + 1e-6))
    return left, top, right - left, bottom - top

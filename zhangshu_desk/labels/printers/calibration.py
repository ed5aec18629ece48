"""The calibration page: four crosses to be measured, rulers, the places of a sheet. It is painted like labels are.

Everything on it stands where a label's corner would stand with the printer's settings, so it shows what they do.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLineF, QMarginsF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from zhangshu_desk.labels.painting.fonts import SANS
from zhangshu_desk.labels.printers.raster import Raster, from_image
from zhangshu_desk.labels.rules.calibration import LABELS, crosses
from zhangshu_desk.labels.rules.geometries import Geometry, Sheet
from zhangshu_desk.labels.rules.printers import PrinterSettings

_MM_PER_INCH = 25.4
_LINE_MM, _HAIR_MM = 0.2, 0.1
_ARM_MM = 5.0
_NEAR_MM, _FAR_MM = 1.0, 5.0
"""Of the corner marks from the edges: office printers leave the outermost millimetres white."""
_BIG = 100.0
"""A page narrower than this has small letters and no sentences."""


def write_page(settings: PrinterSettings, geometry: Geometry, file: Path) -> None:
    """Write the page as a PDF. Raises `OSError`."""
    writer = QPdfWriter(str(file))
    writer.setTitle(f"校准页 {settings.name}")
    writer.setResolution(settings.dpi)
    size = QPageSize(QSizeF(*geometry.page), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError(f"cannot write {file.name}")
    _Page(painter, settings, geometry).draw()
    if not painter.end():
        raise OSError(f"cannot write {file.name}")


def raster(settings: PrinterSettings, geometry: Geometry) -> Raster:
    """The label as printer dots."""
    width, height = (round(side * settings.dpi / _MM_PER_INCH) for side in geometry.page)
    image = QImage(width, height, QImage.Format.Format_Mono)
    image.fill(1)
    painter = QPainter(image)
    _Page(painter, settings, geometry).draw()
    painter.end()
    return from_image(image)


class _Page:
    """Draws in millimetres of the paper, moved as the printer's settings say."""

    def __init__(self, painter: QPainter, settings: PrinterSettings, geometry: Geometry) -> None:
        self._painter, self._settings, self._geometry = painter, settings, geometry
        self._dots = settings.dpi / _MM_PER_INCH
        self._scale = (settings.scale_x, settings.scale_y) if isinstance(geometry, Sheet) else (1_000, 1_000)
        self._big = min(geometry.page) >= _BIG

    def draw(self) -> None:
        """Everything."""
        self._draw_places()
        at = crosses(*self._geometry.page)
        columns = (at.left / 1000, (at.left + at.across) / 1000)
        rows = (at.top / 1000, (at.top + at.down) / 1000)
        for x in columns:
            for y in rows:
                self._draw_cross(x, y)
        self._draw_corners()
        self._draw_ruler(columns[0], rows[0])
        self._draw_words(columns, rows)

    def _at(self, x: float, y: float) -> QPointF:
        """Dots of a place on the paper."""
        right, down = self._settings.offset_x / 1000, self._settings.offset_y / 1000
        return QPointF(
            (x * self._scale[0] / 1000 + right) * self._dots, (y * self._scale[1] / 1000 + down) * self._dots
        )

    def _line(self, x: float, y: float, x2: float, y2: float, width: float = _LINE_MM) -> None:
        pen = QPen(Qt.GlobalColor.black, max(1.0, round(width * self._dots)))
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._painter.setPen(pen)
        self._painter.drawLine(QLineF(self._at(x, y), self._at(x2, y2)))

    def _draw_cross(self, x: float, y: float) -> None:
        arm = min(_ARM_MM, x, y)
        self._line(x - arm, y, x + arm, y)
        self._line(x, y - arm, x, y + arm)

    def _draw_corners(self) -> None:
        """A mark in each corner of the paper."""
        inset = _FAR_MM if self._big else _NEAR_MM
        width, height = self._geometry.page
        for x, inwards in ((inset, 1), (width - inset, -1)):
            for y, down in ((inset, 1), (height - inset, -1)):
                self._line(x, y, x + inwards * _ARM_MM, y)
                self._line(x, y, x, y + down * _ARM_MM)

    def _draw_ruler(self, left: float, top: float) -> None:
        """Millimetres from the paper's edges up to the first cross, beside it."""
        for mm in range(int(left) + 1):
            self._line(mm, top, mm, top + self._tick(mm), _HAIR_MM)
        for mm in range(int(top) + 1):
            self._line(left, mm, left + self._tick(mm), mm, _HAIR_MM)

    def _tick(self, mm: int) -> float:
        return 3.0 if mm % 10 == 0 else 2.0 if mm % 5 == 0 else 1.0

    def _draw_places(self) -> None:
        """The labels of a sheet with their numbers, to be held against one."""
        geometry = self._geometry
        if not isinstance(geometry, Sheet):
            return
        for place in range(geometry.places):
            x, y = geometry.corner(place)
            corner, size = self._at(x, y), QSizeF(geometry.width * self._dots, geometry.height * self._dots)
            self._painter.setPen(QPen(Qt.GlobalColor.black, max(1.0, round(_HAIR_MM * self._dots))))
            self._painter.drawRect(QRectF(corner, size))
            self._say(str(place + 1), QRectF(corner, size).adjusted(self._dots, self._dots, 0, 0), 3.0)

    def _draw_words(self, columns: tuple[float, float], rows: tuple[float, float]) -> None:
        width = columns[1] - columns[0] - 4
        box = QRectF(
            self._at(columns[0] + 4, rows[0] + 4), QSizeF(width * self._dots, (rows[1] - rows[0] - 6) * self._dots)
        )
        settings = self._settings
        if not self._big:
            self._say(f"① {columns[0]:g} mm\n② {rows[0]:g} mm", box, 2.6)
            return
        lengths = "\n".join(f"{LABELS[one]}：应为 {mm:g} mm" for one, mm in self._lengths())
        moved = f"偏移 {settings.offset_x / 1000:+g} / {settings.offset_y / 1000:+g} mm"
        scaled = f"比例 {settings.scale_x / 10:g}% / {settings.scale_y / 10:g}%"
        head = f"校准页 · {settings.name}\n打印时的设置：{moved}，{scaled}"
        self._say(f"{head}\n\n请用尺量，把量得的数填入程序：\n{lengths}", box, 5.0, backed=True)

    def _lengths(self) -> list[tuple[str, float]]:
        at = crosses(*self._geometry.page)
        return [
            ("left", at.left / 1000),
            ("top", at.top / 1000),
            ("across", at.across / 1000),
            ("down", at.down / 1000),
        ]

    def _say(self, text: str, box: QRectF, mm: float, *, backed: bool = False) -> None:
        letters = QFont()
        letters.setFamilies(list(SANS))
        letters.setPixelSize(max(1, round(mm * self._dots)))
        letters.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        letters.setFeature(QFont.Tag.fromString("locl"), 0)
        self._painter.setFont(letters)
        self._painter.setPen(Qt.GlobalColor.black)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
        if backed:
            taken = self._painter.boundingRect(box, flags, text)
            self._painter.fillRect(
                taken.adjusted(-self._dots, -self._dots, self._dots, self._dots), Qt.GlobalColor.white
            )
        self._painter.drawText(box, flags, text)

"""Pages of labels: drawn for the eye, and written into a PDF with the code in whole dots and the rest as vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLineF, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.painting.label import MM_PER_INCH, LabelPainter
from zhangshu_desk.labels.reading import Expected
from zhangshu_desk.labels.rules.elements import CODE_KEY, SERIAL_KEY, LabelData
from zhangshu_desk.labels.rules.sheets import Layout, Outline, runs_off
from zhangshu_desk.labels.rules.templates import Template

_HAIR_MM = 0.1
_TICK_MM, _TICK_GAP_MM = 3.0, 0.5
PlacedData = Sequence[tuple[int, LabelData]]


class PagePainter:
    """Draws the pages of one job; belongs to the thread that made it.

    Raises:
        DeskError: `label.offset_cuts` when the layout would move something off the paper; of `marks.load`.
    """

    def __init__(self, template: Template, layout: Layout, mark: Path | None = None) -> None:
        if runs_off(template, layout):
            raise DeskError("label.offset_cuts")
        self.template, self.layout = template, layout
        self._geometry = template.geometry
        self._dots = layout.dpi / MM_PER_INCH
        self._label = LabelPainter(template, layout.dpi, mark)

    def draw(self, painter: QPainter, labels: PlacedData) -> list[Expected]:
        """Draw a page in dots of the layout, and say which codes are on it.

        Raises:
            DeskError: what `checking.check` would have found.
        """
        painter.setPen(Qt.GlobalColor.black)
        expected = []
        for place, data in labels:
            x, y = self.layout.corner(self._geometry, place)
            left, top = round(x * self._dots), round(y * self._dots)
            code = self._label.paint(painter, left, top, data)
            at = (left + code.x) / self._dots, (top + code.y) / self._dots
            expected.append(Expected(data[CODE_KEY], data[SERIAL_KEY], place, *at, code.side / self._dots))
        if self.layout.outline is not Outline.NONE:
            self._draw_outlines(painter, [place for place, _ in labels])
        return expected

    def picture(self, labels: PlacedData, dpi: float) -> QImage:
        """The page as it will be on paper, smaller or larger.

        Raises:
            DeskError: as `draw`.
        """
        width, height = self._geometry.page
        dots = dpi / MM_PER_INCH
        image = QImage(round(width * dots), round(height * dots), QImage.Format.Format_RGB32)
        image.setDotsPerMeterX(round(dots * 1_000))
        image.setDotsPerMeterY(round(dots * 1_000))
        image.fill(Qt.GlobalColor.white)
        with QPainter(image) as painter:
            hint = QPainter.RenderHint
            painter.setRenderHints(hint.TextAntialiasing | hint.Antialiasing)
            painter.scale(dpi / self.layout.dpi, dpi / self.layout.dpi)
            self.draw(painter, labels)
        return image

    def _draw_outlines(self, painter: QPainter, places: list[int]) -> None:
        dots, geometry = self._dots, self._geometry
        corners = [self.layout.corner(geometry, place) for place in places]
        painter.setPen(QPen(Qt.GlobalColor.black, _HAIR_MM * dots))
        if self.layout.outline is Outline.BOX:
            size = geometry.width * dots, geometry.height * dots
            painter.drawRects([QRectF(x * dots, y * dots, *size) for x, y in corners])
        else:
            across = {edge for x, _ in corners for edge in (x, x + geometry.width)}
            down = {edge for _, y in corners for edge in (y, y + geometry.height)}
            painter.drawLines([_scaled(tick, dots) for tick in _ticks(across, down)])
        painter.setPen(Qt.GlobalColor.black)


class PdfFile:
    """A PDF that is written page by page; nothing of it stays in memory.

    Args:
        title: of the document.

    Raises:
        OSError: it cannot be written, also of `add` and `close`.
    """

    def __init__(self, file: Path, pages: PagePainter, title: str) -> None:
        self._file, self._pages = file, pages
        self._writer = QPdfWriter(str(file))
        self._writer.setTitle(title)
        self._writer.setResolution(pages.layout.dpi)
        self._writer.setPageLayout(_page_layout(*pages.template.geometry.page))
        self._painter = QPainter()
        self._begun = False

    def add(self, labels: PlacedData) -> list[Expected]:
        """Add a page. Raises `DeskError` as `PagePainter.draw`."""
        if not self._begun:
            if not self._painter.begin(self._writer):
                raise OSError(f"cannot write {self._file.name}")
            # Else Qt turns the mark into a JPEG, which changes its colours.
            self._painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
            self._begun = True
        elif not self._writer.newPage():
            raise OSError(f"cannot write {self._file.name}")
        return self._pages.draw(self._painter, labels)

    def close(self) -> None:
        """Finish the file. `read_back_pdf` tells whether all of it reached the disk."""
        if self._painter.isActive() and not self._painter.end():
            raise OSError(f"cannot write {self._file.name}")


def _page_layout(width: float, height: float) -> QPageLayout:
    size = QPageSize(QSizeF(width, height), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF())


def _ticks(across: set[float], down: set[float]) -> list[QLineF]:
    """Short lines outside the labels, in line with their edges."""
    left, right, top, bottom = min(across), max(across), min(down), max(down)
    near, far = _TICK_GAP_MM, _TICK_GAP_MM + _TICK_MM
    lines = [QLineF(x, top - near, x, top - far) for x in across] + [
        QLineF(x, bottom + near, x, bottom + far) for x in across
    ]
    return (
        lines
        + [QLineF(left - near, y, left - far, y) for y in down]
        + [QLineF(right + near, y, right + far, y) for y in down]
    )


def _scaled(line: QLineF, dots: float) -> QLineF:
    return QLineF(line.p1() * dots, line.p2() * dots)

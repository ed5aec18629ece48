"""A paper: HTML laid out on a roll or a sheet, drawn alike into PDF, onto printers and into pictures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QTextDocument,
)

from zhangshu_desk.ui.theme import font

PER_MM = 96 / 25.4
"""Papers are laid out in pixels of 1/96 inch, whatever screen or printer they end on."""
_PDF_DPI = 600


class Kind(Enum):
    """What a paper is printed on: width, height (None = as long as its text) and margin, in mm."""

    SLIP_80 = (80.0, None, 4.0)
    SLIP_58 = (58.0, None, 4.0)
    A4 = (210.0, 297.0, 15.0)

    @property
    def width_mm(self) -> float:
        return float(self.value[0])

    @property
    def height_mm(self) -> float | None:
        height: float | None = self.value[1]
        return height

    @property
    def margin_mm(self) -> float:
        return float(self.value[2])

    @property
    def is_roll(self) -> bool:
        return self.height_mm is None


def slip(width_mm: int) -> Kind:
    """The roll of this width: 58 or 80 mm."""
    return Kind.SLIP_58 if width_mm == 58 else Kind.SLIP_80


@dataclass(frozen=True)
class Paper:
    """One paper to print.

    Attributes:
        title: name of the print job and of the file.
        html: Qt's HTML subset, sizes in px (1 px = 1/96 inch), text black on white.
    """

    title: str
    html: str
    kind: Kind


class Layout:
    """A paper's pages, ready to be drawn. Make and use it in one thread, any thread."""

    def __init__(self, paper: Paper) -> None:
        self._kind = paper.kind
        self._document = QTextDocument()
        self._document.setUndoRedoEnabled(False)
        self._document.setDocumentMargin(0)
        self._document.setUseDesignMetrics(True)
        self._document.setDefaultFont(_paper_font())
        self._document.setHtml(paper.html)
        self._width = (paper.kind.width_mm - 2 * paper.kind.margin_mm) * PER_MM
        self._document.setTextWidth(self._width)
        if paper.kind.height_mm is None:
            self._height = self._document.size().height()
        else:
            self._height = (paper.kind.height_mm - 2 * paper.kind.margin_mm) * PER_MM
            self._document.setPageSize(QSizeF(self._width, self._height))

    @property
    def size_mm(self) -> QSizeF:
        """The paper's size in mm; a roll is as long as its text."""
        height = self._kind.height_mm or self._height / PER_MM + 2 * self._kind.margin_mm
        return QSizeF(self._kind.width_mm, height)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return 1 if self._kind.is_roll else self._document.pageCount()

    def draw(self, painter: QPainter, page: int, dots_per_mm: float) -> None:
        """Draw page `page` (0-based) with the paper's top left corner at the painter's origin."""
        painter.save()
        painter.scale(dots_per_mm / PER_MM, dots_per_mm / PER_MM)
        margin = self._kind.margin_mm * PER_MM
        painter.translate(margin, margin - page * self._height)
        area = QRectF(0, page * self._height, self._width, self._height)
        painter.setClipRect(area)
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette = _black()  # type: ignore[attr-defined]  # a public field the stubs leave out
        context.clip = area  # type: ignore[attr-defined]
        self._document.documentLayout().draw(painter, context)
        painter.restore()
        if self.pages > 1:
            self._draw_number(painter, page, dots_per_mm)

    def _draw_number(self, painter: QPainter, page: int, dots_per_mm: float) -> None:
        painter.save()
        painter.scale(dots_per_mm / PER_MM, dots_per_mm / PER_MM)
        painter.setFont(font(11))
        margin, size = self._kind.margin_mm, self.size_mm
        foot = QRectF(0, size.height() - margin, size.width(), margin - 4)
        foot = QRectF(foot.x() * PER_MM, foot.y() * PER_MM, foot.width() * PER_MM, foot.height() * PER_MM)
        painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, f"第 {page + 1} / {self.pages} 页")
        painter.restore()


def page_layout(size_mm: QSizeF) -> QPageLayout:
    """The page of this size, without margins of its own (the paper brings them)."""
    size = QPageSize(size_mm, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF())


def write_pdf(paper: Paper, path: Path) -> None:
    """Write `paper` as a PDF at `path`. Raises `OSError` when the file cannot be written."""
    layout = Layout(paper)
    writer = QPdfWriter(str(path))
    writer.setTitle(paper.title)
    writer.setResolution(_PDF_DPI)
    writer.setPageLayout(page_layout(layout.size_mm))
    painter = QPainter()
    if not painter.begin(writer):
        raise OSError(f"cannot write {path}")
    for page in range(layout.pages):
        if page:
            writer.newPage()
        layout.draw(painter, page, _PDF_DPI / 25.4)
    painter.end()


def pictures(paper: Paper, dpi: float = 96) -> list[QImage]:
    """The pages of `paper` as pictures at `dpi` dots per inch, black on white."""
    layout = Layout(paper)
    dots = dpi / 25.4
    size = (layout.size_mm * dots).toSize()
    made = []
    for page in range(layout.pages):
        image = QImage(size, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        layout.draw(painter, page, dots)
        painter.end()
        made.append(image)
    return made


def _paper_font() -> QFont:
    made = font(13)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    # Without `locl` the digits of Noto Sans CJK keep their code points, so text copied from the PDF is right.
    made.setFeature(QFont.Tag.fromString("locl"), 0)
    return made


def _black() -> QPalette:
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Text, QColor(Qt.GlobalColor.black))
    return palette

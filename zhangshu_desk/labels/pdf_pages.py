"""The pages of a PDF file as a printer would render them."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

PDFIUM = threading.Lock()
"""Held while anybody uses pypdfium2: PDFium is made for one thread at a time."""
POINTS_PER_INCH = 72
Grey = NDArray[np.uint8]
"""Rows of grey values, 0 = black."""
Box = tuple[float, float, float, float]
Colours = NDArray[np.uint8]
"""Rows of pixels of red, green and blue."""


class PdfPages:
    """An open PDF file.

    Raises:
        ValueError: the file is no PDF.
    """

    def __init__(self, file: Path) -> None:
        import pypdfium2  # type: ignore[import-untyped]  # has no types

        with PDFIUM:
            try:
                self._document = pypdfium2.PdfDocument(file)
            except pypdfium2.PdfiumError as error:
                raise ValueError(f"{file.name} is no PDF") from error
            self.count: int = len(self._document)

    def size(self, page: int) -> tuple[float, float]:
        """Width and height of a page, in points."""
        with PDFIUM:
            width, height = self._document.get_page_size(page)
        return float(width), float(height)

    def grey(self, page: int, dpi: float, parts: Iterable[Box] | None = None) -> Grey:
        """A page in grey.

        Args:
            parts: left, top, right, bottom in dots: only what is drawn there, the rest stays white. A page with many
                codes takes a quarter of the time without its texts.
        """
        import pypdfium2
        from pypdfium2 import raw

        scale = dpi / POINTS_PER_INCH
        with PDFIUM:
            one = self._document[page]
            width, height = (math.ceil(side * scale) for side in one.get_size())
            bitmap = pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_Gray)
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
            whole = raw.FS_MATRIX(scale, 0, 0, scale, 0, 0)
            for part in parts if parts is not None else [(0.0, 0.0, float(width), float(height))]:
                raw.FPDF_RenderPageBitmapWithMatrix(bitmap, one, whole, raw.FS_RECTF(*part), raw.FPDF_GRAYSCALE)
            pixels: Grey = bitmap.to_numpy()  # of memory that is ours and stays
            bitmap.close()
            one.close()
        return pixels

    def colours(self, page: int, dpi: float) -> Colours:
        """A whole page in its colours, on white."""
        with PDFIUM:
            one = self._document[page]
            bitmap = one.render(scale=dpi / POINTS_PER_INCH, rev_byteorder=True)
            copy: Colours = np.array(bitmap.to_numpy()[:, :, :3])
            bitmap.close()
            one.close()
        return copy

    def close(self) -> None:
        """Let go of the file."""
        with PDFIUM:
            self._document.close()

    def __enter__(self) -> PdfPages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

"""The pages of a PDF file as a printer would render them."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

PDFIUM = threading.Lock()
"""Held while anybody uses pypdfium2: PDFium is made for one thread at a time."""
POINTS_PER_INCH = 72
Grey = NDArray[np.uint8]
"""Rows of grey values, 0 = black."""
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

    def grey(self, page: int, dpi: float) -> Grey:
        """A page in grey."""
        return self._rendered(page, dpi / POINTS_PER_INCH, grey=True)

    def colours(self, page: int, dpi: float) -> Colours:
        """A page in its colours, on white."""
        return self._rendered(page, dpi / POINTS_PER_INCH, grey=False)

    def close(self) -> None:
        """Let go of the file."""
        with PDFIUM:
            self._document.close()

    def _rendered(self, page: int, scale: float, grey: bool) -> NDArray[np.uint8]:
        with PDFIUM:
            one = self._document[page]
            bitmap = one.render(scale=scale, grayscale=grey, rev_byteorder=True)
            pixels = bitmap.to_numpy()
            copy: NDArray[np.uint8] = np.array(pixels if grey else pixels[:, :, :3])
            bitmap.close()
            one.close()
        return copy.reshape(copy.shape[:2]) if grey else copy

    def __enter__(self) -> PdfPages:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()

"""Codes read back from what goes to paper: from the dots of a label printer, and from a rendered page of a PDF.

Whatever is not read, or reads otherwise than it should, stops the job: a label that does not scan is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.pdf_pages import Grey, PdfPages

DPI = 300
"""At which pages of a PDF are read back."""
_MARGIN = 0.15
"""Of a code's side, around it, when one that was not found on the page is looked at alone."""
_MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Expected:
    """A code that should be on a page.

    Attributes:
        text: what it should say. serial: printed beside it, for refusals. place: on the page, from 0.
        x, y, side: where it is, with its quiet zone, in millimetres from the page's top left corner.
    """

    text: str
    serial: str
    place: int
    x: float
    y: float
    side: float


def read_back(image: Grey, dpi: float, expected: Sequence[Expected], page: int = 0) -> None:
    """Compare the codes on an image with what they should say.

    Args:
        image: rows of grey values, 0 = black.
        page: from 0, for refusals.

    Raises:
        DeskError: `label.not_readable` or `label.reads_otherwise` with page, place and serial, all counted from 1.
    """
    found = [(_centre(one), one.text) for one in _codes(image)]
    for one in expected:
        left, top, right, bottom = _box(one, dpi)
        text = next((said for (x, y), said in found if left <= x <= right and top <= y <= bottom), None)
        if text is None:
            text = _alone(image, one, dpi)
        facts = {"page": page + 1, "place": one.place + 1, "serial": one.serial}
        if text is None:
            raise DeskError("label.not_readable", **facts)
        if text != one.text:
            raise DeskError("label.reads_otherwise", **facts)


def read_back_pdf(file: Path, pages: Iterable[Sequence[Expected]], first_page: int = 0) -> Iterator[int]:
    """Read back every page of a PDF; gives how many codes were read with each page.

    One thread renders the pages, another reads them.

    Args:
        pages: what should be on each.
        first_page: the number of the file's first page in the job, from 0, for refusals.

    Raises:
        DeskError: of `read_back`; `label.pages_missing` when the file has fewer or more pages than expected, or cannot
            be read at all, as on a full disk.
    """
    try:
        document = PdfPages(file)
    except ValueError as error:
        raise DeskError("label.pages_missing", found=0, file=file.name) from error
    with document, ThreadPoolExecutor(1, "codes") as reader:
        number, reading = 0, _nothing()
        for number, expected in enumerate(pages, 1):
            if number <= document.count:
                image = document.grey(number - 1, DPI, (_box(one, DPI, _MARGIN) for one in expected))
                yield from reading.result()
                reading = reader.submit(_read, image, expected, first_page + number - 1)
        yield from reading.result()
        if number != document.count:
            raise DeskError("label.pages_missing", found=document.count, file=file.name)


def _read(image: Grey, expected: Sequence[Expected], page: int) -> list[int]:
    read_back(image, DPI, expected, page)
    return [len(expected)]


def _nothing() -> Future[list[int]]:
    none: Future[list[int]] = Future()
    none.set_result([])
    return none


def _codes(image: Grey, patient: bool = False) -> list[Any]:
    """All QR codes on an image. What we drew is black on white; `patient` looks as a phone does, in twice the time."""
    import zxingcpp

    binarizer = zxingcpp.Binarizer
    return zxingcpp.read_barcodes(
        image,
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_rotate=patient,
        try_downscale=patient,
        try_invert=False,
        binarizer=binarizer.LocalAverage if patient else binarizer.GlobalHistogram,
    )


def _alone(image: Grey, one: Expected, dpi: float) -> str | None:
    """What a code says that was not found among the others: looked at by itself, as a phone would."""
    left, top, right, bottom = _box(one, dpi, _MARGIN)
    height, width = image.shape
    part = image[max(0, int(top)) : min(height, int(bottom) + 1), max(0, int(left)) : min(width, int(right) + 1)]
    found = _codes(np.ascontiguousarray(part), patient=True)
    return str(found[0].text) if len(found) == 1 else None


def _box(one: Expected, dpi: float, margin: float = 0) -> tuple[float, float, float, float]:
    dots, more = dpi / _MM_PER_INCH, one.side * margin
    low, high = -more, one.side + more
    return (one.x + low) * dots, (one.y + low) * dots, (one.x + high) * dots, (one.y + high) * dots


def _centre(code: Any) -> tuple[float, float]:
    corners = code.position
    points = (corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left)
    return sum(one.x for one in points) / 4, sum(one.y for one in points) / 4

"""A run of labels on its way to paper: painted page by page, every page read back before it goes out.

However many labels there are, only a few pages are in memory. Nothing is handed on that was not read back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.reading import Expected, read_back, read_back_pdf
from zhangshu_desk.labels.rules.elements import CODE_KEY, SERIAL_KEY, LabelData
from zhangshu_desk.labels.rules.sheets import Layout, PlacedLabels, spread
from zhangshu_desk.labels.rules.templates import Template

if TYPE_CHECKING:
    from zhangshu_desk.labels.painting.label import Dots
    from zhangshu_desk.labels.painting.pages import PagePainter

Report = Callable[[int, int], None]
"""Told how many labels of how many are done; may raise to stop the run, which then leaves nothing behind."""
MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Run:
    """Labels to be printed with one template.

    Attributes:
        labels: their data, in order; asked for once, label by label.
        count: how many there are. used: places of the first sheet that are used or spoiled.
        mark: the user's file, for a template with a mark.
    """

    template: Template
    labels: Iterable[LabelData]
    count: int
    layout: Layout = field(default_factory=Layout)
    mark: Path | None = None
    used: frozenset[int] = frozenset()
    title: str = ""


@dataclass(frozen=True)
class Part:
    """Some pages of a run, read back and ready for the printer.

    Attributes:
        file: a PDF; whoever gets it deletes it. pages, labels: how many it has.
        first: its first label, counted from 0 in the run.
    """

    file: Path
    pages: int
    labels: int
    first: int


def write_pdf(run: Run, file: Path, report: Report | None = None) -> int:
    """Write a run into one PDF, which is there only when all of it was painted and read back.

    Returns:
        How many pages it has.

    Raises:
        DeskError: `label.pdf_not_written`, or of painting and reading back.
    """
    half = file.with_name(f".{file.name}.part")
    steps = _Steps(report, run.count, a_label=2)
    pages = spread(run.template.geometry, run.labels, run.used)
    count = _make(run, _painter(run), pages, half, 0, steps.add, steps.add)
    try:
        os.replace(half, file)
    except OSError as error:
        raise _not_written(file, error) from error
    return count


def parts(run: Run, folder: Path, pages_each: int, report: Report | None = None) -> Iterator[Part]:
    """Write a run into PDFs of some pages each, so that the first can be printed while the others are made.

    Args:
        folder: made when needed; a part that is not handed on is deleted from it.
        report: told how many labels are read back.

    Raises:
        DeskError: as `write_pdf`; the parts before are good.
    """
    steps, painter = _Steps(report, run.count), _painter(run)
    pages = spread(run.template.geometry, run.labels, run.used)
    first = first_page = 0
    while some := list(islice(pages, pages_each)):
        part = Part(folder / f"{first_page + 1:05d}.pdf", len(some), sum(map(len, some)), first)
        _make(run, painter, some, part.file, first_page, steps.look, steps.add)
        first, first_page = first + part.labels, first_page + part.pages
        yield part


def rasters(run: Run, report: Report | None = None) -> Iterator[Dots]:
    """The labels of a run as dots for a label printer, each read back.

    Raises:
        DeskError: of painting and reading back.
    """
    from zhangshu_desk.labels.painting.label import LabelPainter

    painter = LabelPainter(run.template, run.layout.dpi, run.mark, hinted=True)
    dot = MM_PER_INCH / run.layout.dpi
    for number, data in enumerate(run.labels):
        dots, code = painter.dots(data)
        expected = Expected(data[CODE_KEY], data[SERIAL_KEY], 0, code.x * dot, code.y * dot, code.side * dot)
        read_back((~dots).view(np.uint8) * 255, run.layout.dpi, [expected], number)
        if report is not None:
            report(number + 1, run.count)
        yield dots


class _Steps:
    """Counts labels for a report; each counts as done after `a_label` steps."""

    def __init__(self, report: Report | None, count: int, a_label: int = 1) -> None:
        self._report, self._count, self._a_label = report, count, a_label
        self._steps = 0

    def add(self, labels: int) -> None:
        self._steps += labels
        self.look(labels)

    def look(self, labels: int) -> None:
        """Nothing more is done, but whoever wants to stop may do so."""
        if self._report is not None:
            self._report(self._steps // self._a_label, self._count)


def _make(
    run: Run,
    painter: PagePainter,
    pages: Iterable[PlacedLabels[LabelData]],
    file: Path,
    first_page: int,
    painted: Callable[[int], None],
    read: Callable[[int], None],
) -> int:
    """Paint pages into a PDF and read all of it back; the number of pages. The file is gone when anything goes wrong.

    Args:
        painted, read: told of each page how many labels it has.
    """
    good = False
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        expected = []
        for page in _painted(painter, pages, file, run.title):
            expected.append(page)
            painted(len(page))
        for labels in read_back_pdf(file, expected, first_page):
            read(labels)
        good = True
    except OSError as error:
        raise _not_written(file, error) from error
    finally:
        if not good:
            with suppress(OSError):
                file.unlink()
    return len(expected)


def _painter(run: Run) -> PagePainter:
    from zhangshu_desk.labels.painting.pages import PagePainter

    return PagePainter(run.template, run.layout, run.mark)


def _painted(
    painter: PagePainter, pages: Iterable[PlacedLabels[LabelData]], file: Path, title: str
) -> Iterator[list[Expected]]:
    from zhangshu_desk.labels.painting.pages import PdfFile

    pdf = PdfFile(file, painter, title)
    try:
        for page in pages:
            yield pdf.add(page)
    finally:
        pdf.close()


def _not_written(file: Path, error: OSError) -> DeskError:
    return DeskError("label.pdf_not_written", file=file.parent, detail=error.strerror or "写到一半")

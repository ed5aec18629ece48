"""A run of labels on its way to paper: painted page by page, every page read back before it goes out.

However many labels there are, only a few pages are in memory. Nothing is handed on that was not read back.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
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
    painted: list[list[Expected]] = []
    done = 0

    def halfway(labels: int) -> None:
        nonlocal done
        done += labels
        if report is not None:
            report(done // 2, run.count)

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        for page in _painted(run, spread(run.template.geometry, run.labels, run.used), half):
            painted.append(page)
            halfway(len(page))
        for labels in read_back_pdf(half, iter(painted)):
            halfway(labels)
        os.replace(half, file)
    except OSError as error:
        raise DeskError("label.pdf_not_written", file=file, detail=error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            half.unlink()
    return len(painted)


def parts(run: Run, folder: Path, pages_each: int, report: Report | None = None) -> Iterator[Part]:
    """Write a run into PDFs of some pages each. While one is read back, the next is painted.

    Args:
        folder: made when needed; what was not handed on is deleted from it.
        report: told how many labels are read back; called at least once for each page.

    Raises:
        DeskError: as `write_pdf`; the parts before are good.
    """
    pages = spread(run.template.geometry, run.labels, run.used)
    begun: list[Path] = []
    first = first_page = good = 0
    waiting: Future[Part] | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(1, "reading") as reader:
            while some := list(islice(pages, pages_each)):
                begun.append(folder / f"{first_page + 1:05d}.pdf")
                painted = []
                for page in _painted(run, iter(some), begun[-1]):
                    painted.append(page)
                    if report is not None:
                        report(good, run.count)
                part = Part(begun[-1], len(painted), sum(map(len, painted)), first)
                before = waiting.result() if waiting is not None else None
                waiting = reader.submit(_read_part, part, painted, first_page)
                first, first_page = first + part.labels, first_page + part.pages
                if before is not None:
                    good += before.labels
                    begun.remove(before.file)
                    yield before
            if waiting is not None:
                last = waiting.result()
                if report is not None:
                    report(good + last.labels, run.count)
                begun.remove(last.file)
                yield last
    except OSError as error:
        raise DeskError("label.pdf_not_written", file=folder, detail=error.strerror or str(error)) from error
    finally:
        for file in begun:
            with suppress(OSError):
                file.unlink()


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


def _painted(run: Run, pages: Iterator[PlacedLabels[LabelData]], file: Path) -> Iterator[list[Expected]]:
    """Paint pages into a PDF and say what each should read."""
    from zhangshu_desk.labels.painting.pages import PagePainter, PdfFile

    pdf = PdfFile(file, PagePainter(run.template, run.layout, run.mark), run.title)
    try:
        for page in pages:
            yield pdf.add(page)
    finally:
        pdf.close()


def _read_part(part: Part, painted: list[list[Expected]], first_page: int) -> Part:
    for _ in read_back_pdf(part.file, iter(painted), first_page):
        pass
    return part

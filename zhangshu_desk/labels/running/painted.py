"""Labels painted, read back, and put into the files that a printer is handed, one after the other."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from zhangshu_desk.labels import pages
from zhangshu_desk.labels.pages import Report, Run
from zhangshu_desk.labels.printers.opening import encoded, layout_of
from zhangshu_desk.labels.printers.raster import from_dots
from zhangshu_desk.labels.rules.geometries import Geometry, Medium
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.labels.rules.runs import Row, count, each
from zhangshu_desk.labels.rules.sheets import spread
from zhangshu_desk.labels.rules.templates import Template
from zhangshu_desk.labels.running.content import Content

LABELS_BY_LINE, LABELS_BY_QUEUE, PAGES_BY_QUEUE = 10, 50, 20
"""In one part. A jam leaves no more than a part to be looked at; of a printer that answers, the next part goes out when
this one is on paper."""
Positions = frozenset[int]


@dataclass(frozen=True)
class Paint:
    """How labels are painted for one printer."""

    template: Template
    settings: PrinterSettings
    content: Content
    title: str

    def run(self, row: Row, used: Positions) -> Run:
        """These places as a run of labels; `used`: positions of the first sheet."""
        labels = self.content.labels(each(row))
        layout = layout_of(self.settings)
        return Run(self.template, labels, count(row), layout, self.content.mark, used, self.title)


@dataclass(frozen=True)
class Ready:
    """A file for the printer, with so many labels of the row, in its order."""

    file: Path
    labels: int


def ready(paint: Paint, row: Row, used: Positions, folder: Path, report: Report) -> Generator[Ready, None, None]:
    """The labels of a row in files. What is asked for next is painted then.

    Args:
        report: told how far painting is; may raise to stop.

    Raises:
        DeskError: of painting and reading back; nothing unread is handed on.
    """
    run = paint.run(row, used)
    if not row:
        return
    if paint.settings.way.language is not None:
        each_file = LABELS_BY_LINE if paint.settings.way.is_tcp else LABELS_BY_QUEUE
        yield from _streams(paint, run, folder, each_file, report)
    elif paint.settings.way is Way.PDF:
        pages.write_pdf(run, folder / "all.pdf", report)
        yield Ready(folder / "all.pdf", run.count)
    else:
        yield from (Ready(one.file, one.labels) for one in pages.parts(run, folder, PAGES_BY_QUEUE, report))


def pages_of(geometry: Geometry, row: Row, used: Positions) -> Iterator[list[int]]:
    """The positions that the labels of a row take, page by page; a roll has none."""
    if geometry.medium is Medium.SHEET:
        for page in spread(geometry, each(row), used):
            yield [position for position, _ in page]


def _streams(paint: Paint, run: Run, folder: Path, each_file: int, report: Report) -> Iterator[Ready]:
    rasters = pages.rasters(run, report)
    number = 0
    while some := list(islice(rasters, each_file)):
        file = folder / f"{number:05d}.bin"
        file.write_bytes(b"".join(encoded(paint.settings, paint.template.geometry, from_dots(one)) for one in some))
        number += 1
        yield Ready(file, len(some))

"""Asking a printer how it is, and giving it something that is no job: a trial label, a calibration page."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zhangshu_desk.labels import pages
from zhangshu_desk.labels.pages import Run
from zhangshu_desk.labels.printers import calibration
from zhangshu_desk.labels.printers.opening import check_paper, encoded, layout_of, open_output
from zhangshu_desk.labels.printers.outputs import HalfSent, Known, NotSent, Output, Trouble, Word
from zhangshu_desk.labels.printers.raster import from_dots
from zhangshu_desk.labels.rules.elements import LabelData
from zhangshu_desk.labels.rules.geometries import Geometry
from zhangshu_desk.labels.rules.printers import PrinterSettings
from zhangshu_desk.labels.rules.templates import Template

PATIENCE_S = 4.0
"""Longer nobody waits to hear that a trial came out."""
_LOOK_EVERY_S = 0.1


def condition(settings: PrinterSettings, paper: Geometry, folder: Path) -> frozenset[Trouble] | None:
    """What keeps a printer from printing now, empty = nothing, None = it does not say; answers within some seconds.

    Args:
        folder: where PDF files go.

    Raises:
        DeskError: of `open_output`.
    """
    with _opened(settings, paper, folder) as output:
        try:
            return output.troubles()
        except NotSent as refused:
            return frozenset({refused.trouble})


def print_trial(settings: PrinterSettings, template: Template, data: LabelData, title: str, folder: Path) -> Word:
    """Print one label with this data, read back before it goes out, and say what is known of it after a moment.

    Raises:
        DeskError: of `check_paper`, of painting and reading back, `label.offset_cuts`.
    """
    check_paper(settings, template.geometry)
    run = Run(template, [data], 1, layout_of(settings), title=title)
    with tempfile.TemporaryDirectory() as scratch:
        part = Path(scratch) / "trial"
        if settings.way.language is not None:
            part.write_bytes(
                b"".join(encoded(settings, template.geometry, from_dots(dots)) for dots in pages.rasters(run))
            )
        else:
            pages.write_pdf(run, part)
        return _handed_over(settings, template.geometry, title, part, folder)


def print_calibration(settings: PrinterSettings, paper: Geometry, title: str, folder: Path) -> Word:
    """Print the calibration page, and say what is known of it after a moment.

    Raises:
        DeskError: of `check_paper`.
    """
    check_paper(settings, paper)
    with tempfile.TemporaryDirectory() as scratch:
        part = Path(scratch) / "calibration"
        if settings.way.language is not None:
            part.write_bytes(encoded(settings, paper, calibration.raster(settings, paper), moved=False))
        else:
            calibration.write_page(settings, paper, part)
        return _handed_over(settings, paper, title, part, folder)


def _handed_over(settings: PrinterSettings, paper: Geometry, title: str, part: Path, folder: Path) -> Word:
    with _opened(settings, paper, folder) as output:
        try:
            ticket = output.send(title, part)
        except NotSent as refused:
            return Word(Known.GIVEN_BACK, frozenset({refused.trouble}))
        except HalfSent as cut:
            return Word(Known.STUCK, frozenset({cut.trouble}))
        until = time.monotonic() + PATIENCE_S
        while not (word := output.look(ticket)).over and not word.troubles and time.monotonic() < until:
            time.sleep(_LOOK_EVERY_S)
        return word


@contextmanager
def _opened(settings: PrinterSettings, paper: Geometry, folder: Path) -> Iterator[Output]:
    output = open_output(settings, paper, folder)
    try:
        yield output
    finally:
        output.close()

"""From a printer's settings to the way to it: what it is given, and how."""

from __future__ import annotations

from pathlib import Path

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.printers import cups, tspl, zpl
from zhangshu_desk.labels.printers.cups import CupsOutput
from zhangshu_desk.labels.printers.drawn import DrawnOutput
from zhangshu_desk.labels.printers.files import FileOutput
from zhangshu_desk.labels.printers.media import Media, dots, media_of
from zhangshu_desk.labels.printers.outputs import Output
from zhangshu_desk.labels.printers.raster import Raster, shifted
from zhangshu_desk.labels.printers.tcp import TcpOutput
from zhangshu_desk.labels.printers.windows import Spooler, SpoolerOutput, WinSpooler
from zhangshu_desk.labels.rules.geometries import Geometry, Roll
from zhangshu_desk.labels.rules.printers import Language, PrinterSettings, Way
from zhangshu_desk.labels.rules.sheets import Layout

_LANGUAGES = {Language.TSPL: tspl.label, Language.ZPL: zpl.label}


def check_paper(settings: PrinterSettings, geometry: Geometry) -> None:
    """Raises `DeskError`: `label.printer_paper`, for a label printer has rolls only; `label.printer_way`."""
    if settings.way not in list(Way):
        raise DeskError("label.printer_way", printer=settings.name, way=settings.way.value)
    if settings.way.language is not None and not isinstance(geometry, Roll):
        raise DeskError("label.printer_paper", printer=settings.name, paper=geometry.title)


def layout_of(settings: PrinterSettings) -> Layout:
    """How pages are laid out for this printer. The dots of a label printer are moved by `encoded` instead."""
    if settings.way.language is not None:
        return Layout(settings.dpi)
    offset_x, offset_y = settings.offset_x / 1000, settings.offset_y / 1000
    return Layout(settings.dpi, offset_x, offset_y, settings.scale_x / 1000, settings.scale_y / 1000)


def encoded(settings: PrinterSettings, roll: Geometry, raster: Raster, *, moved: bool = True) -> bytes:
    """A label in the printer's language.

    Args:
        moved: by the printer's offset; False when it was painted there already.

    Raises:
        DeskError: `label.offset_cuts`.
    """
    assert settings.way.language is not None
    if moved:
        right, down = (dots(one, settings.dpi) for one in (settings.offset_x, settings.offset_y))
        raster = shifted(raster, right, down)
    return _LANGUAGES[settings.way.language](raster, _media(settings, roll))


def open_output(settings: PrinterSettings, geometry: Geometry, folder: Path) -> Output:
    """The way to the printer.

    Args:
        folder: where PDF files go.
    """
    language = settings.way.language
    if settings.way is Way.PDF:
        return FileOutput(folder)
    if language is not None and settings.way.is_tcp:
        return TcpOutput(language, settings.address)
    if cups.available():
        return CupsOutput(settings.queue, cups.RAW if language is not None else cups.pages_of(*geometry.page))
    spooler = _spooler()
    if language is not None and spooler is not None:
        return SpoolerOutput(settings.queue, spooler)
    if language is not None:
        raise DeskError("label.no_raw_queue", printer=settings.name)
    return DrawnOutput(settings.queue, *geometry.page, spooler)


def _media(settings: PrinterSettings, roll: Geometry) -> Media:
    gap = roll.gap if isinstance(roll, Roll) else 0
    return media_of(settings, roll.width, roll.height, gap)


def _spooler() -> Spooler | None:
    try:
        return WinSpooler()
    except OSError:
        return None

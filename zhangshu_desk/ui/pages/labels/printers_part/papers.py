"""Which papers a printer may have in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.rules.geometries import Geometry, Medium, shipped_geometries
from zhangshu_desk.labels.rules.printers import PrinterSettings


def papers_of(settings: PrinterSettings, known: Iterable[Geometry] = ()) -> list[Geometry]:
    """Those of `known` (by default those that come with the program) for this printer; a label printer has rolls
    only, for any other sheets come first."""
    papers = list(known) or list(shipped_geometries().values())
    rolls = [one for one in papers if one.medium is Medium.ROLL]
    if settings.way.language is not None:
        return rolls
    return [one for one in papers if one.medium is Medium.SHEET] + rolls


def papers_for(settings: PrinterSettings, folder: Path) -> list[Geometry]:
    """The same with the site's own papers, where its file can be read."""
    try:
        known = templates.geometries(folder)
    except DeskError:
        known = shipped_geometries()
    return papers_of(settings, known.values())

"""Which label comes onto which place of which page, and how a printer puts pages on paper. Lengths in millimetres."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TypeVar

from zhangshu_desk.labels.rules.elements import Area
from zhangshu_desk.labels.rules.geometries import Geometry
from zhangshu_desk.labels.rules.templates import Template

PDF_DPI = 600
"""What office printers have; the modules of a code are whole dots of it."""
T = TypeVar("T")
PlacedLabels = list[tuple[int, T]]
"""The labels of a page, each with its place, from 0."""


class Outline(StrEnum):
    """What is drawn around labels, for paper that is cut afterwards or to see where they lie."""

    NONE = "none"
    BOX = "box"
    CROP = "crop"


@dataclass(frozen=True)
class Layout:
    """How a printer puts labels on its paper.

    Attributes:
        dpi: of the printer. offset_x, offset_y: everything moves right and down by these.
        scale_x, scale_y: they move the labels of a sheet apart or together; a label itself is never scaled, because
            the modules of its code are whole dots.
    """

    dpi: int = PDF_DPI
    offset_x: float = 0
    offset_y: float = 0
    scale_x: float = 1
    scale_y: float = 1
    outline: Outline = Outline.NONE

    def corner(self, geometry: Geometry, place: int) -> tuple[float, float]:
        """Where the label at a place begins on the paper."""
        x, y = geometry.corner(place)
        return x * self.scale_x + self.offset_x, y * self.scale_y + self.offset_y


def free_places(geometry: Geometry, used: frozenset[int]) -> list[int]:
    """The places that are left on a sheet that was begun."""
    return [place for place in range(geometry.places) if place not in used]


def pages_for(geometry: Geometry, count: int, used: frozenset[int] = frozenset()) -> int:
    """How many pages so many labels need."""
    first = len(free_places(geometry, used))
    return (first > 0 and count > 0) + max(0, -(-(count - first) // geometry.places))


def spread(geometry: Geometry, labels: Iterable[T], used: frozenset[int] = frozenset()) -> Iterator[PlacedLabels[T]]:
    """Labels page by page.

    Args:
        used: places of the first sheet that are used or spoiled; the sheets after it are whole. A sheet without a free
            place is passed over.
    """
    waiting = iter(labels)
    places = free_places(geometry, used) or list(range(geometry.places))
    while page := list(zip(places, islice(waiting, len(places)), strict=False)):
        yield page
        places = list(range(geometry.places))


def runs_off(template: Template, layout: Layout) -> bool:
    """Whether something of a label would be moved over an edge of the paper."""
    geometry = template.geometry
    width, height = geometry.page
    paper = Area(-_SLACK, -_SLACK, width + 2 * _SLACK, height + 2 * _SLACK)
    for place in (0, geometry.places - 1):
        x, y = layout.corner(geometry, place)
        moved = (Area(x + a.x, y + a.y, a.width, a.height) for a in (one.area for one in template.elements))
        if not all(paper.holds(one) for one in moved):
            return True
    return False


_SLACK = 0.1

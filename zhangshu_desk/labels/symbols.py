"""The QR symbol of a code (ISO/IEC 18004), and how large its modules may be on paper.

Symbols are those of `qrcode`, module by module and with the mask it would choose; `qr` makes them a few dozen times
faster.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from qrcode import constants  # type: ignore[import-untyped]  # has no types

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.qr import masks, segments
from zhangshu_desk.labels.qr.frames import frame

LEVELS: dict[str, int] = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
"""How much of a symbol may be spoiled: about 7, 15, 25 and 30 %."""
QUIET_ZONE = 4
"""Modules that stay white on every side."""
SMALLEST_MODULE_MM = 0.25
"""No printer and no use may go below."""
_MM_PER_INCH = 25.4
_HAIR = 1e-9  # what a division may leave of a whole number


@dataclass(frozen=True, eq=False)
class Symbol:
    """A QR symbol.

    Attributes:
        level: a key of `LEVELS`; mask: 0 to 7.
        modules: rows of booleans, true is dark; without the quiet zone, and not to be written to.
    """

    version: int
    level: str
    mask: int
    modules: NDArray[np.bool_]


@dataclass(frozen=True)
class Fit:
    """How a symbol stands in its box.

    Attributes:
        dots: printer dots of a module, in both directions.
        module_mm: the same on paper; size_mm: the whole symbol with its quiet zone.
    """

    dots: int
    module_mm: float
    size_mm: float


def symbol(text: str, level: str = "M", least_version: int = 1) -> Symbol:
    """The smallest symbol of a text.

    Args:
        level: a key of `LEVELS`.
        least_version: no smaller than this, so that all labels of a batch look alike.

    Raises:
        DeskError: `label.symbol_full`.
    """
    correction = LEVELS[level]
    plan = segments.plan(text, correction, least_version)
    common = frame(plan.version, correction)
    placed = common.placed(segments.packed(plan, correction))
    mask = masks.best(common.drafts, masks.number(placed), common.width)
    modules = (placed[: common.width**2].reshape(common.width, common.width) ^ common.nothing[mask]).view(np.bool_)
    modules.flags.writeable = False
    return Symbol(plan.version, level, mask, modules)


def version_of(text: str, level: str = "M") -> int:
    """The smallest version that holds a text.

    Raises:
        DeskError: `label.symbol_full`.
    """
    return segments.plan(text, LEVELS[level]).version


def modules_across(version: int) -> int:
    """Modules on a side of a symbol of a version, without the quiet zone."""
    return 4 * version + 17


def fitting(version: int, box_mm: float, dpi: float, least_mm: float = SMALLEST_MODULE_MM, least_dots: int = 1) -> Fit:
    """The largest symbol of a version, with its quiet zone, of whole printer dots in a square box.

    Args:
        least_mm: the smallest module for this use; least_dots: for this printer.

    Raises:
        DeskError: `label.module_small`, with the size of the box that would do.
    """
    across = modules_across(version) + 2 * QUIET_ZONE
    dot_mm = _MM_PER_INCH / dpi
    dots = math.floor(box_mm / dot_mm / across + _HAIR)
    needed = max(least_dots, math.ceil(least_mm / dot_mm - _HAIR))
    if dots < needed:
        would_do = math.ceil(needed * across * dot_mm * 10 - _HAIR) / 10
        least = f"{needed * dot_mm:.2f}"
        raise DeskError("label.module_small", box=f"{box_mm:g}", needed=f"{would_do:g}", least=least, dpi=f"{dpi:g}")
    return Fit(dots, dots * dot_mm, dots * across * dot_mm)

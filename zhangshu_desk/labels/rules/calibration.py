"""From what a ruler says about a calibration page to the offset and scale of a printer. Lengths in micrometres."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.printers import MOST_OFFSET, SCALES, PrinterSettings

_FARTHEST = 20_000
_WHOLE = 1_000


@dataclass(frozen=True)
class Crosses:
    """Where the four crosses of a calibration page should be: so far from each edge of the paper.

    Attributes:
        left, top: of the first cross. across, down: from it to the next one to the right and below.
    """

    left: int
    top: int
    across: int
    down: int


@dataclass(frozen=True)
class Measured:
    """What the ruler says, named as in `Crosses`; `across` and `down` are None where they are of no use: on a roll."""

    left: int
    top: int
    across: int | None = None
    down: int | None = None


LABELS = {
    "left": "① 纸的左边到竖线",
    "top": "② 纸的上边到横线",
    "across": "③ 左右两条竖线之间",
    "down": "④ 上下两条横线之间",
}
"""What the page and the form call each length."""


def crosses(width_mm: float, height_mm: float) -> Crosses:
    """Where the crosses of a page or label of this size are: whole millimetres, in a quarter at most."""
    left, top = (min(_FARTHEST, int(side / 4) * _WHOLE) for side in (width_mm, height_mm))
    return Crosses(left, top, round(width_mm * 1000) - 2 * left, round(height_mm * 1000) - 2 * top)


def calibrated(settings: PrinterSettings, wanted: Crosses, measured: Measured) -> PrinterSettings:
    """The settings with which the crosses will be where they should be.

    Args:
        settings: with which the page was printed.

    Raises:
        DeskError: `label.ruler_unlikely` naming the length: no printer is as far off.
    """
    scale_x = _scale(settings.scale_x, "across", wanted.across, measured.across)
    scale_y = _scale(settings.scale_y, "down", wanted.down, measured.down)
    before_x, before_y = (1_000, 1_000) if measured.across is None else (settings.scale_x, settings.scale_y)
    return replace(
        settings,
        scale_x=settings.scale_x if scale_x is None else scale_x,
        scale_y=settings.scale_y if scale_y is None else scale_y,
        offset_x=_offset(settings.offset_x, before_x, scale_x, "left", wanted.left, measured.left),
        offset_y=_offset(settings.offset_y, before_y, scale_y, "top", wanted.top, measured.top),
    )


# A printer puts what should be at p to a + b·p. The page was painted at p = offset + scale·x; wanted is a + b·p = x:
# so scale' = 1/b and offset' = -a/b. On a roll nothing is scaled, and b counts as 1.


def _scale(scale: int, field: str, wanted: int, found: int | None) -> int | None:
    """The new scale; None where none was measured."""
    if found is None:
        return None
    new = round(scale * wanted / found) if found > 0 else 0
    if not SCALES[0] <= new <= SCALES[1]:
        raise DeskError(
            "label.ruler_unlikely", field=LABELS[field], found=f"{found / 1000:g}", wanted=f"{wanted / 1000:g}"
        )
    return new


def _offset(offset: int, scale: int, new_scale: int | None, field: str, wanted: int, found: int) -> int:
    """The new offset, from where a line should be and where it is."""
    after = 1_000 if new_scale is None else new_scale
    new = round(offset + (scale * wanted - after * found) / 1_000)
    if abs(new) > MOST_OFFSET:
        raise DeskError(
            "label.ruler_unlikely", field=LABELS[field], found=f"{found / 1000:g}", wanted=f"{wanted / 1000:g}"
        )
    return new

"""A label as printer dots, one bit each; what every printer language is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from zhangshu_desk.core.errors import DeskError

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

Dots = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Raster:
    """Rows of dots from the top.

    Attributes:
        width, height: in dots. rows: each row begins with a byte of its own, its leftmost dot in the highest bit;
            1 = black, also beyond the right edge 0.
    """

    width: int
    height: int
    rows: bytes

    @property
    def row_bytes(self) -> int:
        """Bytes of one row."""
        return (self.width + 7) // 8


def from_dots(dots: Dots) -> Raster:
    """A raster of an array of rows; True = black."""
    height, width = dots.shape
    return Raster(width, height, np.packbits(dots, axis=1).tobytes())


def to_dots(raster: Raster) -> Dots:
    """The array of rows of a raster; True = black."""
    rows = np.frombuffer(raster.rows, np.uint8).reshape(raster.height, raster.row_bytes)
    return np.unpackbits(rows, axis=1, count=raster.width).astype(np.bool_)


def from_image(image: QImage) -> Raster:
    """The raster of a painted label, which is black and white already: what is darker than half is black."""
    from PySide6.QtGui import QImage

    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    width, height, line = grey.width(), grey.height(), grey.bytesPerLine()
    rows = np.frombuffer(grey.constBits(), np.uint8, count=line * height).reshape(height, line)
    return from_dots(rows[:, :width] < 128)


def shifted(raster: Raster, right: int, down: int) -> Raster:
    """The label moved by whole dots, on a label of the same size.

    Raises:
        DeskError: `label.offset_cuts`: something would be lost over an edge.
    """
    if right == down == 0:
        return raster
    dots = to_dots(raster)
    moved = np.zeros_like(dots)
    height, width = dots.shape
    if abs(right) < width and abs(down) < height:
        moved[max(down, 0) : height + min(down, 0), max(right, 0) : width + min(right, 0)] = dots[
            max(-down, 0) : height - max(down, 0), max(-right, 0) : width - max(right, 0)
        ]
    if np.count_nonzero(moved) != np.count_nonzero(dots):
        raise DeskError("label.offset_cuts")
    return from_dots(moved)

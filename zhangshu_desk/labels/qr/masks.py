"""The choice among the eight masks, as `qrcode.util.lost_point` judges them (ISO/IEC 18004, 7.8.3).

A symbol is one whole number here, each module a bit: all rows, then all columns. What a rule asks of every module is
then asked of all at once by a few shifts, and `places` leaves out what would run over the end of a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Bits = NDArray[np.uint8]
"""Ones and zeros."""


def number(line: Bits) -> int:
    """A line of bits as one whole number, the first bit the lowest."""
    return int.from_bytes(np.packbits(line, bitorder="little").tobytes(), "little")


@dataclass(frozen=True)
class Places:
    """For symbols of one width, as numbers: the modules where each rule may begin.

    Attributes:
        rows: all modules of the rows.
        pairs: those with a right neighbour; windows: those with ten modules to the right; squares: those in the rows
            with a row below.
    """

    rows: int
    pairs: int
    windows: int
    squares: int


@cache
def places(width: int) -> Places:
    """The places of symbols `width` modules wide."""
    at = np.arange(2 * width * width)
    column, in_rows = at % width, at < width * width
    rules = (in_rows, column < width - 1, column < width - 10, at < width * (width - 1))
    return Places(*(number(rule.astype(np.uint8)) for rule in rules))


def lost_points(dark: int, width: int) -> int:
    """How badly a symbol suits a reader."""
    here = places(width)
    light = ~dark
    same = ~(dark ^ dark >> 1) & here.pairs
    fives = same & same >> 1 & same >> 2 & same >> 3
    lost = 3 * fives.bit_count() - 2 * (fives & fives >> 1).bit_count()  # 3 for a run of five, 1 for each one more
    lost += 3 * (same & same >> width & ~(dark ^ dark >> width) & here.squares).bit_count()
    finder = dark & light >> 1 & dark >> 2 & dark >> 3 & dark >> 4 & light >> 5 & dark >> 6
    margin = light & light >> 1 & light >> 2 & light >> 3
    lost += 40 * ((finder & margin >> 7 | margin & finder >> 4) & here.windows).bit_count()
    percent = (dark & here.rows).bit_count() / width**2 * 100
    return lost + int(abs(percent - 50) / 5) * 10


def best(drafts: list[int], placed: int, width: int) -> int:
    """The mask of the draft that loses least when the bits `placed` are turned over in it; of equals the first."""
    points = [lost_points(draft ^ placed, width) for draft in drafts]
    return points.index(min(points))

"""What all QR symbols of one version and error correction level have in common, worked out once.

Every step from data to symbol is linear over bits. So a symbol is the symbol of nothing, as `qrcode` makes it, with
those modules turned over whose bits are set; and where a bit stands is found by asking `qrcode` for symbols of known
bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from qrcode import LUT, QRCode, base  # type: ignore[import-untyped]  # has no types

from zhangshu_desk.labels.qr.masks import Bits, number

MASKS = range(8)
Bytes = NDArray[np.uint8]
Indexes = NDArray[np.intp]
_Kind = TypeVar("_Kind", bound=np.generic)


class Frame:
    """The part of a symbol that does not depend on its data.

    Attributes:
        width: modules on a side.
        nothing: for each mask the symbol of nothing, as rows of bits.
        drafts: the same as the masks are judged, without format and version: numbers of `masks`.
    """

    def __init__(self, version: int, correction: int) -> None:
        blocks = base.rs_blocks(version, correction)
        self.width = 4 * version + 17
        self._blocks = [block.data_count for block in blocks]
        self._remainders = _remainders(blocks[0].total_count - blocks[0].data_count, max(self._blocks))
        order = _interleaved(self._blocks, self._remainders.shape[1])
        library = _Library(version, correction, codewords=len(order))
        self.nothing = [library.modules(mask) for mask in MASKS]
        self.drafts = [number(both_ways(library.modules(mask, draft=True))) for mask in MASKS]
        # `placed` puts one byte of zeros at the end, for the modules without a bit.
        bits = np.append((8 * order[:, None] + np.arange(8)).ravel(), 8 * len(order))
        self._places: Indexes = both_ways(bits[library.bit_of_module()])

    def placed(self, data: bytes) -> Bits:
        """The bits of the data and its error correction where their modules stand: all rows, then all columns."""
        codewords = np.frombuffer(data, np.uint8)
        parts, start = [codewords], 0
        for count in self._blocks:
            products = _products()[codewords[start : start + count, None], self._remainders[-count:]]
            parts.append(np.bitwise_xor.reduce(products, axis=0))
            start += count
        return np.unpackbits(np.concatenate([*parts, _ZERO]))[self._places]


@lru_cache(maxsize=64)
def frame(version: int, correction: int) -> Frame:
    """The frame of a version and an error correction level of `qrcode.constants`."""
    return Frame(version, correction)


def both_ways(modules: NDArray[_Kind]) -> NDArray[_Kind]:
    """All rows of a square, then all its columns, in a line."""
    return np.concatenate([modules.ravel(), modules.T.ravel()])


class _Library:
    """The matrix of `qrcode`, filled with codewords of our choice."""

    def __init__(self, version: int, correction: int, codewords: int) -> None:
        self._symbol = QRCode(version=version, error_correction=correction)
        self._codewords = codewords

    def modules(self, mask: int, codewords: Sequence[int] = (), draft: bool = False) -> Bits:
        """The symbol of some codewords, of zeros when none are given."""
        self._symbol.data_cache = list(codewords) or [0] * self._codewords
        self._symbol.makeImpl(draft, mask)
        return np.array(self._symbol.modules, np.uint8)

    def bit_of_module(self) -> Indexes:
        """Which bit of the codewords each module shows; one past the last for those that show none."""
        count = 8 * self._codewords
        nothing = self.modules(0)
        found = np.zeros(nothing.shape, np.intp)
        for digit in range(count.bit_length()):
            shown = np.packbits(np.arange(count) >> digit & 1 == 1)
            found |= (self.modules(0, shown.tolist()) ^ nothing).astype(np.intp) << digit
        used = self.modules(0, [255] * self._codewords) != nothing
        return np.where(used, found, count)


_ZERO = np.zeros(1, np.uint8)


@cache
def _products() -> Bytes:
    """The multiplication table of the field of 256 elements."""
    powers, logs = np.array(base.EXP_TABLE, np.uint8), np.array(base.LOG_TABLE)
    table: Bytes = powers[(logs[:, None] + logs) % 255]
    table[0] = table[:, 0] = 0
    return table


def _remainders(corrections: int, longest: int) -> Bytes:
    """For each byte of a block of `longest` bytes the error correction that a one there adds; the last byte last."""
    divisor = np.array(LUT.rsPoly_LUT[corrections][1:], np.uint8)
    rows = [divisor]
    while len(rows) < longest:
        rows.append(np.append(rows[-1][1:], _ZERO) ^ _products()[rows[-1][0], divisor])
    return np.array(rows[::-1])


def _interleaved(blocks: Sequence[int], corrections: int) -> Indexes:
    """In which order the bytes of all blocks, then their error corrections, come into the symbol."""
    starts = np.cumsum([0, *blocks])
    data = [int(starts[n]) + at for at in range(max(blocks)) for n, count in enumerate(blocks) if at < count]
    rest = [int(starts[-1]) + n * corrections + at for at in range(corrections) for n in range(len(blocks))]
    return np.array(data + rest, np.intp)

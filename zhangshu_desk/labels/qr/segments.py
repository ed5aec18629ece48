"""A text as the data of a QR symbol: cut into stretches of digits, capitals and bytes that take the fewest bits."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from qrcode import util  # type: ignore[import-untyped]  # has no types

from zhangshu_desk.core.errors import DeskError

NUMERIC: int = util.MODE_NUMBER
LETTERS: int = util.MODE_ALPHA_NUM
BYTES: int = util.MODE_8BIT_BYTE

_SIXTHS = {NUMERIC: 20, LETTERS: 33, BYTES: 48}  # of a bit that a character takes
_MODE_BITS = 4
_SAME_COUNT_BITS = ((1, 9), (10, 26), (27, 40))  # versions in which the count of a segment has the same bits
_LETTER = rb"[0-9A-Z $%*+\-./:]"
_RUNS = re.compile(rb"(?P<digits>\d{4,})|(?P<letters>(?:(?!\d{4})%b)+)|(?:(?!%b).)+" % (_LETTER, _LETTER), re.DOTALL)
_VALUES = {char: value for value, char in enumerate(util.ALPHA_NUM)}


@dataclass(frozen=True)
class Segment:
    """A stretch of the text in one mode."""

    mode: int
    data: bytes


@dataclass(frozen=True)
class Plan:
    """The segments of a text and the smallest version that holds them."""

    version: int
    segments: tuple[Segment, ...]


def plan(text: str, correction: int, least: int = 1) -> Plan:
    """How a text goes into a symbol.

    Args:
        correction: error correction level of `qrcode.constants`.
        least: no smaller version than this.

    Raises:
        DeskError: `label.symbol_full`. ValueError: there is no text (a bug).
    """
    data = text.encode()
    if not data:
        raise ValueError("a symbol of no text")
    limits = util.BIT_LIMIT_TABLE[correction]
    for first, last in _SAME_COUNT_BITS:
        if least <= last:
            bits, segments = _cut(data, first)
            version = bisect_left(limits, bits, max(first, least))
            if version <= last:
                return Plan(version, segments)
    raise DeskError("label.symbol_full", length=len(data))


def packed(plan: Plan, correction: int) -> bytes:
    """The data codewords: the segments, a terminator, and padding until the version is full."""
    sizes = util.mode_sizes_for_version(plan.version)
    bits = length = 0
    for segment in plan.segments:
        count = sizes[segment.mode]
        value, width = _WRITERS[segment.mode](segment.data)
        bits = ((bits << _MODE_BITS | segment.mode) << count | len(segment.data)) << width | value
        length += _MODE_BITS + count + width
    room: int = util.BIT_LIMIT_TABLE[correction][plan.version]
    filled = min(length + 4, room)
    filled += -filled % 8
    written = (bits << filled - length).to_bytes(filled // 8, "big")
    padding = bytes((util.PAD0, util.PAD1)) * (room // 16 + 1)
    return written + padding[: room // 8 - len(written)]


def _cut(data: bytes, version: int) -> tuple[int, tuple[Segment, ...]]:
    """The cheapest way to write `data`, and its bits: for each mode the cheapest way so far that ends in it."""
    sizes = util.mode_sizes_for_version(version)
    ways: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = {0: (0, ())}  # sixths of a bit, (mode, start) of each
    for run in _RUNS.finditer(data):
        longer = {}
        for mode in _modes(run):
            head = 6 * (_MODE_BITS + sizes[mode])
            cost, cuts = min(
                (cost, cuts) if was == mode else (_whole(cost) + head, (*cuts, (mode, run.start())))
                for was, (cost, cuts) in ways.items()
            )
            longer[mode] = cost + _SIXTHS[mode] * (run.end() - run.start()), cuts
        ways = longer
    cost, cuts = min((_whole(cost), cuts) for cost, cuts in ways.values())
    ends = [start for _, start in cuts[1:]] + [len(data)]
    return cost // 6, tuple(Segment(mode, data[start:end]) for (mode, start), end in zip(cuts, ends, strict=True))


def _modes(run: re.Match[bytes]) -> tuple[int, ...]:
    if run["digits"]:
        return NUMERIC, LETTERS, BYTES
    return (LETTERS, BYTES) if run["letters"] else (BYTES,)


def _whole(sixths: int) -> int:
    """Rounded up to whole bits, as every segment ends with one."""
    return -(-sixths // 6) * 6


def _write_digits(data: bytes) -> tuple[int, int]:
    value = width = 0
    for at in range(0, len(data), 3):
        group = data[at : at + 3]
        bits = util.NUMBER_LENGTH[len(group)]
        value, width = value << bits | int(group), width + bits
    return value, width


def _write_letters(data: bytes) -> tuple[int, int]:
    value = 0
    for at in range(0, len(data) - 1, 2):
        value = value << 11 | _VALUES[data[at]] * 45 + _VALUES[data[at + 1]]
    if len(data) % 2:
        value = value << 6 | _VALUES[data[-1]]
    return value, (len(data) * 11 + 1) // 2


def _write_bytes(data: bytes) -> tuple[int, int]:
    return int.from_bytes(data, "big"), 8 * len(data)


_WRITERS = {NUMERIC: _write_digits, LETTERS: _write_letters, BYTES: _write_bytes}

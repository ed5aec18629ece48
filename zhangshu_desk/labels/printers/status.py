"""What a label printer answers when it is asked how it is: one byte in TSPL, three lines in ZPL.

Sources: TSC, TSPL/TSPL2 programming manual, `<ESC>!?`; Zebra, ZPL II programming guide, `~HS`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from zhangshu_desk.labels.printers.outputs import Trouble
from zhangshu_desk.labels.rules.printers import Language

QUESTIONS = {Language.TSPL: b"\x1b!?", Language.ZPL: b"~HS\r\n"}
_BITS = {
    0x01: Trouble.HEAD_OPEN,
    0x02: Trouble.JAM,
    0x04: Trouble.PAPER_OUT,
    0x08: Trouble.RIBBON_OUT,
    0x10: Trouble.PAUSED,
    0x40: Trouble.HEAD_OPEN,
    0x80: Trouble.OTHER,
}
_PRINTING = 0x20
_STRINGS = re.compile(rb"\x02([^\x02\x03]*)\x03")


@dataclass(frozen=True)
class Status:
    """How a printer is: whether it has something left to print, and what keeps it from doing so."""

    busy: bool
    troubles: frozenset[Trouble] = frozenset()


def read_status(language: Language, answer: bytes) -> Status | None:
    """The newest whole status in what a printer has answered; None when there is none yet."""
    return _tspl(answer) if language is Language.TSPL else _zpl(answer)


def _tspl(answer: bytes) -> Status | None:
    if not answer:
        return None
    byte = answer[-1]
    return Status(bool(byte & _PRINTING), frozenset(trouble for bit, trouble in _BITS.items() if byte & bit))


def _zpl(answer: bytes) -> Status | None:
    strings = [one.decode("ascii", "replace").split(",") for one in _STRINGS.findall(answer)]
    wholes = [at for at in range(len(strings) - 1) if len(strings[at]) == 12 and len(strings[at + 1]) == 11]
    if not wholes:
        return None
    first, second = strings[wholes[-1]], strings[wholes[-1] + 1]
    said = {
        Trouble.PAPER_OUT: first[1],
        Trouble.PAUSED: first[2],
        Trouble.HEAD_OPEN: second[2],
        Trouble.RIBBON_OUT: second[3],
        Trouble.OTHER: "1" if "1" in first[9:12] else "0",
    }
    left = (first[4], first[7], second[8])  # formats not yet begun, one half received, labels of the one begun
    return Status(any(_number(one) for one in left), frozenset(one for one, flag in said.items() if flag == "1"))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else 0

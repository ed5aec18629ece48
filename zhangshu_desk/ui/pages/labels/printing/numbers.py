"""The number of a label, typed from the paper or read by a scanner gun."""

from __future__ import annotations

from zhangshu_desk.labels.rules import codes


def number_in(text: str) -> int:
    """The number that was typed or scanned.

    Raises:
        DeskError: `label.serial_spelling`, or of `codes.read`.
    """
    return codes.read(text).serial if "/" in text else codes.serial_of(text)

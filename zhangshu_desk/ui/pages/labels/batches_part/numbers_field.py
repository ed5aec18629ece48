"""Numbers of labels as one types, pastes or scans them, several at once; how many they are is said at once."""

from __future__ import annotations

import re

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules import codes, spans
from zhangshu_desk.labels.rules.spans import Spans
from zhangshu_desk.ui.widgets import NoteField

_BETWEEN = re.compile(r"[\n、，,；;]+|\s{2,}")
_RANGE = re.compile(r"\s*[–—~～至]\s*|\s*-\s*(?=\d)")


class NumbersField(NoteField):
    """One or several numbers, ranges, or scanned codes, one a line or with 、 between."""

    def __init__(self, label: str = "标签编号", numbers: Spans = ()) -> None:
        said = spans.text(numbers, most=50) if numbers else ""
        super().__init__(label, said, "00000012–00000020、00000033，或逐个扫描", lines=3)
        self.editor.textChanged.connect(self._count)
        self._count()

    def numbers(self) -> Spans | None:
        """The numbers typed; None when nothing is, or some of it is no number, which is then said."""
        text = self.text()
        if not text:
            self.complain("请填写或扫描标签编号。")
            return None
        try:
            return spans_of(text)
        except DeskError as error:
            self.complain(str(error))
            return None

    def _count(self) -> None:
        try:
            typed = spans_of(self.text())
        except DeskError:
            typed = ()
        self.warn(f"共 {spans.size(typed):,} 张。" if typed else "")


def spans_of(text: str) -> Spans:
    """The numbers in a text.

    Raises:
        DeskError: `label.serial_spelling` for what is none; of `codes.read` for a link that is none of ours.
    """
    found = [_span(part) for part in _BETWEEN.split(text) if part.strip()]
    return spans.union(found)


def _span(part: str) -> tuple[int, int]:
    if "/" in part or "／" in part:
        serial = codes.read(part).serial
        return serial, serial
    ends = _RANGE.split(part.strip(), maxsplit=1)
    first, last = codes.serial_of(ends[0]), codes.serial_of(ends[-1])
    if first > last:
        raise DeskError("label.serial_spelling", found=part.strip())
    return first, last

"""A day that is typed and may be left open: `2026-11-23`, also `20261123`, `2026.11.23` or `2026年11月23日`."""

from __future__ import annotations

import re
from datetime import date

from zhangshu_desk.ui.widgets.fields import TextField

_PARTS = re.compile(r"(\d{4})(?:[-./年]?)(\d{1,2})(?:[-./月]?)(\d{1,2})日?")
_WRONG = "请写成 2026-11-23 这样的日期。"


class TypedDay(TextField):
    """Nothing typed is no day.

    Args:
        needed: complain when nothing is typed.
    """

    def __init__(self, label: str, day: date | None = None, hint: str = "2026-11-23", *, needed: bool = False) -> None:
        super().__init__(label, day.isoformat() if day else "", hint, longest=20)
        self._needed = needed
        self.editor.editingFinished.connect(self._spell)

    def day(self) -> date | None:
        """The day typed; None when there is none, or what is typed is none."""
        return read_day(self.text())

    def set_day(self, day: date | None) -> None:
        """Show `day`."""
        self.set_text(day.isoformat() if day else "")

    def trouble(self) -> str:
        """Why what is typed cannot be taken; empty when it can."""
        fine = self.day() is not None if self.text() else not self._needed
        return "" if fine else _WRONG

    def check(self) -> bool:
        """Whether what is typed can be taken; complains if not."""
        self.complain(self.trouble())
        return not self.trouble()

    def _spell(self) -> None:
        day = self.day()
        if day is not None:
            self.editor.setText(day.isoformat())


def read_day(text: str) -> date | None:
    """The day in a typed text; None when it is none."""
    found = _PARTS.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups()))
    except ValueError:
        return None

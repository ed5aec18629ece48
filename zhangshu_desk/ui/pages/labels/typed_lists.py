"""Lists as one types them: one a line, or with 、 between."""

from __future__ import annotations

import re
from collections.abc import Iterable

_BETWEEN = re.compile(r"[\n、，,；;]+")


def as_list(text: str) -> tuple[str, ...]:
    """What stands in a field, one by one."""
    return tuple(part for part in (one.strip() for one in _BETWEEN.split(text)) if part)


def as_lines(parts: Iterable[str]) -> str:
    """The same, one a line."""
    return "\n".join(parts)


def as_count(text: str) -> int:
    """A whole number as it is typed, with or without separators; -1 when it is none."""
    digits = re.sub(r"[\s,，]", "", text)
    return int(digits) if re.fullmatch("[0-9]{1,9}", digits) else -1

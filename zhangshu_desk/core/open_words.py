"""Words of which a newer program may know more than this one."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class OpenWords(StrEnum):
    """A `StrEnum` that takes any word: one that this program does not know stays what it is.

    Rows are written by other programs too. Such a word is shown as it stands; being none of the members, it is in no
    table of what is allowed, and nothing can be done with what it describes.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        found = str.__new__(cls, value)
        found._name_ = found._value_ = value
        return found

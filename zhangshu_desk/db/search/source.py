"""What an entry is found by."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class SearchSource:
    """The texts an entry is found by, unmasked and as they are written.

    Attributes:
        names: found by Chinese, full pinyin and initials, at any character.
        codes: credit codes and phones, found by any fragment of at least four letters or digits.
        numbers: ticket and serial numbers, found by how they begin, also without letters and leading zeros.
    """

    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()

    def to_json(self) -> str:
        """As text; equal sources give equal texts."""
        return json.dumps([self.names, self.codes, self.numbers], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> SearchSource:
        """The source that `to_json` wrote."""
        names, codes, numbers = json.loads(text)
        return cls(tuple(names), tuple(codes), tuple(numbers))

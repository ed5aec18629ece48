"""What an entry is found by, as the caller says it and as the index keeps it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from zhangshu_desk.db.search.folding import MAX_WORD, fold

MAX_TEXTS = 16
"""Names, codes and numbers of one entry, each, that are indexed."""


@dataclass(frozen=True)
class SearchSource:
    """The texts an entry is found by, unmasked and as they are written.

    Attributes:
        names: found by Chinese, full pinyin and initials, from any character on.
        codes: credit codes and phones, found by any fragment of at least four letters or digits.
        numbers: ticket and serial numbers, found by how they begin, also without letters and leading zeros.
    """

    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Folded:
    """A source in the spelling of the index, cut to what is indexed; kept beside the entry as JSON.

    Its tokens can be made again from it, which is how an entry is taken out of the full-text table.
    """

    names: tuple[str, ...]
    codes: tuple[str, ...]
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, source: SearchSource) -> Folded:
        """The source folded, each text cut to `MAX_WORD` characters, at most `MAX_TEXTS` of a sort."""
        return cls(_fold_all(source.names), _fold_all(source.codes), _fold_all(source.numbers))

    def to_json(self) -> str:
        """As text; equal sources give equal texts."""
        return json.dumps([self.names, self.codes, self.numbers], ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Folded:
        """What `to_json` wrote."""
        names, codes, numbers = json.loads(text)
        return cls(tuple(names), tuple(codes), tuple(numbers))


def number_forms(number: str) -> tuple[str, ...]:
    """The ways a folded number may be typed: `a023` → a023, 023, a23, 23."""
    digits = number.lstrip("abcdefghijklmnopqrstuvwxyz")
    if not (digits.isascii() and digits.isdecimal()):
        return (number,)
    letters = number[: len(number) - len(digits)]
    short = digits.lstrip("0") or "0"
    return tuple(dict.fromkeys((number, digits, letters + short, short)))


def _fold_all(texts: Iterable[str]) -> tuple[str, ...]:
    folded = (fold(text)[:MAX_WORD] for text in texts)
    return tuple(text for text in dict.fromkeys(folded) if text)[:MAX_TEXTS]

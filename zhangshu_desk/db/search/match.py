"""Whether an entry really answers a query; tokens do not know what stands where and only say that it may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from zhangshu_desk.db.search.folding import MAX_WORD, first_letters, fold, is_latin, syllables
from zhangshu_desk.db.search.source import SearchSource
from zhangshu_desk.db.search.tokens import GRAM, MAX_NAMES, number_forms


class Rank(IntEnum):
    """How well an entry answers, best first."""

    EXACT = 0
    BEGINS = 1
    CONTAINS = 2
    SCATTERED = 3


@dataclass(frozen=True)
class Folded:
    """The texts of an entry as the index knows them."""

    names: tuple[str, ...]
    codes: tuple[str, ...]
    numbers: tuple[str, ...]

    def matches(self, words: tuple[str, ...], rank: Rank) -> bool:
        """True when every word is found here; at `EXACT` and `BEGINS` the first word must stand so."""
        first, *others = words
        return _FITS[rank](self, first) and all(
            (self._scattered if rank is Rank.SCATTERED else self._contains)(word) for word in others
        )

    def _is(self, word: str) -> bool:
        return word in self.names or word in self.codes or word in self.numbers

    def _begins(self, word: str) -> bool:
        if any(text.startswith(word) for texts in (self.names, self.codes, self.numbers) for text in texts):
            return True
        return is_latin(word) and any(_typed_at(name, 0, word) for name in self.names)

    def _contains(self, word: str) -> bool:
        if any(word in name for name in self.names):
            return True
        if not is_latin(word):
            return False
        if any(number.startswith(word) for number in self.numbers):
            return True
        if len(word) >= GRAM and any(word in code for code in (*self.codes, *self.numbers)):
            return True
        return any(_typed_at(name, at, word) for name in self.names for at in range(len(name)))

    def _scattered(self, word: str) -> bool:
        if is_latin(word):
            return self._contains(word)
        return any(all(char in name for char in word) for name in self.names)


_FITS: dict[Rank, Callable[[Folded, str], bool]] = {
    Rank.EXACT: Folded._is,
    Rank.BEGINS: Folded._begins,
    Rank.CONTAINS: Folded._contains,
    Rank.SCATTERED: Folded._scattered,
}


def folded(source: SearchSource) -> Folded:
    """The source in the spelling of the index, within the limits of what is indexed."""
    numbers = (fold(number)[:MAX_WORD] for number in source.numbers[:MAX_NAMES])
    return Folded(
        names=tuple(fold(name)[:MAX_WORD] for name in source.names[:MAX_NAMES]),
        codes=tuple(fold(code)[:MAX_WORD] for code in source.codes[:MAX_NAMES]),
        numbers=tuple(form for number in numbers for form in number_forms(number)),
    )


def _typed_at(name: str, at: int, word: str) -> bool:
    """True when typing initials, or full pinyin, from character `at` on gives `word`."""
    return _initials_at(name, at, word) or _spelled_at(name, at, word)


def _initials_at(name: str, at: int, word: str) -> bool:
    return at + len(word) <= len(name) and all(
        letter in first_letters(char) for letter, char in zip(word, name[at:], strict=False)
    )


def _spelled_at(name: str, at: int, word: str) -> bool:
    ends = {0}
    for char in name[at:]:
        further = set()
        for end in ends:
            rest = word[end:]
            for syllable in syllables(char):
                if syllable.startswith(rest):
                    return True
                if rest.startswith(syllable):
                    further.add(end + len(syllable))
        if not further:
            return False
        ends = further
    return False

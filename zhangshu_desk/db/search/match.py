"""How well an entry answers a query; tokens do not know what stands where and only say that it may answer."""

from __future__ import annotations

from enum import IntEnum

from zhangshu_desk.db.search.folding import first_letters, is_latin, syllables
from zhangshu_desk.db.search.source import Folded, number_forms
from zhangshu_desk.db.search.tokens import GRAM


class Rank(IntEnum):
    """How well an entry answers, best first.

    `EXACT`: a text is just what was asked; `BEGINS`: a text begins with the first word; `CONTAINS`: every word is in
    it; `SCATTERED`: every character of the Chinese words is in one name, but not side by side.
    """

    EXACT = 0
    BEGINS = 1
    CONTAINS = 2
    SCATTERED = 3


def rank_of(entry: Folded, words: tuple[str, ...]) -> Rank | None:
    """How well an entry answers when its words must stand in one piece; None when it does not."""
    numbers = tuple(form for number in entry.numbers for form in number_forms(number))
    texts = (*entry.names, *entry.codes, *numbers)
    if "".join(words) in texts:
        return Rank.EXACT
    if not all(_contains(entry, numbers, word) for word in words):
        return None
    return Rank.BEGINS if _begins(entry, texts, words[0]) else Rank.CONTAINS


def rank_of_pieces(entry: Folded, words: tuple[str, ...]) -> Rank | None:
    """`SCATTERED` when Latin words are in the entry and all characters of a Chinese word in one name, else None."""
    numbers = tuple(form for number in entry.numbers for form in number_forms(number))
    answers = all(
        _contains(entry, numbers, word)
        if is_latin(word)
        else any(all(char in name for char in word) for name in entry.names)
        for word in words
    )
    return Rank.SCATTERED if answers else None


def _begins(entry: Folded, texts: tuple[str, ...], word: str) -> bool:
    return any(text.startswith(word) for text in texts) or (
        is_latin(word) and any(_typed_at(name, 0, word) for name in entry.names)
    )


def _contains(entry: Folded, numbers: tuple[str, ...], word: str) -> bool:
    if any(word in name for name in entry.names) or any(number.startswith(word) for number in numbers):
        return True
    if not is_latin(word):
        return any(word in code for code in (*entry.codes, *numbers))
    if len(word) >= GRAM and any(word in code for code in (*entry.codes, *numbers)):
        return True
    return any(_typed_at(name, at, word) for name in entry.names for at in range(len(name)))


def _typed_at(name: str, at: int, word: str) -> bool:
    """True when typing initials, or full pinyin, from character `at` on gives `word`."""
    return word[0] in first_letters(name[at]) and (_initials_at(name, at, word) or _spelled_at(name, at, word))


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

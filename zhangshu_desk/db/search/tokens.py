"""What the full-text index holds of an entry, and what of it a query asks for.

Every token is an exact fragment, so that no look-up ever scans a range of terms:

* Chinese: every 1 and 2 neighbouring characters;
* initials and full pinyin: the 1 to 4 letters that typing may begin with at any character, in every reading; codes
  and numbers: any 4 neighbours. They share these tokens, and match.py tells them apart afterwards;
* the 6 letters that typing full pinyin may begin with at any character, and `·` with any 4 letters of full pinyin,
  also from within a syllable: without them longer words would be rare meetings of common tokens;
* `«` and how a text, its initials, a code or a number begins; `‹` and how its full pinyin begins; `»` and a checksum:
  the whole of it.

A token begins with the letter of its kind, so that each kind is searched alone, newest first.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

from zhangshu_desk.db.search.folding import first_letters, is_latin, syllables
from zhangshu_desk.db.search.source import Folded, number_forms

GRAM = 4
"""Letters and digits in a token; a fragment of a code must have as many to be found."""
HEAD = 6
"""Letters in the longest token of full pinyin."""
_ALWAYS_FIRST = frozenset("bpfdtlkjqxzcsyw0123456789")
"""What never stands inside a syllable: wherever full pinyin has it, a character begins."""
BEGIN = "«"
BEGIN_SPELLED = "‹"
WHOLE = "»"
INSIDE = "·"
MAX_HEADS = 256
"""Beginnings at one character that are indexed; few runs of characters have more."""


def of_entry(letter: str, entry: Folded) -> str:
    """All tokens of an entry, separated by blanks; `letter` is the one of its kind."""
    found: set[str] = set()
    for name in entry.names:
        _add_name(found, name)
    for code in entry.codes:
        _add_code(found, code)
    for number in entry.numbers:
        for form in number_forms(number):
            _add_code(found, form)
            for length in range(1, GRAM):
                found.update((form[:length], BEGIN + form[:length]))
    return " ".join(letter + token for token in found)


def contains(word: str) -> list[list[str]]:
    """Which tokens an entry containing `word` has: all of one of the lists.

    They tell it from most others. Each token costs the full-text table a walk through a list, and overlapping ones
    hardly tell more.
    """
    if not is_latin(word):
        return [_neighbours(word, 2, 2)]
    if len(word) <= GRAM:
        return [[word]]
    starts = [at for at in range(len(word) - HEAD + 1) if at == 0 or word[at] in _ALWAYS_FIRST]
    heads = [word[at : at + HEAD] for at in starts] or [word[:GRAM]]
    inside = [INSIDE + gram for gram in _neighbours(word[1:], GRAM, GRAM - 1)]
    return [_neighbours(word, GRAM, GRAM - 1), heads + inside]


def begins(word: str) -> list[list[str]]:
    """Which tokens an entry has that contains `word` and has a text that begins with it: all of one of the lists."""
    if not is_latin(word):
        return [[BEGIN + word[:2]]]
    return [[BEGIN + word[:GRAM]], [BEGIN_SPELLED + word[:HEAD]]]


def scattered(word: str) -> list[list[str]]:
    """Which tokens an entry has that contains all characters of a Chinese `word`, wherever they stand."""
    return contains(word) if is_latin(word) else [list(dict.fromkeys(word))]


def whole(folded: str) -> str:
    """The token of a whole name, code or number."""
    return f"{WHOLE}{zlib.crc32(folded.encode()):x}"


def _neighbours(word: str, size: int, apart: int) -> list[str]:
    """Fragments of a word that cover it, the last one overlapping as it must."""
    last = max(0, len(word) - size)
    return [word[at : at + size] for at in (*range(0, last, apart), last)]


def _add_name(found: set[str], name: str) -> None:
    _add_text(found, name)
    _add_typed(found, [first_letters(char) for char in name], spelled=False)
    _add_typed(found, [syllables(char) for char in name], spelled=True)


def _add_code(found: set[str], code: str) -> None:
    _add_text(found, code)
    found.update(code[at : at + GRAM] for at in range(len(code) - GRAM + 1))
    found.add(BEGIN + code[:GRAM])


def _add_text(found: set[str], text: str) -> None:
    """Add the tokens of the Chinese in a text, of its first character and of the whole."""
    for at, char in enumerate(text):
        if not char.isascii():
            found.add(char)
            if not text[at + 1 : at + 2].isascii():
                found.add(text[at : at + 2])
    found.update((BEGIN + text[0], BEGIN + text[:2]))
    found.add(whole(text))


def _add_typed(found: set[str], ways_of: list[tuple[str, ...]], *, spelled: bool) -> None:
    """Add the tokens of all ways to type a name.

    Args:
        ways_of: what each character may be typed as; nothing when it cannot be typed.
        spelled: they are syllables, not initials.
    """
    heads: tuple[str, ...] = ("",)
    for ways in reversed(ways_of):
        heads, tokens = _step(ways, heads, spelled)
        found |= tokens
    mark = BEGIN_SPELLED if spelled else BEGIN
    found.update(mark + head[:length] for head in heads for length in range(1, len(head) + 1))


@lru_cache(maxsize=8_192)
def _step(ways: tuple[str, ...], after: tuple[str, ...], spelled: bool) -> tuple[tuple[str, ...], frozenset[str]]:
    """How typing may begin at a character, given how it may begin after it; and its tokens. Names end alike: cached."""
    size = HEAD if spelled else GRAM
    heads = sorted({(way + head)[:size] for way in ways for head in after})[:MAX_HEADS]
    tokens = {head[:length] for head in heads for length in range(1, min(len(head), GRAM) + 1)}
    tokens.update(head for head in heads if len(head) == HEAD)
    if spelled:
        grams = {(way[at:] + head)[:GRAM] for way in ways for at in range(len(way)) for head in after}
        tokens |= {INSIDE + gram for gram in grams if len(gram) == GRAM}
    return tuple(heads) or ("",), frozenset(tokens)

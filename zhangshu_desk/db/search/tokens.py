"""What the full-text index holds of an entry, and which of it a query asks for.

Every token is an exact fragment, so that no look-up ever scans a range of terms:

* Chinese: every 1 and 2 neighbouring characters;
* Latin: the 1, 2, 3 and 4 letters that initials or full pinyin may begin with at any character, in every
  reading, and any 4 letters of full pinyin, codes and numbers. Initials, pinyin and codes share these tokens:
  a Latin word needs one question, and match.py tells them apart afterwards;
* `«` and up to 3 letters: how a name, code or number begins; `»` and a checksum: the whole of it.

A token begins with the letter of its kind, so that each kind is searched alone, newest first.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache

from zhangshu_desk.db.search.folding import MAX_WORD, first_letters, fold, is_latin, syllables
from zhangshu_desk.db.search.source import SearchSource

GRAM = 4
"""Letters in a Latin token; a fragment of a code must have as many to be found."""
BEGIN = "«"
WHOLE = "»"
MAX_HEADS = 256
"""Four-letter beginnings at one character that are indexed; few runs of characters have more."""
MAX_NAMES = 16
"""Names, codes and numbers of an entry, each, that are indexed."""


def entry_tokens(letter: str, source: SearchSource) -> str:
    """All tokens of an entry, separated by blanks.

    Args:
        letter: the letter of the entry's kind.
        source: its names, codes and numbers; whatever exceeds `MAX_NAMES` or, folded, `MAX_WORD` is left out.
    """
    found: set[str] = set()
    for name in source.names[:MAX_NAMES]:
        _add_name(found, fold(name)[:MAX_WORD])
    for code in source.codes[:MAX_NAMES]:
        _add_code(found, fold(code)[:MAX_WORD])
    for number in source.numbers[:MAX_NAMES]:
        for form in number_forms(fold(number)[:MAX_WORD]):
            _add_code(found, form)
            found.update(form[:length] for length in range(1, GRAM))
    found.discard("")
    return " ".join(letter + token for token in found)


def number_forms(number: str) -> tuple[str, ...]:
    """The ways a folded number may be typed: `a023` → a023, 023, a23, 23."""
    digits = number.lstrip("abcdefghijklmnopqrstuvwxyz")
    if not digits.isdecimal():
        return (number,)
    letters = number[: len(number) - len(digits)]
    short = digits.lstrip("0") or "0"
    return tuple(dict.fromkeys((number, digits, letters + short, short)))


def whole_token(folded: str) -> str:
    """The token of a whole name, code or number."""
    return f"{WHOLE}{zlib.crc32(folded.encode()):x}"


def word_tokens(word: str, *, begins: bool = False) -> list[str]:
    """Tokens of everything that contains `word`; with `begins`, of everything with a text that begins so."""
    size = GRAM if is_latin(word) else 2
    grams = list(_grams(word, size)) or [word]
    if not begins:
        return grams
    return [BEGIN + word[: GRAM - 1 if is_latin(word) else 1], *(grams if len(word) > 1 else ())]


def scattered_tokens(word: str) -> list[str]:
    """Tokens that everything containing all characters of a Chinese `word` has, wherever they stand."""
    return word_tokens(word) if is_latin(word) else list(dict.fromkeys(word))


def _add_name(found: set[str], name: str) -> None:
    wide = [not char.isascii() for char in name]
    for at, char in enumerate(name):
        if wide[at]:
            found.add(char)
            if at + 1 < len(name) and wide[at + 1]:
                found.add(name[at : at + 2])
    if name:
        found.add(BEGIN + name[0])
        found.add(whole_token(name))
    _add_spellings(found, name, first_letters)
    _add_spellings(found, name, syllables)


def _add_spellings(found: set[str], name: str, spellings: Callable[[str], tuple[str, ...]]) -> None:
    """Add the tokens of all ways to type `name`, walking from its end with the letters that may follow."""
    heads: tuple[str, ...] = ("",)
    for char in reversed(name):
        heads, tokens = _step(spellings(char), heads)
        found |= tokens
    found.update(BEGIN + head[:length] for head in heads if head for length in range(1, GRAM))


@lru_cache(maxsize=65_536)
def _step(spelled: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """How typing may begin at a character, and the tokens that it adds; cached, because names end alike.

    Args:
        spelled: what the character may be typed as; nothing when it cannot be typed.
        after: up to `GRAM` letters that may be typed after it.
    """
    heads = sorted({(syllable + head)[:GRAM] for syllable in spelled for head in after})[:MAX_HEADS]
    tokens = {head[:length] for head in heads for length in range(1, len(head) + 1)}
    for syllable in spelled:
        for inner in range(1, len(syllable)):
            grams = {(syllable[inner:] + head)[:GRAM] for head in after}
            tokens |= {gram for gram in grams if len(gram) == GRAM}
    return tuple(heads) or ("",), frozenset(tokens)


def _add_code(found: set[str], code: str) -> None:
    if not code:
        return
    found.update(_grams(code, GRAM))
    found.update(BEGIN + code[:length] for length in range(1, GRAM))
    found.add(whole_token(code))


def _grams(text: str, size: int) -> Iterator[str]:
    return (text[at : at + size] for at in range(len(text) - size + 1))

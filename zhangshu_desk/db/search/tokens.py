"""What the full-text index holds of an entry, and which of it a query asks for.

Every token is an exact fragment, so that no look-up ever scans a range of terms:

* Chinese: every 1 and 2 neighbouring characters;
* Latin: the 1, 2, 3 and 4 letters that typing initials or full pinyin may begin with at any character, in every
  reading, and any 4 neighbours in codes and numbers. Initials, pinyin and codes share these tokens: a Latin word
  needs one question, and match.py tells them apart afterwards;
* `«` and up to 3 letters: how a name, code or number begins; `»` and a checksum: the whole of it.

A token begins with the letter of its kind, so that each kind is searched alone, newest first.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import lru_cache

from zhangshu_desk.db.search.folding import first_letters, is_latin, syllables
from zhangshu_desk.db.search.source import Folded, number_forms

GRAM = 4
"""Letters in a Latin token; a fragment of a code must have as many to be found."""
BEGIN = "«"
WHOLE = "»"
MAX_HEADS = 256
"""Four-letter beginnings at one character that are indexed; few runs of characters have more."""
_ALWAYS_FIRST = frozenset("bpfdtlkjqxzcsyw0123456789")
"""What never stands inside a syllable: wherever a word has it, a character begins, in initials and pinyin alike."""


def entry_tokens(letter: str, entry: Folded) -> str:
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


def whole_token(folded: str) -> str:
    """The token of a whole name, code or number."""
    return f"{WHOLE}{zlib.crc32(folded.encode()):x}"


def word_tokens(word: str) -> list[str]:
    """Tokens that every entry containing `word` has: enough to tell it from most others, not all of them.

    Each token costs the full-text table a walk through a list, and overlapping ones hardly tell more.
    """
    if is_latin(word):
        starts = [at for at in range(len(word) - GRAM + 1) if at == 0 or word[at] in _ALWAYS_FIRST]
        return [word[at : at + GRAM] for at in _spread(starts or [0], GRAM - 1)]
    return [word[at : at + 2] for at in _spread(range(max(1, len(word) - 1)), 2)]


def _spread(places: Sequence[int], apart: int) -> list[int]:
    """The first place, the last, and between them those at least so far apart."""
    chosen = [places[0]]
    for place in places:
        if place >= chosen[-1] + apart:
            chosen.append(place)
    return chosen if chosen[-1] == places[-1] else [*chosen, places[-1]]


def begin_token(word: str) -> str:
    """The token of every entry with a text that begins as `word` does; for one of GRAM letters only nearly."""
    return BEGIN + word[: GRAM - 1 if is_latin(word) else 1]


def scattered_tokens(word: str) -> list[str]:
    """Tokens of every entry that has all characters of a Chinese `word`, wherever they stand."""
    return word_tokens(word) if is_latin(word) else list(word)


def _add_name(found: set[str], name: str) -> None:
    _add_text(found, name)
    _add_spellings(found, name, first_letters)
    _add_spellings(found, name, syllables)


def _add_code(found: set[str], code: str) -> None:
    _add_text(found, code)
    found.update(code[at : at + GRAM] for at in range(len(code) - GRAM + 1))
    found.add(BEGIN + code[: GRAM - 1])


def _add_text(found: set[str], text: str) -> None:
    """Add the tokens of the Chinese in a text, of its first character and of the whole."""
    for at, char in enumerate(text):
        if not char.isascii():
            found.add(char)
            if not text[at + 1 : at + 2].isascii():
                found.add(text[at : at + 2])
    found.add(BEGIN + text[0])
    found.add(whole_token(text))


def _add_spellings(found: set[str], name: str, spellings: Callable[[str], tuple[str, ...]]) -> None:
    """Add the tokens of all ways to type `name`, walking from its end with the letters that may follow."""
    heads: tuple[str, ...] = ("",)
    for char in reversed(name):
        heads, tokens = _step(spellings(char), heads)
        found |= tokens
    found.update(BEGIN + head[:length] for head in heads if head for length in range(1, GRAM))


@lru_cache(maxsize=65_536)
def _step(spelled: tuple[str, ...], after: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str]]:
    """How typing may begin at a character, up to `GRAM` letters, and the tokens of it; cached, for names end alike.

    Args:
        spelled: what the character may be typed as; nothing when it cannot be typed.
        after: how typing may begin at the next character.
    """
    heads = sorted({(syllable + head)[:GRAM] for syllable in spelled for head in after})[:MAX_HEADS]
    tokens = {head[:length] for head in heads for length in range(1, len(head) + 1)}
    return tuple(heads) or ("",), frozenset(tokens)

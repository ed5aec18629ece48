"""One spelling for what is stored and what is typed: half width, lower case, letters, digits and symbols."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from zhangshu_desk.core import pinyin

MAX_QUERY = 200
"""Characters of a query that are looked at."""
MAX_WORDS = 8
MAX_WORD = 64
"""Characters of one word, or of one folded name, that are looked at."""

_MOBILE = re.compile(r"^(?:00)?86(1[3-9][0-9]{9})$")
_LATIN_OR_WIDE = re.compile(r"[a-z0-9]+|[^\x00-\x7f]+")


def fold(text: str) -> str:
    """The one spelling of the index; blanks and punctuation are gone: `ＡＢＣ (樟树) 1-2` → `abc樟树12`."""
    return without_country("".join(_words(text)))


def words(query: str) -> tuple[str, ...]:
    """The words of a query, each Latin (`a-z0-9`) or wide (everything else): `锦湖bx 138` → 锦湖, bx, 138."""
    found = (part[:MAX_WORD] for word in _words(query[:MAX_QUERY]) for part in _LATIN_OR_WIDE.findall(word))
    return tuple(dict.fromkeys(without_country(word) for word in found))[:MAX_WORDS]


def without_country(word: str) -> str:
    """A mobile number without China's country code: `8613812345678` → `13812345678`; any other word as it is."""
    return _MOBILE.sub(r"\1", word)


def is_latin(word: str) -> bool:
    """True for a word of `a-z0-9`, which is matched as initials, full pinyin, code and number."""
    return word.isascii()


@lru_cache(maxsize=32_768)
def syllables(char: str) -> tuple[str, ...]:
    """What one folded character may be typed as in full: its readings; a letter or digit itself."""
    return (char,) if char.isascii() else pinyin.readings(char)


@lru_cache(maxsize=32_768)
def first_letters(char: str) -> tuple[str, ...]:
    """What one folded character may be typed as in initials."""
    return tuple(dict.fromkeys(syllable[0] for syllable in syllables(char)))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).lower().replace("ü", "v")
    return "".join(char if _is_kept(char) else " " for char in plain).split()


def _is_kept(char: str) -> bool:
    return char.isalnum() or (char > "\x7f" and unicodedata.category(char) == "So")

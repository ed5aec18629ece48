"""A password for the first log-in, made by the program: sound, easy to read out, to be changed at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from zhangshu_desk.accounts import rules

_CONSONANTS = "bdfghjkmnprstvz"
_VOWELS = "aeou"
_DIGITS = "2345679"
_WORDS, _SYLLABLES = 3, 2


def temporary_password(pick: Callable[[Sequence[str]], str], login: str, name: str, station: str) -> str:
    """E.g. `Kafu-Zomo-Rata-73`: no letters and digits that look alike, 41 bits, changed at the first log-in.

    Args:
        pick: chooses one of several at random; `secrets.choice`.
        login, name, station: may not be part of it.
    """
    while True:
        words = ["".join(pick(_CONSONANTS) + pick(_VOWELS) for _ in range(_SYLLABLES)) for _ in range(_WORDS)]
        made = "-".join([*(word.capitalize() for word in words), pick(_DIGITS) + pick(_DIGITS)])
        if not rules.password_problems(made, login, name, station):
            return made

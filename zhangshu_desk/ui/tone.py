"""How a text is meant. Apart from the theme, so that words can be made without Qt."""

from __future__ import annotations

from enum import StrEnum


class Tone(StrEnum):
    """How a text is meant; the words themselves must say it too."""

    PLAIN = "plain"
    MUTED = "muted"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"

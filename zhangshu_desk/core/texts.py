"""Text as people type and paste it, made what it looks like."""

from __future__ import annotations

import unicodedata

_DROPPED = ("Cc", "Cf", "Cs")  # control, format (zero width, direction, byte order mark), lone surrogates


def clean_text(text: str, *, lines: bool = False) -> str:
    """Text without control and invisible characters, blanks collapsed and trimmed; `lines` keeps line breaks."""
    plain = unicodedata.normalize("NFC", text)
    if not plain.isprintable():  # most texts are, and an import has hundreds of thousands of them
        plain = "".join(char for char in plain if char in "\n\t" or unicodedata.category(char) not in _DROPPED)
    if lines:
        return "\n".join(" ".join(line.split()) for line in plain.splitlines()).strip()
    return " ".join(plain.split())


def clean_code(text: str) -> str:
    """The same for numbers and codes: full-width letters and digits become half-width ones."""
    return clean_text(unicodedata.normalize("NFKC", text))

"""The one-time code and the fingerprint a person compares before anything secret is sent. No Qt here."""

from __future__ import annotations

import unicodedata

from zhangshu_desk.core.errors import DeskError

_TAIL = 8
_GROUP, _PER_LINE = 4, 4


def cleaned_code(text: str) -> str:
    """A code as it was meant: half-width, without blanks, capitals."""
    plain = unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-")
    return "".join(plain.split()).upper()


def check_code(code: str, fingerprint: str) -> None:
    """A code ends with the first 8 digits of its centre's fingerprint: another centre never hears it.

    Raises:
        DeskError: `sync.code_wrong` when it has not the form, `sync.fingerprint` when it is another centre's.
    """
    head, _, tail = code.rpartition("-")
    if not head or len(tail) != _TAIL:
        raise DeskError("sync.code_wrong")
    if tail.upper() != digits(fingerprint)[:_TAIL]:
        raise DeskError("sync.fingerprint")


def digits(fingerprint: str) -> str:
    """`8f:3a:…` → `8F3A…`."""
    return "".join(char for char in fingerprint.upper() if char.isalnum())


def grouped(fingerprint: str) -> str:
    """The fingerprint for reading aloud: groups of four, four on a line."""
    plain = digits(fingerprint)
    groups = [plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP)]
    lines = [groups[at : at + _PER_LINE] for at in range(0, len(groups), _PER_LINE)]
    return "\n".join("  ".join(line) for line in lines)

"""Chinese phone numbers as people write them, several in one cell included."""

from __future__ import annotations

import re
import unicodedata

MOBILE = r"1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
AREA = r"0(?:10|2\d|[3-9]\d{2})"
LOCAL = r"[2-9]\d{6,7}"

_PHONE = re.compile(
    rf"(?<!\d)(?:(?:\+?86|0086)[- ]*)?(?:(?P<mobile>{MOBILE}|1[3-9]\d{{2}}-\d{{3}}-\d{{4}})"
    rf"|\(?(?P<area>{AREA})\)?[- ]*(?P<line>{LOCAL})(?:(?:-|转|\#|ext\.?) *(?P<extension>\d{{1,5}}))?"
    r"|(?P<service>[48]00[- ]?\d{3}[- ]?\d{4}|[48]00[- ]?\d{4}[- ]?\d{3})"
    rf"|(?P<local>{LOCAL}))(?!\d)",
    re.IGNORECASE,
)
_DASHES = str.maketrans(dict.fromkeys("‐‑–—－_", "-"))


def find_phones(text: str) -> tuple[str, ...]:
    """Every phone number in a text, normalised, each once: `0795-7819478/18161383752` gives two.

    Mobiles are eleven digits; land lines `0795-7819478`, with extension `0795-7819478-801`, without area code
    `7819478`; service numbers `400-123-4567`.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return tuple(dict.fromkeys(_written(found) for found in _PHONE.finditer(plain)))


def normalise_phone(text: str) -> str:
    """The phones in a text, normalised and separated by `/`; a text without any, half width and trimmed."""
    return "/".join(find_phones(text)) or unicodedata.normalize("NFKC", text).strip()


def is_phone(text: str) -> bool:
    """True when a text is one or several phone numbers and nothing else."""
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    rest = _PHONE.sub("", plain)
    return rest != plain and not re.sub(r"[\s/、,;|]", "", rest)


def is_mobile(text: str) -> bool:
    """True for one mobile number and nothing else; no range within 13x-19x is refused."""
    found = find_phones(text)
    return len(found) == 1 and is_phone(text) and re.fullmatch(r"1[3-9]\d{9}", found[0]) is not None


def _written(found: re.Match[str]) -> str:
    if found["mobile"]:
        return re.sub(r"\D", "", found["mobile"])
    if found["area"]:
        return "-".join(part for part in (found["area"], found["line"], found["extension"]) if part)
    if found["service"]:
        digits = re.sub(r"\D", "", found["service"])
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    return found["local"]

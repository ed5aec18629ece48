"""Personal data as lists, prints and logs may show it: names, phones, ID numbers, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

HIDDEN = "****"

_MOBILE = r"1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
_LANDLINE = r"(?:0(?:10|2\d|[3-9]\d{2}))[- ]?[2-9]\d{6,7}"
_RESIDENT_ID = r"\d{17}[\dXx]"
_IN_TEXT = re.compile(rf"(?<!\d)(?:(?P<id>{_RESIDENT_ID})|(?:\+?86[- ]?)?{_MOBILE}|{_LANDLINE})(?!\d)")
_PHONE_PART = re.compile(r"[0-9+()（）\- ]*\d[0-9()（）\- ]*")
_AREA = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))([2-9]\d{6,7})")
_HALF_WIDTH = str.maketrans("０１２３４５６７８９Ｘ", "0123456789X")
# Province, city, county, town: each as short as it can be, lest a 镇 in a street's name be taken for a town.
_TOWN_LEVEL = re.compile(
    r"(?:[^\d]{2,8}?(?:省|自治区))?"
    r"(?:[^\d]{2,8}?(?:市|自治州|地区|盟))?"
    r"(?:[^\d]{1,8}?(?:市|县|区|旗))?"
    r"(?:[^\d]{1,6}?(?:街道|镇|乡))?"
)


def mask_name(name: str) -> str:
    """Only the first character of a personal name: `张三丰` → `张*`; nothing stays nothing."""
    name = name.strip()
    return f"{name[0]}*" if name else ""


def mask_phone(phone: str) -> str:
    """Phones with their middle hidden: `13812345678` → `138****5678`, `0795-7819478` → `0795-****478`.

    Several phones in one text are each masked and keep what separates them; a number too short to be a phone
    is hidden whole.
    """
    return _PHONE_PART.sub(lambda found: _mask_digits(found[0]), phone.translate(_HALF_WIDTH).strip())


def mask_id(number: str) -> str:
    """An ID number with its first and last four: `360982199001010013` → `3609**********0013`.

    Shorter numbers (passports) keep two and two, very short ones nothing.
    """
    number = number.strip()
    shown = 4 if len(number) >= 15 else 2 if len(number) > 6 else 0
    return number[:shown] + "*" * (len(number) - 2 * shown) + number[len(number) - shown :]


def mask_address(address: str) -> str:
    """An address down to its town: `江西省宜春市樟树市吴城乡194号` → `江西省宜春市樟树市吴城乡***`."""
    address = address.strip()
    known = _TOWN_LEVEL.match(address)
    kept = known[0] if known else ""
    return kept if kept == address else f"{kept}***"


def mask_text(text: str) -> str:
    """Free text, e.g. a log line, with every mobile, landline and resident ID number in it masked."""
    return _IN_TEXT.sub(
        lambda found: mask_id(found[0]) if found["id"] else _mask_digits(found[0]),
        text.translate(_HALF_WIDTH),
    )


def mask_value(tbl: str, field: str, value: Any) -> str | None:
    """A field of a record as text; what is not known to be personal is still searched for phones and ID numbers."""
    if value is None:
        return None
    if isinstance(value, dict):  # an event's `before` repeats fields of its visit
        parts = (
            f"{key}={mask_value('visits' if tbl == 'visit_events' else tbl, key, one)}" for key, one in value.items()
        )
        return "，".join(parts)
    text = "、".join(str(one) for one in value) if isinstance(value, list) else str(value)
    return FIELD_MASKS.get((tbl, field), mask_text)(text)


def _mask_digits(written: str) -> str:
    digits = re.sub(r"\D", "", written)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if area := _AREA.fullmatch(digits):
        return f"{area[1]}-{HIDDEN}{area[2][4:]}"
    shown = min(4, max(0, len(digits) - 7))
    return digits[: min(3, shown)] + HIDDEN + digits[len(digits) - shown :]


FIELD_MASKS: dict[tuple[str, str], Callable[[str], str]] = {
    ("contacts", "name"): mask_name,
    ("contacts", "phone"): mask_phone,
    ("visits", "visitor"): mask_name,
    ("visits", "phone"): mask_phone,
    ("enterprises", "legal_representative"): mask_name,
    ("enterprises", "address"): mask_address,
    ("label_moves", "receiver"): mask_name,
}
"""The personal fields of each table and how they are masked."""

"""GTINs and GS1 Digital Link URIs, by the GS1 General Specifications and GS1 Digital Link: URI Syntax.

Of the application identifiers only those stand here that a label of ours has: the product, its variant, its batch, the
number of the piece, and until when it keeps. They are written in that order, whatever the order they are given in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, unquote

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.domains import checked_domain

GTIN, VARIANT, BATCH, SERIAL, EXPIRY = "01", "22", "10", "21", "17"
FIELDS = {GTIN: "GTIN", VARIANT: "消费品变体", BATCH: "批号", SERIAL: "序列号", EXPIRY: "有效期"}
"""What a clerk calls each application identifier; in the order of a Digital Link, the attribute after the path."""
LONGEST = 20
"""Characters of a variant, batch or serial number (format X..20)."""
CHARACTERS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""GS1 AI encodable character set 82."""

_PATH = (GTIN, VARIANT, BATCH, SERIAL)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BROKEN_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class DigitalLink:
    """What a Digital Link says.

    Attributes:
        domain: `host[:port][/prefix]`.
        values: by application identifier, decoded; the GTIN with 14 digits, the expiry date as `YYMMDD`.
    """

    domain: str
    values: Mapping[str, str]


def check_digit(body: str) -> str:
    """The check digit that follows the digits `body`: weights 3 and 1 from the right, modulo 10."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return str(-total % 10)


def checked_gtin(text: str) -> str:
    """A GTIN-8, -12, -13 or -14, as typed, as GTIN-14: padded with zeros in front.

    Raises:
        DeskError: `label.gtin_digits`, `label.gtin_check`.
    """
    gtin = "".join(unicodedata.normalize("NFKC", text).split())
    if len(gtin) not in (8, 12, 13, 14) or not _only_digits(gtin) or not gtin.strip("0"):
        raise DeskError("label.gtin_digits", found=gtin)
    if gtin[-1] != (expected := check_digit(gtin[:-1])):
        raise DeskError("label.gtin_check", found=gtin, expected=expected)
    return gtin.zfill(14)


def checked_value(identifier: str, value: str) -> str:
    """A value as the standard allows it for its application identifier.

    Raises:
        DeskError: of `checked_gtin`, or `label.gs1_length`, `label.gs1_chars`, `label.gs1_date`, naming the field.
    """
    field = FIELDS[identifier]
    if identifier == GTIN:
        if not _only_digits(value):
            raise DeskError("label.gtin_digits", found=value)
        return checked_gtin(value)
    if identifier == EXPIRY:
        return _checked_expiry(value)
    if not 1 <= len(value) <= LONGEST:
        raise DeskError("label.gs1_length", field=field, length=len(value), most=LONGEST)
    # A part of the path that is only dots is taken away by every browser.
    foreign = value if value in (".", "..") else "".join(char for char in value if char not in CHARACTERS)
    if foreign:
        raise DeskError("label.gs1_chars", field=field, chars="".join(dict.fromkeys(foreign)))
    return value


def digital_link(domain: str, values: Mapping[str, str]) -> str:
    """The URI that says `values`, by application identifier; the GTIN must be among them.

    Args:
        domain: `host[:port][/prefix]`, where the site answers.

    Raises:
        DeskError: of `checked_domain` and `checked_value`; `label.gs1_link` without a GTIN.
        ValueError: an application identifier that no label of ours has (a bug).
    """
    if strange := values.keys() - FIELDS.keys():
        raise ValueError(f"no place for {sorted(strange)} in a link")
    if GTIN not in values:
        raise DeskError("label.gs1_link", field=FIELDS[GTIN])
    said = {one: checked_value(one, values[one]) for one in FIELDS if one in values}
    path = "".join(f"/{one}/{quote(said[one], safe='')}" for one in _PATH if one in said)
    query = f"?{EXPIRY}={said[EXPIRY]}" if EXPIRY in said else ""
    return f"https://{checked_domain(domain)}{path}{query}"


def parse_digital_link(uri: str) -> DigitalLink:
    """What a Digital Link says; attributes of others (`linkType`, weights ...) and a fragment are passed over.

    Raises:
        DeskError: `label.gs1_link` naming the field that is missing, twice there, or not in its place, and those of
            `checked_domain` and `checked_value`.
    """
    scheme = _SCHEME.match(uri)
    if scheme is None:
        raise DeskError("label.gs1_link", field="https://")
    address, _, query = uri[scheme.end() :].partition("#")[0].partition("?")
    parts = address.split("/")
    start = _where_keys_start(parts)
    said: dict[str, str] = {}
    for identifier, raw in _pairs(parts[start:], query):
        behind = [FIELDS[one] for one in said if _place(one) >= _place(identifier)]
        if behind or _BROKEN_PERCENT.search(raw):
            raise DeskError("label.gs1_link", field=FIELDS[identifier])
        said[identifier] = checked_value(identifier, unquote(raw, errors="replace"))
    return DigitalLink(checked_domain("/".join(parts[:start])), said)


def _where_keys_start(parts: list[str]) -> int:
    """Where in the parts of the path the GTIN's identifier stands; found from the end, since a prefix may hold any."""
    for start in range(len(parts) - 2, 0, -2):
        if parts[start] == GTIN:
            return start
        if parts[start] not in FIELDS:
            break
    raise DeskError("label.gs1_link", field=FIELDS[GTIN])


def _pairs(keys: list[str], query: str) -> Iterator[tuple[str, str]]:
    """Application identifiers with their values: those of the path, then those of the query that we know."""
    for identifier, value in zip(keys[::2], keys[1::2], strict=True):
        if identifier not in _PATH:
            raise DeskError("label.gs1_link", field=FIELDS[identifier])
        yield identifier, value
    for attribute in re.split("[&;]", query):
        identifier, _, value = attribute.partition("=")
        if identifier in _PATH:
            raise DeskError("label.gs1_link", field=FIELDS[identifier])
        if identifier == EXPIRY:
            yield identifier, value


def _place(identifier: str) -> int:
    return [*_PATH, EXPIRY].index(identifier)


def _only_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _checked_expiry(value: str) -> str:
    """`YYMMDD`; day 00 stands for the last of the month, as older symbols have it."""
    digits = value if len(value) == 6 and _only_digits(value) else ""
    try:
        date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]) or 1)
    except ValueError:
        raise DeskError("label.gs1_date", field=FIELDS[EXPIRY], found=value) from None
    return value

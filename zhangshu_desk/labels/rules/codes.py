"""What the code on a label says: a link with the label's number and a short proof that this station made it.

A token is 15 bytes: 40 bits of number, 80 bits of HMAC-SHA-256 under the station's label key (docs/adr/0007). A plain
link has it as 24 letters of base32, a GS1 Digital Link as 20 characters of base64 under AI 21, and there the proof
covers GTIN and batch too. Nothing else is in it: no person, no internal id.
"""

from __future__ import annotations

import base64
import hmac
import re
import unicodedata
from dataclasses import dataclass

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules import gs1
from zhangshu_desk.labels.rules.domains import checked_domain

SERIAL_BYTES, PROOF_BYTES = 5, 10
MOST = (1 << 8 * SERIAL_BYTES) - 1
"""The highest serial number."""
SHORTEST_KEY = 16

_PURPOSE = b"zhangshu label code 1\0"  # a proof made with the same key for anything else never fits
_PLAIN_LETTERS, _GS1_LETTERS = 24, 20
_LINK = re.compile(r"(?P<scheme>https?)://[\x21-\x7e]+", re.IGNORECASE)
_PLAIN = re.compile(r"https?://(?P<domain>.+?)/t/(?P<token>[a-z2-7]{24})(?![a-z0-9]).*", re.IGNORECASE)
_GS1_TOKEN = re.compile(r"[A-Za-z0-9_-]{20}")
# What a Chinese input method makes of the characters a scanner types; full-width ones are folded before.
_TYPED_IN_CHINESE = {"。": ".", "、": "/", "——": "_", "—": "-", "–": "-"}


@dataclass(frozen=True)
class Scanned:
    """A label's code as read; whether it is genuine only a key can tell (`is_genuine`).

    Attributes:
        gtin, batch: of a GS1 Digital Link; empty in a plain link.
        domain: `host[:port][/prefix]`.
    """

    serial: int
    token: bytes
    gtin: str = ""
    batch: str = ""
    domain: str = ""


def token(key: bytes, serial: int, bound: str = "") -> bytes:
    """The number and its proof.

    Args:
        key: the station's label key.
        bound: what else the proof covers, from `bound_to`.

    Raises:
        ValueError: a number that does not fit, or a key too short to prove anything (a bug).
    """
    if not 1 <= serial <= MOST:
        raise ValueError(f"no label has the number {serial}")
    if len(key) < SHORTEST_KEY:
        raise ValueError("label key too short")
    number = serial.to_bytes(SERIAL_BYTES, "big")
    return number + hmac.digest(key, _PURPOSE + number + bound.encode(), "sha256")[:PROOF_BYTES]


def bound_to(gtin: str, batch: str) -> str:
    """What the proof in a Digital Link covers besides the number; a plain link covers nothing else.

    Raises:
        DeskError: of `gs1.checked_gtin`.
    """
    return f"{gs1.checked_gtin(gtin)}/{batch}" if gtin else ""


def plain_uri(domain: str, token: bytes) -> str:
    """The link for an enterprise without a GTIN.

    Raises:
        DeskError: `label.domain`.
    """
    return f"https://{checked_domain(domain)}/t/{base64.b32encode(token).decode()}"


def gs1_uri(domain: str, gtin: str, batch: str, token: bytes) -> str:
    """The GS1 Digital Link; without `batch` it has no AI 10.

    Raises:
        DeskError: of `gs1.digital_link`.
    """
    values = {gs1.GTIN: gtin, gs1.SERIAL: base64.urlsafe_b64encode(token).decode()}
    return gs1.digital_link(domain, values | ({gs1.BATCH: batch} if batch else {}))


def link(key: bytes, domain: str, serial: int, gtin: str = "", batch: str = "") -> str:
    """The text of the code on the label `serial`: a Digital Link with a GTIN, a plain link without (and without batch).

    Raises:
        DeskError: of `plain_uri` and `gs1_uri`.
    """
    proved = token(key, serial, bound_to(gtin, batch))
    return gs1_uri(domain, gtin, batch, proved) if gtin else plain_uri(domain, proved)


def widest(uri: str) -> str:
    """The same link with the token that takes most room in a symbol: no label of the batch needs a larger one."""
    if _PLAIN.fullmatch(uri):
        return uri[:-_PLAIN_LETTERS] + "A" * _PLAIN_LETTERS
    return uri[:-_GS1_LETTERS] + "a" * _GS1_LETTERS


def read(text: str) -> Scanned:
    """What was scanned, typed by a scanner gun, or pasted, as a label's code of either form.

    A gun's prefix and suffix, full-width characters and the punctuation of a Chinese input method are understood, and
    letters turned round by Caps Lock.

    Raises:
        DeskError: `label.code_unknown`; for a Digital Link that is not right, those of `gs1.parse_digital_link`.
    """
    found = _LINK.search(_half_width(text))
    if found is None:
        raise DeskError("label.code_unknown")
    uri = found.group()
    all_capitals = uri.isupper()
    if found["scheme"].isupper():
        uri = uri.swapcase()
    plain = _PLAIN.fullmatch(uri)
    if plain is not None:
        return _scanned(base64.b32decode(plain["token"].upper()), domain=checked_domain(plain["domain"]))
    if "/01/" not in uri:
        raise DeskError("label.code_unknown")
    said = gs1.parse_digital_link(uri)
    serial = said.values.get(gs1.SERIAL, "")
    if all_capitals or not _GS1_TOKEN.fullmatch(serial):
        raise DeskError("label.code_unknown")
    proved = base64.urlsafe_b64decode(serial)
    return _scanned(proved, said.values[gs1.GTIN], said.values.get(gs1.BATCH, ""), said.domain)


def is_genuine(key: bytes, scanned: Scanned) -> bool:
    """Whether this key made the code: number, GTIN and batch are as they were printed."""
    right = token(key, scanned.serial, bound_to(scanned.gtin, scanned.batch))
    return hmac.compare_digest(right, scanned.token)


def serial_text(serial: int) -> str:
    """The number as it is printed beside the code: at least eight digits."""
    return f"{serial:08d}"


def serial_of(text: str) -> int:
    """The number a clerk typed or pasted, with or without blanks, hyphens and `No.`.

    Raises:
        DeskError: `label.serial_spelling`.
    """
    digits = re.sub(r"^\s*(?:no\.?|№|编号[:：]?)|[\s-]", "", _half_width(text), flags=re.IGNORECASE)
    if not re.fullmatch("[0-9]{1,13}", digits) or not 1 <= int(digits) <= MOST:
        raise DeskError("label.serial_spelling", found=text.strip())
    return int(digits)


def _scanned(proved: bytes, gtin: str = "", batch: str = "", domain: str = "") -> Scanned:
    serial = int.from_bytes(proved[:SERIAL_BYTES], "big")
    if not serial:
        raise DeskError("label.code_unknown")
    return Scanned(serial, proved, gtin, batch, domain)


def _half_width(text: str) -> str:
    """Without full-width and invisible characters and without the marks of a Chinese input method."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", text) if unicodedata.category(char) != "Cf")
    for typed, meant in _TYPED_IN_CHINESE.items():
        plain = plain.replace(typed, meant)
    return plain

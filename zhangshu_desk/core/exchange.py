"""Exchange files: what a station and the centre tell each other on a USB stick when there is no line.

A file is `ZSX1`, the kind (one byte), the length of the station's id (one byte) and the id, the moment it was made
(8 bytes, ms UTC), 12 random bytes, and then the payload: compressed with zstd and sealed with AES-256-GCM. Everything
before the random bytes is readable by anybody and cannot be changed without breaking the seal. The key comes from the
station's secret, of which the centre keeps only the sha256; so that hash is the key material on both sides.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

from zhangshu_desk.core.errors import DeskError

SUFFIX = ".zsx"
MAX_PAYLOAD_BYTES = 256 << 20
"""A file that unpacks to more is refused. A year without a line stays far below."""
_MAGIC = b"ZSX1"
_INFO = b"zhangshu exchange"
_NONCE_BYTES = 12
_TAG_BYTES = 16


class Kind(StrEnum):
    """Which way a file travels."""

    OUTBOX = "outbox"
    """From a station: the body of a `POST /v1/sync`."""
    ANSWER = "answer"
    """From the centre: the body of its answer."""


_KIND_BYTES = {Kind.OUTBOX: b"\x01", Kind.ANSWER: b"\x02"}
_KINDS = {code: kind for kind, code in _KIND_BYTES.items()}


@dataclass(frozen=True)
class Header:
    """What a file says of itself in clear; `created` in ms UTC. `size`: how many bytes that takes."""

    kind: Kind
    station: str
    created: int
    size: int


@dataclass(frozen=True)
class Opened:
    """An opened file: who, when, and the payload that was put in."""

    kind: Kind
    station: str
    created: int
    payload: bytes


def seal(kind: Kind | str, station: str, created: int, key_material: bytes, payload: bytes) -> bytes:
    """The bytes of an exchange file.

    Args:
        station: id of the station it comes from or goes to.
        created: ms UTC.
        key_material: sha256 of the station's secret.
        payload: UTF-8 JSON as it would go over the wire.
    """
    import zstandard
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    name = station.encode()
    head = _MAGIC + _KIND_BYTES[Kind(kind)] + bytes([len(name)]) + name + created.to_bytes(8)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    packed = zstandard.ZstdCompressor().compress(payload)
    return head + nonce + AESGCM(_key(key_material)).encrypt(nonce, packed, head)


def header(data: bytes) -> Header:
    """What the beginning of a file says; nothing of it is proved before `open_` succeeds.

    Raises:
        DeskError: `sync.not_an_exchange`.
    """
    if len(data) < 6 or data[:4] != _MAGIC or data[4:5] not in _KINDS:
        raise DeskError("sync.not_an_exchange")
    end = 6 + data[5]
    if len(data) < end + 8:
        raise DeskError("sync.exchange_broken")
    try:
        station = data[6:end].decode()
    except UnicodeDecodeError:
        raise DeskError("sync.exchange_broken") from None
    return Header(_KINDS[data[4:5]], station, int.from_bytes(data[end : end + 8]), end + 8)


def open_(data: bytes, key_material: bytes) -> Opened:
    """Check the seal of a file and unpack it.

    Raises:
        DeskError: `sync.not_an_exchange`; `sync.exchange_broken` when a byte is wrong or missing, or the file was made
            with another secret.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    head = header(data)
    nonce = data[head.size : head.size + _NONCE_BYTES]
    sealed = data[head.size + _NONCE_BYTES :]
    if len(sealed) < _TAG_BYTES:
        raise DeskError("sync.exchange_broken")
    try:
        packed = AESGCM(_key(key_material)).decrypt(nonce, sealed, data[: head.size])
    except InvalidTag:
        raise DeskError("sync.exchange_broken") from None
    return Opened(head.kind, head.station, head.created, _unpacked(packed))


def _unpacked(packed: bytes) -> bytes:
    """The payload; never more than `MAX_PAYLOAD_BYTES` of it are unpacked."""
    import zstandard

    try:
        with zstandard.ZstdDecompressor().stream_reader(packed) as reader:
            payload = reader.read(MAX_PAYLOAD_BYTES + 1)
    except zstandard.ZstdError:
        raise DeskError("sync.exchange_broken") from None
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise DeskError("sync.exchange_broken")
    return payload


def _key(key_material: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(key_material)

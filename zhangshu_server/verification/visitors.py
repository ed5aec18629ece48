"""Telling scans apart without knowing who scans.

Of an address only two hashes are kept, of its network and of the phone, until the day is over. Their key is made anew
every day, lies in a file of the state directory that all workers share, and is in no database and no backup: once it is
gone, nobody can find out any more whether some address was among them.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.files import write_atomic

_FOLDER, _KEY_BYTES, _HASH_BYTES = "scan-keys", 32, 8
_V4_NETWORK, _V6_NETWORK = 24, 48
_BROWSER = re.compile(r"Mozilla/")
_MACHINE = re.compile(
    r"bot\b|crawl|spider|slurp|preview|facebookexternalhit|monitor|lighthouse|python|curl|wget",
    re.IGNORECASE,
)
_AHEAD = ("purpose", "sec-purpose", "x-purpose", "x-moz")


@dataclass(frozen=True)
class Visit:
    """A scan: on which day, from which network and by which phone, as hashes of that day."""

    day: str
    place: bytes
    phone: bytes


class Visitors:
    """Makes `Visit`s; `state_dir` is the centre's."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / "run" / _FOLDER

    def visit(self, address: str, headers: Mapping[str, str], now: int) -> Visit:
        """The visit of whoever asks.

        Args:
            address: of the phone, as far as it is known; headers: of its request, names in small letters.

        Raises:
            OSError: the state directory cannot be written.
        """
        day = day_of(now).isoformat()
        key = self._key(day)
        phone = "\0".join([address, headers.get("user-agent", ""), headers.get("accept-language", "")])
        return Visit(day, _hash(key, b"place", network_of(address)), _hash(key, b"phone", phone))

    def forget(self, now: int) -> None:
        """Throw away the keys of days that are over."""
        today = day_of(now).isoformat()
        if self._folder.is_dir():
            for path in self._folder.iterdir():
                if path.name[: len(today)] < today:
                    path.unlink(missing_ok=True)

    def _key(self, day: str) -> bytes:
        """The key of a day, the same for all workers. It is read each time: no process keeps it beyond its day."""
        path = self._folder / f"{day}.key"
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self._folder / f"{day}.{secrets.token_hex(8)}.new"
        write_atomic(fresh, secrets.token_bytes(_KEY_BYTES), private=True, durable=False)
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
        return path.read_bytes()


def is_person(headers: Mapping[str, str]) -> bool:
    """Whether a browser asks because somebody looks at it: no robot, no link preview, nothing fetched ahead of time."""
    agent = headers.get("user-agent", "")
    if not _BROWSER.match(agent) or _MACHINE.search(agent):
        return False
    return not any(re.search("prefetch|preview|prerender", headers.get(name, "")) for name in _AHEAD)


def network_of(address: str) -> str:
    """The network of an address: a neighbourhood, not a household; empty when it is no address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    length = _V4_NETWORK if found.version == 4 else _V6_NETWORK
    return str(ipaddress.ip_network((found, length), strict=False))


def _hash(key: bytes, kind: bytes, text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_HASH_BYTES, key=key, person=kind).digest()

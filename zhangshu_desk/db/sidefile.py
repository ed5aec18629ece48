"""The side file: what this station knows of itself outside the database, so that a restored or cloned one is found."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

SIZE = 512
"""Bytes of the file: one sector, written in one go."""
MOST_KINDS, LONGEST_KIND = 8, 12
"""So many kinds of serial numbers, with names so long, fit into it."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Side:
    """What the side file says (`sync.md` §2.7).

    Attributes:
        inc, n, h: incarnation, number and hash of the newest operation that was committed.
        audit_seq, audit_h: number and hash of the newest audit entry.
        machine: fingerprint of the machine.
        serials: highest serial number used of each kind (`db/serials.py`); a file of an older program has none.
    """

    inc: str
    n: int
    h: str
    audit_seq: int
    audit_h: str
    machine: str
    serials: dict[str, int] = field(default_factory=dict)


def read(path: Path) -> Side | None:
    """The side file, None when it is missing or broken (then nothing can be concluded from it)."""
    try:
        return Side(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def highest(*marks: Mapping[str, int]) -> dict[str, int]:
    """The highest mark of each kind."""
    found: dict[str, int] = {}
    for one in marks:
        for kind, number in one.items():
            found[kind] = max(number, found.get(kind, 0))
    return found


def write(path: Path, side: Side) -> None:
    """Keep `side`, over the old one in one write of one sector: a replacing rename would cost more than the act itself.

    Not waited for: the database is the record, and after a power cut an older or torn side file only sees less.

    A disk that refuses is logged, not raised: what the clerk did is committed already.
    """
    content = json.dumps(asdict(side)).encode().ljust(SIZE)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.write(handle, content)
        finally:
            os.close(handle)
    except OSError as error:
        _log.warning("side file not written: %s", error.strerror)

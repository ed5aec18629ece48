"""The side file: what this station knows of itself outside the database, so that a restored or cloned one is found."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from zhangshu_desk.core.files import write_atomic

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Side:
    """What the side file says (`sync.md` §2.7).

    Attributes:
        inc, n, h: incarnation, number and hash of the newest operation that was committed.
        audit_seq, audit_h: number and hash of the newest audit entry.
        machine: fingerprint of the machine.
    """

    inc: str
    n: int
    h: str
    audit_seq: int
    audit_h: str
    machine: str


def read(path: Path) -> Side | None:
    """The side file, None when it is missing or broken (then nothing can be concluded from it)."""
    try:
        return Side(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def write(path: Path, side: Side) -> None:
    """Keep `side`. Not waited for: the database is the record, and after a power cut an older side file only sees less.

    A disk that refuses is logged, not raised: what the clerk did is committed already.
    """
    try:
        write_atomic(path, json.dumps(asdict(side)).encode(), private=True, durable=False)
    except OSError as error:
        _log.warning("side file not written: %s", error.strerror)

"""Following the audit log of a station: every entry must go on where the one before ended. Pure.

Nothing is refused for it, because refusing would lose the entry: a person is told instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhangshu_desk.core.operations import AUDITED, audit_hash


@dataclass(frozen=True)
class Followed:
    """Where the audit log of a life stands, and the number of the first entry that does not fit, if any."""

    seq: int
    h: str
    broken_at: int | None = None


def follow(seq: int, h: str, entries: Iterable[Mapping[str, Any]]) -> Followed:
    """Go on from (number, hash) through the fields of further entries.

    A life may begin anywhere in the log (the database was restored or re-keyed), so before its first entry everything
    fits. After a break the log is followed from the new place: one break is told once.
    """
    broken: int | None = None
    for entry in entries:
        number, stated = entry.get("seq"), entry.get("h")
        if type(number) is not int or type(stated) is not str:
            broken = seq + 1 if broken is None else broken
            continue
        if not _fits(entry, seq, h) and broken is None:
            broken = number
        seq, h = number, stated
    return Followed(seq, h, broken)


def _fits(entry: Mapping[str, Any], seq: int, h: str) -> bool:
    prev_h = entry.get("prev_h")
    if any(name not in entry for name in AUDITED) or type(prev_h) is not str:
        return False
    if seq and (entry["seq"] != seq + 1 or prev_h != h):
        return False
    if entry["seq"] == 1 and prev_h:
        return False
    try:
        return bool(audit_hash(prev_h, entry) == entry["h"])
    except (TypeError, UnicodeEncodeError):
        return False

"""The form of an operation: how its values are spelled, what its hash covers, and its clock.

Station and centre must agree on these to the byte, so they stand below both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, ValuesView

import orjson

HASHED = ("inc", "n", "op_id", "tx", "tbl", "row_id", "kind", "sets", "olds", "base", "hlc", "actor", "created")
"""What the hash of an operation covers, in this order; `sets` and `olds` as canonical JSON text."""

DIGEST_MODULUS = 1 << 64


def canonical(value: object) -> str:
    """JSON with one spelling only (sorted keys, no blanks, no floats), so that equal values hash equally.

    Raises:
        TypeError: a float or another value that has no one spelling.
    """
    _refuse_floats(value)
    return _spell(value)


def _spell(value: object) -> str:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()  # spells as json does, in a fifth of the time
    except TypeError:  # a whole number beyond 64 bits
        return _encode(value)


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


_PLAIN = frozenset({str, int, bool, type(None)})


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("a synced value must not be a float")
    if isinstance(value, dict):
        value = value.values()
    if isinstance(value, list | tuple | ValuesView):
        for one in value:
            if type(one) not in _PLAIN:  # nearly all are: looking into each by a call would take longer than encoding
                _refuse_floats(one)


def operation_hash(row: Mapping[str, object], prev_h: str) -> str:
    """`sha256(prev_h ‖ canonical(operation))`, 64 hexadecimal digits.

    Args:
        row: the columns of `HASHED`.
        prev_h: hash of the operation before it in its log, empty before the first.
    """
    body = canonical([row[name] for name in HASHED])
    return hashlib.sha256((prev_h + body).encode()).hexdigest()


def format_hlc(hlc: tuple[int, int], station: str) -> str:
    """A hybrid logical clock (ms, counter) as text that sorts as the clock does."""
    return f"{hlc[0]:015d}.{hlc[1]:06d}.{station}"


def parse_hlc(text: str) -> tuple[int, int]:
    """(ms, counter) of a clock written by `format_hlc`."""
    ms, count, _ = text.split(".", 2)
    return int(ms), int(count)


def row_digest(tbl: str, row_id: str, fields: Mapping[str, object]) -> int:
    """64 bits of sha256 over a row without its nulls; sums of these tell whether tables are equal (`sync.md` §2.8)."""
    image = {name: value for name, value in fields.items() if value is not None}
    # what is in a row was spelled by `canonical` when it was written, so there is no float in it
    return int.from_bytes(hashlib.sha256(_spell([tbl, row_id, image]).encode()).digest()[:8])


def bucket_of(row_id: str) -> int:
    """0–255: the bucket a row is counted in, from the last two (random) digits of its UUID."""
    return int(row_id[-2:], 16)


def feed_hash(prev_h: str, station: str, inc: str, op_h: str) -> str:
    """Running hash of the centre's feed, 32 hexadecimal digits: it covers the origin of each operation and its hash."""
    return hashlib.sha256(f"{prev_h}|{station}|{inc}|{op_h}".encode()).hexdigest()[:32]


AUDITED = ("seq", "at", "tx", "actor_id", "actor_name", "role", "act", "tbl", "row_id", "note", "ops", "ops_h")
"""What the hash of an entry of the audit log covers, in this order."""


def audit_hash(prev_h: str, entry: Mapping[str, object]) -> str:
    """`sha256(prev_h ‖ canonical(entry))` of an entry of the audit log, 64 hexadecimal digits."""
    return hashlib.sha256((prev_h + canonical([entry[name] for name in AUDITED])).encode()).hexdigest()

"""UUIDv7 ids (RFC 9562 §5.7): unique without a network, in the order they were made. And ids that follow from words."""

from __future__ import annotations

import hashlib
import secrets
import threading

_lock = threading.Lock()
_last_ms = 0
_counter = 0


def new_id(now: int) -> str:
    """A new id as 36 characters of text.

    Args:
        now: ms UTC. Within one process ids made for the same or an earlier millisecond still ascend (the 12 bits of
            `rand_a` count, and run over into the next millisecond).
    """
    global _last_ms, _counter
    with _lock:
        if now > _last_ms:
            _last_ms, _counter = now, secrets.randbelow(1 << 8)
        else:
            _counter += 1
            if _counter >= 1 << 12:
                _last_ms, _counter = _last_ms + 1, 0
        head = (_last_ms << 16) | 0x7000 | _counter
    digits = f"{head:016x}{(0b10 << 62) | secrets.randbits(62):016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def id_of(*words: str) -> str:
    """The id of the thing that these words name, in the form of a UUID (version 8): the same words, the same id."""
    digits = hashlib.sha256("\0".join(words).encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"

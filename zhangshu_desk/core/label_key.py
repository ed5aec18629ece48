"""The secret with which this station proves its label codes (docs/adr/0007): 256 bits in a private file, made once.

Both who numbers labels and who speaks to the centre need it, so it stands below both. It is in no database and in no
backup of one: a station that lost its file makes another key, and the centre keeps knowing the old one.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from pathlib import Path

from zhangshu_desk.core.files import write_atomic

LENGTH = 32
_making = threading.Lock()


def read(path: Path) -> bytes | None:
    """The key, None when there is none yet.

    Raises:
        ValueError: the file is not a key. OSError: it cannot be read.
    """
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(key) != LENGTH:
        raise ValueError("not a label key")
    return key


def read_or_make(path: Path) -> bytes:
    """The key, made now if there is none; whoever asks at the same moment gets the same one.

    Raises:
        ValueError: the file is not a key. OSError: it cannot be read or made.
    """
    with _making:
        key = read(path)
        if key is None:
            _make(path)
            key = read(path)
    if key is None:
        raise FileNotFoundError(path)
    return key


def id_of(key: bytes) -> str:
    """What a key is called; it says nothing about it."""
    return hashlib.sha256(key).hexdigest()


def _make(path: Path) -> None:
    """Put a new key in place, unless another process has just done so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_atomic(fresh, secrets.token_bytes(LENGTH), private=True)
        os.link(fresh, path)  # a rename would take another process's key away
    except FileExistsError:
        pass
    except OSError:  # a disk without hard links
        if path.exists() or not fresh.exists():
            raise
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)

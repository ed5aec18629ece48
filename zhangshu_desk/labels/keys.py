"""The station's label key, with which codes are proved (`core/label_key.py`)."""

from __future__ import annotations

from zhangshu_desk.core import label_key
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths


def key_of(paths: Paths) -> bytes:
    """The key of this station, made now if there is none; a file that is broken is never replaced.

    Raises:
        DeskError: `label.key_broken`, `label.key_unreadable`.
    """
    try:
        return label_key.read_or_make(paths.label_key)
    except ValueError as error:
        raise DeskError("label.key_broken", path=paths.label_key) from error
    except OSError as error:
        raise DeskError("label.key_unreadable", path=paths.label_key, detail=error.strerror or "") from error


def known_key(paths: Paths) -> bytes | None:
    """The key, None where none was made or it cannot be read: then nothing can be said about a code offline."""
    try:
        return label_key.read(paths.label_key)
    except (ValueError, OSError):
        return None

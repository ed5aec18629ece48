"""Writing files so that a power cut leaves the old one or the new one, never half of one."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from zhangshu_desk.core.failpoints import reach

_FORBIDDEN = '<>:"/\\|?*'


def file_name(text: str) -> str:
    """A text as the name of a file, also on Windows."""
    return "".join("_" if one in _FORBIDDEN else one for one in text)


def write_atomic(path: Path, content: bytes, *, private: bool = False, durable: bool = True) -> None:
    """Replace `path` by `content`.

    Args:
        private: readable by the owner only (0600).
        durable: wait until the disk holds it; without it a power cut may leave the previous content.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o644), "wb") as out:
            out.write(content)
            if durable:
                out.flush()
                os.fsync(out.fileno())
        reach("file.written")
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()

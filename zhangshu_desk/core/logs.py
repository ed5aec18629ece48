"""The program's log: one rotating file per desk, without personal data."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from zhangshu_desk.core.masking import mask_text

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class _Masked(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return mask_text(super().format(record))


def start(folder: Path) -> logging.Handler | None:
    """Log to `folder/desk.log` (5 files of 1 MB) and return the handler; a folder that refuses only costs the log."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "desk.log", maxBytes=1_000_000, backupCount=4, encoding="utf-8"
        )
    except OSError:
        return None
    handler.setFormatter(_Masked(_FORMAT))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line per request says nothing
    return handler


def stop(handler: logging.Handler | None) -> None:
    """End what `start` began, and catch nothing any more."""
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__
    if handler is not None:
        logging.getLogger().removeHandler(handler)
        handler.close()


def catch_bugs(tell: Callable[[BaseException], None] | None = None) -> None:
    """Send everything nobody caught to the log, then to `tell` (the window's dialog)."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        logging.getLogger("zhangshu_desk").critical("bug", exc_info=(kind, error, trace))
        if tell is not None:
            tell(error)

    def thread_hook(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            hook(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = hook
    threading.excepthook = thread_hook

"""Room on the disk for what is about to arrive, looked for before much is written (`sync.md` §2.2).

Where it is missing the station goes on sending and stops receiving, while people at the counter can still work: a disk
filled up to its end would take that from them.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.copies import mib
from zhangshu_desk.sync import books, wire

KEPT_FREE = 64 << 20
"""Bytes that receiving leaves alone: some ten thousand acts at the counter, and the log SQLite writes beside them."""
COPIED_ROW = 2 << 10
"""Bytes of a row of a copy, with its entries in the indexes: 0.9 KiB measured at the peak of 40,000 rows of a park, and
as much again for long notes."""
STAGED_ROW = 4 << 10
"""Bytes of a row that is first put by and then applied with all the others in one transaction: 2.2 KiB measured so."""


def check_copy(db: sqlite3.Connection, folder: Path, page: Mapping[str, Any], loaded: int) -> None:
    """Before a page of a copy is written: room for all that is still to come.

    Args:
        folder: where the database is. loaded: rows that the pages before had.

    Raises:
        DeskError: `sync.no_room`.
    """
    total = page.get("total", 0)
    if _trouble(folder, max(total - loaded, len(page["rows"])) * COPIED_ROW) is None:
        return
    here = sum(_count(db, tbl) for tbl in wire.PULLED)  # what is here already needs no more
    trouble = _trouble(folder, max(total - here, 0) * COPIED_ROW)
    if trouble is not None:
        raise trouble


def trouble_for(db: sqlite3.Connection, folder: Path, answer: Mapping[str, Any]) -> DeskError | None:
    """Before rows of an answer are written: `sync.no_room` when they are many and there is none, else None."""
    if answer.get("next") is None or books.snapshot(db) is not None:
        return None  # none are written
    staged = 0 if answer["more"] else _count(db, "staged_rows")
    if not (answer["more"] or staged):
        return None
    return _trouble(folder, (len(answer["rows"]) + staged) * STAGED_ROW)


def _trouble(folder: Path, size: int) -> DeskError | None:
    needed, free = KEPT_FREE + size, shutil.disk_usage(folder).free
    if free >= needed:
        return None
    return DeskError("sync.no_room", needed=mib(needed), free=mib(free), path=folder)


def _count(db: sqlite3.Connection, tbl: str) -> int:
    return int(db.execute(f"SELECT count(*) FROM {tbl}").fetchone()[0])  # noqa: S608 - names of ours

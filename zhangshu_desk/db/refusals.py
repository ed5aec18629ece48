"""What SQLite refuses, as sentences for a clerk."""

from __future__ import annotations

import sqlite3

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths

_FULL = {sqlite3.SQLITE_FULL}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_READ_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}


def refusal_of(error: BaseException | None, where: Paths) -> DeskError | None:
    """What SQLite's error means to a clerk; None when it is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    primary = code & 0xFF
    detail = getattr(error, "sqlite_errorname", "")
    if primary in _FULL:
        return DeskError("store.disk_full")
    if primary in _DAMAGED:
        return DeskError("store.damaged", path=where.database, detail=str(error))
    if primary in _READ_ONLY:
        return DeskError("store.read_only", path=where.data)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DeskError("store.busy")
    if primary == sqlite3.SQLITE_IOERR:
        return DeskError("store.disk_failed", detail=detail, backups=where.backups)
    return None

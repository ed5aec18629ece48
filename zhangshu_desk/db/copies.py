"""Whole database files: copied, read through, given their name, moved and removed with what lies beside them."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import refusal_of

CHUNK = 2_000
"""Pages (of 4 KiB) copied at a time."""
_BESIDE = ("-wal", "-shm", "-journal")
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Content:
    """What tells one state of a database from another.

    Attributes:
        revision: its structure.
        audit: number and hash of the newest audit entry.
        outbox: number and hash of the newest operation.
    """

    revision: str
    audit: tuple[int, str]
    outbox: tuple[int, str]


def snapshot(reading: sqlite3.Connection, target: Path) -> Content:
    """Copy what the connection sees now into one new file; what that was. Others go on writing meanwhile."""
    # Inside one transaction other people's commits neither change what is copied nor start it over.
    reading.execute("BEGIN")
    seen = _content(reading)
    with closing(sqlite3.connect(target)) as writing:
        writing.execute("PRAGMA synchronous=OFF")  # `settle` waits for the disk, once
        reading.backup(writing, pages=CHUNK, sleep=0)
        writing.execute("PRAGMA journal_mode=DELETE")
    return seen


def examine(file: Path) -> Content:
    """Read a whole database file and say what it holds. Raises `sqlite3.DatabaseError` when it is damaged or none."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        answer = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if answer != "ok":
            raise sqlite3.DatabaseError(answer)
        return _content(connection)


def _content(connection: sqlite3.Connection) -> Content:
    revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    audit = connection.execute("SELECT seq, h FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    outbox = connection.execute("SELECT seq, h FROM outbox ORDER BY seq DESC LIMIT 1").fetchone()
    return Content(revision[0] if revision else "", audit or (0, ""), outbox or (0, ""))


def settle(ready: Path, target: Path) -> None:
    """Give a finished file its name, once the disk holds it; only its owner may read it."""
    ready.chmod(0o600)
    with ready.open("rb+") as opened:
        os.fsync(opened.fileno())
    ready.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the disk holds the names in a folder; Windows does that by itself."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def beside(database: Path) -> tuple[Path, ...]:
    """The files SQLite may keep beside a database: log, its index, rollback journal."""
    return tuple(database.with_name(database.name + ending) for ending in _BESIDE)


def remove(database: Path) -> None:
    """Delete a file of ours with what lies beside it, as far as it exists."""
    for path in (database, *beside(database)):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


def keep(database: Path, folder: Path) -> None:
    """Put the database as it lies, with what lies beside it, into a new folder as well."""
    folder.mkdir(parents=True)
    for path in (database, *beside(database)):
        if path.exists():
            shutil.copy2(path, folder / path.name)
    sync_folder(folder)


def free_name(path: Path) -> Path:
    """The path itself, or with `-2`, `-3` … when something of that name is there."""
    free, tries = path, 2
    while free.exists():
        free, tries = path.with_name(f"{path.stem}-{tries}{path.suffix}"), tries + 1
    return free


def check_space(folder: Path, database: Path) -> None:
    """Raises `DeskError("backup.no_space")` when a copy of the database cannot fit into the folder's disk."""
    needed = sum(path.stat().st_size for path in (database, *beside(database)) if path.exists())
    free = shutil.disk_usage(folder).free
    if free < needed + needed // 10:
        raise DeskError("backup.no_space", needed=mib(needed), free=mib(free), path=folder)


def mib(size: int) -> int:
    """Bytes as whole mebibytes, rounded up."""
    return -(-size // 1_048_576)


@contextmanager
def told(paths: Paths) -> Iterator[None]:
    """Turn what the disk refuses into sentences: `store.disk_full`, `store.read_only`, `store.damaged` …"""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise (refusal_of(error, paths) or DeskError("backup.unverified", detail=str(error))) from error
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise DeskError("store.disk_full") from error
        raise DeskError("store.read_only", path=paths.data) from error

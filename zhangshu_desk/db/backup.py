"""Backups of the database: made while the desk works, verified before they count, and put back."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from zhangshu_desk.core.actors import SYSTEM, Actor
from zhangshu_desk.core.clock import day_of, file_stamp, parse_moment
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db import copies
from zhangshu_desk.db.migrations import HEAD
from zhangshu_desk.db.store import Store

_NAME = re.compile(r"desk-(\d{8})-(\d{6})(?:-\d+)?\.db")
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_DISK = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


@dataclass(frozen=True)
class BackupFile:
    """A backup: where, of when (ms UTC, to the second), how many bytes."""

    path: Path
    at: int
    size: int


def make(store: Store, now: int, actor: Actor = SYSTEM) -> Path:
    """Copy the database as it is now; clerks go on writing meanwhile. The copy counts only once it was read back.

    Returns:
        `backups/desk-YYYYMMDD-HHMMSS.db`, one file readable by its owner only.

    Raises:
        DeskError: `backup.no_space`, `backup.unverified`, `store.disk_full`, `store.read_only`.
    """
    where = store.paths
    with copies.told(where):
        where.backups.mkdir(exist_ok=True)
        target = copies.free_name(where.backups / f"desk-{file_stamp(now)}.db")
        copies.check_space(where.backups, where.database)
        partial = target.with_name(f".{target.name}.partial")
        try:
            with closing(store.connection()) as reading:
                seen = copies.snapshot(reading, partial)
            if copies.examine(partial) != seen:
                raise DeskError("backup.unverified", detail=target.name)
            copies.settle(partial, target)
        finally:
            copies.remove(partial)
    with store.write(actor, "backup.make", now) as session:
        session.about("backup", target.name)
    return target


def daily(store: Store, actor: Actor, kept: int, now: int) -> Path | None:
    """The day's backup unless there is one already, after which all but the newest `kept` go. Raises as `make`."""
    if not due(store.paths, now):
        return None
    made = make(store, now, actor)
    prune(store.paths, kept)
    return made


def due(paths: Paths, now: int) -> bool:
    """Whether there is no backup of this day yet."""
    return all(day_of(one.at) != day_of(now) for one in listing(paths))


def listing(paths: Paths) -> tuple[BackupFile, ...]:
    """The backups, newest first."""
    found = []
    for path in paths.backups.glob("desk-*.db"):
        named = _NAME.fullmatch(path.name)
        if named and path.is_file():
            found.append(BackupFile(path, parse_moment(f"{named[1]}T{named[2]}"), path.stat().st_size))
    return tuple(sorted(found, key=lambda one: (one.at, len(one.path.name), one.path.name), reverse=True))


def latest(paths: Paths) -> BackupFile | None:
    """The newest backup, None when there is none."""
    return next(iter(listing(paths)), None)


def prune(paths: Paths, keep: int) -> tuple[Path, ...]:
    """Delete all backups but the newest `keep` (never the newest one); files of other names stay. Returns what went."""
    gone = tuple(one.path for one in listing(paths)[max(keep, 1) :])
    for path in gone:
        copies.remove(path)
    return gone


def restore(paths: Paths, file: Path, now: int) -> Path | None:
    """Put a backup in the place of the database. The caller holds the instance lock: no desk is open.

    The file is copied and the copy read through before anything is touched, what is replaced is kept first, and the
    replacing itself is one step. The next `open_store` finds the database older than the side file knows it, and
    begins a new incarnation.

    Returns:
        The folder in `damaged/` that keeps the replaced database, None when there was none.

    Raises:
        DeskError: `backup.missing`, `backup.unusable`, `backup.newer`, `backup.in_use`, `backup.no_space`,
            `store.disk_full`, `store.read_only`: the database is as it was then.
    """
    if not file.is_file():
        raise DeskError("backup.missing", path=file)
    fresh = paths.database.with_name(f".{paths.database.name}.restoring")
    with copies.told(paths):
        paths.data.mkdir(parents=True, exist_ok=True)
        copies.check_space(paths.data, file)
        copies.remove(fresh)
        try:
            _take_over(file, fresh)
            kept = _keep_replaced(paths, now)
            copies.settle(fresh, paths.database)
        finally:
            copies.remove(fresh)
    return kept


def recover_aside(paths: Paths, now: int) -> Path:
    """Move a database that cannot be opened, and what lies beside it, to `damaged/desk-<stamp>/`; nothing is deleted.

    Raises:
        DeskError: `store.read_only`.
    """
    with copies.told(paths):
        folder = copies.free_name(paths.damaged / f"desk-{file_stamp(now)}")
        folder.mkdir(parents=True)
        # The database last: SQLite deletes a log that it finds beside a database that is not there.
        for path in (*copies.beside(paths.database), paths.database):
            if path.exists():
                path.rename(folder / path.name)
        copies.sync_folder(folder)
        copies.sync_folder(paths.data)
    return folder


def _take_over(file: Path, fresh: Path) -> None:
    """Copy the file to be restored beside the database and read the copy through."""
    # A file alone, perhaps on a disk that cannot be written, is read as it stands; one with a log needs its log.
    alone = "" if any(path.exists() for path in copies.beside(file)) else "&immutable=1"
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro{alone}", uri=True)) as reading:
            copies.snapshot(reading, fresh)
        found = copies.examine(fresh)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DISK:
            raise
        raise DeskError("backup.unusable", path=file, detail=str(error)) from error
    if found.revision > HEAD:
        raise DeskError("backup.newer", path=file, found=found.revision, known=HEAD)


def _keep_replaced(paths: Paths, now: int) -> Path | None:
    """Keep the database that is about to be replaced, and leave no log of it: it would be read into the new one."""
    if not paths.database.exists():
        return None
    _fold(paths.database)
    folder = copies.free_name(paths.damaged / f"replaced-{file_stamp(now)}")
    copies.keep(paths.database, folder)
    for path in copies.beside(paths.database):
        path.unlink(missing_ok=True)
    return folder


def _fold(database: Path) -> None:
    """Fold the log into the database, unless it is damaged. Raises `DeskError("backup.in_use")`."""
    with closing(sqlite3.connect(database, timeout=2)) as connection:
        try:
            connection.execute("PRAGMA journal_mode=DELETE")  # refused while anybody else has it open
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY:
                raise DeskError("backup.in_use") from error

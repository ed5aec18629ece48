"""What the window may ask of backup and recovery; the work itself is in `db/`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from zhangshu_desk.core.actors import SYSTEM, Actor
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db import backup
from zhangshu_desk.db.backup import BackupFile
from zhangshu_desk.db.store import Store, refusal_of
from zhangshu_desk.db.tables.ledger import Outbox
from zhangshu_desk.db.verify import Progress, Report
from zhangshu_desk.db.verify import verify as verify_store

__all__ = [
    "BackupFile",
    "Report",
    "backups",
    "daily",
    "make_backup",
    "recorded",
    "restore",
    "set_aside",
    "try_writing",
    "verify",
]


def backups(paths: Paths) -> tuple[BackupFile, ...]:
    """The backups of a desk, newest first."""
    return backup.listing(paths)


def make_backup(store: Store, actor: Actor, kept: int, now: int) -> Path:
    """Back up now and let backups beyond the newest `kept` go; returns the file. Refusals as `db.backup.make`."""
    made = backup.make(store, now, actor)
    backup.prune(store.paths, kept)
    return made


def daily(store: Store, kept: int, now: int) -> bool:
    """Make the day's backup unless there is one; returns whether one was made. Refusals as `db.backup.make`."""
    return backup.daily(store, SYSTEM, kept, now) is not None


def restore(paths: Paths, file: Path, now: int) -> Path | None:
    """Put a backup in the place of a database nobody has open; where the old one is kept. As `db.backup.restore`."""
    return backup.restore(paths, file, now)


def set_aside(paths: Paths, now: int) -> Path:
    """Move a database that cannot be opened out of the way; the folder that keeps it. As `db.backup.recover_aside`."""
    return backup.recover_aside(paths, now)


def verify(store: Store, progress: Progress | None = None) -> Report:
    """Check the file, both chains, every row and the index while the desk works. As `db.verify.verify`."""
    return verify_store(store, progress)


def recorded(store: Store) -> int:
    """How many changes were ever captured at this desk, sent or not."""
    with store.read() as session:
        return session.scalar(select(func.max(Outbox.seq))) or 0


def try_writing(store: Store) -> None:
    """Write one page without changing anything, and forget that the disk was full if that went well.

    Raises:
        DeskError: `store.disk_full`, `store.read_only` … when the disk still refuses.
    """
    try:
        with closing(store.connection()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("UPDATE meta SET value = value WHERE key = 'incarnation'")
    except sqlite3.DatabaseError as error:
        raise (refusal_of(error, store.paths) or error) from error
    store.full = None

"""Bringing a database file up to the structure this program knows. Alembic is imported only when that is due."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from zhangshu_desk.core.clock import file_stamp
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.migrations import HEAD


def revision_of(database: Path) -> str:
    """The structure of a database file, empty when it is missing or has none yet; else `sqlite3.DatabaseError`."""
    if not database.exists():
        return ""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "alembic_version" not in tables:
            return ""
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else ""


def bring_up_to_date(where: Paths, now: int) -> None:
    """Migrate if due, after a copy of the file.

    Raises:
        DeskError: `store.newer` when the file was written by a newer program (nothing is touched).
        sqlite3.DatabaseError: the file cannot be read.
    """
    found = revision_of(where.database)
    if found == HEAD:
        return
    if found > HEAD:
        raise DeskError("store.newer", found=found, known=HEAD)
    if found:
        _copy(where, now)
    _upgrade(where.database)


def _copy(where: Paths, now: int) -> None:
    where.backups.mkdir(exist_ok=True)
    target = where.backups / f"before-migration-{file_stamp(now)}.db"
    with closing(sqlite3.connect(where.database)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)


def _upgrade(database: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import Connection, create_engine, event
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", "zhangshu_desk.db:migrations")
    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool, connect_args={"isolation_level": None})

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # all migrations or none, and one program at a time: sqlite3's own BEGIN would leave the DDL outside
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine.dispose()

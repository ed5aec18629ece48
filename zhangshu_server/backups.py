"""Backups that were proved: dumped, read back into a scratch database, compared, and only then counted.

Stations forget their operations only below what a verified backup holds (`lives.durable`), so that a restored centre
gets everything back. Restoring never destroys: the database that was there is kept under another name.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Engine, delete, func, make_url, select, update

from zhangshu_desk.core.clock import file_stamp
from zhangshu_desk.core.errors import DeskError
from zhangshu_server import acts, pgtools
from zhangshu_server.pgtools import Place
from zhangshu_server.tables import backups, lives, metadata

KEPT = 14
_BACKUP_LOCK = 7_202
_UNCOUNTED = frozenset({"sessions"})
"""Not in a backup: nobody is logged in any more in a restored centre."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Made:
    """A backup: its file, the feed number it holds, its size, and whether it was proved."""

    path: Path
    feed_seq: int
    bytes: int
    verified: bool


@dataclass(frozen=True)
class _Census:
    """What a database holds: rows and a sum over their contents by table, the tip of the feed, each life's `n`."""

    tables: dict[str, tuple[int, int]]
    tip: tuple[int, str]
    lives: dict[tuple[str, str], int]


def folder_of(state_dir: Path) -> Path:
    """Where backups lie unless somebody says otherwise."""
    return state_dir / "backups"


def last_verified(engine: Engine) -> int | None:
    """When the newest proved backup was made, ms UTC."""
    with engine.connect() as connection:
        return connection.execute(select(func.max(backups.c.at)).where(backups.c.verified)).scalar()


# -- making -----------------------------------------------------------------------------------------------------------


def make(engine: Engine, folder: Path, now: int, login: str = acts.COMMAND_LINE) -> Made:
    """Back up and prove it; then stations may forget what it holds.

    Args:
        folder: made when missing; only its owner can read the files.
        now: ms UTC.

    Raises:
        DeskError: `centre.backup_running`, `centre.backup_failed`, `centre.backup_unproved`, `centre.no_pg_dump`.
    """
    place = Place.of(engine.url)
    with _alone(place) as connection:
        programs = pgtools.programs(connection.info.server_version)
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"centre-{file_stamp(now)}.dump"
        if target.exists():
            raise DeskError("centre.backup_running")
        partial = target.with_suffix(".partial")
        try:
            expected = _dump(place, programs, partial)
            found = _read_back(place, programs, partial, now)
            if found is not None and found != expected:
                raise DeskError("centre.backup_unproved", detail=_difference(expected, found))
            os.replace(partial, target)
        finally:
            partial.unlink(missing_ok=True)
        made = Made(target, expected.tip[0], target.stat().st_size, found is not None)
        _enter(engine, made, expected, now, login)
        _prune(engine, folder)
    if found is None:
        raise DeskError("centre.backup_no_scratch", path=target)
    return made


@contextlib.contextmanager
def _alone(place: Place) -> Iterator[psycopg.Connection[Any]]:
    """One backup at a time, whichever process or machine makes it."""
    with place.connect(autocommit=True) as connection:
        free = connection.execute("SELECT pg_try_advisory_lock(%s)", (_BACKUP_LOCK,)).fetchone()
        if free is None or not free[0]:
            raise DeskError("centre.backup_running")
        yield connection


def _dump(place: Place, programs: Path, partial: Path) -> _Census:
    """Write the dump and tell what it must hold; both see the same moment."""
    with place.connect() as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        shared = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert shared is not None
        expected = _census(connection)
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        left_out = [f"--exclude-table-data={name}" for name in sorted(_UNCOUNTED)]
        try:
            pgtools.run(
                programs / "pg_dump",
                ["-Fc", "--no-owner", "--no-privileges", f"--snapshot={shared[0]}", f"--file={partial}", *left_out],
                place,
            )
        except subprocess.CalledProcessError as error:
            raise DeskError("centre.backup_failed", detail=pgtools.last_words(error)) from error
    return expected


def _census(connection: psycopg.Connection[Any]) -> _Census:
    def one(query: sql.Composed | sql.SQL) -> tuple[Any, ...]:
        row = connection.execute(query).fetchone()
        return tuple(row) if row else ()

    count = sql.SQL("SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {} t")
    tables = {}
    for name in sorted(set(metadata.tables) - _UNCOUNTED):
        rows, total = one(count.format(sql.Identifier(name)))
        tables[name] = (int(rows), int(total))
    tip = one(sql.SQL("SELECT seq, h FROM feed_head WHERE id = 1")) or (0, "")
    found = connection.execute("SELECT station_id, inc, n FROM lives").fetchall()
    return _Census(tables, (int(tip[0]), str(tip[1])), {(row[0], row[1]): int(row[2]) for row in found})


def _read_back(place: Place, programs: Path, dump: Path, now: int) -> _Census | None:
    """What a dump holds when it is restored; None when this account may not make a scratch database."""
    prefix = f"{place.database}_check_"
    scratch = f"{prefix}{file_stamp(now).replace('-', '')}"
    with pgtools.maintenance(place) as connection:
        for left in _databases(connection, prefix):  # a run before this one was killed
            pgtools.drop(connection, left)
        try:
            pgtools.create(connection, scratch)
        except psycopg.errors.InsufficientPrivilege:
            return None
        try:
            _load(place.at(scratch), programs, dump)
            with place.at(scratch).connect() as reading:
                return _census(reading)
        except (subprocess.CalledProcessError, psycopg.Error) as error:
            said = pgtools.last_words(error) if isinstance(error, subprocess.CalledProcessError) else str(error)
            raise DeskError("centre.backup_unproved", detail=said) from error
        finally:
            pgtools.drop(connection, scratch)


def _databases(connection: psycopg.Connection[Any], prefix: str) -> list[str]:
    rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (prefix,))
    return [str(row[0]) for row in rows]


def _load(place: Place, programs: Path, dump: Path) -> None:
    pgtools.run(programs / "pg_restore", ["--no-owner", "--no-privileges", "--exit-on-error", str(dump)], place)


def _difference(expected: _Census, found: _Census) -> str:
    names = [name for name in expected.tables if expected.tables[name] != found.tables.get(name)]
    return "、".join(names) or "feed"


def _enter(engine: Engine, made: Made, census: _Census, now: int, login: str) -> None:
    """Write the backup down; when it was proved, what it holds is durable from now on."""
    with engine.begin() as connection:
        connection.execute(
            backups.insert().values(
                at=now, path=str(made.path), feed_seq=made.feed_seq, bytes=made.bytes, verified=made.verified
            )
        )
        if made.verified:
            for (station, inc), n in sorted(census.lives.items()):
                connection.execute(
                    update(lives)
                    .where(lives.c.station_id == station, lives.c.inc == inc, lives.c.durable < n)
                    .values(durable=n)
                )
        facts = {"file": made.path.name, "feed": made.feed_seq, "verified": made.verified}
        acts.record(connection, login, "backup.make", facts, now)


def _prune(engine: Engine, folder: Path) -> None:
    """Keep the newest `KEPT` backups of a folder."""
    with engine.begin() as connection:
        rows = connection.execute(
            select(backups.c.id, backups.c.path).order_by(backups.c.at.desc(), backups.c.id.desc())
        )
        ours = [row for row in rows if Path(row.path).parent == folder]
        for row in ours[KEPT:]:
            with contextlib.suppress(OSError):
                Path(row.path).unlink(missing_ok=True)
            connection.execute(delete(backups).where(backups.c.id == row.id))


# -- restoring --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restored:
    """A restored centre: the feed number it is at, and the name under which the former database was kept."""

    feed_seq: int
    kept_as: str | None


def restore(url: str, file: Path, now: int, inspect: Callable[[str], None]) -> Restored:
    """Put a backup in the place of the database, which is kept under another name.

    Args:
        url: of the database that is replaced; need not exist.
        file: a backup made by `make`.
        now: ms UTC.
        inspect: is handed the URL of the restored database before it takes the place; raising refuses it.

    Raises:
        DeskError: `centre.restore_in_use` while anybody is connected, `centre.restore_missing`,
            `centre.restore_unusable`.
    """
    if not file.is_file():
        raise DeskError("centre.restore_missing", path=file)
    place = Place.of(url)
    stamp = file_stamp(now).replace("-", "")
    fresh, aside = f"{place.database}_restored_{stamp}", f"{place.database}_before_{stamp}"
    with pgtools.maintenance(place) as connection:
        _refuse_while_used(connection, place.database)
        programs = pgtools.programs(connection.info.server_version)
        pgtools.create(connection, fresh)
        try:
            seq = _fill(place.at(fresh), programs, file)
            inspect(make_url(url).set(database=fresh).render_as_string(hide_password=False))
            kept = _swap(connection, place.database, fresh, aside)
        except BaseException:
            pgtools.drop(connection, fresh)
            raise
    return Restored(seq, kept)


def _fill(place: Place, programs: Path, file: Path) -> int:
    """Read a dump into an empty database; the feed number it is at."""
    try:
        _load(place, programs, file)
        with place.connect() as connection:
            row = connection.execute("SELECT seq FROM feed_head WHERE id = 1").fetchone()
    except subprocess.CalledProcessError as error:
        raise DeskError("centre.restore_unusable", path=file, detail=pgtools.last_words(error)) from error
    except psycopg.errors.UndefinedTable as error:
        raise DeskError("centre.restore_unusable", path=file, detail="不是樟树中心的备份") from error
    return int(row[0]) if row else 0


def _refuse_while_used(connection: psycopg.Connection[Any], database: str) -> None:
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'", (database,)
    ).fetchone()
    if row is not None and row[0]:
        raise DeskError("centre.restore_in_use", count=row[0])


def _swap(connection: psycopg.Connection[Any], database: str, fresh: str, aside: str) -> str | None:
    """Rename both at once; PostgreSQL refuses while somebody is connected to either."""
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    try:
        with connection.transaction():
            there = pgtools.exists(connection, database)
            if there:
                connection.execute(rename.format(sql.Identifier(database), sql.Identifier(aside)))
            connection.execute(rename.format(sql.Identifier(fresh), sql.Identifier(database)))
    except psycopg.errors.ObjectInUse as error:
        raise DeskError("centre.restore_in_use", count=1) from error
    return aside if there else None

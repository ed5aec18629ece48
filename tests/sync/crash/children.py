"""What runs in processes that a test kills: a station, and the centre.

They are forked from a process that has everything imported and nothing open (`tests/nursery.py`). Each dies at the
place it is told (`core/failpoints.py`), or is killed from outside.
"""

from __future__ import annotations

import json
import random
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

import httpx
from uvicorn import Config, Server

from zhangshu_desk.core import failpoints, paths
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.files import write_atomic
from zhangshu_desk.core.link import Probe
from zhangshu_desk.db import serials
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import WalkIn
from zhangshu_desk.sync import applying, books, enrolment, exchange, wire
from zhangshu_desk.sync.cycle import Cycle
from zhangshu_desk.sync.link import DeskLink
from zhangshu_desk.sync.transport import Centre, Unreachable
from zhangshu_server import database, exchanges, snapshot
from zhangshu_server.app import create_app
from zhangshu_server.limits import Rate

PAGE = 40
"""Rows on a page here, so that a hundred rows make several."""
UNREACHABLE = 3
"""Exit status of a station that could not reach the centre."""
SERIALS = "GI"
VERIFIER = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo"
FORM = WalkIn(("NB",), enterprise_name="江西锦湖保险设备集团有限公司", visitor="张三", phone="13812345678")
_NO_LIMIT = Rate(1e6, 1_000_000)


class FileVault:
    """A vault in a plain file, so that it is there after the death of a process; the machine's own is too slow here."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "vault.json"

    def has_keyring(self) -> bool:
        return True

    def keep(self, station: str, secret: str, passphrase: str) -> None:
        write_atomic(self._file, json.dumps({station: secret}).encode())

    def find(self, station: str) -> str | None:
        found: dict[str, str] = json.loads(self._file.read_bytes()) if self._file.exists() else {}
        return found.get(station)

    def locked(self, station: str) -> bool:
        return False

    def unlock(self, station: str, passphrase: str) -> str:
        return self.find(station) or ""


# -- the centre -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Premises:
    """Where a centre is: its database, its state folder, its clock (ms UTC), and at which place it dies."""

    dsn: str
    state_dir: str
    now: int
    failpoint: str = ""


def serve_centre(premises: Premises, listening: socket.socket) -> None:
    """The centre, until it dies."""
    _small_pages()
    failpoints.choose(premises.failpoint)
    app = create_app(
        database.make_engine(premises.dsn),
        Path(premises.state_dir),
        FixedClock(premises.now),
        station_rate=_NO_LIMIT,
        enrol_rate=_NO_LIMIT,
    )
    Server(Config(app, log_config=None, access_log=False)).run([listening])


def take_file(premises: Premises, source: str, target: str) -> None:
    """The centre's command that takes in an exchange file."""
    engine = database.make_engine(premises.dsn)
    app = create_app(engine, Path(premises.state_dir), FixedClock(premises.now))
    failpoints.choose(premises.failpoint)
    answer = exchanges.take(app.state.centre, Path(source).read_bytes())
    write_atomic(Path(target), answer, private=True)
    engine.dispose()


# -- a station --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Errand:
    """What a station's process does: `deed` names one of `DEEDS`, `detail` is for it."""

    folder: str
    port: int
    station: str
    secret: str
    clerk: Actor
    now: int
    deed: str
    detail: str = ""
    failpoint: str = ""


def run_errand(errand: Errand) -> None:
    """One deed of a station, from opening its database to closing it."""
    _small_pages()
    failpoints.choose(errand.failpoint)
    store = open_store(paths.of(Path(errand.folder)), errand.now)
    with store.merge() as merge:
        books.ensure_lives(merge.db)
    try:
        DEEDS[errand.deed](errand, store)
    except Unreachable:
        sys.exit(UNREACHABLE)
    except DeskError as error:
        if error.code != "sync.unreachable":
            raise
        sys.exit(UNREACHABLE)
    finally:
        store.close()


def reach(port: int, station: str = "", secret: str = "") -> Centre:
    """The centre on this machine."""
    return Centre(httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False), station, secret)


def _cycle(errand: Errand, store: Store) -> None:
    """A morning's work and a cycle."""
    work(store, errand.clerk, errand.now)
    synchronise(errand, store)


def synchronise(errand: Errand, store: Store) -> None:
    """A cycle."""
    Cycle(store, reach(errand.port, errand.station, errand.secret), lambda: errand.now).run()


def _use_serials(errand: Errand, store: Store) -> None:
    """Wish for serial numbers, fetch them, use some, fetch more."""
    with store.write(errand.clerk, "visit.register", errand.now) as session:
        serials.ask_for(session, SERIALS)
    synchronise(errand, store)
    with store.write(errand.clerk, "visit.register", errand.now) as session:
        for _ in range(serials.BLOCK - serials.REFILL):
            serials.take(session, SERIALS, "标签")
    synchronise(errand, store)


def _enrol(errand: Errand, store: Store) -> None:
    """Join with the code `detail`, and be in step."""
    vault, nobody = FileVault(Path(errand.folder)), reach(errand.port)
    fingerprint = errand.detail.rpartition("-")[2]
    probe = Probe("http://centre.test", nobody.hello()["server_id"], fingerprint, "")
    secret = enrolment.enrol(store, nobody, vault, probe, errand.detail, "", lambda: errand.now)
    Cycle(store, reach(errand.port, errand.station, secret), lambda: errand.now).run()


def _by_link(errand: Errand, store: Store) -> None:
    """A cycle as the window does it, with the secret that the vault has."""
    link = DeskLink(
        store,
        FileVault(Path(errand.folder)),
        FixedClock(errand.now),
        lambda _address, _ca, station, secret: reach(errand.port, station, secret),
    )
    try:
        link.run_cycle()
    finally:
        link.close()


def _write_file(errand: Errand, store: Store) -> None:
    """Work, and write what waits into the file `detail`."""
    work(store, errand.clerk, errand.now)
    exchange.write_outbox(store, errand.secret, Path(errand.detail), errand.now)


def _read_file(errand: Errand, store: Store) -> None:
    """Take in the centre's answer `detail`."""
    exchange.read_answer(store, errand.secret, Path(errand.detail), errand.now)


DEEDS: dict[str, Callable[[Errand, Store], None]] = {
    "cycle": _cycle,
    "synchronise": synchronise,
    "serials": _use_serials,
    "enrol": _enrol,
    "link": _by_link,
    "write_file": _write_file,
    "read_file": _read_file,
}


def work(store: Store, clerk: Actor, now: int) -> str:
    """A new enterprise, a change of it, and a walk-in; the id of the enterprise."""
    with store.write(clerk, "enterprise.add", now) as session:
        row = Enterprise(id=session.new_id(), name=f"企业{now}", name_key=f"企业{now}", created_at=now)
        session.add(row)
        session.about("enterprises", row.id)
    with store.write(clerk, "enterprise.change", now) as session:
        session.get_one(Enterprise, row.id).founded_on = date(2026, 1, 2)
        session.about("enterprises", row.id)
    actions.register(store, clerk, FORM, now)
    return row.id


def work_until_killed(errand: Errand, tell: Connection) -> None:
    """Work and synchronise without end; tell every enterprise as soon as it was committed, and every finished cycle."""
    dice = random.Random(errand.now)
    store = open_store(paths.of(Path(errand.folder)), errand.now)
    with store.merge() as merge:
        books.ensure_lives(merge.db)
    centre = reach(errand.port, errand.station, errand.secret)
    for moment in count(errand.now, 7):
        for _ in range(dice.randrange(3)):
            tell.send_bytes(f"made {work(store, errand.clerk, moment)}".encode())
        try:
            Cycle(store, centre, lambda moment=moment: moment).run()  # type: ignore[misc]
        except Unreachable:
            tell.send_bytes(b"unreachable")
        else:
            tell.send_bytes(b"cycle")


def _small_pages() -> None:
    """Few rows on a page, and few of them indexed at once."""
    wire.MAX_PAGE_ROWS = PAGE
    snapshot.__dict__["MAX_PAGE_ROWS"] = PAGE
    applying.INDEX_AT_ONCE = PAGE // 2

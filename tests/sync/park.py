"""A park in one process: the real centre on a real PostgreSQL, and real stations on real files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.newcomer import MemoryVault, move_in
from tests.sync.asgi import AsgiTransport, Loop
from zhangshu_desk.core import paths
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.link import Probe
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.sync import enrolment
from zhangshu_desk.sync.cycle import Cycle, Result
from zhangshu_desk.sync.link import DeskLink
from zhangshu_desk.sync.transport import Centre

FINGERPRINT = "AB:CD:EF:01" + ":00" * 28


@dataclass
class Rig:
    """One station: its files, its open store, its people, its own clock.

    Attributes:
        fault: stands between the station and the centre; None = a line without faults.
    """

    name: str
    where: paths.Paths
    store: Store
    clock: FixedClock
    station: str
    clerk: Actor
    head: Actor
    counters: tuple[str, ...]
    vault: MemoryVault = field(default_factory=MemoryVault)
    centre: Centre | None = None

    def cycle(self) -> Result:
        """One cycle in this thread."""
        assert self.centre is not None, "enrolled first"
        return Cycle(self.store, self.centre, self.clock.now).run()

    def save(self, folder: Path) -> Path:
        """A copy of the database as an administrator makes one; the side file and the keyring are not in it."""
        self.store.close()
        target = folder / f"{self.name}-{self.clock.now()}-{len(list(folder.iterdir()))}.db"
        shutil.copyfile(self.where.database, target)
        self.reopen()
        return target

    def restore(self, copy: Path) -> None:
        """Put a copy in place of the database."""
        self.store.close()
        for file in self.where.data.glob("desk.db*"):
            file.unlink()
        shutil.copyfile(copy, self.where.database)
        self.reopen()

    def reopen(self) -> None:
        """Close and open the store."""
        self.store.close()
        self.store = open_store(self.where, self.clock.now())
        from zhangshu_desk.sync import books

        with self.store.merge() as merge:
            books.ensure_lives(merge.db)


def new_station(folder: Path, name: str, now: int, counters: int = 2) -> Rig:
    """A station that was set up by its wizard, without the cost of a password."""
    where = paths.of(folder / name)
    store, clock = open_store(where, now), FixedClock(now)
    station, clerk_id, head_id = new_id(now), new_id(now), new_id(now)
    seats = tuple(new_id(now) for _ in range(counters))
    clerk = Actor(clerk_id, f"{name}的{Role.CLERK.value}", Role.CLERK, seats[0])
    head = Actor(head_id, f"{name}的{Role.SUPERVISOR.value}", Role.SUPERVISOR, seats[0])
    names = {counter: f"{name}{position}号窗口" for position, counter in enumerate(seats, 1)}
    move_in(store, now, station, name, names, {f"clerk-{name}": clerk, f"head-{name}": head})
    return Rig(name, where, store, clock, station, clerk, head, seats)


class Park:
    """The centre and how stations reach it.

    Args:
        app: makes the centre's application; asked anew after `restart`.
        code: makes an enrolment code: (site, station name) → code.
    """

    def __init__(self, app: Callable[[], Any], code: Callable[[str, str], str], folder: Path) -> None:
        self._make_app, self.make_code, self.folder = app, code, folder
        self.loop = Loop()
        self.app = app()
        self.rigs: list[Rig] = []

    def restart(self) -> None:
        """The centre's process is another one now."""
        self.app = self._make_app()

    def transport(self) -> httpx.BaseTransport:
        """A line to the centre without faults."""
        return AsgiTransport(lambda: self.app, self.loop)

    def reach(self, station: str = "", secret: str = "", transport: httpx.BaseTransport | None = None) -> Centre:
        """The centre as a station sees it."""
        http = httpx.Client(base_url="https://centre.test", transport=transport or self.transport(), trust_env=False)
        return Centre(http, station, secret)

    def station(self, name: str, now: int, site: str = "樟树园区") -> Rig:
        """A new station that has joined."""
        rig = new_station(self.folder, name, now)
        self.rigs.append(rig)
        self.enrol(rig, site)
        return rig

    def enrol(self, rig: Rig, site: str = "樟树园区") -> None:
        """Let a station join."""
        nobody = self.reach()
        probe = Probe("https://centre.test", nobody.hello()["server_id"], FINGERPRINT, "")
        code = self.make_code(site, rig.name)
        secret = enrolment.enrol(rig.store, nobody, rig.vault, probe, code, "", rig.clock.now)
        nobody.close()
        rig.centre = self.reach(rig.station, secret)

    def link(self, rig: Rig) -> DeskLink:
        """The station's link with its threads, over this park's line."""
        return DeskLink(
            rig.store, rig.vault, rig.clock, lambda _address, _ca, station, secret: self.reach(station, secret)
        )

    def quiet(self, rounds: int = 3) -> None:
        """Everybody synchronises until nothing is left to tell."""
        for _ in range(rounds):
            for rig in self.rigs:
                rig.cycle()

    def close(self) -> None:
        """Close the stations and the loop."""
        for rig in self.rigs:
            if rig.centre is not None:
                rig.centre.close()
            rig.store.close()
        self.loop.close()

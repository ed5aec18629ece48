"""A centre in a process of its own and stations whose processes die; and what must hold afterwards."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine

from tests.newcomer import MemoryVault
from tests.sync.centre import CentreRig
from tests.sync.crash import children, other_centre
from tests.sync.crash.children import Errand, Premises
from tests.sync.park import Park, Rig
from zhangshu_desk.core import failpoints, paths
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.verify import verify
from zhangshu_desk.sync import applying, books, copying, wire
from zhangshu_server.tables import metadata

ROOT = Path(__file__).parents[3]
DIED = failpoints.EXIT
ROUNDS_TO_QUIET = 6
PATIENCE_S = 60.0
RESTORED = frozenset({"verify.audit_tail", "verify.audit_rewritten", "store.restored"})
"""What the verification of a station says whose database was restored: that it was."""


class _Loopback(httpx.BaseTransport):
    """Brings requests to the centre's port on this machine, whatever address they name."""

    def __init__(self, port: int) -> None:
        self._port, self._inner = port, httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self._port)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


class _Street(Park):
    """A park whose centre is another process: no application and no loop here."""

    def __init__(self, code: Callable[[str, str], str], folder: Path, port: int) -> None:
        self.make_code, self.folder, self._port = code, folder, port
        self.rigs: list[Rig] = []

    def restart(self) -> None:
        """Nothing: `Yard` has the process."""

    def transport(self) -> httpx.BaseTransport:
        return _Loopback(self._port)

    def close(self) -> None:
        """Close the stations."""
        for rig in self.rigs:
            if rig.centre is not None:
                rig.centre.close()
            rig.store.close()


class Yard(CentreRig):
    """See the module. The socket belongs to the test: the port stays the same whichever process answers on it, and a
    request that comes while none does waits for the next one."""

    def __init__(self, engine: Engine, folder: Path, now: int, context: ForkServerContext) -> None:
        self.engine, self.clock, self.folder = engine, FixedClock(now), folder
        self.state_dir = folder / "centre"
        self.state_dir.mkdir()
        self.context = context
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._socket.getsockname()[1]
        self.park: _Street = _Street(self._code, folder, self.port)
        self.process: ForkServerProcess | None = None

    # -- processes ----------------------------------------------------------------------------------------------------

    def spawn(self, target: Callable[..., None], *arguments: Any) -> ForkServerProcess:
        """A process that was started."""
        process = self.context.Process(target=target, args=arguments)
        process.start()
        return process

    def premises(self, failpoint: str = "") -> Premises:
        """Where the centre is."""
        dsn = self.engine.url.render_as_string(hide_password=False)
        return Premises(dsn, str(self.state_dir), self.clock.now(), failpoint)

    def start(self, failpoint: str = "") -> None:
        """Start the centre, which dies at `failpoint`."""
        assert self.process is None
        self.process = self.spawn(children.serve_centre, self.premises(failpoint), self._socket)

    @contextmanager
    def of_version(self, version: str) -> Iterator[None]:
        """Meanwhile the centre is one of another version (`other_centre.py`)."""
        self.kill()
        place, handle = self.premises(), str(self._socket.fileno())
        other = subprocess.Popen(
            [sys.executable, "-m", other_centre.__name__, version, handle, place.dsn, place.state_dir, str(place.now)],
            cwd=ROOT,
            pass_fds=[self._socket.fileno()],
        )
        try:
            yield
        finally:
            other.kill()
            other.wait()
            self.start()

    def kill(self) -> None:
        """End the centre as a power cut does."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.process.close()
            self.process = None

    def await_death(self) -> None:
        """The centre must have died at its place."""
        assert self.process is not None
        assert ended(self.process) == DIED, "the centre did not come to its place"
        self.process = None

    def errand(self, rig: Rig, deed: str, detail: str = "", failpoint: str = "") -> Errand:
        """A deed of a station, some time after its last one."""
        rig.clock.forward(MINUTE)
        secret = rig.vault.secrets.get(rig.station, "")
        return Errand(
            str(rig.where.data), self.port, rig.station, secret, rig.clerk, rig.clock.now(), deed, detail, failpoint
        )

    def send(self, rig: Rig, deed: str, detail: str = "", failpoint: str = "") -> int:
        """Let a station's process do something; its exit status. The station's store is open again afterwards."""
        rig.store.close()
        status = ended(self.spawn(children.run_errand, self.errand(rig, deed, detail, failpoint)))
        rig.reopen()
        return status

    def close(self) -> None:
        """End everything."""
        self.kill()
        super().close()
        self._socket.close()

    # -- mornings -----------------------------------------------------------------------------------------------------

    def settle(self, name: str) -> None:
        """Remember everything as it is now, for `morning`; the stations are closed."""
        for rig in self.park.rigs:
            rig.store.close()
        self.kill()
        self.save(name)

    def morning(self, name: str, rigs: Sequence[Rig], folder: Path) -> None:
        """Everything as it was at `settle`, with copies of the first two stations in `folder`; the centre runs."""
        if self.process is not None:
            nobody = self.park.reach()
            nobody.hello()  # it is not just starting
            nobody.close()
        self.begin_anew(self.clock.now(), name)
        if self.process is None:
            self.start()
        self._mornings, self._today = rigs, folder
        for rig in rigs[:2]:
            self.admit(self._copy(rig), rig.vault.secrets[rig.station])

    def _copy(self, rig: Rig) -> Rig:
        shutil.copytree(rig.where.data, self._today / rig.name)
        where = paths.of(self._today / rig.name)
        fresh = replace(rig, where=where, vault=MemoryVault(), clock=FixedClock(rig.clock.now()), centre=None)
        fresh.reopen()
        return fresh

    def newcomer(self) -> Rig:
        """A station that has not joined."""
        return self._copy(self._mornings[2])

    def admit(self, rig: Rig, secret: str) -> None:
        """From now on the station takes part with this secret."""
        if rig.centre is not None:
            rig.centre.close()
        rig.vault.secrets[rig.station] = secret
        rig.centre = self.park.reach(rig.station, secret)
        if rig not in self.park.rigs:
            self.park.rigs.append(rig)

    def leave(self, rig: Rig) -> None:
        """The station is gone for good."""
        if rig.centre is not None:
            rig.centre.close()
        rig.store.close()
        self.park.rigs.remove(rig)

    def evening(self) -> None:
        """Close the stations of this morning."""
        for rig in list(self.park.rigs):
            self.leave(rig)

    def empty(self) -> None:
        """The centre's database as it is when it is new."""
        with self.engine.begin() as db:
            names = ", ".join(table.name for table in metadata.sorted_tables if table.name != "facts")
            db.exec_driver_sql(f"TRUNCATE {names}")
            db.exec_driver_sql("INSERT INTO feed_head (id, seq, h) VALUES (1, 0, '')")

    def ask(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        """Rows of a question to the centre's database."""
        return [tuple(row) for row in self._all(sql, **values)]

    # -- what must hold -----------------------------------------------------------------------------------------------

    def recover(self, *, excused: frozenset[str] = frozenset(), restored: frozenset[str] = frozenset()) -> int:
        """All stations come to rest within six rounds, and nothing was lost, doubled or left different.

        Args:
            excused: operations that went with a restored database before the centre had them.
            restored: names of stations whose database was restored.

        Returns:
            The rounds it took.
        """
        rounds = self._rounds()
        self._nothing_lost_or_doubled(excused)
        for rig in self.park.rigs:
            self._equal(rig)
            known = RESTORED if rig.name in restored else frozenset()
            assert not set(verify(rig.store).counts) - known, (rig.name, verify(rig.store).problems[:3])
        self.check_chains()
        return rounds

    def _rounds(self) -> int:
        for number in range(1, ROUNDS_TO_QUIET + 1):
            for rig in self.park.rigs:
                rig.cycle()
            if all(self._is_quiet(rig) for rig in self.park.rigs):
                return number
        raise AssertionError(f"not quiet after {ROUNDS_TO_QUIET} rounds")

    def _is_quiet(self, rig: Rig) -> bool:
        with rig.store.read() as session:
            db = bare(session)
            waiting = db.execute("SELECT count(*) FROM outbox WHERE state = 'pending'").fetchone()[0]
            staged = db.execute("SELECT count(*) FROM staged_rows").fetchone()[0]
            return not (waiting or staged) and books.number(db, "feed_base") == self.head()

    def _nothing_lost_or_doubled(self, excused: frozenset[str]) -> None:
        times = self.statuses()
        made = set().union(*(operations(rig) for rig in self.park.rigs))
        lost = made - times.keys() - excused
        assert not lost, ("lost", sorted(lost)[:3])
        assert set(times.values()) == {1}, "applied twice"
        assert self.rejected() == []

    def _equal(self, rig: Rig) -> None:
        with rig.store.read() as session:
            db = bare(session)
            for tbl in wire.PULLED:
                ours = {i: copying.image(db, tbl, i) for (i,) in db.execute(f"SELECT id FROM {tbl}")}  # noqa: S608
                assert ours == self.rows(tbl), (rig.name, tbl)
                assert applying.table_sum(db, tbl) == self.sum_of(tbl), (rig.name, tbl)


def operations(rig: Rig) -> set[str]:
    """The ids of every operation that a station has committed."""
    with rig.store.read() as session:
        return {op_id for (op_id,) in bare(session).execute("SELECT op_id FROM outbox")}


def ended(process: ForkServerProcess) -> int:
    """How a process ended, by itself."""
    process.join(PATIENCE_S)
    status = process.exitcode
    if status is None:
        process.kill()
        process.join()
        raise AssertionError("the process did not end")
    process.close()
    return status

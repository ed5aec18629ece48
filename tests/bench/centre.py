"""The centre of the sync bench: the real server process over HTTPS on loopback, with a PostgreSQL of its own."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine

from tests.bench.peers.records import records
from tests.bench.stations import CLOCK, Desk
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.link import Probe
from zhangshu_desk.core.operations import format_hlc
from zhangshu_desk.sync import enrolment, transport, wire
from zhangshu_desk.sync.transport import Centre
from zhangshu_server import database, embedded, enrolling, epochs, feed, stations
from zhangshu_server import records as rows
from zhangshu_server.merging import PENDING, Record, Stamp
from zhangshu_server.shapes import EnrolRequest

ROOT = Path(__file__).resolve().parents[2]
START_WITHIN_S = 120
SITE = "樟树金属家具产业园"
AT_ONCE = 5_000
COMMAND = (sys.executable, "-m", "zhangshu_server", "serve")


@dataclass(frozen=True)
class Deployment:
    """A running centre. `probe`: what it says of itself; `engine`: a way into its database, past the server."""

    probe: Probe
    engine: Engine
    state: Path

    def enrol(self, desk: Desk) -> None:
        """Join a desk to the site with a one-time code; nothing is exchanged yet.

        The code is handed to the centre's own function, not to its route: that lets one address enrol every five
        seconds only, and here are many from one.
        """
        code = stations.make_code(self.engine, SITE, desk.folder.name, CLOCK.now(), self.probe.fingerprint)
        enrolment.enrol(desk.store, _Registrar(self), desk.vault, self.probe, code, "", CLOCK.now)

    def fill(self, count: int) -> None:
        """Put `count` more enterprises into the centre as if a station had sent them; its own code writes them."""
        places = random.Random(count)
        left = iter(records(count))
        while chunk := list(islice(left, AT_ONCE)):
            now = CLOCK.now()
            found = {}
            entries: list[feed.Entry | feed.CentreEntry] = []
            for place, record in enumerate(chunk):
                row_id = new_id(now - places.randrange(10**10))
                stamp = Stamp(PENDING + place, format_hlc((now, 0), "bench"), "bench", "bench", row_id, "system")
                fields = {
                    **record,
                    "name_key": same_name_key(record["name"]),
                    "order_key": "",
                    "former_names": [],
                    "code_reason": "",
                    "created_at": now,
                    "void_reason": "",
                }
                table = wire.TABLES["enterprises"]
                clk = {table.group_of(name): stamp for name in fields}
                found["enterprises", row_id] = Record("enterprises", row_id, "global", stamp.seq, fields, clk, True)
                entries.append(feed.Entry("enterprises", row_id, row_id, "bench", "bench", row_id))
            with database.push_transaction(self.engine) as connection:
                numbered = feed.number(connection, entries)
                rows.write(connection, {}, found, numbered.start)
                feed.append(connection, numbered.feed)


class _Registrar(Centre):
    """Stands for the centre while a desk enrols."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment

    def enrol(self, body: Mapping[str, Any], key: str) -> dict[str, Any]:
        one, now = self._deployment, CLOCK.now()
        identity = epochs.agree(one.engine, one.state, now)
        return enrolling.enrol(one.engine, identity, one.probe.ca_pem, EnrolRequest(**body), key, now)


@contextmanager
def running(state: Path, workers: int = 1) -> Iterator[Deployment]:
    """Have a centre run while the block does.

    Args:
        state: its state directory, empty for a new one.
    """
    with socket.socket() as probe_socket:
        probe_socket.bind(("127.0.0.1", 0))
        port = probe_socket.getsockname()[1]
    own = {"ZHANGSHU_STATE_DIR": str(state), "ZHANGSHU_PORT": str(port), "ZHANGSHU_WORKERS": str(workers)}
    outside = {name: value for name, value in os.environ.items() if not name.startswith("ZHANGSHU_")}
    with (state.parent / f"{state.name}.log").open("w") as log:
        process = subprocess.Popen(COMMAND, cwd=ROOT, env=outside | own, stdout=log, stderr=subprocess.STDOUT)
        try:
            found = _answering(process, f"https://127.0.0.1:{port}", Path(log.name))
            with embedded.running(state) as postgres:
                engine = database.make_engine(postgres.url)
                yield Deployment(found, engine, state)
                engine.dispose()
        finally:
            process.terminate()
            process.wait(30)


def _answering(process: subprocess.Popen[bytes], address: str, log: Path) -> Probe:
    until = time.monotonic() + START_WITHIN_S
    while True:
        try:
            return transport.probe(address)
        except DeskError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the centre did not start:\n{log.read_text('utf-8')}") from None
            time.sleep(0.1)


@dataclass
class Meter:
    """A way to the centre that notes every request: use its `connect` for a desk's link.

    Attributes:
        asked: (path, status, ms, bytes sent, bytes received) of each request, bodies as they cross the wire.
    """

    asked: list[tuple[str, int, float, int, int]] = field(default_factory=list)

    def connect(self, address: str, ca_pem: str, station: str, secret: str) -> Centre:
        """The centre over HTTPS, with somebody who counts."""
        http = transport.connect(address, ca_pem)
        http.event_hooks = {"request": [self._begin], "response": [self._end]}
        return Centre(http, station, secret)

    def _begin(self, request: httpx.Request) -> None:
        request.extensions["begun"] = time.perf_counter()

    def _end(self, response: httpx.Response) -> None:
        response.read()
        request = response.request
        ms = (time.perf_counter() - request.extensions["begun"]) * 1_000
        sent = int(request.headers.get("Content-Length", 0))
        self.asked.append((request.url.path, response.status_code, ms, sent, response.num_bytes_downloaded))

    def bytes_since(self, mark: int) -> int:
        """Bytes of bodies, both ways, of the requests after the first `mark`."""
        return sum(sent + received for _, _, _, sent, received in self.asked[mark:])


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` of all values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

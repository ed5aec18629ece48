"""The real centre in this process, stations that speak to it over its ASGI interface, and what a test asks of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import zstandard
from fastapi import FastAPI
from sqlalchemy import Engine, text

from tests.server.log import START, Log
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.ids import new_id
from zhangshu_server import stations
from zhangshu_server.app import create_app
from zhangshu_server.centre import Centre
from zhangshu_server.limits import Rate

FREE = Rate(1_000_000, 1_000_000)
FINGERPRINT = "AB:CD:EF:01:23"
CA = "-----BEGIN CERTIFICATE-----\nnot a real one\n-----END CERTIFICATE-----\n"


def call(app: FastAPI, method: str, path: str, **how: Any) -> httpx.Response:
    """One request, answered within this process."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://centre") as client:
            return await client.request(method, path, **how)

    return asyncio.run(ask())


@dataclass
class Desk:
    """An enrolled station: who it is, its secret, its present log."""

    rig: Rig
    id: str
    site: str
    letter: str
    secret: str
    log: Log
    since: int = 0
    seen: list[list[Any]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """What proves who it is."""
        return {"Authorization": f"Bearer {self.id}.{self.secret}"}

    def post(self, path: str, content: Any) -> httpx.Response:
        """Send JSON, packed as the desk does."""
        body = zstandard.ZstdCompressor().compress(orjson.dumps(content))
        headers = {**self.headers, "Content-Type": "application/json", "Content-Encoding": "zstd"}
        return call(self.rig.app, "POST", path, content=body, headers=headers)

    def get(self, path: str, **params: Any) -> httpx.Response:
        """Ask for something."""
        return call(self.rig.app, "GET", path, params=params, headers=self.headers)

    def try_sync(self, **other: Any) -> httpx.Response:
        """One request with everything that is not acknowledged; whatever the answer."""
        given = {"since": self.since, "seen": self.seen, **other}
        self.log.now = max(self.log.now, self.rig.clock.now())
        return self.post("/v1/sync", self.log.request(given.pop("since"), **given))

    def sync(self, **other: Any) -> dict[str, Any]:
        """A request that must go well; what was answered is taken in."""
        answer = self.try_sync(**other)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        self.log.acked = found["acked"].get(self.log.inc, self.log.acked)
        if found["next"] is not None:
            self.since = self.log.base = found["next"]
            self.seen = [place for place in self.seen if place[0] < self.since]
            self.seen += [[self.since, found["h"]]] * bool(self.since)
        return found

    def status(self, **other: Any) -> str:
        """What became of the one transaction that waits."""
        (result,) = self.sync(**other)["results"]
        return str(result["code"] or result["status"])

    def pull(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Everything that is new, by (table, id)."""
        return rows_of(self.sync())


def rows_of(answer: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of an answer by (table, id)."""
    return {(row["t"], row["id"]): row["f"] for row in answer["rows"]}


class Rig:
    """One centre on a database of its own."""

    def __init__(self, engine: Engine, state_dir: Path, **options: Any) -> None:
        self.engine, self.state_dir, self.clock = engine, state_dir, FixedClock(START)
        self.options = {"station_rate": FREE, "enrol_rate": FREE, **options}
        self.app = self.restart()

    def restart(self) -> FastAPI:
        """A new process on the same database and folder."""
        self.app = create_app(self.engine, self.state_dir, self.clock, CA, **self.options)
        return self.app

    @property
    def centre(self) -> Centre:
        """Its parts."""
        found: Centre = self.app.state.centre
        return found

    def code(self, site: str = "樟树园区", name: str = "一号台") -> str:
        """A one-time code."""
        return stations.make_code(self.engine, site, name, self.clock.now(), FINGERPRINT)

    def enrol(self, code: str, station: str, key: str = "", name: str = "前台") -> httpx.Response:
        """Ask to join."""
        body = {"code": code, "station": station, "name": name, "client": "1.0.0"}
        headers = {"Idempotency-Key": key or new_id(self.clock.now())}
        return call(self.app, "POST", "/v1/enrol", json=body, headers=headers)

    def desk(self, site: str = "樟树园区", name: str = "一号台", station: str = "") -> Desk:
        """A station that joined."""
        station = station or new_id(self.clock.now())
        answer = self.enrol(self.code(site, name), station)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        return Desk(self, station, found["site"], found["letter"], found["secret"], Log(station, now=self.clock.now()))

    def all(self, sql: str, **values: Any) -> list[Any]:
        """Rows of a question to the database."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(sql), values))

    def run(self, sql: str, **values: Any) -> None:
        """Change something behind the centre's back."""
        with self.engine.begin() as connection:
            connection.execute(text(sql), values)

    def fields(self, tbl: str, row_id: str) -> dict[str, Any]:
        """A row as the centre has it."""
        ((fields,),) = self.all("SELECT fields FROM records WHERE tbl = :t AND id = :i", t=tbl, i=row_id)
        return dict(fields)

    def conflicts(self) -> list[dict[str, Any]]:
        """All conflicts, oldest first."""
        sql = "SELECT id, scope, fields FROM records WHERE tbl = 'conflicts' ORDER BY seq"
        return [{"id": i, "scope": scope, **fields} for i, scope, fields in self.all(sql)]

    def notices(self) -> list[tuple[str, dict[str, Any]]]:
        """All notices, oldest first."""
        return [(code, facts) for code, facts in self.all("SELECT code, facts FROM notices ORDER BY id")]

    def head(self) -> int:
        """The greatest feed number."""
        return int(self.all("SELECT seq FROM feed_head")[0][0])


MakeRig = Callable[..., Rig]

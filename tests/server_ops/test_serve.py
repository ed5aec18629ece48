"""`zhangshu-server serve` as a program: HTTPS that only the CA vouches for, several workers, signals, kills."""

from __future__ import annotations

import concurrent.futures
import json
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil  # type: ignore[import-untyped]
import pytest
from sqlalchemy import Engine

from tests.server.log import Log
from tests.server.rig import Rig
from tests.server_ops.conftest import folder_for_postgres
from tests.server_ops.filled import fill
from tests.server_ops.program import Serving, run, serving
from zhangshu_desk.core.clock import DAY, SystemClock
from zhangshu_desk.core.ids import new_id
from zhangshu_server import backups, serve

pytestmark = pytest.mark.slow


@pytest.fixture
def folder() -> Iterator[Path]:
    """A state directory for a PostgreSQL of its own."""
    with folder_for_postgres() as made:
        yield made / "state"


class Station:
    """A station that joined over the line."""

    def __init__(self, client: httpx.Client, code: str) -> None:
        now = SystemClock().now()
        self.id = new_id(now)
        body = {"code": code, "station": self.id, "name": "前台", "client": "1.0.0"}
        answer = client.post("/v1/enrol", json=body, headers={"Idempotency-Key": new_id(now)})
        assert answer.status_code == 200, answer.text
        self.secret = answer.json()["secret"]
        self.log = Log(self.id, now=now)

    @property
    def headers(self) -> dict[str, str]:
        """What proves who it is."""
        return {"Authorization": f"Bearer {self.id}.{self.secret}"}

    def sync(self, client: httpx.Client, **other: Any) -> dict[str, Any]:
        """Send what waits and read everything."""
        answer = client.post("/v1/sync", json=self.log.request(0, **other), headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        self.log.acked = found["acked"].get(self.log.inc, self.log.acked)
        return found


def code_in(lines: list[str]) -> str:
    """The enrolment code that was printed."""
    return next(m[1] for line in lines if (m := re.search(r"一次性代码 +(\S+)$", line)))


def _lives(process: Any) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def workers_of(centre: Serving) -> list[int]:
    """The processes that answer."""
    children = psutil.Process(centre.process.pid).children()
    return [p.pid for p in children if "spawn_main" in " ".join(p.cmdline())]


def test_two_workers_on_one_database(folder: Path) -> None:
    with serving(folder, "--print-code", "樟树", "前台一", WORKERS=2) as centre:
        centre.wait_for("Application startup complete", times=2)
        centre.wait_for(r"CA 指纹 +\S+$")
        centre.wait_for("还没有管理员")
        centre.wait_for("一次性代码 +[A-Z2-7-]+")
        with centre.client() as client:
            station = Station(client, code_in(centre.printed))
        _both_take_in_pushes(centre, station)
        _others_may_look_but_not_restore(centre)
        _a_killed_worker_is_replaced(centre, station)
        _the_log_is_clean(centre, station)
        children = psutil.Process(centre.process.pid).children(recursive=True)
        assert centre.stop(signal.SIGTERM) == 0
        assert centre.printed[-1] == "中心已停止。"
        _until(lambda: not [one for one in children if _lives(one)])
        assert not (folder / "postgres" / "postmaster.pid").exists()
    done = run(folder, "check")
    assert "check" not in done.stderr
    assert "操作" in done.stdout


def _both_take_in_pushes(centre: Serving, station: Station) -> None:
    """Pushes of one station, eight at once and each on a line of its own: one order, no gap, nothing twice."""
    station.log.insert("enterprises", name="甲公司").end()
    request = station.log.request(None)

    def push(_: int) -> int:
        with centre.client() as client:
            return client.post("/v1/sync", json=request, headers=station.headers).status_code

    pushed = 0
    with concurrent.futures.ThreadPoolExecutor(8) as pool, centre.client() as client:
        while len(_answered(centre)) < 2:  # which of them takes a line is the system's choice
            assert set(pool.map(push, range(24))) == {200}
            pushed += 24
            assert pushed < 2_000, "one worker answers everything"
            client.get("/metrics")
        found = station.sync(client)
        assert found["acked"] == {station.log.inc: 1}
        assert [row["f"]["name"] for row in found["rows"] if row["t"] == "enterprises"] == ["甲公司"]
        _until(lambda: _counted(client) == pushed + 1)


def _counted(client: httpx.Client) -> int:
    text = client.get("/metrics").text
    found = re.search(r'zhangshu_requests_total\{route="/v1/sync",method="POST",status="200"\} (\d+)', text)
    return int(found[1]) if found else 0


def _answered(centre: Serving) -> set[str]:
    """The workers that counted a push so far, by what they keep for the metrics."""
    files = (centre.state / "run" / "metrics").glob("*.json")
    return {path.name for path in files if "/v1/sync" in path.read_text()}


def _until(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def _others_may_look_but_not_restore(centre: Serving) -> None:
    listed = run(centre.state, "stations", "list")
    assert "前台一" in listed.stdout
    assert run(centre.state, "backup").returncode == 0
    (file,) = (centre.state / "backups").glob("*.dump")
    refused = run(centre.state, "restore", file)
    assert refused.returncode == 1
    assert "先停止 zhangshu-server" in refused.stderr
    with centre.client() as client:
        assert client.get("/healthz").json()["status"] == "ok"


def _a_killed_worker_is_replaced(centre: Serving, station: Station) -> None:
    before = workers_of(centre)
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    centre.wait_for(rf"Child process \[{before[0]}\] died")
    with centre.client() as client:
        assert station.sync(client)["acked"] == {station.log.inc: 1}
    assert len(workers_of(centre)) == 2


def _the_log_is_clean(centre: Serving, station: Station) -> None:
    lines = [json.loads(line) for line in centre.log]
    requests = [line for line in lines if line["what"] == "request" and line["route"] == "/v1/sync"]
    assert {line["station"] for line in requests} == {station.id}
    assert all(line["status"] == 200 and line["request"] and line["ms"] > 0 for line in requests)
    assert sum(line["ops"] for line in requests) >= 24
    whole = "\n".join(centre.log)
    for hidden in (station.secret, code_in(centre.printed), "甲公司"):
        assert hidden not in whole


def test_tls_is_vouched_for_by_the_ca_only(database: str, state: Path) -> None:
    with serving(state, DATABASE_URL=database, NAMES="localhost") as centre:
        address = centre.address
        assert address.startswith("https://localhost:")
        with centre.client() as client:
            hello = client.get("/v1/hello").json()
            assert hello["ca_pem"] == (state / "tls" / "ca.pem").read_text()
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            httpx.get(f"{address}/v1/hello", trust_env=False)
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(f"{address.replace('https', 'http')}/v1/hello", trust_env=False)
        assert not (state / "postgres").exists()
        assert centre.stop(signal.SIGINT) == 0


def test_a_waiting_station_does_not_hold_up_the_end(engine: Engine, database: str, state: Path) -> None:
    rig = Rig(engine, state)
    with serving(state, "--print-code", "樟树", "前台一", DATABASE_URL=database) as centre, centre.client() as client:
        centre.wait_for(r"一次性代码 +\S+$")
        station = Station(client, code_in(centre.printed))
        head = rig.head()
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(client.get, "/v1/wait", params={"since": head}, headers=station.headers)
            # It waits: nobody answers within a moment, and the centre is told to end.
            assert not concurrent.futures.wait([waiting], timeout=1).done
            assert centre.stop(signal.SIGTERM) == 0
            assert isinstance(waiting.exception(), httpx.HTTPError) or waiting.result().status_code in (200, 500)


def test_an_address_in_use_is_told(database: str, state: Path) -> None:
    with serving(state, DATABASE_URL=database) as centre:
        port = centre.address.rpartition(":")[2]
        done = run(state, "serve", DATABASE_URL=database, PORT=port)
        assert done.returncode == 1
        assert f"不能在 127.0.0.1:{port} 上监听" in done.stderr


def test_behind_a_proxy_it_listens_on_a_socket_file(database: str, state: Path, tmp_path: Path) -> None:
    path = tmp_path / "s"
    settings = {"DATABASE_URL": database, "HOST": f"unix:{path}", "BEHIND_PROXY": 1, "NAMES": "centre.example.cn"}
    for _ in range(2):  # the second finds the file of the first
        with serving(state, **settings) as centre:
            assert centre.address == "https://centre.example.cn"
            transport = httpx.HTTPTransport(uds=str(path))
            with httpx.Client(transport=transport, base_url="http://centre") as client:
                assert client.get("/healthz").json()["status"] == "ok"
                page = client.get("/supervision/login", headers={"x-forwarded-for": "10.1.2.3"})
                assert page.status_code == 200
            assert oct(path.stat().st_mode)[-3:] == "660"
            centre.process.kill()


def test_it_says_that_a_database_is_gone(cluster: Any, database: str, state: Path) -> None:
    name = database.rpartition("/")[2].partition("?")[0]
    with serving(state, DATABASE_URL=database) as centre, centre.client() as client:
        assert client.get("/healthz").status_code == 200
        cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        ending = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
        cluster.execute(ending)
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["database"]) == (503, False)
        assert "zhangshu_database_up 0" in client.get("/metrics").text
        cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        assert client.get("/healthz").status_code == 200


def test_the_keeper_backs_up_once_a_day(engine: Engine, state: Path) -> None:
    now = SystemClock().now()
    assert not serve.is_due(engine, now)  # an empty centre
    fill(engine, now - 3 * DAY)  # its newest backup is older than a day
    assert serve.is_due(engine, now)
    with serve.Keeper(engine, state, SystemClock()):
        pass  # it looks once at the beginning, and is not ended in the middle
    assert not serve.is_due(engine, SystemClock().now())
    assert backups.last_verified(engine) is not None
    assert len(list((state / "backups").glob("*.dump"))) == 1

"""Health, metrics and log: what machines are told about a centre, and what they are not."""

from __future__ import annotations

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from tests.server.rig import Rig
from tests.server_ops.filled import fill
from tests.server_ops.serving import InProcess
from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import FixedClock
from zhangshu_server import logs, metrics
from zhangshu_server.assembly import assemble
from zhangshu_server.certificates import prepare
from zhangshu_server.metrics import Counters
from zhangshu_server.settings import read


@pytest.fixture
def app(engine: Engine, state: Path) -> FastAPI:
    """A whole centre with something to see."""
    fill(engine, NINE)
    ca = prepare(read({"ZHANGSHU_STATE_DIR": str(state)}), NINE).ca_pem
    return assemble(engine, state, FixedClock(NINE), ca, "https://centre")


@pytest.fixture
def client(app: FastAPI) -> httpx.Client:
    """A client of it."""
    return httpx.Client(base_url="https://centre", transport=InProcess(app))


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    """What the log of this process said, filled when the test ends or `read_lines` is called."""
    root = logging.getLogger()
    before, level, stream = root.handlers[:], root.level, io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", stream)
        logs.start()
    root.handlers += before
    found: list[dict[str, object]] = []
    root.handlers[0].setStream(_Lines(found))  # type: ignore[attr-defined]  # a StreamHandler
    yield found
    root.handlers[:] = before
    root.setLevel(level)


class _Lines(io.StringIO):
    """Keeps each line as the object it is."""

    def __init__(self, into: list[dict[str, object]]) -> None:
        super().__init__()
        self._into = into

    def write(self, line: str) -> int:
        self._into += [json.loads(one) for one in line.splitlines() if one]
        return len(line)


def values(exposition: str) -> dict[str, float]:
    """The samples of a Prometheus text by name and labels; it must be well-formed."""
    found = {}
    typed = set()
    for line in exposition.splitlines():
        if line.startswith("# TYPE "):
            typed.add(line.split()[2])
        elif not line.startswith("#"):
            sample = re.fullmatch(r'([a-z_]+)((?:\{(?:[a-z]+="(?:[^"\\]|\\.)*",?)+\})?) (\S+)', line)
            assert sample, line
            family = re.sub(r"_(bucket|sum|count)$", "", sample[1])
            assert sample[1] in typed or family in typed, line
            found[sample[1] + sample[2]] = float(sample[3])
    return found


def test_metrics_tell_how_the_centre_stands(client: httpx.Client) -> None:
    found = values(client.get("/metrics").text)
    assert found["zhangshu_feed_head"] == 20_417
    assert found["zhangshu_waiting_operations"] == 217
    assert found["zhangshu_conflicts_open"] == 3
    assert found["zhangshu_last_backup_age_seconds"] == 5 * 3600
    assert found['zhangshu_stations{contact="5m"}'] == 2
    assert found['zhangshu_stations{contact="7d"}'] == 1
    assert found['zhangshu_stations{contact="older"}'] == 0
    assert found["zhangshu_stations_revoked"] == 1
    assert found["zhangshu_process_resident_bytes"] > 10_000_000


def test_requests_are_counted_by_route_and_status(client: httpx.Client) -> None:
    for path in ("/healthz", "/healthz", "/v1/hello", "/secret-file.php", "/supervision/stations/nobody"):
        client.get(path)
    found = values(client.get("/metrics").text)
    assert found['zhangshu_requests_total{route="/healthz",method="GET",status="200"}'] == 2
    assert found['zhangshu_requests_total{route="-",method="GET",status="404"}'] == 1
    assert found['zhangshu_requests_total{route="/supervision/stations/{station}",method="GET",status="303"}'] == 1
    assert found['zhangshu_request_seconds_bucket{route="/healthz",le="+Inf"}'] == 2
    assert found['zhangshu_request_seconds_count{route="/healthz"}'] == 2


def test_what_stations_send_is_counted(engine: Engine, state: Path) -> None:
    rig = Rig(engine, state)
    ca = prepare(read({"ZHANGSHU_STATE_DIR": str(state)}), NINE).ca_pem
    rig.app = assemble(engine, state, rig.clock, ca, "https://centre")
    a = rig.desk()
    a.log.insert("enterprises", name="甲公司").end()
    a.log.insert("users", login="x").end()
    a.log.actor = "nobody"
    a.log.insert("visits").end()
    a.sync()
    client = httpx.Client(base_url="https://centre", transport=InProcess(rig.app))
    found = values(client.get("/metrics").text)
    assert found["zhangshu_push_operations_total"] == 3
    assert found["zhangshu_push_rejected_total"] == 1
    assert found["zhangshu_pull_rows_total"] >= 1
    assert found["zhangshu_push_conflicts_total"] == 0


def test_workers_tell_their_sum(tmp_path: Path) -> None:
    metrics.clear(tmp_path)
    first, second = Counters(tmp_path), Counters(tmp_path)
    second._file = tmp_path / "other.json"  # as another process would have it
    first.request("/a", "GET", 200, 0.02, {})
    second.request("/a", "GET", 200, 2.0, {"ops": 3})
    second.keep()
    found = first.all()
    assert found['zhangshu_requests_total{route="/a",method="GET",status="200"}'] == 2
    assert found['zhangshu_request_seconds_bucket{route="/a",le="0.05"}'] == 1
    assert found["zhangshu_push_operations_total"] == 3
    first.keep()
    metrics.clear(tmp_path)
    assert not list(tmp_path.iterdir())


def test_health(client: httpx.Client, engine: Engine) -> None:
    assert (client.get("/healthz").status_code, client.get("/healthz").json()["status"]) == (200, "ok")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["structure"]) == (503, "0000")


def test_a_request_is_one_line_with_its_id(client: httpx.Client, lines: list[dict[str, object]]) -> None:
    answer = client.get("/healthz", headers={"x-request-id": "abcdef-123456"})
    assert answer.headers["x-request-id"] == "abcdef-123456"
    (line,) = [one for one in lines if one["what"] == "request"]
    assert (line["request"], line["route"], line["status"], line["level"]) == ("abcdef-123456", "/healthz", 200, "info")
    other = client.get("/healthz", headers={"x-request-id": "a b\tinjected"})
    assert re.fullmatch(r"[0-9a-f]{16}", other.headers["x-request-id"])


def test_no_secret_and_no_person_gets_into_the_log(client: httpx.Client, lines: list[dict[str, object]]) -> None:
    client.get("/v1/wait?since=0", headers={"authorization": "Bearer station-1.topsecret"})
    client.get("/v1/hello?phone=13800138000")
    client.get("/13800138000/欧阳示例")
    client.post("/supervision/login", data={"login": "head", "password": "topsecret"})
    logging.getLogger("zhangshu_server.x").info("来电 13800138000")
    whole = json.dumps(lines, ensure_ascii=False)
    assert '"station": "station-1"' in whole
    assert "138****8000" in whole
    for hidden in ("topsecret", "13800138000", "欧阳"):
        assert hidden not in whole


@pytest.mark.expect_log("^ERROR zhangshu_server.requests: request$")
def test_an_error_is_told_by_kind_and_place_without_its_words(
    app: FastAPI, client: httpx.Client, lines: list[dict[str, object]]
) -> None:
    @app.get("/broken")
    def broken() -> None:
        raise ValueError("row of 欧阳示例 13800138000")

    assert client.get("/broken").status_code == 500
    (line,) = [one for one in lines if one["what"] == "request"]
    assert (line["level"], line["status"], line["error"]) == ("error", 500, "ValueError")
    assert "test_watching.py" in str(line["stack"])
    assert "欧阳" not in json.dumps(lines, ensure_ascii=False)

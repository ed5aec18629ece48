"""Labels at a centre that runs as a program: two workers that count together, the daily key, only what is public."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.server.labels import PHONE, Press
from tests.server.rig import Desk, Rig
from tests.server_ops.program import serving
from tests.server_ops.test_serve import workers_of
from zhangshu_desk.core.clock import DAY, SystemClock
from zhangshu_desk.labels.rules.scans import MANY_AN_HOUR
from zhangshu_server import serve
from zhangshu_server.verification.visitors import Visitors

pytestmark = pytest.mark.slow
KEY = b"\x07" * 32


@pytest.fixture
def desk(engine: Engine, state: Path) -> Desk:
    """A station of a centre that has its database and state directory."""
    rig = Rig(engine, state)
    rig.clock.moment = SystemClock().now()
    return rig.desk()


@pytest.fixture
def press(desk: Desk) -> Press:
    """A batch of 500 that the centre knows."""
    made = Press(desk, KEY)
    made.certify()
    made.batch(1, 500)
    desk.sync()
    return made


def scans(engine: Engine) -> dict[int, int]:
    """What was counted."""
    with engine.connect() as connection:
        return dict(map(tuple, connection.execute(text("SELECT serial, count FROM scans"))))


def test_two_workers_count_together(press: Press, database: str, engine: Engine, state: Path) -> None:
    with serving(state, DATABASE_URL=database, WORKERS=2, LABEL_DOMAIN="q.example.cn") as centre:
        centre.wait_for("Application startup complete", times=2)
        assert len(workers_of(centre)) == 2
        for number in range(MANY_AN_HOUR):  # a new line each time, so that either worker gets some
            with centre.client() as client:
                phone = {**PHONE, "User-Agent": f"Mozilla/5.0 {number}"}
                for _ in range(2):  # the same phone again, at whichever worker
                    seen = client.get(press.path(7), headers=phone)
                    assert (seen.status_code, "真实" in seen.text) == (200, True)
        assert scans(engine) == {7: MANY_AN_HOUR}
        with centre.client() as client:
            answer = client.post("/v1/sync", json=press.desk.log.request(0), headers=press.desk.headers).json()
        assert answer["label_domain"] == "q.example.cn"
        (told,) = (row["f"] for row in answer["rows"] if row["t"] == "label_scans")
        assert (told["count"], told["alert"]) == (MANY_AN_HOUR, "短时间内大量查询")
        assert len(list((state / "run" / "scan-keys").iterdir())) == 1
        assert centre.stop() == 0
    lines = [json.loads(line) for line in centre.log if line.startswith("{")]
    routes = {line["route"] for line in lines if line["what"] == "request"}
    assert "/t/{token}" in routes
    log = "\n".join(centre.log)
    for hidden in (press.path(7).removeprefix("/t/"), "127.0.0.1", "Mozilla"):
        assert hidden not in log


def test_the_parent_throws_yesterday_away(
    press: Press, engine: Engine, state: Path, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = SystemClock().now()
    yesterday = Visitors(state).visit("192.0.2.1", PHONE, now - DAY)
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO scan_visits VALUES (:day, :s, 1, :p, :p, 1)"),
            {"day": yesterday.day, "s": press.desk.id, "p": yesterday.place},
        )
        connection.execute(
            text(
                "INSERT INTO scans (station_id, serial, count, first_at, last_at, places, hour, in_hour, busiest)"
                " VALUES (:s, 1, 3, 1, 1, 1, 1, 1, 1)"
            ),
            {"s": press.desk.id},
        )
    monkeypatch.setattr(serve, "_LOOK_SECONDS", 0.05)
    with serve.Keeper(engine, state, SystemClock()):
        while True:
            with engine.connect() as connection:
                told = connection.execute(text("SELECT fields FROM records WHERE tbl = 'label_scans'")).scalar()
                if told:
                    break
    assert told["count"] == 3
    assert list((state / "run" / "scan-keys").iterdir()) == []
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM scan_visits")).scalar() == 0

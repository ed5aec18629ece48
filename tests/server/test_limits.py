"""How much may be asked for, and refusals that a busy centre gives."""

from __future__ import annotations

import pytest

from tests.server.rig import Desk, Rig, call
from zhangshu_desk.core.ids import new_id
from zhangshu_server.database import make_engine
from zhangshu_server.limits import Limiter, Rate
from zhangshu_server.refusals import Refusal


class Ticks:
    """A clock that stands."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def refused(limiter: Limiter, key: str = "a") -> int | None:
    """How long to wait, None when it may."""
    try:
        limiter.take(key)
    except Refusal as refusal:
        return refusal.retry_after
    return None


def test_so_many_at_once_and_then_so_many_a_second() -> None:
    ticks = Ticks()
    limiter = Limiter(Rate(2, 3), ticks)
    assert [refused(limiter) for _ in range(5)] == [None, None, None, 1, 1]
    assert refused(limiter, "b") is None
    ticks.seconds = 1
    assert [refused(limiter) for _ in range(3)] == [None, None, 1]
    ticks.seconds = 1_000
    assert [refused(limiter) for _ in range(4)] == [None, None, None, 1]


def test_the_wait_is_as_long_as_it_takes() -> None:
    limiter = Limiter(Rate(0.1, 1), Ticks())
    assert [refused(limiter), refused(limiter)] == [None, 10]


def test_the_least_lately_asked_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhangshu_server.limits._MOST_KEYS", 2)
    limiter = Limiter(Rate(1, 1), Ticks())
    assert [refused(limiter, key) for key in ("a", "b", "a", "c", "b")] == [None, None, 1, None, None]


def test_a_station_that_asks_too_often_is_told_when_to_come_back(a: Desk, b: Desk, rig: Rig) -> None:
    rig.options["station_rate"] = Rate(1, 2)
    rig.restart()
    assert [a.try_sync().status_code for _ in range(2)] == [200, 200]
    answer = a.try_sync()
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (429, {"error": "too_many"}, "1")
    assert b.try_sync().status_code == 200
    secret, a.secret = a.secret, "wrong"
    assert a.try_sync().status_code == 401  # who is not the station cannot use its share up
    a.secret = secret


def test_codes_cannot_be_tried_in_numbers(rig: Rig) -> None:
    rig.options["enrol_rate"] = Rate(0.2, 2)
    rig.restart()
    answers = [rig.enrol("AAAA-AAAA", new_id(1)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 403, 429]
    assert answers[-1].headers["retry-after"] == "5"


@pytest.mark.expect_log("the database does not answer")
def test_without_a_database_the_station_is_asked_to_come_back(a: Desk, rig: Rig) -> None:
    url = rig.engine.url.set(database="gone").render_as_string(hide_password=False)
    object.__setattr__(rig.centre, "engine", make_engine(url))
    answer = a.try_sync()
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (503, {"error": "busy"}, "5")
    rig.centre.engine.dispose()


def test_what_is_not_there_is_told_as_json(rig: Rig) -> None:
    for method, path, status, error in (
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/v1/sync", 405, "method_not_allowed"),
    ):
        answer = call(rig.app, method, path)
        assert (answer.status_code, answer.json()) == (status, {"error": error})

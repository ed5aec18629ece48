"""Exchange files at the centre: taken in once, answered under the same seal, refused when they are not ours."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine

from tests.server.rig import Desk, Rig
from zhangshu_desk.core import exchange
from zhangshu_desk.core.clock import DAY
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.exchange import Kind
from zhangshu_server import acts, exchanges, stations


@pytest.fixture
def rig(engine: Engine, state: Path) -> Rig:
    """A centre without stations."""
    return Rig(engine, state)


@pytest.fixture
def desk(rig: Rig) -> Desk:
    """A station with two acts that wait."""
    made = rig.desk()
    made.log.insert("enterprises", name="甲公司").end()
    made.log.insert("enterprises", name="乙公司").end()
    return made


def key_of(desk: Desk) -> bytes:
    """What the file is sealed with."""
    return hashlib.sha256(desk.secret.encode()).digest()


def outbox(desk: Desk, **other: Any) -> bytes:
    """The exchange file of a station."""
    body = {**desk.log.request(None), **other}
    return exchange.seal(Kind.OUTBOX, desk.id, desk.log.now, key_of(desk), orjson.dumps(body))


def opened(desk: Desk, answer: bytes) -> dict[str, Any]:
    """What an answer says."""
    found = exchange.open_(answer, key_of(desk))
    assert (found.kind, found.station) == (Kind.ANSWER, desk.id)
    said: dict[str, Any] = orjson.loads(found.payload)
    return said


def refusal(rig: Rig, data: bytes) -> str:
    """The code with which a file is refused."""
    with pytest.raises(DeskError) as refused:
        exchanges.take(rig.centre, data)
    return refused.value.code


def firms(rig: Rig) -> int:
    """How many firms the centre has."""
    return int(rig.all("SELECT count(*) FROM records WHERE tbl = 'enterprises'")[0][0])


def test_a_file_is_taken_in_and_acknowledged(rig: Rig, desk: Desk) -> None:
    answer = opened(desk, exchanges.take(rig.centre, outbox(desk), "head"))
    assert answer["acked"] == {desk.log.inc: 2}
    assert [result["status"] for result in answer["results"]] == ["ok", "ok"]
    assert answer["next"] is None
    assert firms(rig) == 2
    with rig.engine.connect() as connection:
        entry = acts.recent(connection, 1)[0]
    assert (entry.login, entry.act, entry.facts["operations"]) == ("head", "exchange.take", 2)


def test_the_same_file_twice_and_the_line_back_change_nothing_twice(rig: Rig, desk: Desk) -> None:
    file = outbox(desk)
    first, second = (opened(desk, exchanges.take(rig.centre, file)) for _ in range(2))
    assert first["acked"] == second["acked"]
    head = rig.head()
    assert desk.sync()["acked"] == {desk.log.inc: 2}
    assert (firms(rig), rig.head()) == (2, head)


def test_a_station_that_never_gets_the_answer_may_go_on(rig: Rig, desk: Desk) -> None:
    exchanges.take(rig.centre, outbox(desk))
    desk.log.insert("enterprises", name="丙公司").end()
    assert opened(desk, exchanges.take(rig.centre, outbox(desk)))["acked"] == {desk.log.inc: 3}
    assert firms(rig) == 3


def test_it_only_sends_even_when_it_asks_for_more(rig: Rig, desk: Desk) -> None:
    answer = opened(desk, exchanges.take(rig.centre, outbox(desk, since=0)))
    assert answer["rows"] == []
    assert answer["next"] is None


def test_a_refusal_the_station_must_act_on_is_the_answer(rig: Rig, desk: Desk) -> None:
    desk.sync()
    desk.log.ops, desk.log.acked = [], 0  # restored to its beginning, and worked on
    desk.log.insert("enterprises", name="丁公司").end()
    answer = opened(desk, exchanges.take(rig.centre, outbox(desk)))
    assert answer["error"] == "fork"
    assert answer["common"] == 0


def test_the_new_secret_opens_it_too(rig: Rig, desk: Desk) -> None:
    rig.clock.forward(100 * DAY)
    given = desk.sync(want={"serials": {}, "secret": True})["secret"]
    assert given
    desk.secret = given
    desk.log.insert("enterprises", name="丙公司").end()
    assert opened(desk, exchanges.take(rig.centre, outbox(desk)))["acked"] == {desk.log.inc: 3}


def test_what_is_not_ours_is_refused(rig: Rig, desk: Desk) -> None:
    other = rig.desk(name="另一台")
    body = orjson.dumps(desk.log.request(None))
    seal = exchange.seal
    cases = {
        b"PK\x03\x04 a spreadsheet": "sync.not_an_exchange",
        outbox(desk)[:-1]: "sync.exchange_broken",
        seal(Kind.ANSWER, desk.id, 1, key_of(desk), body): "centre.exchange_answer",
        seal(Kind.OUTBOX, "nobody", 1, key_of(desk), body): "centre.exchange_station",
        seal(Kind.OUTBOX, other.id, 1, key_of(desk), body): "sync.exchange_broken",
        seal(Kind.OUTBOX, other.id, 1, key_of(other), body): "centre.exchange_content",
        seal(Kind.OUTBOX, desk.id, 1, key_of(desk), b"{}"): "centre.exchange_content",
        seal(Kind.OUTBOX, desk.id, 1, key_of(desk), b"\xff"): "centre.exchange_content",
    }
    for data, code in cases.items():
        assert refusal(rig, data) == code
    assert firms(rig) == 0


def test_a_revoked_station_is_refused(rig: Rig, desk: Desk) -> None:
    stations.revoke(rig.engine, desk.id, "电脑遗失", rig.clock.now())
    with pytest.raises(DeskError, match="电脑遗失"):
        exchanges.take(rig.centre, outbox(desk))
    assert firms(rig) == 0

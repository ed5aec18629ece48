"""Joining with a one-time code, proving who one is, and being shut out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server.rig import CA, Desk, Rig, call
from zhangshu_desk.core.clock import DAY, MINUTE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.ids import new_id
from zhangshu_server import stations
from zhangshu_server.enrolling import LETTERS


def test_a_code_is_groups_of_four_and_ends_with_the_fingerprint(rig: Rig) -> None:
    groups = rig.code().split("-")
    assert [len(group) for group in groups] == [4, 4, 4, 4, 4, 4, 2, 8]
    assert groups[-1] == "ABCDEF01"


def test_joining_gives_what_a_station_needs(rig: Rig) -> None:
    station = new_id(1)
    found = rig.enrol(rig.code("东园", "一号台"), station).json()
    assert found["station"] == station
    assert (found["site_name"], found["letter"], found["ca_pem"]) == ("东园", "", CA)
    hello = call(rig.app, "GET", "/v1/hello").json()
    assert (found["server_id"], found["epoch"]) == (hello["server_id"], hello["epoch"])
    (row,) = rig.all("SELECT name, secret_hash FROM stations")
    assert row.name == "一号台"
    assert found["secret"] not in str(bytes(row.secret_hash))


def test_a_code_may_be_typed_in_small_letters_without_dashes_and_with_misread_digits(rig: Rig) -> None:
    code = rig.code()
    typed = " ".join(code.lower().split("-")[:-1]).replace("o", "0").replace("i", "1").replace("b", "8")
    assert rig.enrol(typed, new_id(1)).status_code == 200


def test_a_code_is_good_once_and_for_a_quarter_of_an_hour(rig: Rig) -> None:
    code = rig.code()
    assert rig.enrol("AAAA-" + code, new_id(1)).json() == {"error": "code_wrong"}
    assert rig.enrol(code, new_id(1)).status_code == 200
    again = rig.enrol(code, new_id(2))
    assert (again.status_code, again.json()) == (403, {"error": "code_used"})
    late = rig.code()
    rig.clock.forward(15 * MINUTE)
    assert rig.enrol(late, new_id(3)).json() == {"error": "code_expired"}


def test_a_repeated_request_is_answered_alike_until_the_code_expires(rig: Rig) -> None:
    code, station = rig.code(), new_id(1)
    first = rig.enrol(code, station, key="k1")
    assert rig.enrol(code, station, key="k1").json() == first.json()
    other = rig.enrol(code, new_id(2), key="k1")
    assert (other.status_code, other.json()["error"]) == (422, "idempotency_mismatch")
    assert rig.enrol(rig.code(), station, key="k1").status_code == 422
    assert rig.enrol(code, station, key="k2").json()["error"] == "code_used"
    rig.clock.forward(15 * MINUTE)
    assert rig.enrol(code, station, key="k1").json()["error"] == "code_used"
    assert rig.all("SELECT 1 FROM enrol_codes WHERE answer IS NOT NULL") == []


def test_the_same_request_twice_at_once_joins_once(rig: Rig) -> None:
    code, station = rig.code(), new_id(1)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: rig.enrol(code, station, key="k").json(), range(4)))
    assert answers == [answers[0]] * 4
    assert rig.all("SELECT count(*) FROM stations") == [(1,)]


def test_a_key_must_be_there(rig: Rig) -> None:
    body = {"code": rig.code(), "station": new_id(1), "name": "", "client": ""}
    assert call(rig.app, "POST", "/v1/enrol", json=body).json() == {"error": "bad_request", "detail": "Idempotency-Key"}


def test_letters_are_given_in_order_within_a_site(rig: Rig) -> None:
    found = [rig.desk(name=str(i)).letter for i in range(len(LETTERS) + 2)]
    assert found == ["", *LETTERS, "KK"]
    assert rig.desk(site="别的园区").letter == ""


def test_stations_that_join_at_once_get_different_letters(rig: Rig) -> None:
    with ThreadPoolExecutor(4) as pool:
        desks = list(pool.map(lambda i: rig.desk(name=str(i)), range(4)))
    assert sorted(desk.letter for desk in desks) == ["", "K", "L", "M"]


def test_joining_again_keeps_site_and_letter_and_ends_a_revoking(rig: Rig, a: Desk, b: Desk) -> None:
    b.log.insert("stations", row_id=b.id, name="B").end()
    b.sync()
    stations.revoke(rig.engine, b.id, "丢失", 5)
    again = rig.desk(site="别的园区", station=b.id)
    assert (again.site, again.letter) == (b.site, "K")
    assert again.secret != b.secret
    again.log = b.log
    assert again.sync()["results"] == []
    assert b.try_sync().json() == {"error": "bad_secret"}


def test_the_row_that_is_there_already_gets_site_and_letter_on_joining(rig: Rig, a: Desk, b: Desk) -> None:
    b.log.insert("stations", row_id=b.id, name="B").end()
    b.sync()
    rig.run("UPDATE stations SET letter = 'Q' WHERE id = :i", i=b.id)
    a.pull()
    rig.desk(station=b.id)
    assert a.pull()["stations", b.id]["letter"] == "Q"
    assert rig.head() == 3


@pytest.mark.parametrize(
    ("header", "status", "error"),
    [
        ("", 401, "unknown_station"),
        ("Basic x.y", 401, "unknown_station"),
        ("Bearer nothing", 401, "unknown_station"),
        ("Bearer " + "0" * 36 + ".secret", 401, "unknown_station"),
        ("Bearer {id}.", 401, "bad_secret"),
        ("Bearer {id}.wrong", 401, "bad_secret"),
    ],
)
@pytest.mark.parametrize("path", ["sync", "snapshot", "digest", "claim", "wait?since=0"])
def test_who_cannot_prove_who_it_is_gets_nothing(
    a: Desk, rig: Rig, header: str, status: int, error: str, path: str
) -> None:
    method = "GET" if path.startswith(("snapshot", "wait")) else "POST"
    headers = {"Authorization": header.format(id=a.id)}
    answer = call(rig.app, method, f"/v1/{path}", headers=headers)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


def test_a_revoked_station_is_told_so_and_nothing_is_accepted(rig: Rig, a: Desk) -> None:
    stations.revoke(rig.engine, a.id, "电脑丢失", 5)
    a.log.insert("enterprises", name="甲").end()
    answer = a.try_sync()
    assert (answer.status_code, answer.json()) == (403, {"error": "revoked", "at": 5, "reason": "电脑丢失"})
    assert a.get("/v1/snapshot").status_code == a.get("/v1/wait", since=0).status_code == 403
    assert rig.all("SELECT 1 FROM oplog") == []
    stations.reinstate(rig.engine, a.id)
    assert a.status() == "ok"


def test_an_unknown_station_is_neither_revoked_nor_reinstated(rig: Rig) -> None:
    with pytest.raises(DeskError, match="没有这个工作站"):
        stations.revoke(rig.engine, "x", "", 1)
    with pytest.raises(DeskError, match="没有这个工作站"):
        stations.reinstate(rig.engine, "x")


@pytest.mark.parametrize(("site", "name"), [("", "x"), ("x", " "), ("x" * 101, "x")])
def test_a_code_needs_names(rig: Rig, site: str, name: str) -> None:
    with pytest.raises(DeskError):
        rig.code(site, name)


def test_an_old_secret_is_replaced_and_both_are_good_until_the_new_one_is_used(a: Desk, rig: Rig) -> None:
    want = {"serials": {}, "secret": True}
    assert a.sync(want=want)["secret"] is None
    rig.clock.forward(90 * DAY)
    assert a.sync()["secret"] is None
    lost = a.sync(want=want)["secret"]
    new = a.sync(want=want)["secret"]
    assert new
    assert lost != new
    old, a.secret = a.secret, lost
    assert a.try_sync().json() == {"error": "bad_secret"}
    a.secret = old
    a.sync()
    a.secret = new
    assert a.sync(want=want)["secret"] is None
    a.secret = old
    assert a.try_sync().json() == {"error": "bad_secret"}


def test_the_list_shows_how_each_station_stands(rig: Rig, a: Desk, b: Desk) -> None:
    a.log.insert("enterprises", name="甲").end()
    a.sync()
    a.log.update("enterprises", a.log.last_row, nonsense=1).end()
    a.log.now = rig.clock.now() + 4_000
    a.sync(waiting=7, oldest=123)
    first, second = stations.listing(rig.engine)
    assert (first.name, first.site_name, first.letter, first.client) == ("A", "樟树园区", "", "1.0.0")
    assert (first.waiting, first.oldest_at, first.rejected, first.notices, first.behind) == (7, 123, 1, 0, 0)
    assert first.last_seen_at == rig.clock.now()
    assert first.clock_offset >= 4_000
    assert (second.last_seen_at, second.behind, second.letter) == (None, 1, "K")

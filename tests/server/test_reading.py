"""What a station receives: pages, snapshot, digests, buckets; and that all of them tell the same."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.rig import Desk, Rig, rows_of
from zhangshu_desk.core.operations import DIGEST_MODULUS, bucket_of, row_digest
from zhangshu_desk.sync.wire import PULLED
from zhangshu_server import pulling, snapshot


def fill(desk: Desk, count: int, size: int = 0) -> list[str]:
    rows = []
    for i in range(count):
        desk.log.insert("enterprises", name=f"企业{i}", notes="注" * size).end()
        rows.append(desk.log.last_row)
    desk.sync(since=None)
    return rows


def test_pages_follow_the_feed_and_end_at_the_head(a: Desk, b: Desk, rig: Rig) -> None:
    rows = fill(a, 7)
    got: list[str] = []
    for expected in (3, 3, 1):
        answer = b.sync(limit=3)
        got += [row["id"] for row in answer["rows"]]
        assert (len(answer["rows"]), answer["head"]) == (expected, 7)
        assert answer["more"] == (expected == 3 and len(got) < 7)
        assert (answer["digests"] is None) == answer["more"]
        assert rig.all("SELECT h FROM feed WHERE seq = :s", s=answer["next"]) == [(answer["h"],)]
    assert got == rows


def test_a_page_is_not_much_longer_than_four_mebibytes(a: Desk, b: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulling, "MAX_PAGE_BYTES", 5_000)
    fill(a, 5, size=1_000)
    sizes = []
    while True:
        answer = b.sync()
        sizes.append(len(answer["rows"]))
        if not answer["more"]:
            break
    assert sizes == [1] * 5


def test_a_row_comes_once_with_its_latest_state(a: Desk, b: Desk) -> None:
    (row,) = fill(a, 1)
    for i in range(3):
        a.log.update("enterprises", row, notes=str(i)).end()
    a.sync()
    (found,) = b.sync()["rows"]
    assert (found["f"]["notes"], found["v"]) == ("2", 4)


def test_one_s_own_losing_change_brings_the_row_back(a: Desk, b: Desk) -> None:
    a.log.insert("visits", station_id=a.id, state="等候").end()
    visit = a.log.last_row
    a.sync()
    b.pull()
    a.log.update("visits", visit, state="叫号中").end()
    a.sync()
    b.pull()
    b.log.base = 1
    b.log.update("visits", visit, state="弃号").end()
    assert rows_of(b.sync())["visits", visit]["state"] == "叫号中"


def test_the_greatest_clock_of_the_rows_is_told(a: Desk, b: Desk) -> None:
    assert b.sync()["hlc"] == "000000000000000.000000.centre"
    fill(a, 3)
    assert b.sync()["hlc"] == a.log.ops[-1]["hlc"]


def test_a_snapshot_is_everything_parents_first(a: Desk, b: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "MAX_PAGE_ROWS", 4)
    fill(a, 6)
    a.log.insert("stations", row_id=a.id, name="A").end()
    for _ in range(3):
        a.log.insert("visits", station_id=a.id, state="等候").end()
    a.sync()
    got: list[dict[str, Any]] = []
    page = b.get("/v1/snapshot").json()
    as_of = page["as_of"]
    assert page["total"] == 6 + 1 + 3
    while True:
        got += page["rows"]
        assert len(page["rows"]) <= 4
        if not page["more"]:
            break
        fill(a, 1)
        page = b.get("/v1/snapshot", after=page["after"], as_of=as_of).json()
        assert (page["as_of"], page["h"]) == (as_of, a.seen[-1][1])
    tables = [row["t"] for row in got]
    assert tables == sorted(tables, key=PULLED.index)
    b.since, b.seen = as_of, [[as_of, page["h"]]]
    later = rows_of(b.sync())
    by_snapshot = {(row["t"], row["id"]): row["f"] for row in got} | later
    b.since, b.seen = 0, []
    assert by_snapshot == b.pull()


def test_a_snapshot_page_of_another_history_is_refused(a: Desk) -> None:
    fill(a, 2)
    for wrong in (
        {"as_of": 99},
        {"after": "nothing"},
        {"after": "audit:x"},
        {"as_of": "x"},
        {"as_of": -1},
        {"after": "visits:\0"},
    ):
        answer = a.get("/v1/snapshot", **wrong)
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_request"), wrong


def sums(rows: list[dict[str, Any]], tbl: str) -> tuple[int, str]:
    mine = [row for row in rows if row["t"] == tbl]
    total = sum(row_digest(tbl, row["id"], row["f"]) for row in mine) % DIGEST_MODULUS
    return len(mine), f"{total:016x}"


def test_digests_are_true_after_every_kind_of_change(a: Desk, b: Desk, rig: Rig) -> None:
    rows = fill(a, 5)
    b.pull()
    a.log.update("enterprises", rows[0], notes="甲", founded_on="2020-01-01").end()
    a.log.update("enterprises", rows[1], legal_representative="甲").end()
    b.log.update("enterprises", rows[1], legal_representative="乙").end()
    b.log.insert("visits", station_id=b.id, state="等候").end()
    b.log.update("enterprises", rows[2][:-2] + "zz", notes="不是 UUID").end()
    b.log.ops.pop()
    a.sync()
    b.sync()
    a.log.update("enterprises", rows[0], founded_on=None).end()
    a.log.update("enterprises", rows[0], nonsense=1).end()
    a.sync()
    answer = b.sync(since=0, seen=[])
    assert set(answer["digests"]) == set(PULLED)
    for tbl in PULLED:
        assert tuple(answer["digests"][tbl]) == sums(answer["rows"], tbl)
    assert answer["digests"]["conflicts"][0] == 1


def test_digests_are_of_the_station_s_scopes(a: Desk, rig: Rig) -> None:
    a.log.insert("visits", station_id=a.id, state="等候").end()
    a.log.insert("enterprises", name="甲").end()
    a.sync()
    other = rig.desk(site="别的园区")
    digests = other.sync()["digests"]
    assert digests["visits"] == [0, "0" * 16]
    assert digests["enterprises"][0] == 1


def test_another_structure_is_given_no_digests(a: Desk) -> None:
    assert a.sync(schema=1)["digests"] is None
    assert a.sync()["digests"] is not None


def test_buckets_add_up_to_the_digest_and_name_their_rows(a: Desk) -> None:
    rows = fill(a, 30)
    answer = a.sync()
    found = a.post("/v1/digest", {"tbl": "enterprises"}).json()
    assert found["seq"] == answer["head"]
    assert sum(count for count, _ in found["buckets"].values()) == 30
    total = sum(int(part, 16) for _, part in found["buckets"].values()) % DIGEST_MODULUS
    assert f"{total:016x}" == answer["digests"]["enterprises"][1]
    for name, (count, part) in found["buckets"].items():
        inside = a.post("/v1/digest", {"tbl": "enterprises", "bucket": name}).json()["rows"]
        assert {row["id"] for row in inside} == {row for row in rows if bucket_of(row) == int(name, 16)}
        assert sums(inside, "enterprises") == (count, part)


@pytest.mark.parametrize("asked", [{"tbl": "audit"}, {"tbl": "x"}, {"tbl": "visits", "bucket": "g0"}, {}])
def test_a_digest_of_nothing_is_refused(a: Desk, asked: dict[str, str]) -> None:
    assert a.post("/v1/digest", asked).status_code == 400


def test_durable_is_told_of_every_life(a: Desk, rig: Rig) -> None:
    fill(a, 2)
    rig.run("UPDATE lives SET durable = 1")
    assert a.sync()["durable"] == {a.log.inc: 1}


# -- versions ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("client", "proto"), [("0.9.9", 1), ("", 1), ("1.0.0", 0), ("1.0.0", 2)])
def test_who_is_too_old_may_send_and_not_receive(a: Desk, rig: Rig, client: str, proto: int) -> None:
    rig.options["min_client"] = "1.0.0"
    rig.restart()
    a.log.insert("enterprises", name="甲").end()
    answer = a.try_sync(client=client, proto=proto)
    assert (answer.status_code, answer.json()) == (426, {"error": "upgrade", "min_client": "1.0.0"})
    assert rig.head() == 0
    assert a.status(client=client, proto=proto, since=None) == "ok"
    assert a.try_sync(client="1.0.10").status_code == 200


# -- verifiers --------------------------------------------------------------------------------------------------------


def verifier(user: str, at: int, text: str = "x") -> dict[str, Any]:
    return {"user_id": user, "password_hash": f"$argon2id${text}", "changed_at": at, "must_change": False}


def test_the_later_verifier_reaches_the_other_stations_of_the_site(a: Desk, b: Desk, rig: Rig) -> None:
    a.log.insert("users", login="li", name="李", role="窗口人员", active=1).end()
    user = a.log.last_row
    a.sync(verifiers=[verifier(user, 5, "first"), verifier("nobody", 5)])
    found = b.sync(verifiers_since=0)
    assert found["verifiers"] == [verifier(user, 5, "first")]
    again = found["verifiers_next"]
    assert b.sync(verifiers_since=again)["verifiers"] == []
    b.sync(verifiers=[verifier(user, 4, "older")])
    assert a.sync(verifiers_since=again)["verifiers"] == []
    b.sync(verifiers=[verifier(user, 6, "six"), verifier(user, 7, "seven")])
    later = a.sync(verifiers_since=again)
    assert later["verifiers"] == [verifier(user, 7, "seven")]
    assert a.sync(verifiers_since=10**9)["verifiers"] == [verifier(user, 7, "seven")]
    other = rig.desk(site="别的园区")
    assert other.sync(verifiers_since=0, verifiers=[verifier(user, 99, "evil")])["verifiers"] == []
    assert a.sync(verifiers_since=later["verifiers_next"])["verifiers"] == []
    assert a.sync()["verifiers_next"] is None


# -- audit ------------------------------------------------------------------------------------------------------------


def test_a_whole_audit_log_raises_no_notice(a: Desk, rig: Rig) -> None:
    for _ in range(3):
        a.log.audit_entry(act="visit.call").end()
        a.sync()
    assert rig.notices() == []
    assert rig.all("SELECT audit_seq, audit_h FROM lives") == [a.log.audit]


@pytest.mark.parametrize("wrong", [{"seq": 5}, {"h": "0" * 64}, {"prev_h": "1" * 64}, {"note": "x", "h": "2" * 64}])
def test_a_broken_audit_log_is_told_once_and_goes_on(a: Desk, rig: Rig, wrong: dict[str, Any]) -> None:
    a.log.audit_entry().end()
    a.log.audit_entry(**wrong).end()
    a.log.audit_entry().end()
    answer = a.sync()
    assert [one["status"] for one in answer["results"]] == ["ok"] * 3
    facts = {"inc": a.log.inc, "seq": wrong.get("seq", 2)}
    assert rig.notices() == [("audit_broken", facts)]
    assert answer["notices"] == [{"code": "audit_broken", "facts": facts}]

"""Whose log it is: prefix, gap, fork, restored and re-keyed stations; each operation once."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import orjson
import pytest

from tests.server.log import Log
from tests.server.rig import Desk, Rig
from zhangshu_desk.core.ids import new_id


def filled(desk: Desk, count: int, name: str = "企业") -> Desk:
    for i in range(count):
        desk.log.insert("enterprises", name=f"{name}{i}").end()
    return desk


def rekeyed(log: Log, common: int) -> Log:
    """A new life that carries on after `common`: the later operations numbered anew under their old ids."""
    fresh = Log(log.station, now=log.now, base=log.base)
    for op in log.ops[common:]:
        kept = {name: op[name] for name in ("op_id", "tx", "base", "hlc", "created", "actor", "olds")}
        fresh.add(op["tbl"], op["row_id"], op["kind"], orjson.loads(op["sets"]), **kept)
        fresh.end()
    return fresh


def counts(rig: Rig) -> dict[str, int]:
    return {str(status): count for status, count in rig.all("SELECT status, count(*) FROM oplog GROUP BY status")}


def test_what_was_sent_again_after_a_lost_answer_is_not_applied_again(a: Desk, rig: Rig) -> None:
    filled(a, 2)
    first = a.try_sync().json()
    again = a.try_sync().json()
    assert first["acked"] == again["acked"] == {a.log.inc: 2}
    assert [one["status"] for one in again["results"]] == ["duplicate", "duplicate"]
    assert rig.head() == 2
    assert counts(rig) == {"ok": 2}


def test_a_rejected_transaction_is_told_again_after_a_lost_answer(a: Desk) -> None:
    a.log.update("enterprises", new_id(1), nonsense="x").end()
    for _ in range(2):
        (result,) = a.try_sync().json()["results"]
        assert (result["status"], result["code"]) == ("rejected", "column_unknown")


def test_what_is_missing_in_between_is_asked_for(a: Desk, rig: Rig) -> None:
    filled(a, 3).sync()
    rig.run("DELETE FROM oplog WHERE n > 1")
    rig.run("UPDATE lives SET n = 1, h = :h", h=a.log.h_at(1))
    filled(a, 1)
    answer = a.try_sync()
    assert (answer.status_code, answer.json()) == (409, {"error": "gap", "inc": a.log.inc, "last": 1})
    a.log.acked = 1
    assert a.sync()["acked"] == {a.log.inc: 4}


def test_a_station_that_is_behind_itself_was_restored(a: Desk, rig: Rig) -> None:
    filled(a, 5).sync()
    del a.log.ops[3:]
    a.log.acked = 3
    answer = a.try_sync()
    facts = {"inc": a.log.inc, "common": 3, "last": 5}
    assert answer.status_code == 409
    assert {name: answer.json()[name] for name in ("error", "inc", "common")} == {
        "error": "fork",
        "inc": a.log.inc,
        "common": 3,
    }
    assert answer.json()["notices"] == [{"code": "station_restored", "facts": facts}]
    a.try_sync()
    assert rig.notices() == [("station_restored", facts)]
    assert rig.head() == 5


def test_a_station_that_goes_another_way_is_a_fork_at_the_last_common_place(a: Desk, rig: Rig) -> None:
    filled(a, 2)
    clone = deepcopy(a.log)
    filled(a, 6).sync()
    a.log = clone
    filled(a, 8, "andere")
    answer = a.try_sync()
    assert (answer.status_code, answer.json()["error"], answer.json()["common"]) == (409, "fork", 2)
    assert [code for code, _ in rig.notices()] == ["station_forked"]
    assert rig.head() == 8


def test_a_fork_is_found_when_it_is_older_than_what_is_sent(a: Desk) -> None:
    filled(a, 4)
    clone = deepcopy(a.log)
    filled(a, 4).sync()
    a.log = clone
    filled(a, 4, "andere")
    a.log.acked = 8
    filled(a, 1)
    answer = a.try_sync().json()
    assert (answer["error"], answer["common"]) == ("fork", 1)  # of 9, 8, 7, 5 and 1


def test_the_new_life_of_a_fork_brings_the_rest_once(a: Desk, rig: Rig) -> None:
    filled(a, 2)
    clone = deepcopy(a.log)
    filled(a, 2).sync()
    a.log = clone
    filled(a, 3, "andere")
    assert a.try_sync().status_code == 409
    old = a.log
    a.log = rekeyed(old, 2)
    earlier = [old.log(current=False, first=3, upto=2)]
    answer = a.sync(earlier=earlier)
    assert answer["acked"] == {old.inc: 2, a.log.inc: 3}
    assert [one["status"] for one in answer["results"]] == ["ok"] * 3
    assert counts(rig) == {"ok": 7}
    assert [code for code, _ in rig.notices()] == ["station_forked"]


def test_known_operations_under_new_numbers_are_not_applied_again(a: Desk, rig: Rig) -> None:
    filled(a, 3).sync()
    old = a.log
    a.log = rekeyed(old, 0)
    filled(a, 1)
    answer = a.sync(earlier=[old.log(current=False, first=1, upto=0)])
    assert [one["status"] for one in answer["results"]] == ["duplicate"] * 3 + ["ok"]
    assert counts(rig) == {"ok": 4, "duplicate": 3}
    assert answer["acked"][a.log.inc] == 4


def test_the_same_operation_twice_in_one_push_is_applied_once(a: Desk, rig: Rig) -> None:
    filled(a, 2)
    old = a.log
    a.log = rekeyed(old, 0)
    answer = a.sync(earlier=[old.log(current=False)])
    assert [one["status"] for one in answer["results"]] == ["ok", "ok"]
    assert counts(rig) == {"ok": 2, "duplicate": 2}
    assert rig.head() == 2


def test_an_earlier_life_may_be_behind(a: Desk) -> None:
    filled(a, 3).sync()
    old, a.log = a.log, Log(a.id, now=a.log.now)
    assert a.sync(earlier=[old.log(current=False, first=2, upto=1)])["acked"][old.inc] >= 1


def test_a_life_that_the_station_began_itself_is_told(a: Desk, rig: Rig) -> None:
    filled(a, 1).sync()
    old, a.log = a.log, Log(a.id, now=a.log.now)
    filled(a, 1).sync()
    assert rig.notices() == [("station_restored", {"inc": old.inc, "next_inc": a.log.inc})]


def test_only_what_was_compared_is_acknowledged(a: Desk) -> None:
    filled(a, 6).sync()
    request = a.log.request(0)
    request["logs"][0] = {**a.log.log(first=1, upto=2), "own": [[6, a.log.h_at(6)]]}
    assert a.post("/v1/sync", request).json()["acked"] == {a.log.inc: 6}
    filled(a, 1)
    request["logs"][0] = {**a.log.log(first=1, upto=2), "own": [[7, a.log.h_at(7)]]}
    assert a.post("/v1/sync", request).json()["acked"] == {a.log.inc: 2}


@pytest.mark.parametrize(
    "spoil",
    [
        {"h": "0" * 64},
        {"sets": '{"notes":"untergeschoben"}'},
        {"n": 9},
        {"actor": "somebody"},
        {"base": 3},
        {"op_id": ""},
        {"row_id": "UPPER"},
        {"hlc": "yesterday"},
    ],
)
def test_an_operation_that_is_not_what_its_hash_says_is_refused(a: Desk, rig: Rig, spoil: dict[str, Any]) -> None:
    filled(a, 2)
    request = a.log.request(0)
    request["logs"][0]["ops"][0] = {**a.log.ops[0], **spoil}
    answer = a.post("/v1/sync", request)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")
    assert counts(rig) == {}


def test_requests_that_contradict_themselves_are_refused(a: Desk, b: Desk) -> None:
    filled(a, 1)
    twice = a.log.request(0)
    twice["logs"] *= 2
    current_first = a.log.request(0)
    current_first["logs"].append(Log(a.id).log(current=False))
    foreign = {**a.log.request(0), "station": b.id}
    wrong: list[Any] = [twice, current_first, foreign, {}, [], {"logs": 1}]
    for request in wrong:
        assert a.post("/v1/sync", request).status_code == 400


def test_a_transaction_in_two_parts_of_a_log_keeps_its_place(a: Desk, rig: Rig) -> None:
    """All or nothing even when one of three operations is wrong; the log goes on after it."""
    a.log.insert("enterprises", name="eins").update("enterprises", a.log.last_row, nonsense=1).end()
    first = a.log.last_row
    filled(a, 1)
    answer = a.sync()
    assert [(one["status"], one["code"]) for one in answer["results"]] == [("rejected", "column_unknown"), ("ok", "")]
    assert answer["acked"] == {a.log.inc: 3}
    assert not rig.all("SELECT 1 FROM records WHERE id = :i", i=first)
    assert counts(rig) == {"rejected": 2, "ok": 1}


# -- the centre's own history -----------------------------------------------------------------------------------------


class Backup:
    """The database at one moment, in a schema of its own."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        rig.run("CREATE SCHEMA saved")
        self.tables = [n for (n,) in rig.all("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        for name in self.tables:
            rig.run(f"CREATE TABLE saved.{name} AS TABLE public.{name}")

    def restore(self) -> None:
        for name in self.tables:
            self.rig.run(f"TRUNCATE public.{name}")
            self.rig.run(f"INSERT INTO public.{name} TABLE saved.{name}")


def test_a_restored_centre_is_found_and_bases_are_lowered_before_anything_is_applied(
    a: Desk, b: Desk, rig: Rig
) -> None:
    a.log.insert("enterprises", name="甲", notes="0").end()
    row = a.log.last_row
    a.sync()
    b.pull()
    backup = Backup(rig)
    b.log.update("enterprises", row, notes="von B").end()
    b.sync()
    a.pull()  # A has seen B's change, which the backup does not have
    backup.restore()
    b.log, b.since, b.seen = Log(b.id, now=b.log.now), 0, []
    filled(b, 3, "anderes").sync()  # other changes under the numbers that A has read
    a.log.update("enterprises", row, notes="von A").end()
    answer = a.try_sync()
    assert answer.status_code == 200
    found = answer.json()
    assert found["rewound_to"] == 1
    assert (found["rows"], found["next"], found["h"], found["more"]) == ([], 0, "", False)
    assert found["notices"][0]["code"] == "server_rewound"
    assert ("server_rewound", {"read_to": a.since, "common": 1}) in rig.notices()
    assert rig.fields("enterprises", row)["notes"] == "von A"


def test_after_a_rewind_an_old_base_overwrites_nothing_in_silence(a: Desk, b: Desk, rig: Rig) -> None:
    a.log.insert("enterprises", name="甲", legal_representative="甲").end()
    row = a.log.last_row
    a.sync()
    b.pull()
    backup = Backup(rig)
    filled(a, 3).sync()  # A has read further than the backup knows
    assert a.log.base > 1
    backup.restore()
    b.log.update("enterprises", row, legal_representative="von B").end()
    b.sync()
    a.log.acked = 1
    a.log.update("enterprises", row, legal_representative="von A").end()
    answer = a.sync()
    assert answer["rewound_to"] == 1
    assert answer["results"][-1]["status"] == "conflict"
    assert len(rig.conflicts()) == 1


def test_a_cap_lowers_the_base_of_older_operations(a: Desk, b: Desk, rig: Rig) -> None:
    a.log.insert("enterprises", name="甲", notes="").end()
    row = a.log.last_row
    a.sync()
    b.pull()
    b.log.update("enterprises", row, notes="von B").end()
    b.sync()
    a.log.base = rig.head()
    a.log.update("enterprises", row, notes="von A").end()
    a.log.cap = (len(a.log.ops), 1)
    assert a.status() == "merged"
    a.log.base = rig.head()
    a.log.update("enterprises", row, notes="noch einmal").end()
    assert a.status() == "ok"


def test_a_base_beyond_the_head_counts_as_the_head(a: Desk, b: Desk, rig: Rig) -> None:
    a.log.insert("enterprises", name="甲", notes="").end()
    row = a.log.last_row
    a.sync()
    b.log.base = 10**9
    b.log.update("enterprises", row, notes="von B").end()
    assert b.status() == "ok"
    ((clk,),) = rig.all("SELECT clk FROM records WHERE id = :i", i=row)
    assert clk["notes"][0] == rig.head()


def test_a_cursor_below_the_floor_is_told_after_the_push_was_taken(a: Desk, rig: Rig) -> None:
    filled(a, 3).sync()
    rig.run("UPDATE facts SET value = '3' WHERE key = 'feed_floor'")
    rig.run("DELETE FROM feed WHERE seq < 3")
    filled(a, 1)
    ((h,),) = rig.all("SELECT h FROM feed WHERE seq = 3")
    answer = a.try_sync(since=1, seen=[[1, "a" * 32]])
    assert answer.status_code == 410
    found = answer.json()
    assert (found["error"], found["floor"], found["acked"]) == ("cursor_expired", 3, {a.log.inc: 4})
    assert [one["status"] for one in found["results"]] == ["ok"]
    assert found["rewound_to"] is None
    assert a.try_sync(since=3, seen=[[3, h]]).status_code == 200


def test_push_only_reads_nothing(a: Desk, rig: Rig) -> None:
    filled(a, 1)
    found = a.try_sync(since=None).json()
    assert (found["rows"], found["next"], found["more"], found["digests"]) == ([], None, False, None)
    assert found["head"] == 1
    assert found["acked"] == {a.log.inc: 1}


def test_the_hash_of_the_last_operation_proves_those_before_it(a: Desk, rig: Rig) -> None:
    for i in range(3):
        a.log.insert("enterprises", name=f"企业{i}").end()
    request = a.log.request(a.since)
    ops = request["logs"][-1]["ops"]
    hashes = [op.pop("h") for op in ops[:-1]]
    changed = {**request, "logs": [{**request["logs"][-1], "ops": [{**ops[0], "created": 1}, *ops[1:]]}]}
    for broken in (changed, {**request, "logs": [{**request["logs"][-1], "ops": ops[:-1]}]}):
        answer = a.post("/v1/sync", broken)
        assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")
    assert rig.head() == 0
    assert a.post("/v1/sync", request).status_code == 200
    assert [h for (h,) in rig.all("SELECT h FROM oplog ORDER BY n LIMIT :n", n=len(hashes))] == hashes

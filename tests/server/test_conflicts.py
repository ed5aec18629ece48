"""Conflicts as rows that the desks receive: who, what, when; once each; and decided ones stay decided."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.rig import Desk, Rig
from zhangshu_desk.core.actors import Role


@pytest.fixture
def row(a: Desk, b: Desk) -> str:
    """An enterprise that both stations have."""
    a.log.insert("enterprises", name="甲公司", legal_representative="王", notes="").end()
    a.sync()
    b.pull()
    return a.log.last_row


def both(a: Desk, b: Desk, row: str, field: str = "legal_representative") -> None:
    """Both change the same field without knowing of each other."""
    a.log.update("enterprises", row, **{field: "由A"}).end()
    a.sync()
    b.log.now = a.log.now + 1_000
    b.log.update("enterprises", row, **{field: "由B"}).end()


def test_both_values_go_to_the_inbox_with_who_and_when(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    a.log.insert("users", login="an", name="安娜", role=Role.CLERK.value, active=1).end()
    a.log.actor = a.log.last_row
    both(a, b, row)
    assert b.status() == "conflict"
    (conflict,) = rig.conflicts()
    assert conflict["scope"] == "global"
    expected: dict[str, Any] = {
        "kind": "field",
        "tbl": "enterprises",
        "row_id": row,
        "fields": ["legal_representative"],
        "a_values": {"legal_representative": "由B"},
        "b_values": {"legal_representative": "由A"},
        "a_actor": "系统",
        "b_actor": "安娜",
        "a_station": "B",
        "b_station": "A",
        "a_at": b.log.ops[-1]["created"],
        "b_at": a.log.ops[-1]["created"],
        "state": "open",
        "created_at": rig.clock.now(),
    }
    assert {name: conflict[name] for name in expected} == expected
    assert a.pull()["conflicts", conflict["id"]]["state"] == "open"


def test_what_the_clock_decided_is_kept_as_history(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    both(a, b, row, "notes")
    assert b.status() == "merged"
    assert [one["state"] for one in rig.conflicts()] == ["auto"]


def test_a_decision_is_a_change_and_stays(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    both(a, b, row)
    b.sync()
    (conflict,) = rig.conflicts()
    a.pull()
    a.log.update("conflicts", conflict["id"], state="resolved", resolution="b", resolved_by="x", resolved_at=1)
    a.log.update("enterprises", row, legal_representative="由A").end()
    assert a.status() == "ok"
    assert b.pull()["conflicts", conflict["id"]]["resolution"] == "b"
    assert rig.fields("enterprises", row)["legal_representative"] == "由A"


def test_a_desk_decides_conflicts_and_changes_nothing_else_of_them(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    both(a, b, row)
    b.sync()
    (conflict,) = rig.conflicts()
    a.log.update("conflicts", conflict["id"], b_values={"x": 1}).end()
    assert a.status() == "centre_only"
    a.log.insert("conflicts", kind="field").end()
    assert a.status() == "centre_only"


def test_two_who_decide_at_once_are_a_matter_of_the_clock(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    both(a, b, row)
    b.sync()
    (conflict,) = rig.conflicts()
    for desk in (a, b):
        desk.log.base = 4
    a.pull()
    a.log.update("conflicts", conflict["id"], state="resolved", resolution="a", resolved_by="x", resolved_at=1).end()
    b.log.now = a.log.now + 5_000
    b.log.update("conflicts", conflict["id"], state="resolved", resolution="b", resolved_by="y", resolved_at=2).end()
    a.sync()
    assert b.status() == "merged"
    assert rig.fields("conflicts", conflict["id"])["resolution"] == "b"


def test_a_visit_handled_twice_is_one_conflict_however_many_steps_it_was(a: Desk, b: Desk, rig: Rig) -> None:
    a.log.insert("visits", station_id=a.id, state="等候").end()
    visit = a.log.last_row
    a.sync()
    b.pull()
    a.log.update("visits", visit, state="叫号中", calls=1).end()
    a.sync()
    b.log.update("visits", visit, state="办理中", since=5).end()
    assert b.status(since=None) == "conflict"
    b.log.update("visits", visit, state="已办结", finished_at=9, remark="谢谢").end()
    assert b.status() == "conflict"
    (conflict,) = rig.conflicts()
    assert (conflict["kind"], conflict["scope"], conflict["state"]) == ("state", f"site:{a.site}", "open")
    assert conflict["b_values"] == {"state": "已办结", "since": 5, "finished_at": 9}
    assert conflict["fields"] == ["state", "since", "finished_at"]
    assert conflict["a_values"]["state"] == "叫号中"
    fields = rig.fields("visits", visit)
    assert (fields["state"], fields["remark"]) == ("叫号中", "谢谢")


def test_a_decided_conflict_is_not_opened_again(a: Desk, b: Desk, rig: Rig) -> None:
    a.log.insert("visits", station_id=a.id, state="等候").end()
    visit = a.log.last_row
    a.sync()
    b.pull()
    a.log.update("visits", visit, state="叫号中").end()
    a.sync()
    b.log.update("visits", visit, state="办理中").end()
    b.sync(since=None)
    (conflict,) = rig.conflicts()
    a.pull()
    a.log.update("conflicts", conflict["id"], state="resolved", resolution="a").end()
    a.sync()
    b.log.update("visits", visit, state="已办结").end()
    b.sync(since=None)
    (again,) = rig.conflicts()
    assert (again["state"], again["b_values"]) == ("resolved", {"state": "办理中"})


def test_voiding_loses_against_a_change(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    a.log.update("enterprises", row, notes="neu").end()
    a.sync()
    b.log.update("enterprises", row, voided_at=5, void_reason="重复").end()
    assert b.status() == "conflict"
    assert "voided_at" not in rig.fields("enterprises", row)
    (conflict,) = rig.conflicts()
    assert (conflict["kind"], conflict["state"]) == ("void", "open")


def test_a_change_takes_a_void_back(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    a.log.update("enterprises", row, voided_at=5, void_reason="重复").end()
    a.sync()
    b.log.update("enterprises", row, notes="neu").end()
    assert b.status() == "conflict"
    fields = rig.fields("enterprises", row)
    assert (fields.get("voided_at"), fields["void_reason"], fields["notes"]) == (None, "", "neu")


def test_the_same_code_twice_is_shown_once(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    a.log.update("enterprises", row, credit_code="91360982MA35G9XU9B").end()
    a.sync()
    b.log.insert("enterprises", name="甲", credit_code="91360982MA35G9XU9B").end()
    second = b.log.last_row
    assert b.status() == "ok"
    (conflict,) = rig.conflicts()
    found = (conflict["kind"], conflict["row_id"], conflict["other_row_id"], conflict["scope"], conflict["state"])
    assert found == ("duplicate", row, second, "global", "open")
    b.log.update("enterprises", second, notes="x").end()
    b.sync()
    a.log.update("enterprises", row, credit_code="").end()
    a.sync()
    a.log.update("enterprises", row, credit_code="91360982MA35G9XU9B").end()
    a.sync()
    assert len(rig.conflicts()) == 1


def test_two_new_rows_of_one_push_can_be_the_same_thing(a: Desk, rig: Rig) -> None:
    for name in ("甲", "乙"):
        a.log.insert("enterprises", name=name, credit_code="91360982MA35G9XU9B").end()
    a.sync()
    assert [one["kind"] for one in rig.conflicts()] == ["duplicate"]


def test_a_voided_row_that_comes_back_can_be_a_duplicate(a: Desk, rig: Rig) -> None:
    a.log.insert("enterprises", name="甲", credit_code="91360982MA35G9XU9B", voided_at=1).end()
    first = a.log.last_row
    a.log.insert("enterprises", name="甲", credit_code="91360982MA35G9XU9B").end()
    a.sync()
    assert rig.conflicts() == []
    a.log.update("enterprises", first, voided_at=None).end()
    a.sync()
    assert len(rig.conflicts()) == 1


def test_a_serial_used_twice_is_reported_everywhere(a: Desk, rig: Rig) -> None:
    other = rig.desk(site="别的园区", name="C")
    for desk in (a, other):
        desk.log.insert("serial_issues", kind="gi", serial=7).end()
    a.sync()
    answer = other.sync()
    (conflict,) = rig.conflicts()
    assert (conflict["kind"], conflict["scope"]) == ("serial", "global")
    ((code, facts),) = rig.notices()
    assert (code, facts["kind"], facts["serial"]) == ("serial_twice", "gi", 7)
    assert [one["code"] for one in answer["notices"]] == ["serial_twice"]
    assert ("conflicts", conflict["id"]) in a.pull()


def test_a_range_of_labels_used_twice_is_told_with_its_number(a: Desk, rig: Rig) -> None:
    rows = []
    for batch in ("one", "two"):
        a.log.insert("label_ranges", batch_id=batch, kind="LABEL", first=501, last=600).end()
        rows.append(a.log.last_row)
    a.sync()
    ((code, facts),) = rig.notices()
    assert (code, facts) == (
        "serial_twice",
        {"kind": "LABEL", "serial": 501, "first": rows[0], "second": rows[1]},
    )


def test_a_live_claim_makes_a_loser_and_a_dead_one_does_not(a: Desk, b: Desk, rig: Rig) -> None:
    b.log.insert("visits", station_id=b.id, state="等候").end()
    visit = b.log.last_row
    b.sync()
    assert a.post("/v1/claim", {"visit": visit, "actor_name": "安娜", "counter_name": "1号"}).json()["granted"]
    b.log.update("visits", visit, state="叫号中").end()
    assert b.status(since=None) == "conflict"
    (conflict,) = rig.conflicts()
    assert (conflict["a_actor"], conflict["a_station"], conflict["a_values"]) == ("安娜", "A", {"state": "等候"})
    rig.clock.forward(31_000)
    b.log.update("visits", visit, state="办理中").end()
    assert b.status() == "ok"


def test_the_claim_ends_with_the_call(a: Desk, b: Desk, rig: Rig) -> None:
    b.log.insert("visits", station_id=b.id, state="等候").end()
    visit = b.log.last_row
    b.sync()
    a.pull()
    assert a.post("/v1/claim", {"visit": visit, "actor_name": "安娜", "counter_name": "1号"}).json()["granted"]
    a.log.update("visits", visit, state="叫号中").end()
    assert a.status() == "ok"
    assert rig.all("SELECT 1 FROM claims") == []


def test_rescued_rows_come_back_without_a_conflict(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    both(a, b, row)
    b.sync()
    (conflict,) = rig.conflicts()
    fields = {name: value for name, value in conflict.items() if name not in ("id", "scope")}
    enterprise = rig.fields("enterprises", row)
    rig.run("DELETE FROM records")
    rig.run("DELETE FROM digests")
    a.log.rescue("enterprises", row, **enterprise).end()
    a.log.rescue("conflicts", conflict["id"], **fields).end()
    assert [one["status"] for one in a.sync()["results"]] == ["ok", "ok"]
    assert rig.fields("enterprises", row) == enterprise
    (again,) = rig.conflicts()
    assert (again["id"], again["scope"]) == (conflict["id"], "global")


def test_a_part_of_a_row_waits_unseen_until_the_row_comes(a: Desk, b: Desk, rig: Rig) -> None:
    from zhangshu_desk.core.ids import new_id

    row = new_id(1)
    b.log.update("enterprises", row, notes="später").end()
    answer = b.sync()
    assert (answer["results"][0]["status"], answer["rows"]) == ("ok", [])
    assert answer["digests"]["enterprises"] == [0, "0" * 16]
    a.log.insert("enterprises", row_id=row, name="甲", notes="früher").end()
    a.sync()
    assert b.pull()["enterprises", row]["notes"] == "später"


def test_a_clock_far_ahead_is_clamped_and_never_refused(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    a.log.now = rig.clock.now() + 10**9
    a.log.update("enterprises", row, notes="aus der Zukunft").end()
    assert a.status() == "ok"
    rig.clock.forward(1_000)
    b.log.now = rig.clock.now()
    b.log.update("enterprises", row, notes="von heute").end()
    assert b.status() == "merged"
    assert rig.fields("enterprises", row)["notes"] == "von heute"


# -- fields that belong together --------------------------------------------------------------------------------------

CODE = "91360982MA35G9XU9B"


def test_a_group_wins_or_loses_with_all_its_fields(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    """A enters the code and clears the reason, B only changes the reason: code and reason fit together after it."""
    a.log.update("enterprises", row, code_reason="暂无").end()
    a.sync()
    b.pull()
    a.log.update("enterprises", row, credit_code=CODE, code_reason="").end()
    a.sync()
    b.log.now = a.log.now + 1_000
    b.log.update("enterprises", row, code_reason="外资").end()
    assert b.status() == "conflict"
    fields = rig.fields("enterprises", row)
    assert (fields["credit_code"], fields["code_reason"]) == ("", "外资")
    (conflict,) = rig.conflicts()
    assert conflict["a_values"] == {"credit_code": "", "code_reason": "外资"}
    assert conflict["b_values"] == {"credit_code": CODE, "code_reason": ""}


def test_what_is_wanted_is_told_whole_when_it_loses(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    a.log.now += 9_000
    a.log.update("enterprises", row, credit_code=CODE).end()
    a.sync()
    b.log.update("enterprises", row, code_reason="外资").end()
    assert b.status() == "conflict"
    (conflict,) = rig.conflicts()
    assert conflict["b_values"] == {"credit_code": "", "code_reason": "外资"}
    assert rig.fields("enterprises", row)["credit_code"] == CODE


@pytest.mark.parametrize("together", [True, False])
def test_one_s_own_unread_changes_belong_to_what_one_saw(a: Desk, b: Desk, rig: Rig, row: str, together: bool) -> None:
    a.log.update("enterprises", row, name="甲甲", name_key="jiajia").end()
    a.sync()
    b.log.now = a.log.now + 1_000
    b.log.update("enterprises", row, name="乙", name_key="yi").end()
    if not together:
        b.sync(since=None)
        a.pull()
        a.log.now = b.log.now + 1_000
        a.log.update("enterprises", row, former_names=["甲"]).end()
        a.sync()
        b.log.now = a.log.now + 1_000
    b.log.update("enterprises", row, order_key="Y").end()
    b.sync()
    fields = rig.fields("enterprises", row)
    assert [fields[name] for name in ("name", "name_key", "order_key", "former_names")] == ["乙", "yi", "Y", []]


def test_a_decision_that_comes_before_its_conflict_stays(a: Desk, b: Desk, rig: Rig, row: str) -> None:
    """After a restore of the centre: the decision is sent again before the change that lost."""
    from tests.server.test_histories import Backup

    both(a, b, row)
    backup = Backup(rig)
    request = b.log.request(b.since, seen=b.seen)
    b.post("/v1/sync", request)
    (conflict,) = rig.conflicts()
    a.pull()
    a.log.update("conflicts", conflict["id"], state="resolved", resolution="b").end()
    backup.restore()
    a.sync()
    assert rig.conflicts() == [
        {"id": conflict["id"], "scope": f"site:{a.site}", "state": "resolved", "resolution": "b"}
    ]
    b.post("/v1/sync", request)
    (again,) = rig.conflicts()
    assert (again["id"], again["state"], again["resolution"]) == (conflict["id"], "resolved", "b")
    assert (again["scope"], again["kind"]) == ("global", "field")
    a.since, a.seen = 0, []
    assert ("conflicts", again["id"]) in a.pull()

"""Who may do what: station, scope, actor, role; and that what is wrong is kept, told, and can be tried again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.rig import Desk, Rig
from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.operations import format_hlc


def person(desk: Desk, role: Role, **more: Any) -> str:
    """An account that the station's system made."""
    desk.log.insert("users", login="li", name="李", role=role.value, **{"active": 1, **more}).end()
    assert desk.status() == "ok"
    return desk.log.last_row


def enterprise(desk: Desk) -> str:
    desk.log.insert("enterprises", name="甲").end()
    assert desk.status() == "ok"
    return desk.log.last_row


def test_an_account_may_do_what_its_role_may(a: Desk) -> None:
    row = enterprise(a)
    a.log.actor = person(a, Role.CLERK)
    a.log.update("enterprises", row, notes="x").end()
    assert a.status() == "ok"
    a.log.insert("counters", name="1", station_id=a.id).end()
    assert a.status() == "role_denied"


def test_what_is_open_to_all_may_be_changed_by_all(a: Desk) -> None:
    a.log.insert("counters", name="1", station_id=a.id).end()
    counter = a.log.last_row
    a.sync()
    a.log.actor = person(a, Role.CLERK)
    a.log.update("counters", counter, clerk_id=a.log.actor, opened_at=1).end()
    assert a.status() == "ok"
    a.log.update("counters", counter, clerk_id=None, name="2").end()
    assert a.status() == "role_denied"


def test_an_account_of_the_same_push_counts(a: Desk) -> None:
    a.log.insert("users", login="li", name="李", role=Role.CLERK.value, active=1).end()
    a.log.actor = a.log.last_row
    a.log.insert("enterprises", name="甲").end()
    assert [one["status"] for one in a.sync()["results"]] == ["ok", "ok"]


def test_who_sets_a_station_up_makes_their_own_account(a: Desk) -> None:
    founder = new_id(1)
    a.log.actor = founder
    a.log.insert("counters", name="1", station_id=a.id)
    a.log.insert("users", founder, login="wang", name="王", role=Role.SUPERVISOR.value, active=1).end()
    assert a.status() == "ok"
    a.log.insert("enterprises", name="甲").end()
    assert a.status() == "ok"


def test_a_founder_is_no_administrator_and_vouches_for_nobody_else(a: Desk) -> None:
    founder = new_id(1)
    a.log.actor = founder
    a.log.insert("users", founder, login="wang", name="王", role=Role.ADMINISTRATOR.value, active=1).end()
    assert a.status() == "role_denied"
    a.log.insert("users", new_id(2), login="li", name="李", role=Role.CLERK.value, active=1).end()
    assert a.status() == "actor_unknown"


def test_the_rating_screen_has_no_account(a: Desk) -> None:
    a.log.actor = "visitor-screen"
    a.log.insert("ratings", visit_id="v", at=1, level="满意").end()
    assert a.status() == "ok"


def test_nobody_knows_this_account(a: Desk) -> None:
    a.log.actor = new_id(1)
    a.log.insert("enterprises", name="甲").end()
    assert a.status() == "actor_unknown"


def test_an_account_of_another_site_is_unknown_here(a: Desk, rig: Rig) -> None:
    other = rig.desk(site="别的园区", name="C")
    a.log.actor = person(other, Role.ADMINISTRATOR)
    a.log.insert("enterprises", name="甲").end()
    assert a.status() == "actor_unknown"


def test_what_was_done_before_the_account_was_closed_counts(a: Desk) -> None:
    clerk = person(a, Role.CLERK)
    a.log.update("users", clerk, active=0).end()
    assert a.status() == "ok"
    a.log.actor = clerk
    a.log.add("ratings", new_id(1), "insert", {"level": "好"}, hlc=format_hlc((a.log.now - 1_000, 0), a.id)).end()
    assert a.status() == "ok"
    a.log.insert("ratings", level="好").end()
    assert a.status() == "actor_revoked"


def test_administrators_are_made_by_administrators(a: Desk) -> None:
    head, clerk = person(a, Role.SUPERVISOR), person(a, Role.CLERK)
    administrator = person(a, Role.ADMINISTRATOR)
    a.log.actor = head
    a.log.update("users", clerk, role=Role.ADMINISTRATOR.value).end()
    assert a.status() == "role_denied"
    a.log.insert("users", login="x", name="x", role=Role.ADMINISTRATOR.value, active=1).end()
    assert a.status() == "role_denied"
    a.log.update("users", clerk, role=Role.SUPERVISOR.value).end()
    assert a.status() == "ok"
    a.log.actor = administrator
    a.log.update("users", clerk, role=Role.ADMINISTRATOR.value).end()
    assert a.status() == "ok"


def test_rows_of_another_site_can_neither_be_written_nor_read(a: Desk, rig: Rig) -> None:
    a.log.insert("visits", station_id=a.id, state="等候").end()
    row = a.log.last_row
    a.sync()
    other = rig.desk(site="别的园区", name="C")
    other.log.update("visits", row, remark="x").end()
    assert other.status() == "scope_denied"
    assert ("visits", row) not in other.pull()
    snapshot = other.get("/v1/snapshot").json()
    assert row not in {one["id"] for one in snapshot["rows"]}
    assert other.post("/v1/digest", {"tbl": "visits"}).json()["buckets"] == {}
    assert other.post("/v1/digest", {"tbl": "visits", "bucket": row[-2:]}).json()["rows"] == []
    claim = other.post("/v1/claim", {"visit": row, "actor_name": "x", "counter_name": "y"}).json()
    assert claim == {"granted": False, "by": "", "counter": ""}


def test_what_is_private_is_kept_and_never_given_away(a: Desk, b: Desk, rig: Rig) -> None:
    a.log.audit_entry().end()
    a.log.insert("import_runs", file_name="x.xlsx").end()
    answer = a.sync()
    assert [one["status"] for one in answer["results"]] == ["ok", "ok"]
    assert answer["rows"] == []
    assert rig.all("SELECT DISTINCT scope FROM records WHERE tbl IN ('audit', 'import_runs')") == [(f"station:{a.id}",)]
    assert not b.pull()
    assert not a.get("/v1/snapshot").json()["rows"]
    assert b.post("/v1/digest", {"tbl": "audit"}).status_code == 400
    run = a.log.last_row
    b.log.update("import_runs", run, undone_at=1).end()
    assert b.status() == "scope_denied"


@pytest.mark.parametrize(
    ("tbl", "sets", "code"),
    [
        ("secrets", {"x": 1}, "table_unknown"),
        ("alembic_version", {"version_num": "1"}, "table_unknown"),
        ("enterprises", {"x": 1}, "column_unknown"),
        ("enterprises", {"id": "x"}, "column_unknown"),
        ("enterprises", {"name": 1}, "value_wrong"),
        ("enterprises", {"name": None}, "value_wrong"),
        ("enterprises", {"name": "a\0b"}, "value_wrong"),
        ("enterprises", {"created_at": "1"}, "value_wrong"),
        ("enterprises", {"created_at": True}, "value_wrong"),
        ("enterprises", {"created_at": 1 << 63}, "value_wrong"),
        ("enterprises", {"created_at": 10**40}, "value_wrong"),
        ("enterprises", {"founded_on": "2026-02-30"}, "value_wrong"),
        ("enterprises", {"founded_on": "2026-2-3"}, "value_wrong"),
        ("enterprises", {"former_names": "[]"}, "value_wrong"),
        ("enterprises", {"former_names": ["a\0b"]}, "value_wrong"),
        ("enterprises", {"former_names": [10**40]}, "value_wrong"),
        ("users", {"active": 2}, "value_wrong"),
        ("enterprises", {"name": "长" * 20_001}, "text_too_long"),
        ("enterprises", {"former_names": ["长" * 200_000]}, "text_too_long"),
        ("enterprises", {"credit_code": "9" * 201}, "text_too_long"),
        ("stations", {"letter": "K"}, "centre_only"),
        ("stations", {"site_id": "x"}, "centre_only"),
        ("conflicts", {"kind": "field"}, "centre_only"),
    ],
)
def test_what_is_not_as_it_must_be_is_rejected(a: Desk, rig: Rig, tbl: str, sets: dict[str, Any], code: str) -> None:
    a.log.update(tbl, new_id(1), **sets).end()
    assert a.status() == code
    assert rig.all("SELECT status, code FROM oplog") == [("rejected", code)]
    assert rig.all("SELECT 1 FROM records") == []


def test_a_kind_of_operation_from_the_future_is_rejected(a: Desk) -> None:
    a.log.add("enterprises", new_id(1), "merge", {"notes": "x"}).end()
    assert a.status() == "kind_unknown"


def test_a_literal_backslash_is_no_nul(a: Desk) -> None:
    a.log.insert("enterprises", name="甲", former_names=[r"C:\u0000"]).end()
    assert a.status() == "ok"


def test_what_is_written_once_stays(a: Desk) -> None:
    a.log.insert("serial_issues", kind="gi", serial=7, purpose="标志").end()
    row = a.log.last_row
    a.sync()
    a.log.update("serial_issues", row, purpose="标志").end()
    assert a.status() == "ok"
    a.log.update("serial_issues", row, purpose="别的").end()
    assert a.status() == "append_only"


def test_a_rejected_transaction_leaves_no_trace_in_the_rows(a: Desk, rig: Rig) -> None:
    row = enterprise(a)
    head = rig.head()
    a.log.update("enterprises", row, notes="x").update("enterprises", row, nonsense=1).end()
    assert a.status() == "column_unknown"
    assert rig.fields("enterprises", row)["notes"] == ""
    assert rig.head() == head


def test_a_rejected_transaction_can_be_tried_again(a: Desk, b: Desk, rig: Rig) -> None:
    row = enterprise(a)
    clerk = new_id(1)
    a.log.actor = clerk
    a.log.update("enterprises", row, notes="von der Neuen").end()
    tx = a.log.ops[-1]["tx"]
    assert a.status() == "actor_unknown"
    assert a.sync(retry=[tx])["results"] == [{"tx": tx, "status": "rejected", "code": "actor_unknown", "detail": clerk}]
    b.log.insert("users", row_id=clerk, login="neu", name="新", role=Role.CLERK.value, active=1).end()
    b.sync()
    assert a.sync(retry=[tx])["results"] == [{"tx": tx, "status": "ok", "code": "", "detail": ""}]
    assert rig.fields("enterprises", row)["notes"] == "von der Neuen"
    assert rig.all("SELECT count(*) FROM oplog WHERE status = 'rejected'") == [(0,)]
    assert a.sync(retry=[tx])["results"] == []


def test_a_rejected_operation_that_comes_under_a_new_number_is_judged_anew(a: Desk, rig: Rig) -> None:
    from tests.server.test_histories import rekeyed

    clerk = new_id(1)
    a.log.actor = clerk
    a.log.insert("enterprises", name="甲").end()
    assert a.status() == "actor_unknown"
    rig.run("UPDATE oplog SET code = 'before'")
    old = a.log
    a.log = rekeyed(old, 0)
    a.log.actor = "system"
    assert a.status(earlier=[old.log(current=False, upto=0, first=1)]) == "actor_unknown"
    a.log.insert("users", row_id=clerk, login="neu", name="新", role=Role.CLERK.value, active=1).end()
    assert a.status() == "ok"
    older, a.log = a.log, rekeyed(old, 0)
    a.log.actor = "system"
    assert a.status(earlier=[older.log(current=False, first=len(older.ops) + 1)]) == "ok"
    statuses = rig.all("SELECT status, code, seq IS NULL FROM oplog WHERE tbl = 'enterprises' ORDER BY status")
    assert statuses == [("duplicate", "", True), ("duplicate", "", True), ("ok", "", False)]


# -- the centre's own fields ------------------------------------------------------------------------------------------


def test_the_centre_writes_site_and_letter_into_the_station_s_row(a: Desk, b: Desk, rig: Rig) -> None:
    b.log.insert("stations", row_id=b.id, name="B").end()
    rows = {row["id"]: row["f"] for row in b.sync()["rows"]}
    assert (rows[b.id]["site_id"], rows[b.id]["letter"]) == (b.site, "K")
    assert a.pull()["stations", b.id]["letter"] == "K"
    assert rig.all("SELECT station_id, kind, status FROM oplog WHERE station_id = 'centre'") == [
        ("centre", "update", "ok")
    ]


def test_no_station_can_pretend_to_be_another(a: Desk, b: Desk) -> None:
    a.log.insert("stations", row_id=b.id, name="B").end()
    assert a.status() == "scope_denied"


def test_a_rescued_station_gets_its_letter_from_the_centre(a: Desk, b: Desk, rig: Rig) -> None:
    b.log.rescue("stations", b.id, name="B", letter="Z", site_id="falsch").end()
    assert b.status() == "ok"
    assert rig.fields("stations", b.id)["letter"] == "K"
    assert rig.fields("stations", b.id)["site_id"] == b.site

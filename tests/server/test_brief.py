"""What a station made itself comes back without its fields, but only when it must be what the station has."""

from __future__ import annotations

from typing import Any

from tests.server.rig import Desk, Rig
from zhangshu_desk.core.operations import row_digest


def in_full(answer: dict[str, Any]) -> dict[str, bool]:
    """Which rows of an answer came with their fields."""
    return {row["id"]: "f" in row for row in answer["rows"]}


def made(desk: Desk, name: str = "宏远校具") -> str:
    desk.log.insert("enterprises", name=name).end()
    return desk.log.last_row


def test_of_one_s_own_row_only_the_digest_comes_and_it_is_the_row_s(a: Desk, rig: Rig) -> None:
    row = made(a)
    (found,) = a.sync(brief=True)["rows"]
    assert found.keys() == {"t", "id", "v", "d"}
    assert int(found["d"], 16) == row_digest("enterprises", row, rig.fields("enterprises", row))


def test_who_does_not_ask_for_it_gets_the_fields(a: Desk) -> None:
    made(a)
    (found,) = a.sync()["rows"]
    assert found["f"]["name"] == "宏远校具"


def test_what_others_did_comes_in_full(a: Desk, b: Desk) -> None:
    theirs = made(a)
    a.sync(brief=True)
    own = made(b, "东星家具")
    assert in_full(b.sync(brief=True)) == {theirs: True, own: False}


def test_a_row_that_others_changed_unseen_comes_in_full(a: Desk, b: Desk) -> None:
    row = made(a)
    a.sync()
    b.sync()
    b.log.update("enterprises", row, address="工业大道1号").end()
    b.sync()
    a.log.update("enterprises", row, notes="来访").end()
    answer = a.sync(brief=True)
    assert in_full(answer) == {row: True}
    assert answer["rows"][0]["f"]["address"] == "工业大道1号"


def test_a_losing_change_brings_the_row_in_full(a: Desk, b: Desk) -> None:
    row = made(a)
    a.sync()
    b.sync()
    a.log.update("enterprises", row, notes="甲").end()
    a.sync()
    b.log.update("enterprises", row, notes="乙").end()
    assert in_full(b.sync(brief=True))[row]


def test_what_was_taken_before_an_answer_was_lost_comes_in_full(a: Desk) -> None:
    row = made(a)
    first = a.try_sync(brief=True)  # nobody reads it
    assert first.status_code == 200
    assert in_full(a.sync(brief=True)) == {row: True}


def test_what_is_asked_for_again_comes_in_full_however_old(a: Desk) -> None:
    row = made(a)
    a.sync(brief=True)
    assert in_full(a.sync(brief=True)) == {}
    assert in_full(a.sync(brief=True, again=[["enterprises", row]])) == {row: True}
    a.log.update("enterprises", row, notes="改").end()
    assert in_full(a.sync(brief=True, again=[["enterprises", row]])) == {row: True}


def test_nobody_gets_a_row_of_another_site_by_asking_again(rig: Rig, a: Desk) -> None:
    a.log.insert("visits", station_id=a.id, state="等候").end()
    visit = a.log.last_row
    a.sync()
    stranger = rig.desk("别的园区", "外地台")
    stranger.sync()
    assert in_full(stranger.sync(again=[["visits", visit]])) == {}

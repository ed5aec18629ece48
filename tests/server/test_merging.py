"""The merge rules, one by one, without a database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core.operations import format_hlc
from zhangshu_desk.sync.wire import CENTRE, LATEST_AHEAD_MS, TABLES
from zhangshu_server.merging import (
    PENDING,
    RESCUED,
    Claim,
    Merged,
    Operation,
    Record,
    Stamp,
    clamp,
    identity_of,
    is_unseen,
    merge,
    scope_of,
    twins,
)

ENTERPRISES, VISITS, CONTACTS = TABLES["enterprises"], TABLES["visits"], TABLES["contacts"]
SEQ = PENDING + 7


def hlc(ms: int, station: str = "B") -> str:
    return format_hlc((ms, 0), station)


def record(tbl: str = "enterprises", *, whole: bool = True, **groups: tuple[dict[str, Any], Stamp]) -> Record:
    """A record of groups: their fields and their stamp."""
    fields = {name: value for sets, _ in groups.values() for name, value in sets.items() if value is not None}
    clk = {group: stamp for group, (_, stamp) in groups.items()}
    return Record(tbl, "row", "global", 5, fields, clk, whole)


def by_a(seq: int = 5, ms: int = 100, op_id: str = "op-a", inc: str = "a1") -> Stamp:
    return Stamp(seq, hlc(ms, "A"), "A", inc, op_id, "ann")


def op(
    kind: str = "update", *, base: int = 0, ms: int = 200, station: str = "B", inc: str = "b1", **sets: Any
) -> Operation:
    tbl = "visits" if "state" in sets or "calls" in sets else "enterprises"
    clock = hlc(ms, station)
    return Operation(station, inc, 3, "op-b", tbl, "row", kind, sets, base, clock, "bob", ms)


def notes(value: str = "alt", stamp: Stamp | None = None) -> Record:
    return record(notes=({"notes": value}, stamp or by_a()))


def apply(before: Record, change: Operation, claim: Claim | None = None) -> Merged:
    return merge(TABLES[before.tbl], before, change, SEQ, claim)


# -- plain changes ----------------------------------------------------------------------------------------------------


def test_a_change_that_had_seen_the_value_applies_whatever_the_clocks_say() -> None:
    merged = apply(notes(stamp=by_a(seq=5, ms=900)), op(base=5, ms=1, notes="neu"))
    assert merged.record.fields == {"notes": "neu"}
    assert merged.record.clk["notes"] == Stamp(SEQ, hlc(1), "B", "b1", "op-b", "bob")
    assert (merged.record.seq, merged.status, merged.changed, merged.clashes) == (SEQ, "ok", True, ())


def test_the_same_life_goes_on_without_having_read_its_own_change() -> None:
    merged = apply(notes(stamp=by_a(ms=900)), op(station="A", inc="a1", ms=1, notes="neu"))
    assert merged.record.fields == {"notes": "neu"}
    assert merged.status == "ok"


def test_another_life_of_the_same_station_has_not_seen_it() -> None:
    merged = apply(notes(), op(station="A", inc="a2", notes="neu"))
    assert merged.status == "merged"
    assert len(merged.clashes) == 1


def test_a_field_that_nobody_wrote_is_free() -> None:
    merged = apply(notes(), op(address="路", base=0))
    assert merged.record.fields == {"notes": "alt", "address": "路"}
    assert merged.status == "ok"


def test_null_takes_a_value_away() -> None:
    before = record(founded_on=({"founded_on": "2020-01-01"}, by_a()))
    merged = apply(before, op(base=9, founded_on=None))
    assert merged.record.fields == {}
    assert "founded_on" in merged.record.clk


def test_the_record_before_is_left_as_it_was() -> None:
    before = notes()
    apply(before, op(base=9, notes="neu"))
    assert before.fields == {"notes": "alt"}
    assert before.clk == {"notes": by_a()}


# -- concurrent changes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "state", "status"), [("notes", "auto", "merged"), ("legal_representative", "open", "conflict")]
)
@pytest.mark.parametrize("later", ["stored", "arriving"])
def test_of_two_that_did_not_know_of_each_other_the_later_clock_stands(
    name: str, state: str, status: str, later: str
) -> None:
    groups: dict[str, Any] = {name: ({name: "alt"}, by_a(ms=100))}
    sets: dict[str, Any] = {name: "neu"}
    before = record(**groups)
    merged = apply(before, op(ms=200 if later == "arriving" else 50, **sets))
    (clash,) = merged.clashes
    assert (clash.kind, clash.state, merged.status) == ("field", state, status)
    if later == "arriving":
        assert merged.record.fields == {name: "neu"}
        assert merged.record.clk[name].op_id == "op-b"
        assert (clash.a.actor, clash.a_values, clash.b.actor, clash.b_values) == (
            "bob",
            {name: "neu"},
            "ann",
            {name: "alt"},
        )
        assert (clash.a.at, clash.b.at, clash.b.station) == (200, 100, "A")
    else:
        assert merged.record == before
        assert not merged.changed
        assert (clash.a.actor, clash.a_values, clash.b.actor, clash.b_values) == (
            "ann",
            {name: "alt"},
            "bob",
            {name: "neu"},
        )


def test_equal_values_are_no_conflict_and_the_later_clock_is_kept() -> None:
    merged = apply(notes("gleich"), op(notes="gleich", ms=200))
    assert merged.clashes == ()
    assert merged.status == "merged"
    assert merged.record.clk["notes"] == by_a()._replace(hlc=hlc(200))
    merged = apply(notes("gleich"), op(notes="gleich", ms=50))
    assert merged.record.clk["notes"] == by_a()
    assert not merged.changed


def test_a_group_is_decided_as_one() -> None:
    before = record(name=({"name": "甲", "name_key": "jia"}, by_a(ms=900)))
    merged = apply(before, op(ms=200, name="乙", name_key="yi", notes="n"))
    assert merged.record.fields == {"name": "甲", "name_key": "jia", "notes": "n"}
    (clash,) = merged.clashes
    assert clash.b_values == {"name": "乙", "name_key": "yi"}


def test_every_clash_of_two_operations_is_another_one() -> None:
    before = record(notes=({"notes": "1"}, by_a()), address=({"address": "1"}, by_a()))
    merged = apply(before, op(notes="2", address="2"))
    assert len({clash.seed for clash in merged.clashes}) == 2


# -- visits: first at the centre stands -------------------------------------------------------------------------------


def visit(stamp: Stamp | None = None) -> Record:
    return record("visits", state=({"state": "叫号中", "calls": 1}, stamp or by_a()))


@pytest.mark.parametrize("ms", [1, 900])
def test_what_reached_the_centre_first_stands_whatever_the_clocks_say(ms: int) -> None:
    merged = apply(visit(), op(ms=ms, state="弃号", calls=0))
    assert merged.record == visit()
    (clash,) = merged.clashes
    assert (clash.kind, clash.state, merged.status) == ("state", "open", "conflict")
    assert (clash.a_values, clash.b_values) == ({"state": "叫号中", "calls": 1}, {"state": "弃号", "calls": 0})


def test_all_that_a_life_loses_against_one_winner_is_one_conflict() -> None:
    first, second = (apply(visit(), replace(op(state=s), op_id=s)) for s in ("弃号", "已办结"))
    assert first.clashes[0].seed == second.clashes[0].seed
    other_life = apply(visit(), op(state="弃号", inc="b2"))
    other_winner = apply(visit(by_a(op_id="op-c")), op(state="弃号"))
    assert len({one.clashes[0].seed for one in (first, other_life, other_winner)}) == 3


def test_the_same_outcome_twice_is_no_conflict() -> None:
    assert apply(visit(), op(state="叫号中", calls=1)).clashes == ()


def test_a_claim_of_another_station_makes_a_loser() -> None:
    claim = Claim("C", "陈", 77)
    merged = apply(visit(), op(base=9, state="弃号"), claim)
    assert merged.record == visit()
    (clash,) = merged.clashes
    assert (clash.kind, clash.a.actor, clash.a.named, clash.a.station, clash.a.at) == ("state", "陈", True, "C", 77)
    assert apply(visit(), op(base=9, state="叫号中"), claim).clashes == ()


def test_a_claim_holds_the_state_and_nothing_else() -> None:
    change = replace(op(base=9, state="弃号"), sets={"remark": "老人"})
    merged = apply(visit(), change, Claim("C", "陈", 77))
    assert merged.record.fields["remark"] == "老人"
    assert merged.status == "ok"


# -- voiding ----------------------------------------------------------------------------------------------------------

VOID: dict[str, Any] = {"voided_at": 44, "void_reason": "重复"}


def test_a_void_loses_against_a_change_it_has_not_seen() -> None:
    before = record(notes=({"notes": "neu"}, by_a(ms=1)), void=({"void_reason": ""}, by_a(seq=1)))
    merged = apply(before, op(base=3, ms=900, **VOID))
    assert merged.record == before
    (clash,) = merged.clashes
    assert (clash.kind, clash.state, clash.a_values, clash.b_values) == ("void", "open", {"notes": "neu"}, VOID)
    assert (clash.a.actor, clash.b.actor) == ("ann", "bob")


def test_a_void_that_has_seen_everything_applies() -> None:
    merged = apply(notes(), op(base=5, **VOID))
    assert merged.record.fields == {"notes": "alt", **VOID}
    assert merged.clashes == ()


def test_one_s_own_unread_change_does_not_hinder_the_void() -> None:
    merged = apply(notes(), op(station="A", inc="a1", **VOID))
    assert merged.record.fields["voided_at"] == 44


def test_a_change_takes_back_a_void_it_has_not_seen() -> None:
    before = record(notes=({"notes": "alt"}, by_a(seq=1)), void=(VOID, by_a(seq=5, ms=900)))
    merged = apply(before, op(base=3, ms=1, notes="neu"))
    assert merged.record.fields == {"notes": "neu", "void_reason": ""}
    assert merged.record.clk["void"].op_id == "op-b"
    (clash,) = merged.clashes
    assert (clash.kind, clash.a_values, clash.b_values) == ("void", {"notes": "neu"}, VOID)
    assert (clash.a.actor, clash.b.actor, merged.status) == ("bob", "ann", "conflict")


def test_a_change_that_has_seen_the_void_leaves_it() -> None:
    before = record(void=(VOID, by_a(seq=5)))
    merged = apply(before, op(base=5, notes="neu"))
    assert merged.record.fields == {"notes": "neu", **VOID}
    assert merged.clashes == ()


def test_taking_a_void_back_and_voiding_at_once_is_a_plain_contest() -> None:
    before = record(void=({"void_reason": ""}, by_a(ms=100)))
    merged = apply(before, op(ms=200, **VOID))
    assert merged.record.fields == VOID
    assert [clash.kind for clash in merged.clashes] == ["field"]


def test_a_table_without_a_void_has_no_such_rule() -> None:
    before = record("visits", state=({"state": "等候"}, by_a()))
    assert apply(before, replace(op(state="x"), sets={"remark": "x"})).clashes == ()


# -- inserts, parts of rows, rescues ----------------------------------------------------------------------------------

NEW = Record("enterprises", "row", "global")


def test_an_insert_makes_a_whole_row() -> None:
    merged = apply(NEW, op("insert", name="甲"))
    assert merged.record.whole
    assert merged.changed


def test_a_change_of_an_unknown_row_is_a_part_that_waits() -> None:
    merged = apply(NEW, op(notes="x"))
    assert merged.record.fields == {"notes": "x"}
    assert not merged.record.whole


def test_an_insert_completes_a_part_and_leaves_what_is_newer() -> None:
    part = replace(notes("neuer"), whole=False)
    merged = apply(part, op("insert", ms=900, name="甲", notes="alt"))
    assert merged.record.fields == {"name": "甲", "notes": "neuer"}
    assert merged.record.whole
    assert merged.clashes == ()


def test_an_insert_of_a_row_that_is_whole_is_a_contest() -> None:
    merged = apply(notes(), op("insert", ms=900, notes="neu"))
    assert merged.record.fields == {"notes": "neu"}
    assert [clash.state for clash in merged.clashes] == ["auto"]


def test_a_rescue_fills_what_is_missing_and_nothing_else() -> None:
    merged = apply(notes("da"), op("rescue", base=99, notes="gerettet", address="路"))
    assert merged.record.fields == {"notes": "da", "address": "路"}
    assert merged.record.clk["address"].hlc == RESCUED
    assert merged.clashes == ()
    merged = apply(NEW, op("rescue", name="甲"))
    assert merged.record.whole


def test_a_rescue_completes_a_part() -> None:
    assert apply(replace(notes(), whole=False), op("rescue", notes="x")).record.whole


def test_a_rescued_value_loses_against_any_change_without_a_conflict() -> None:
    rescued = apply(NEW, op("rescue", station="C", inc="c1", notes="gerettet", **VOID)).record
    rescued = replace(rescued, clk={g: s._replace(seq=50) for g, s in rescued.clk.items()})
    merged = apply(rescued, op(base=0, ms=1, notes="neu"))
    assert merged.record.fields == {"notes": "neu", **VOID}
    assert merged.clashes == ()


def test_a_late_insert_does_not_undo_what_a_rescue_brought() -> None:
    rescued = apply(NEW, op("rescue", station="C", inc="c1", notes="später")).record
    rescued = replace(rescued, clk={g: s._replace(seq=50) for g, s in rescued.clk.items()})
    merged = apply(rescued, op("insert", name="甲", notes="früher"))
    assert merged.record.fields == {"name": "甲", "notes": "später"}
    assert merged.clashes == ()


# -- the same thing twice ---------------------------------------------------------------------------------------------


def enterprise(row_id: str, code: str = "91X", **more: Any) -> Record:
    fields = {"credit_code": code, **more}
    return Record("enterprises", row_id, "global", 1, fields, {"credit_code": by_a()}, True)


def test_the_same_code_twice_is_a_duplicate_of_the_older() -> None:
    for one, other in (("1", "2"), ("2", "1")):
        (clash,) = twins(ENTERPRISES, enterprise(one), [enterprise(other), enterprise(one)])
        assert (clash.kind, clash.row_id, clash.other_row_id, clash.state) == ("duplicate", "1", "2", "open")
        assert clash.seed == ("enterprises", "1", "2")


@pytest.mark.parametrize(
    "other",
    [enterprise("2", ""), enterprise("2", "92Y"), enterprise("2", voided_at=1), replace(enterprise("2"), whole=False)],
)
def test_what_is_empty_different_voided_or_partial_is_no_duplicate(other: Record) -> None:
    assert not twins(ENTERPRISES, enterprise("1"), [other])
    assert not twins(ENTERPRISES, other, [enterprise("1")])


def test_serials_are_told_by_kind_and_number() -> None:
    table = TABLES["serial_issues"]

    def issue(row_id: str, kind: str, scope: str = "site:1") -> Record:
        return Record("serial_issues", row_id, scope, 1, {"kind": kind, "serial": 7}, {"kind": by_a()}, True)

    (clash,) = twins(table, issue("1", "gi"), [issue("2", "gi")])
    assert (clash.kind, clash.scope) == ("serial", "site:1")
    (clash,) = twins(table, issue("1", "gi"), [issue("2", "gi", "site:2")])
    assert clash.scope == "global"
    assert not twins(table, issue("1", "gi"), [issue("2", "x")])
    assert identity_of(TABLES["visits"], visit()) is None


# -- clocks and scopes ------------------------------------------------------------------------------------------------


def test_a_clock_far_ahead_is_moved_back_and_one_a_little_ahead_is_not() -> None:
    now = 1_000_000
    fine = hlc(now + LATEST_AHEAD_MS)
    assert clamp(fine, 4, "B", now) == fine
    assert clamp(hlc(now + LATEST_AHEAD_MS + 1), 4, "B", now) == format_hlc((now, 4), "B")
    assert clamp(hlc(now + 10**12), 5_000_000, "B", now) == format_hlc((now, 999_999), "B")


def test_a_row_belongs_to_all_to_the_site_or_to_nobody() -> None:
    scopes = [scope_of(TABLES[name], "s", "st") for name in ("enterprises", "visits", "audit")]
    assert scopes == ["global", "site:s", "station:st"]


def test_the_centre_s_own_change_is_unseen_like_any_other() -> None:
    stamp = Stamp(9, hlc(1), CENTRE, "", "x", "system")
    assert is_unseen(stamp, op(base=8))
    assert not is_unseen(stamp, op(base=9))
    assert not is_unseen(None, op(base=0))


values = st.sampled_from(["1", "2", "3"])


@given(st.lists(st.tuples(st.sampled_from(["A", "B", "C"]), values, st.integers(1, 50), st.booleans()), max_size=12))
def test_nothing_is_overwritten_in_silence(changes: list[tuple[str, str, int, bool]]) -> None:
    """A value that is gone was seen by who replaced it, or both stand in a conflict, or it was the same value."""
    row, seen, named = replace(NEW, whole=True), {}, set()
    for n, (station, value, ms, reads) in enumerate(changes, 1):
        if reads:
            seen[station] = n - 1
        change = replace(
            op(notes=value, ms=ms, station=station, inc=station, base=seen.get(station, 0)), op_id=f"{n}", n=n
        )
        before = row
        merged = merge(ENTERPRISES, row, change, n)
        row = merged.record
        named |= {part for clash in merged.clashes for part in clash.seed}
        there = before.clk.get("notes")
        if there is not None and row.clk["notes"].op_id != there.op_id and before.fields["notes"] != value:
            assert there.seq <= change.base or there.station == station or {there.op_id, f"{n}"} <= named
        if row.fields["notes"] != value:
            assert f"{n}" in named

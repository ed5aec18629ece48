"""Two stations and the centre in ordinary days: what one does the other has, apart and together again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.park import Park, Rig
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.verify import verify
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.rules import WalkIn
from zhangshu_desk.sync import applying, wire


@pytest.fixture
def pair(park: Park) -> tuple[Rig, Rig]:
    """Two stations of one site."""
    return park.station("甲", NINE), park.station("乙", NINE)


def change(rig: Rig, row_id: str, **fields: str) -> None:
    """One act at a station."""
    rig.clock.forward(MINUTE)
    with rig.store.write(rig.clerk, "enterprise.change", rig.clock.now()) as session:
        row = session.get_one(Enterprise, row_id)
        for name, value in fields.items():
            setattr(row, name, value)
        session.about("enterprises", row_id)


def value(rig: Rig, row_id: str, name: str) -> str:
    """A field of an enterprise at a station."""
    with rig.store.read() as session:
        return str(getattr(session.get_one(Enterprise, row_id), name))


def equal(centre: CentreRig, *rigs: Rig) -> None:
    """All sums are those of the centre, and every station verifies."""
    for rig in rigs:
        with rig.store.read() as session:
            for tbl in wire.PULLED:
                assert applying.table_sum(bare(session), tbl) == centre.sum_of(tbl), (rig.name, tbl)
        assert not verify(rig.store).problems
    centre.check_chains()


def new_enterprise(rig: Rig, name: str) -> str:
    """An enterprise that a station registers."""
    rig.clock.forward(MINUTE)
    with rig.store.write(rig.clerk, "enterprise.add", rig.clock.now()) as session:
        row = Enterprise(id=session.new_id(), name=name, name_key=name, created_at=session.now)
        session.add(row)
        session.about("enterprises", row.id)
        return row.id


def test_what_was_before_joining_comes_along_and_reaches_the_other(centre: CentreRig, pair: tuple[Rig, Rig]) -> None:
    first, second = pair
    row_id = new_enterprise(first, "江西宏远校具有限公司")
    first.cycle()
    result = second.cycle()
    assert result.applied > 0
    assert value(second, row_id, "name") == "江西宏远校具有限公司"
    first.cycle()
    equal(centre, first, second)
    assert centre.rejected() == []
    assert first.store.waiting() == second.store.waiting() == 0


def test_a_cycle_with_nothing_to_do_changes_nothing(pair: tuple[Rig, Rig]) -> None:
    first, _ = pair
    first.cycle()
    result = first.cycle()
    assert (result.pushed, result.applied, result.rounds) == (0, 0, 1)


def test_other_fields_merge_and_the_same_field_goes_to_the_inbox(centre: CentreRig, pair: tuple[Rig, Rig]) -> None:
    first, second = pair
    row_id = new_enterprise(first, "甲乙共知有限公司")
    centre.park.quiet()
    change(first, row_id, address="府前路1号", legal_representative="张三")
    change(second, row_id, region="樟树市", legal_representative="李四")
    centre.park.quiet()
    for rig in pair:
        assert (value(rig, row_id, "address"), value(rig, row_id, "region")) == ("府前路1号", "樟树市")
    (conflict,) = centre.rows("conflicts").values()
    assert (conflict["kind"], conflict["state"], conflict["fields"]) == ("field", "open", ["legal_representative"])
    assert {conflict["a_values"]["legal_representative"], conflict["b_values"]["legal_representative"]} == {
        "张三",
        "李四",
    }
    assert value(first, row_id, "legal_representative") == conflict["a_values"]["legal_representative"]
    assert {conflict["a_actor"], conflict["b_actor"]} == {f"{rig.name}的窗口人员" for rig in pair}
    equal(centre, first, second)


def test_one_after_the_other_is_no_conflict(centre: CentreRig, pair: tuple[Rig, Rig]) -> None:
    first, second = pair
    row_id = new_enterprise(first, "顺序有限公司")
    centre.park.quiet()
    for rig, name in ((first, "一"), (second, "二"), (first, "三")):
        change(rig, row_id, legal_representative=name)
        centre.park.quiet()
    assert value(second, row_id, "legal_representative") == "三"
    assert centre.rows("conflicts") == {}
    equal(centre, first, second)


def test_large_pulls_come_in_pages_and_are_seen_at_once(centre: CentreRig, pair: tuple[Rig, Rig]) -> None:
    first, second = pair
    centre.park.quiet()
    now = first.clock.forward(MINUTE)
    with first.store.write(first.clerk, "enterprise.add", now) as session:
        for at in range(4_500):
            name = f"批量{at}"
            session.insert(Enterprise(id=session.new_id(), name=name, name_key=name, created_at=now))
    first.cycle()
    result = second.cycle()
    assert result.rounds == 3
    assert len(centre.rows("enterprises")) == 4_500
    first.cycle()
    equal(centre, first, second)


def test_a_visit_of_one_station_stands_in_the_queue_of_the_other(centre: CentreRig, pair: tuple[Rig, Rig]) -> None:
    first, second = pair
    centre.park.quiet()
    tickets = [
        actions.register(rig.store, rig.clerk, WalkIn(("NB",), visitor="张三"), rig.clock.now()).label for rig in pair
    ]
    centre.park.quiet()
    for rig in pair:
        queue = queries.queue(rig.store, rig.clock.now(), None)
        assert {row.label for row in queue.waiting} == set(tickets)
    assert len(set(tickets)) == 2
    assert centre.rows("stations")[second.station]["letter"] in tickets[1]
    equal(centre, first, second)


def test_who_works_on_while_the_answer_is_on_its_way_asks_for_the_row_again(
    centre: CentreRig, pair: tuple[Rig, Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = pair
    assert first.centre is not None
    first.cycle()
    row = new_enterprise(first, "江西宏远校具有限公司")
    asked: list[object] = []
    sync = first.centre.sync

    def meanwhile(body: Mapping[str, Any]) -> dict[str, Any]:
        asked.append(list(body["again"]))
        answer = sync(body)
        if len(asked) == 1:
            assert "f" not in next(one for one in answer["rows"] if one["id"] == row)
            change(first, row, notes="边等边写")
        return answer

    monkeypatch.setattr(first.centre, "sync", meanwhile)
    first.cycle()
    assert asked[:2] == [[], [("enterprises", row)]]
    second.cycle()
    first.cycle()
    assert value(first, row, "notes") == value(second, row, "notes") == "边等边写"
    equal(centre, first, second)

"""At the counter: arrived, park, resume, transfer, finish, leave, cancel, and the times they keep."""

from __future__ import annotations

import pytest

from tests import make
from tests.reception.desk import Desk
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.tables.accounts import Counter
from zhangshu_desk.reception import queries
from zhangshu_desk.reception.rules import Transfer


def at_desk(desk: Desk, at: int = 1) -> str:
    """Somebody being served at a counter; returns the visit."""
    ticket = desk.walk_in()
    desk.call(ticket.visit_id, at, "测试")
    desk.do("arrive", ticket.visit_id, at=at)
    return ticket.visit_id


def times(desk: Desk, visit_id: str) -> tuple[int, int, int, int]:
    """Waited, way, served, parked, in minutes, the running one included."""
    found = queries.visit(desk.store, visit_id, desk.now).times
    return tuple(ms // MINUTE for ms in (found.waited_ms, found.way_ms, found.served_ms, found.parked_ms))  # type: ignore[return-value]  # four


def test_the_four_times_are_kept_apart(desk: Desk) -> None:
    ticket = desk.walk_in()
    desk.wait(11)
    desk.call_next()
    desk.wait(2)
    desk.do("arrive", ticket.visit_id)
    desk.wait(5)
    desk.do("park", ticket.visit_id, "去复印营业执照")
    desk.wait(20)
    assert times(desk, ticket.visit_id) == (11, 2, 5, 20)
    desk.do("resume", ticket.visit_id)
    desk.wait(7)
    desk.do("finish", ticket.visit_id, {"NB": 1, "BG": 2})
    desk.wait(60)
    assert times(desk, ticket.visit_id) == (11, 2, 12, 20)
    row = desk.row(ticket.visit_id)
    assert (row["state"], row["given"], row["finished_at"]) == ("已办结", {"BG": 2, "NB": 1}, desk.now - 60 * MINUTE)


def test_parking_frees_the_counter_and_says_who_and_why(desk: Desk) -> None:
    visit_id = at_desk(desk)
    with pytest.raises(DeskError, match="需要写明原因"):
        desk.do("park", visit_id, "  ")
    desk.do("park", visit_id, "去复印")
    assert desk.current() is None
    (parked,) = desk.queue().parked
    assert (parked.note, parked.parked_by, parked.parked_at) == ("去复印", "操作员01", "1号窗口")
    desk.wait(4)
    assert desk.queue().parked[0].waited_minutes == 4


def test_a_parked_visit_goes_on_at_another_counter(desk: Desk) -> None:
    visit_id = at_desk(desk)
    desk.do("park", visit_id, "去复印")
    other = at_desk(desk)
    with pytest.raises(DeskError, match=r"本窗口正在为 A002 服务"):
        desk.do("resume", visit_id)
    desk.do("resume", visit_id, at=2)
    row = desk.row(visit_id)
    assert (row["state"], row["counter_id"], row["parked_by"]) == ("办理中", make.counter_id(2), None)
    assert desk.row(other)["counter_id"] == make.counter_id(1)


def test_a_parked_visit_can_be_called(desk: Desk) -> None:
    visit_id = at_desk(desk)
    desk.do("park", visit_id, "去复印")
    busy = at_desk(desk)
    with pytest.raises(DeskError, match="本窗口正在为 A002 服务"):
        desk.call(visit_id)
    desk.do("finish", busy, {"NB": 1})
    assert desk.call(visit_id).label == "A001"
    assert desk.row(visit_id)["parked_by"] is None


def test_transfer_to_a_counter_keeps_number_and_place(desk: Desk) -> None:
    visit_id = at_desk(desk)
    desk.wait(3)
    later = desk.walk_in()
    desk.do("transfer", visit_id, Transfer(make.counter_id(2), note="请看检定证书"))
    row = desk.row(visit_id)
    assert (row["state"], row["label"], row["target_counter_id"]) == ("等候", "A001", make.counter_id(2))
    assert (row["counter_id"], row["clerk_id"], row["served_ms"]) == (None, None, 3 * MINUTE)
    shown = desk.queue(1).waiting[0]
    assert (shown.label, shown.state_text, shown.mine, shown.target_counter) == ("A001", "转2号窗口", False, "2号窗口")

    next_here = desk.call_next(1)
    assert next_here is not None
    assert next_here.visit_id == later.visit_id
    called = desk.call_next(2)
    assert called is not None
    assert (called.visit_id, called.note) == (visit_id, "请看检定证书")


def test_a_transferred_visit_can_be_called_elsewhere_only_with_a_reason(desk: Desk) -> None:
    visit_id = at_desk(desk)
    desk.do("transfer", visit_id, Transfer(make.counter_id(2)))
    assert desk.call_next(3) is None
    with pytest.raises(DeskError, match="已转给2号窗口"):
        desk.call(visit_id, at=3)
    desk.call(visit_id, at=3, reason="2号窗口已停")


def test_not_coming_to_the_counter_of_a_transfer_keeps_the_transfer(desk: Desk) -> None:
    visit_id = at_desk(desk)
    desk.do("transfer", visit_id, Transfer(make.counter_id(2)))
    desk.call_next(2)
    desk.do("no_show", visit_id, at=2)
    desk.wait(5)
    assert desk.call_next(1) is None
    desk.call_next(2)
    desk.do("arrive", visit_id, at=2)
    assert desk.row(visit_id)["target_counter_id"] is None


def test_transfer_to_other_services(desk: Desk) -> None:
    with desk.store.write(make.SUPERVISOR, "counter.change", desk.now) as session:
        session.get_one(Counter, make.counter_id(2)).serves = ["SB"]
    visit_id = at_desk(desk)
    desk.do("transfer", visit_id, Transfer(services=("SB",)))
    row = desk.row(visit_id)
    assert (row["services"], row["label"], row["calls"]) == (["SB"], "A001", 0)
    called = desk.call_next(2)
    assert called is not None
    assert called.services_text == "商标注册"


@pytest.mark.parametrize("state", ["等候", "叫号中", "挂起"])
def test_transfer_from_the_other_states(desk: Desk, state: str) -> None:
    visit_id = desk.walk_in().visit_id
    if state != "等候":
        desk.call(visit_id)
    if state == "挂起":
        desk.do("arrive", visit_id)
        desk.do("park", visit_id, "等材料")
    desk.do("transfer", visit_id, Transfer(make.counter_id(3)))
    row = desk.row(visit_id)
    assert (row["state"], row["target_counter_id"], row["parked_by"]) == ("等候", make.counter_id(3), None)


def test_a_transfer_must_lead_somewhere(desk: Desk) -> None:
    visit_id = at_desk(desk)
    for where, code in (
        (Transfer(), "visit.transfer_nowhere"),
        (Transfer(make.counter_id(1)), "visit.transfer_same"),
        (Transfer(services=("NB",)), "visit.transfer_same"),
        (Transfer(make.counter_id(9)), "visit.unknown_counter"),
        (Transfer(services=("QQ",)), "visit.unknown_service"),
        (Transfer(services=()), "visit.no_service"),
    ):
        with pytest.raises(DeskError) as error:
            desk.do("transfer", visit_id, where)
        assert error.value.code == code
    assert desk.row(visit_id)["state"] == "办理中"


def test_only_the_counter_that_holds_a_visit_acts_on_it(desk: Desk) -> None:
    visit_id = at_desk(desk, at=1)
    for act, arguments in (
        ("finish", ({"NB": 1},)),
        ("park", ("原因",)),
        ("transfer", (Transfer(make.counter_id(3)),)),
        ("leave", ()),
        ("no_show", ()),
        ("call_again", ()),
    ):
        with pytest.raises(DeskError, match="A001 在1号窗口，不在本窗口"):
            desk.do(act, visit_id, *arguments, at=2)


def test_finishing_names_what_was_really_given(desk: Desk) -> None:
    visit_id = at_desk(desk)
    with pytest.raises(DeskError, match="还没有填写实际办理的事项"):
        desk.do("finish", visit_id, {})
    desk.do("finish", visit_id, {"BG": 3, "NB": 0})
    card = queries.visit(desk.store, visit_id, desk.now)
    assert (card.services_text, card.given_text) == ("年报", "变更登记 × 3")


def test_leaving_and_cancelling(desk: Desk) -> None:
    gone, twice = desk.walk_in(), desk.walk_in()
    desk.do("leave", gone.visit_id, "等不及")
    with pytest.raises(DeskError, match="取消 A002 需要写明原因"):
        desk.do("cancel", twice.visit_id, " ")
    desk.do("cancel", twice.visit_id, "重复取号")
    assert [desk.row(one.visit_id)["state"] for one in (gone, twice)] == ["弃号", "已取消"]
    assert desk.events(twice.visit_id)[-1].note == "重复取号"
    assert desk.labels() == []


def test_a_person_at_the_counter_is_not_cancelled(desk: Desk) -> None:
    visit_id = at_desk(desk)
    with pytest.raises(DeskError, match="A001 现在是「办理中」，不能取消；取消只适用于：等候、过号"):
        desk.do("cancel", visit_id, "误登记")


def test_a_clock_set_back_gives_no_negative_time(desk: Desk) -> None:
    ticket = desk.walk_in()
    desk.wait(-60)
    desk.call_next()
    desk.wait(-60)
    desk.do("arrive", ticket.visit_id)
    desk.wait(3)
    desk.do("finish", ticket.visit_id, {"NB": 1})
    row = desk.row(ticket.visit_id)
    assert (row["waited_ms"], row["way_ms"], row["served_ms"]) == (0, 0, 0)
    assert row["finished_at"] == row["since"] == row["arrived_at"]
    assert [event.at for event in desk.events(ticket.visit_id)] == [
        row["arrived_at"],
        row["arrived_at"] - 60 * MINUTE,
        row["arrived_at"] - 120 * MINUTE,
        row["arrived_at"] - 117 * MINUTE,
    ]


def test_a_clock_set_back_a_day_loses_nobody(desk: Desk) -> None:
    desk.walk_in()
    desk.wait(-24 * 60)
    yesterday = desk.walk_in()
    assert desk.labels() == ["A001", "A001·23日"]
    called = desk.call_next()
    assert called is not None
    assert called.visit_id == yesterday.visit_id
    desk.do("leave", yesterday.visit_id)
    found = desk.call_next()
    assert found is not None
    assert (found.label, found.spoken_label) == ("A001·23日", "A001")

"""Calling: who is next, a chosen one, once more; who did not come; one person at a counter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import make
from tests.reception.desk import Desk
from tests.store_fixtures import NINE
from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.tables.accounts import Counter
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.reception import actions


def code(error: pytest.ExceptionInfo[DeskError]) -> str:
    return error.value.code


def serve_only(desk: Desk, at: int, *services: str) -> None:
    """Let a counter take only these services."""
    with desk.store.write(make.SUPERVISOR, "counter.change", desk.now) as session:
        session.get_one(Counter, make.counter_id(at)).serves = list(services)


def test_the_first_in_order_is_called_and_the_wait_is_kept(desk: Desk) -> None:
    first, _ = desk.walk_in(), desk.walk_in()
    desk.wait(7)
    called = desk.call_next(2)
    assert called is not None
    assert (called.label, called.counter_name, called.name, called.calls) == ("A001", "2号窗口", "张*", 1)
    row = desk.row(first.visit_id)
    assert (row["state"], row["waited_ms"], row["calls"]) == ("叫号中", 7 * MINUTE, 1)
    assert (row["counter_id"], row["clerk_id"]) == (make.counter_id(2), make.CLERK.user_id)


def test_nobody_waiting_is_no_act(desk: Desk) -> None:
    assert desk.call_next() is None
    with desk.store.read() as session:
        assert session.query(Audit).filter(Audit.act == "visit.call").count() == 0


def test_a_counter_is_offered_only_what_it_serves(desk: Desk) -> None:
    serve_only(desk, 2, "SB")
    desk.walk_in("NB")
    both = desk.walk_in("NB", "SB")
    called = desk.call_next(2)
    assert called is not None
    assert called.visit_id == both.visit_id
    desk.do("leave", both.visit_id, at=2)
    assert desk.call_next(2) is None


def test_without_a_counter_nobody_is_called(desk: Desk) -> None:
    desk.walk_in()
    nowhere = replace(make.CLERK, counter_id=None)
    with pytest.raises(DeskError, match="还没有选择窗口"):
        actions.call_next(desk.store, nowhere, desk.now)
    with desk.store.write(make.SUPERVISOR, "counter.change", desk.now) as session:
        session.get_one(Counter, make.counter_id(3)).active = False
    with pytest.raises(DeskError, match="没有这个窗口"):
        desk.call_next(3)


def test_a_counter_holds_one_person_and_says_whom(desk: Desk) -> None:
    desk.walk_in()
    desk.walk_in()
    desk.call_next()
    with pytest.raises(DeskError, match=r"本窗口正在为 A001 服务（叫号中）") as error:
        desk.call_next()
    assert code(error) == "visit.counter_busy"


def test_a_mis_click_on_another_never_touches_the_current_one(desk: Desk) -> None:
    current, other = desk.walk_in(), desk.walk_in()
    desk.call_next()
    desk.do("arrive", current.visit_id)
    before = desk.row(current.visit_id), desk.row(other.visit_id)
    desk.wait(3)
    for attempt in (
        lambda: desk.call(other.visit_id, reason="点错了"),
        lambda: desk.call_next(),
        lambda: desk.do("arrive", other.visit_id),
        lambda: desk.do("finish", other.visit_id, {"NB": 1}),
        lambda: desk.do("no_show", other.visit_id),
    ):
        with pytest.raises(DeskError):
            attempt()
    assert (desk.row(current.visit_id), desk.row(other.visit_id)) == before


def test_nobody_is_called_by_two_counters(desk: Desk) -> None:
    only = desk.walk_in()
    desk.call_next(1)
    assert desk.call_next(2) is None
    with pytest.raises(DeskError, match="A001 在1号窗口，不在本窗口") as error:
        desk.call(only.visit_id, at=2, reason="抢")
    assert code(error) == "visit.elsewhere"


def test_out_of_order_needs_a_reason_and_says_who_is_first(desk: Desk) -> None:
    first, second = desk.walk_in(), desk.walk_in()
    with pytest.raises(DeskError, match="A002 不是下一位（下一位是 A001）") as error:
        desk.call(second.visit_id)
    assert code(error) == "visit.reason_needed"
    desk.call(second.visit_id, reason=" 老人身体不适 ")
    assert desk.events(second.visit_id)[-1].note == "老人身体不适"
    desk.call(first.visit_id, at=2)  # the next one needs no reason


def test_what_a_counter_does_not_serve_can_be_called_with_a_reason(desk: Desk) -> None:
    serve_only(desk, 1, "SB")
    ticket = desk.walk_in("NB")
    with pytest.raises(DeskError, match="本窗口不办理此事项"):
        desk.call(ticket.visit_id)
    desk.call(ticket.visit_id, reason="综合窗口无人")


def test_not_come_is_not_offered_again_for_a_while(desk: Desk) -> None:
    first, second = desk.walk_in(), desk.walk_in()
    desk.call_next()
    desk.wait(2)
    desk.do("no_show", first.visit_id)
    row = desk.row(first.visit_id)
    assert (row["state"], row["way_ms"], row["counter_id"]) == ("等候", 2 * MINUTE, None)
    called = desk.call_next()
    assert called is not None
    assert called.visit_id == second.visit_id
    with pytest.raises(DeskError, match="最早 09:07 可以再叫") as error:
        desk.call_next(2)
    assert code(error) == "visit.held_back"
    with pytest.raises(DeskError, match="刚叫过未到，09:07 起可以再叫"):
        desk.call(first.visit_id, at=2)
    desk.wait(5)
    again = desk.call_next(2)
    assert again is not None
    assert (again.visit_id, again.calls) == (first.visit_id, 2)


def test_missed_after_three_calls_and_late_after_all(desk: Desk) -> None:
    ticket = desk.walk_in()
    desk.call_next()
    desk.do("call_again", ticket.visit_id)
    desk.wait(1)
    called = desk.do("call_again", ticket.visit_id)
    assert called.calls == 3
    desk.do("no_show", ticket.visit_id)
    assert desk.row(ticket.visit_id)["state"] == "过号"
    assert [row.label for row in desk.queue().missed] == ["A001"]
    assert desk.call_next() is None

    desk.wait(20)
    desk.do("come_late", ticket.visit_id)
    row = desk.row(ticket.visit_id)
    assert (row["state"], row["calls"], row["waited_ms"], row["arrived_at"]) == ("等候", 0, 0, NINE)
    assert desk.call_next() is not None


def test_somebody_late_can_be_called_directly(desk: Desk) -> None:
    ticket = desk.walk_in()
    desk.call_next()
    for _ in range(2):
        desk.do("call_again", ticket.visit_id)
    desk.do("no_show", ticket.visit_id)
    assert desk.call(ticket.visit_id, at=2).counter_name == "2号窗口"


def test_calling_again_counts_into_the_way(desk: Desk) -> None:
    ticket = desk.walk_in()
    desk.call_next()
    desk.wait(1)
    desk.do("call_again", ticket.visit_id)
    desk.wait(2)
    desk.do("arrive", ticket.visit_id)
    row = desk.row(ticket.visit_id)
    assert (row["way_ms"], row["calls"]) == (3 * MINUTE, 0)


def test_priority_and_appointments_are_called_first(desk: Desk) -> None:
    walk_in = desk.walk_in()
    booked = desk.walk_in("JL", appointment_at=NINE + 15 * MINUTE, priority="预约")
    soldier = desk.walk_in(priority="军人")
    assert desk.labels() == [soldier.label, walk_in.label, booked.label]
    desk.wait(5)
    assert desk.labels() == [soldier.label, booked.label, walk_in.label]


def test_an_unknown_visit_is_refused(desk: Desk) -> None:
    with pytest.raises(DeskError) as error:
        desk.call("01930000-0000-7000-8000-00000000ffff")
    assert code(error) == "visit.unknown"


def test_label_staff_may_not_call(desk: Desk) -> None:
    with pytest.raises(DeskError, match="「贴标人员」不能做「叫号」"):
        actions.call_next(desk.store, replace(make.CLERK, role=Role.LABEL), desk.now)

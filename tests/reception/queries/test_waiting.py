"""The queue as the desk shows it."""

from __future__ import annotations

import pytest

from tests import make
from tests.reception.desk import Desk
from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.db.tables.accounts import Counter
from zhangshu_desk.reception.rules import State, Transfer


def open_counter(desk: Desk, at: int, *serves: str) -> None:
    """Somebody serves there."""
    with desk.store.write(make.CLERK, "counter.open", desk.now) as session:
        row = session.get_one(Counter, make.counter_id(at))
        row.clerk_id, row.opened_at, row.serves = make.CLERK.user_id, desk.now, list(serves)


def test_an_empty_queue_says_how_long_a_newcomer_would_wait(desk: Desk) -> None:
    queue = desk.queue()
    assert (queue.waiting, queue.parked, queue.missed, queue.held_until) == ((), (), (), "")
    assert (queue.estimate_minutes, queue.estimate_planned) == (0, True)
    open_counter(desk, 1)
    desk.walk_in("NB")
    assert (desk.queue().estimate_minutes, desk.queue().estimate_planned) == (15, False)


def test_a_row_has_all_that_the_desk_shows(desk: Desk) -> None:
    desk.walk_in("JL", "NB", enterprise_name="江西锦湖保险设备集团有限公司", priority="军人")
    desk.wait(21)
    (row,) = desk.queue().waiting
    assert (row.label, row.name, row.services_text) == ("B001", "江西锦湖保险设备集团有限公司", "计量强检预约 · 年报")
    assert (row.priority, row.state, row.state_text, row.waited_minutes) == ("军人", State.WAITING, "等候", 21)
    assert (row.mine, row.is_next, row.people_before, row.minutes) == (True, True, 0, 0)


def test_a_person_without_an_enterprise_is_masked(desk: Desk) -> None:
    desk.walk_in(visitor="欧阳锋")
    row = desk.queue().waiting[0]
    assert row.name == "欧*"
    assert "欧阳锋" not in repr(desk.queue())
    assert "13812345678" not in repr(desk.queue())


@pytest.mark.parametrize(("minutes", "tone"), [(0, "ok"), (14.9, "ok"), (15, "warn"), (29.9, "warn"), (30, "bad")])
def test_the_colour_follows_the_wait(desk: Desk, minutes: float, tone: str) -> None:
    desk.walk_in()
    desk.wait(minutes)
    assert desk.queue().waiting[0].tone == tone


def test_appointments_say_when(desk: Desk) -> None:
    desk.walk_in(appointment_at=NINE + 90 * MINUTE, priority="预约")
    row = desk.queue().waiting[0]
    assert (row.state_text, row.appointment) == ("预约 10:30", "10:30")
    desk.wait(80)
    assert desk.queue().waiting[0].state_text == "预约到达"


def test_somebody_not_come_is_marked_and_says_until_when(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.call(visit_id)
    desk.do("no_show", visit_id)
    queue = desk.queue()
    assert (queue.waiting[0].state_text, queue.waiting[0].held_until, queue.held_until) == (
        "未到 1 次",
        "09:05",
        "09:05",
    )
    assert not queue.waiting[0].is_next
    desk.wait(5)
    assert desk.queue().waiting[0].is_next


def test_only_one_row_is_next_and_it_is_whom_the_counter_calls(desk: Desk) -> None:
    open_counter(desk, 2, "SB")
    for service in ("NB", "SB", "NB", "SB"):
        desk.walk_in(service)
    for at in (1, 2):
        (chosen,) = [row for row in desk.queue(at).waiting if row.is_next]
        called = desk.call_next(at)
        assert called is not None
        assert called.visit_id == chosen.id
    assert not any(row.is_next or row.mine for row in desk.queue(None).waiting)
    assert [row.mine for row in desk.queue(2).waiting] == [False, True]


def test_the_estimate_reckons_with_who_is_served(desk: Desk) -> None:
    open_counter(desk, 1)
    first = desk.walk_in("NB").visit_id
    desk.call(first)
    desk.do("arrive", first)
    desk.walk_in("NB")
    desk.walk_in("NB")
    desk.wait(5)
    assert [(row.people_before, row.minutes) for row in desk.queue().waiting] == [(0, 10), (1, 25)]


def test_a_transferred_visit_is_not_offered_here(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.do("transfer", visit_id, Transfer(make.counter_id(2)))
    assert [row.mine for row in desk.queue(1).waiting] == [False]
    assert [row.mine for row in desk.queue(2).waiting] == [True]


def test_who_is_at_a_counter_is_not_in_the_queue(desk: Desk) -> None:
    desk.call(desk.walk_in().visit_id)
    queue = desk.queue()
    assert (queue.waiting, queue.parked, queue.missed) == ((), (), ())

"""Closing a day: the numbers balance, whoever still waits is carried over or ended, and it can be taken back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests import make
from tests.reception.desk import Desk
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.tables.reception import DayClose
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.actions import Closed

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)
A_DAY = 24 * 60


def close(desk: Desk, day: date = MONDAY, carry_over: bool = True) -> Closed:
    return actions.close_day(desk.store, make.SUPERVISOR, day, carry_over, desk.now, rules=desk.rules)


def reopen(desk: Desk, day: date = MONDAY) -> tuple[str, ...]:
    return actions.reopen_day(desk.store, make.SUPERVISOR, day, desk.now)


def figures(desk: Desk, day: date = MONDAY) -> dict[str, int]:
    sheet = queries.day_sheet(desk.store, day, desk.now)
    assert sheet.balanced
    assert sheet.changed == ()
    return {one.key: one.value for one in sheet.figures if one.value and one.unit == "人"}


def a_full_day(desk: Desk) -> dict[str, str]:
    """One visit of every fate; returns their ids by name."""
    visits = {name: desk.walk_in().visit_id for name in ("served", "missed", "left", "cancelled", "parked", "waiting")}
    desk.serve(visits["served"])
    desk.call(visits["missed"], reason="测试")
    desk.do("call_again", visits["missed"])
    desk.do("call_again", visits["missed"])
    desk.do("no_show", visits["missed"])
    desk.do("leave", visits["left"])
    desk.do("cancel", visits["cancelled"], "重复")
    desk.call(visits["parked"], reason="测试")
    desk.do("arrive", visits["parked"])
    desk.do("park", visits["parked"], "去复印")
    return visits


def test_issued_is_the_sum_of_all_fates(desk: Desk) -> None:
    a_full_day(desk)
    assert figures(desk) == {"issued": 6, "served": 1, "missed": 1, "left": 1, "cancelled": 1, "open": 2}
    found = close(desk)
    assert (found.carried, found.carried_to, found.left) == (("A005", "A006"), TUESDAY, ())
    assert figures(desk) == {"issued": 6, "served": 1, "missed": 1, "left": 1, "cancelled": 1, "carried_over": 2}
    with desk.store.read() as session:
        kept = session.scalars(select(DayClose)).one().figures
    assert {key: kept[key] for key in ("issued", "served", "carried_over", "open")} == {
        "issued": 6,
        "served": 1,
        "carried_over": 2,
        "open": 0,
    }


def test_without_carrying_over_they_are_ended(desk: Desk) -> None:
    visits = a_full_day(desk)
    found = close(desk, carry_over=False)
    assert (found.carried, found.carried_to, found.left) == ((), None, ("A005", "A006"))
    assert figures(desk) == {"issued": 6, "served": 1, "missed": 1, "left": 3, "cancelled": 1}
    assert desk.row(visits["missed"])["state"] == "过号"
    desk.wait(A_DAY)
    assert desk.labels() == []


def test_every_number_names_the_visits_behind_it(desk: Desk) -> None:
    visits = a_full_day(desk)
    sheet = queries.day_sheet(desk.store, MONDAY, desk.now)
    for name in ("served", "missed", "left", "cancelled"):
        assert sheet.figure(name).visits == (visits[name],)
    assert set(sheet.figure("issued").visits) == set(visits.values())
    assert set(sheet.figure("open").visits) == {visits["parked"], visits["waiting"]}
    rows = queries.visits(desk.store, sheet.figure("issued").visits)
    assert [row.label for row in rows] == ["A001", "A002", "A003", "A004", "A005", "A006"]
    for one in (*sheet.figures, *sheet.services, *sheet.counters):
        assert one.unit != "人" or len(one.visits) == one.value


def test_who_is_carried_over_stands_in_the_next_queue_with_its_date(desk: Desk) -> None:
    desk.walk_in()
    close(desk)
    desk.wait(A_DAY)
    desk.walk_in()
    assert desk.labels() == ["A001·23日", "A001"]
    called = desk.call_next()
    assert called is not None
    assert (called.label, called.spoken_label) == ("A001·23日", "A001")
    desk.do("arrive", called.visit_id)
    desk.wait(10)
    desk.do("finish", called.visit_id, {"NB": 1})
    assert figures(desk, TUESDAY) == {"issued": 1, "carried_in": 1, "served": 1, "open": 1}
    assert figures(desk, MONDAY) == {"issued": 1, "carried_over": 1}


def test_the_night_does_not_count_as_waiting(desk: Desk) -> None:
    desk.wait(8 * 60)  # 17:00
    visit_id = desk.walk_in().visit_id
    desk.wait(15)
    close(desk)
    desk.wait(15 * 60 + 45)  # 09:00
    assert desk.queue().waiting[0].waited_minutes == 15 + 15 + 30
    desk.call(visit_id)
    assert desk.row(visit_id)["waited_ms"] == 60 * 60_000


def test_carried_on_twice_it_counts_in_every_day_it_stood_in(desk: Desk) -> None:
    desk.walk_in()
    close(desk)
    desk.wait(A_DAY)
    close(desk, TUESDAY)
    desk.wait(A_DAY)
    assert desk.labels() == ["A001·23日"]
    desk.serve(desk.queue().waiting[0].id)
    assert figures(desk, MONDAY) == {"issued": 1, "carried_over": 1}
    assert figures(desk, TUESDAY) == {"carried_in": 1, "carried_over": 1}
    assert figures(desk, WEDNESDAY) == {"carried_in": 1, "served": 1}


def test_carried_over_a_weekend_it_counts_on_the_day_somebody_deals_with_it(desk: Desk) -> None:
    friday, monday = date(2026, 11, 27), date(2026, 11, 30)
    desk.wait(4 * A_DAY)
    desk.walk_in()
    kept = desk.walk_in().visit_id
    close(desk, friday)
    desk.wait(3 * A_DAY)
    assert desk.labels() == ["A001·27日", "A002·27日"]
    desk.serve(desk.queue().waiting[0].id)
    close(desk, monday)
    assert figures(desk, monday) == {"carried_in": 2, "served": 1, "carried_over": 1}
    assert desk.row(kept)["queue_day"] == date(2026, 12, 1)
    assert queries.open_days(desk.store, date(2026, 12, 1)) == ()


def test_people_at_a_counter_refuse_the_closing_by_name(desk: Desk) -> None:
    for at in (1, 2):
        desk.call(desk.walk_in().visit_id, at)
    with pytest.raises(DeskError, match="还有人在窗口：A001、A002"):
        close(desk)
    assert figures(desk) == {"issued": 2, "open": 2}


def test_nothing_happens_any_more_in_a_closed_day(desk: Desk) -> None:
    visits = a_full_day(desk)
    close(desk)
    for attempt in (
        lambda: desk.walk_in(),
        lambda: desk.do("come_late", visits["missed"]),
        lambda: desk.call(visits["missed"]),
        lambda: desk.do("leave", visits["missed"]),
        lambda: close(desk),
    ):
        with pytest.raises(DeskError) as error:
            attempt()
        assert error.value.code == "day.closed"
        assert "先撤销当日日结" in str(error.value)
    actions.rate(desk.store, visits["served"], "满意", (), "", desk.now)
    assert queries.day_sheet(desk.store, MONDAY, desk.now).changed == ()


def test_an_act_of_a_closed_day_is_not_undone(desk: Desk) -> None:
    desk.serve(desk.walk_in().visit_id)
    close(desk)
    with pytest.raises(DeskError, match="2026-11-23 已经日结，不能再撤销"):
        desk.undo()
    reopen(desk)
    assert desk.undo().act == "finish"


def test_who_is_carried_over_cannot_be_called_the_evening_before(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    close(desk)
    with pytest.raises(DeskError, match="A001 已结转到 2026-11-24"):
        desk.call(visit_id)
    assert desk.labels() == []


def test_a_carried_over_visit_at_a_counter_can_end_though_the_clock_was_set_back(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    close(desk)
    desk.wait(A_DAY)
    desk.call(visit_id)
    desk.do("arrive", visit_id)
    desk.wait(-A_DAY)
    desk.do("finish", visit_id, {"NB": 1})
    assert desk.row(visit_id)["state"] == "已办结"


def test_reopening_puts_everybody_back(desk: Desk) -> None:
    visits = a_full_day(desk)
    before = {name: desk.row(visit_id) for name, visit_id in visits.items()}
    for carry_over in (True, False):
        close(desk, carry_over=carry_over)
        assert reopen(desk) == ("A005", "A006")
        assert {name: desk.row(visit_id) for name, visit_id in visits.items()} == before
    desk.walk_in()
    assert desk.labels() == ["A006", "A007"]
    close(desk)
    assert figures(desk)["carried_over"] == 3


def test_reopening_leaves_alone_what_has_gone_on_since(desk: Desk) -> None:
    served, waits = desk.walk_in().visit_id, desk.walk_in().visit_id
    close(desk)
    desk.wait(A_DAY)
    desk.serve(served)
    assert reopen(desk) == ("A002",)
    assert desk.row(served)["queue_day"] == TUESDAY
    assert desk.row(waits)["queue_day"] == MONDAY
    close(desk)
    assert desk.labels() == ["A002·23日"]
    assert figures(desk, TUESDAY) == {"carried_in": 2, "served": 1, "open": 1}


def test_a_day_that_is_not_closed_is_not_reopened(desk: Desk) -> None:
    with pytest.raises(DeskError, match="2026-11-23 没有日结"):
        reopen(desk)


def test_a_future_day_is_not_closed(desk: Desk) -> None:
    with pytest.raises(DeskError, match="2026-11-24 还没有到"):
        close(desk, TUESDAY)


def test_only_the_supervisor_closes(desk: Desk) -> None:
    with pytest.raises(DeskError, match="「窗口人员」不能做「日结」"):
        actions.close_day(desk.store, make.CLERK, MONDAY, True, desk.now)


def test_a_day_left_open_is_noticed_and_its_people_wait_for_its_closing(desk: Desk) -> None:
    desk.walk_in()
    desk.wait(A_DAY)
    desk.walk_in()
    assert queries.open_days(desk.store, TUESDAY) == (MONDAY,)
    assert desk.labels() == ["A001"]
    close(desk)
    assert queries.open_days(desk.store, TUESDAY) == ()
    assert desk.labels() == ["A001·23日", "A001"]


def test_a_day_left_open_with_somebody_at_the_counter_can_be_put_right_next_morning(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.call(visit_id)
    desk.do("arrive", visit_id)
    desk.wait(A_DAY)
    current = desk.current()
    assert current is not None
    assert current.label == "A001·23日"
    desk.walk_in()
    with pytest.raises(DeskError, match="本窗口正在为 A001·23日 服务"):
        desk.call_next()
    with pytest.raises(DeskError, match="还有人在窗口：A001·23日"):
        close(desk)
    desk.do("finish", visit_id, {"NB": 1})
    close(desk)
    assert figures(desk) == {"issued": 1, "served": 1}


def test_closing_yesterday_after_today_carries_to_the_next_open_day(desk: Desk) -> None:
    desk.walk_in()
    desk.wait(A_DAY)
    close(desk, TUESDAY)
    assert close(desk, MONDAY).carried_to == WEDNESDAY


def test_a_clock_set_back_closes_nothing_of_tomorrow(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.wait(-A_DAY)
    sunday = date(2026, 11, 22)
    assert close(desk, sunday).carried == ()
    assert desk.row(visit_id)["queue_day"] == MONDAY

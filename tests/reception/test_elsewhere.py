"""Two stations in one hall: one queue, own numbers, nobody called without the centre, no act of others undone."""

from __future__ import annotations

from datetime import date

import pytest

from tests import make
from tests.elsewhere import COUNTERS, LETTER, NAME, STATION, Elsewhere, arrive, change
from tests.reception.desk import Desk
from zhangshu_desk.accounts import actions as accounts
from zhangshu_desk.core.clock import DAY, MINUTE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import search
from zhangshu_desk.db.verify import verify
from zhangshu_desk.reception import actions, papers, queries
from zhangshu_desk.reception.queries.arrivals import ended_today
from zhangshu_desk.reception.rules import Act, State, Transfer

TODAY = date(2026, 11, 23)


def refused(code: str, **facts: object) -> pytest.RaisesExc[DeskError]:
    return pytest.raises(DeskError, check=lambda error: error.code == code and facts.items() <= error.facts.items())


def call_next(desk: Desk, at: int = 1, **how: object) -> actions.Called | None:
    return actions.call_next(desk.store, desk.actor(at), desk.now, rules=desk.rules, **how)  # type: ignore[arg-type]


# -- one queue --------------------------------------------------------------------------------------------------------


def test_all_of_the_hall_stand_in_one_queue_in_the_order_of_arrival(desk: Desk, elsewhere: Elsewhere) -> None:
    desk.walk_in()
    desk.wait(1)
    elsewhere.walk_in(desk.now)
    desk.wait(1)
    desk.walk_in()

    rows = desk.queue().waiting
    assert [(row.label, row.station, row.is_next) for row in rows] == [
        ("A001", "", True),
        ("KA001", NAME, False),
        ("A002", "", False),
    ]
    assert [row.people_before for row in rows] == [0, 1, 2]


def test_a_station_of_another_site_is_no_business_of_ours(desk: Desk, elsewhere: Elsewhere) -> None:
    elsewhere.walk_in(desk.now)
    change(desk.store, "stations", STATION, site_id=None)
    assert desk.labels() == []
    assert [one.name for one in queries.counters_now(desk.store, desk.now)] == ["1号窗口", "2号窗口", "3号窗口"]


def test_counters_of_the_hall_take_people_off_the_line(desk: Desk, elsewhere: Elsewhere) -> None:
    accounts.open_counter(desk.store, make.CLERK, make.counter_id(1), desk.now)
    for _ in range(3):
        desk.walk_in("JL")
    names = [one.name for one in queries.counters_now(desk.store, desk.now)]
    assert names == ["1号窗口", "2号窗口", "3号窗口", "5号窗口", "6号窗口"]
    together = desk.queue().estimate_minutes
    for counter in COUNTERS:
        change(desk.store, "counters", counter, active=0)
    alone = desk.queue().estimate_minutes
    assert together is not None
    assert alone is not None
    assert together < alone


def test_a_window_elsewhere_that_was_opened_yesterday_is_not_open(desk: Desk, elsewhere: Elsewhere) -> None:
    assert [one.open for one in queries.counters_now(desk.store, desk.now)][-2:] == [True, True]
    desk.wait(24 * 60)
    assert [one.open for one in queries.counters_now(desk.store, desk.now)][-2:] == [False, False]


def test_windows_of_one_name_are_told_apart(desk: Desk) -> None:
    Elsewhere(desk.store).join(desk.now, ("1号窗口", "5号窗口"))
    names = [one.name for one in queries.counters_now(desk.store, desk.now)]
    own = "樟树金属家具产业园工作站"
    assert names == [f"1号窗口（{own}）", "2号窗口", "3号窗口", f"1号窗口（{NAME}）", "5号窗口"]
    assert queries.doubled(desk.store) == ("1号窗口",)


def test_what_ended_elsewhere_is_on_the_list_of_today(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now)
    elsewhere.calls(visit, desk.now)
    elsewhere.does(visit, Act.ARRIVE, State.SERVING, desk.now)
    elsewhere.does(visit, Act.FINISH, State.DONE, desk.now + MINUTE, given={"NB": 1})
    assert [(row.label, row.counter) for row in ended_today(desk.store, desk.now)] == [("KA001", "5号窗口")]


# -- numbers ----------------------------------------------------------------------------------------------------------


def test_numbers_and_caps_are_the_stations_own(desk: Desk, elsewhere: Elsewhere) -> None:
    for _ in range(3):
        elsewhere.walk_in(desk.now)
    assert desk.walk_in().label == "A001"
    assert queries.day_sheet(desk.store, TODAY, desk.now).figure("issued").value == 1


def test_the_letter_of_the_station_stands_before_its_numbers(desk: Desk, elsewhere: Elsewhere) -> None:
    desk.walk_in()
    change(desk.store, "stations", make.STATION, letter="B")
    ticket = desk.walk_in()

    assert (ticket.label, ticket.number) == ("BA002", 2)
    slip = queries.last_slip(desk.store, ticket.visit_id, desk.now)
    assert slip.label == "BA002"
    assert "BA002" in papers.slip_html(slip, 58)
    desk.call(ticket.visit_id, reason="测试")
    assert [row.label for row in queries.display(desk.store, desk.now).calling] == ["BA002"]
    assert desk.current() is not None
    for typed in ("ba002", "BA2", "BA002", "002"):
        with desk.store.read() as session:
            assert ticket.visit_id in [hit.row_id for hit in search.find(session, typed, ("ticket",), 5)], typed


# -- calling ----------------------------------------------------------------------------------------------------------


def test_a_number_of_another_station_needs_the_centre(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now)
    desk.wait(1)
    own = desk.walk_in()

    with refused("visit.claim_needed", visit=visit, label="KA001", station=NAME):
        call_next(desk)
    assert desk.row(visit)["state"] == State.WAITING
    called = call_next(desk, granted=visit)
    assert called is not None
    assert (called.visit_id, called.label) == (visit, "KA001")
    assert call_next(desk, at=2) is not None
    assert desk.row(own.visit_id)["state"] == State.CALLED


def test_without_the_centre_only_own_numbers_are_called(desk: Desk, elsewhere: Elsewhere) -> None:
    elsewhere.walk_in(desk.now)
    desk.wait(1)
    own = desk.walk_in()

    called = call_next(desk, own_only=True)
    assert called is not None
    assert called.visit_id == own.visit_id
    assert call_next(desk, at=2, own_only=True) is None


def test_the_page_sees_whom_it_can_call_without_the_centre(desk: Desk, elsewhere: Elsewhere) -> None:
    elsewhere.walk_in(desk.now)
    desk.wait(1)
    desk.walk_in()
    rows = queries.queue(desk.store, desk.now, make.counter_id(1), own_only=True).waiting
    assert [(row.label, row.reachable, row.mine, row.is_next) for row in rows] == [
        ("KA001", False, False, False),
        ("A001", True, True, True),
    ]


def test_who_was_called_elsewhere_meanwhile_is_passed_over(desk: Desk, elsewhere: Elsewhere) -> None:
    first = elsewhere.walk_in(desk.now)
    desk.wait(1)
    own = desk.walk_in()
    called = call_next(desk, without={first})
    assert called is not None
    assert called.visit_id == own.visit_id


def test_what_was_granted_is_called_although_somebody_came_first_meanwhile(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now)
    desk.walk_in(priority="军人")
    called = call_next(desk, granted=visit)
    assert called is not None
    assert called.visit_id == visit


def test_a_grant_does_not_help_when_the_visit_is_gone(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now)
    elsewhere.calls(visit, desk.now)
    own = desk.walk_in()
    called = call_next(desk, granted=visit)
    assert called is not None
    assert called.visit_id == own.visit_id
    assert desk.row(visit)["counter_id"] == COUNTERS[0]


def test_a_grant_does_not_bring_somebody_whom_the_counter_does_not_serve(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now, target_counter_id=COUNTERS[0])
    assert call_next(desk, granted=visit) is None


def test_choosing_somebody_asks_for_the_reason_first_and_the_centre_last(desk: Desk, elsewhere: Elsewhere) -> None:
    desk.walk_in()
    desk.wait(1)
    visit = elsewhere.walk_in(desk.now)
    desk.call_next(2)
    desk.walk_in()
    first = elsewhere.walk_in(desk.now, priority="军人")

    with refused("visit.reason_needed"):
        desk.call(visit)
    with refused("visit.claim_needed"):
        desk.call(visit, reason="有急事")
    with refused("visit.claim_needed"):
        desk.call(first)
    called = actions.call(desk.store, desk.actor(), visit, desk.now, "有急事", granted=True)
    assert called.label == "KA001"


def test_a_busy_counter_does_not_trouble_the_centre(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now)
    desk.walk_in()
    call_next(desk, own_only=True)
    with refused("visit.counter_busy"):
        desk.call(visit)
    with refused("visit.counter_busy"):
        call_next(desk)


def test_whoever_was_parked_here_is_served_again_without_the_centre(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now)
    call_next(desk, granted=visit)
    desk.do("arrive", visit)
    desk.do("park", visit, "取材料")

    assert desk.do("resume", visit, at=2).state is State.SERVING
    desk.do("park", visit, "取材料", at=2)
    desk.call(visit)


def test_whoever_was_parked_elsewhere_needs_the_centre(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now)
    elsewhere.calls(visit, desk.now)
    elsewhere.does(visit, Act.ARRIVE, State.SERVING, desk.now)
    elsewhere.does(visit, Act.PARK, State.PARKED, desk.now)

    with refused("visit.claim_needed"):
        desk.do("resume", visit)
    moved = actions.resume(desk.store, desk.actor(), visit, desk.now, granted=True)
    assert moved.state is State.SERVING


def test_who_is_served_elsewhere_is_left_to_them(desk: Desk, elsewhere: Elsewhere) -> None:
    own = desk.walk_in()
    elsewhere.calls(own.visit_id, desk.now)
    with refused("visit.elsewhere", counter="5号窗口"):
        desk.do("finish", own.visit_id, {"NB": 1})


def test_somebody_can_be_sent_to_a_window_of_the_other_station(desk: Desk, elsewhere: Elsewhere) -> None:
    own = desk.walk_in()
    desk.call_next()
    desk.do("arrive", own.visit_id)
    desk.do("transfer", own.visit_id, Transfer(COUNTERS[0]))
    row = desk.queue().waiting[0]
    assert (row.target_counter, row.mine) == ("5号窗口", False)


def test_a_visit_from_elsewhere_that_was_finished_here_can_be_rated_here_once(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now)
    call_next(desk, granted=visit)
    desk.do("arrive", visit)
    desk.do("finish", visit, {"NB": 1})
    asked = queries.ratable(desk.store, make.counter_id(1), desk.now)
    assert asked is not None
    assert asked.label == "KA001"
    for rating in ("r1", "r2"):  # pressed on two screens that did not know of each other
        arrive(desk.store, "ratings", id=rating, visit_id=visit, at=desk.now, level="满意", reasons=[], comment="")
    assert queries.ratable(desk.store, make.counter_id(1), desk.now) is None
    assert queries.visit(desk.store, visit, desk.now).rated
    with refused("rating.already"):
        actions.rate(desk.store, visit, "满意", (), "", desk.now)
    assert queries.day_sheet(desk.store, TODAY, desk.now).site[0].value == 1, "counted once"


# -- undo and history -------------------------------------------------------------------------------------------------


def test_an_act_of_another_station_is_never_undone(desk: Desk, elsewhere: Elsewhere) -> None:
    """Not even when somebody there sat at a counter of ours."""
    own = desk.walk_in()
    elsewhere.calls(own.visit_id, desk.now)
    change(desk.store, "visits", own.visit_id, counter_id=make.counter_id(1))
    with desk.store.merge() as merge:
        merge.db.execute("UPDATE visit_events SET counter_id = ? WHERE act = 'call'", (make.counter_id(1),))
    with refused("undo.nothing"):
        desk.undo()


def test_not_when_another_station_went_on(desk: Desk, elsewhere: Elsewhere) -> None:
    own = desk.walk_in()
    desk.call_next()
    desk.do("no_show", own.visit_id)
    elsewhere.calls(own.visit_id, desk.now)
    with refused("undo.elsewhere", label="A001", undone="未到"):
        desk.undo()
    assert desk.row(own.visit_id)["counter_id"] == COUNTERS[0]


@pytest.mark.parametrize("later", [0, 5])
def test_not_when_the_same_seq_was_written_elsewhere(desk: Desk, elsewhere: Elsewhere, later: int) -> None:
    """Both called it; the centre let the other one stand. The own act is not taken back, whichever came last."""
    own = desk.walk_in()
    desk.call_next()
    now = desk.now - MINUTE + later * MINUTE
    elsewhere.calls(own.visit_id, now, seq=2)
    before = desk.row(own.visit_id)
    with refused("undo.elsewhere"):
        desk.undo()
    assert desk.row(own.visit_id) == before


def test_not_when_the_centre_let_another_state_stand(desk: Desk, elsewhere: Elsewhere) -> None:
    """The event of the other station has not come; only what it left."""
    own = desk.walk_in()
    desk.call_next()
    change(desk.store, "visits", own.visit_id, since=desk.now + 1, counter_id=COUNTERS[1])
    with refused("undo.elsewhere"):
        desk.undo()


def test_an_own_act_after_theirs_is_undone(desk: Desk, elsewhere: Elsewhere) -> None:
    own = desk.walk_in()
    elsewhere.calls(own.visit_id, desk.now)
    elsewhere.does(own.visit_id, Act.NO_SHOW, State.WAITING, desk.now)
    before = desk.row(own.visit_id)
    desk.call(own.visit_id)
    assert desk.undo().act is Act.CALL
    assert desk.row(own.visit_id) == before
    with refused("undo.nothing"):
        desk.undo()


def test_an_undo_takes_back_one_of_two_with_the_same_seq(desk: Desk, elsewhere: Elsewhere) -> None:
    own = desk.walk_in()
    desk.call_next()
    desk.undo()
    theirs = elsewhere.calls(own.visit_id, desk.now + 1, seq=2)

    events = queries.visit(desk.store, own.visit_id, desk.now).events
    assert [(one.title, one.counter, one.undone) for one in events] == [
        ("取号", "1号窗口", False),
        ("叫号", "1号窗口", True),
        ("叫号", "5号窗口", False),
        ("撤销", "1号窗口", False),
    ]
    assert events[2].id == theirs
    assert [(row.label, row.counter) for row in queries.display(desk.store, desk.now).calling] == [("A001", "5号窗口")]


def test_an_undo_of_an_older_program_means_the_act_of_its_own_counter(desk: Desk, elsewhere: Elsewhere) -> None:
    own = desk.walk_in()
    desk.call_next()
    desk.undo()
    with desk.store.merge() as merge:
        merge.db.execute("UPDATE visit_events SET before = '{}' WHERE undoes IS NOT NULL")
    elsewhere.calls(own.visit_id, desk.now - 1, seq=2)
    events = queries.visit(desk.store, own.visit_id, desk.now).events
    assert [(one.counter, one.undone) for one in events if one.act is Act.CALL] == [
        ("5号窗口", False),
        ("1号窗口", True),
    ]
    assert [row.counter for row in queries.display(desk.store, desk.now).calling] == ["5号窗口"]


# -- called twice -----------------------------------------------------------------------------------------------------


def test_a_visit_called_by_two_is_shown_as_such_until_it_is_settled(desk: Desk, elsewhere: Elsewhere) -> None:
    own = desk.walk_in()
    desk.call_next()
    elsewhere.calls(own.visit_id, desk.now, seq=2)
    conflict = elsewhere.conflict(own.visit_id, desk.now)

    assert desk.current() is None
    found = queries.twice(desk.store, desk.now)
    assert [(one.label, one.state, one.counter) for one in found] == [("A001", State.CALLED, "5号窗口")]
    theirs = queries.current(desk.store, COUNTERS[0], desk.now)
    assert theirs is not None
    assert theirs.twice
    assert queries.visit(desk.store, own.visit_id, desk.now).twice
    assert [row.counter for row in queries.display(desk.store, desk.now).calling] == ["5号窗口"]

    elsewhere.does(own.visit_id, Act.NO_SHOW, State.WAITING, desk.now)
    assert desk.queue().waiting[0].twice
    elsewhere.calls(own.visit_id, desk.now)
    elsewhere.does(own.visit_id, Act.LEAVE, State.LEFT, desk.now)
    assert [row.twice for row in ended_today(desk.store, desk.now)] == [True]
    assert [row.twice for row in queries.visits(desk.store, [own.visit_id])] == [True]

    change(desk.store, "conflicts", conflict, state="resolved")
    assert queries.twice(desk.store, desk.now) == ()
    assert not queries.visit(desk.store, own.visit_id, desk.now).twice


def test_a_counter_that_holds_two_shows_the_first_and_names_the_other(desk: Desk, elsewhere: Elsewhere) -> None:
    first, second = desk.walk_in(), desk.walk_in()
    desk.call_next()
    desk.wait(1)
    here = {"counter_id": make.counter_id(1), "clerk_id": make.CLERK.user_id}
    change(desk.store, "visits", second.visit_id, state=State.CALLED.value, since=desk.now, **here)

    held = desk.current()
    assert held is not None
    assert (held.id, held.others) == (first.visit_id, ("A002",))
    with refused("visit.counter_busy"):
        desk.call_next()
    desk.do("no_show", first.visit_id)
    held = desk.current()
    assert held is not None
    assert (held.id, held.others) == (second.visit_id, ())


# -- the display ------------------------------------------------------------------------------------------------------


def test_calls_of_the_whole_hall_are_on_the_display(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now)
    elsewhere.calls(visit, desk.now, counter=2)
    desk.walk_in()
    call_next(desk, own_only=True)
    rows = queries.display(desk.store, desk.now).calling
    assert [(row.label, row.counter, row.moment) for row in rows] == [
        ("A001", "1号窗口", desk.now),
        ("KA001", "6号窗口", desk.now),
    ]


def test_a_late_call_from_elsewhere_does_not_hide_the_one_that_stands(desk: Desk, elsewhere: Elsewhere) -> None:
    own = desk.walk_in()
    desk.call_next()
    theirs = (Act.CALL, State.WAITING.value, State.CALLED, COUNTERS[0])
    elsewhere.event(own.visit_id, 2, desk.now - MINUTE, theirs[0], theirs[1], theirs[2], theirs[3])
    shown = queries.display(desk.store, desk.now)
    assert [(row.label, row.counter) for row in shown.calling] == [("A001", "1号窗口")]
    assert shown.recent == ()


# -- closing a day ----------------------------------------------------------------------------------------------------


def test_each_station_closes_its_own_numbers(desk: Desk, elsewhere: Elsewhere) -> None:
    own, theirs = desk.walk_in(), elsewhere.walk_in(desk.now)
    closed = actions.close_day(desk.store, make.SUPERVISOR, TODAY, True, desk.now)
    assert closed.carried == ("A001",)
    assert desk.row(theirs)["queue_day"] == TODAY
    assert desk.labels() == ["KA001"]

    called = call_next(desk, granted=theirs)
    assert called is not None, "the other station is still open"
    sheet = queries.day_sheet(desk.store, TODAY, desk.now)
    assert (sheet.balanced, sheet.changed) == (True, ())
    with refused("day.closed"):
        desk.walk_in()
    assert actions.reopen_day(desk.store, make.SUPERVISOR, TODAY, desk.now) == ("A001",)
    assert desk.row(own.visit_id)["queue_day"] == TODAY


def test_a_number_of_a_day_that_its_station_has_closed_is_left_alone(desk: Desk, elsewhere: Elsewhere) -> None:
    theirs = elsewhere.walk_in(desk.now)
    arrive(
        desk.store, "day_closes", id="close", station_id=STATION, day=TODAY.isoformat(), at=desk.now, closed_by="x",
        figures={},
    )  # fmt: skip
    with refused("day.closed"):
        call_next(desk, granted=theirs)
    assert desk.walk_in().label == "A001"


def test_own_people_at_a_window_elsewhere_keep_the_day_open(desk: Desk, elsewhere: Elsewhere) -> None:
    own = desk.walk_in()
    elsewhere.calls(own.visit_id, desk.now)
    with refused("day.people_at_counters"):
        actions.close_day(desk.store, make.SUPERVISOR, TODAY, True, desk.now)


@pytest.mark.parametrize(("carry_over", "state"), [(True, State.WAITING), (False, State.LEFT)])
def test_who_is_left_at_a_machine_that_broke_does_not_keep_an_earlier_day_open(
    desk: Desk, elsewhere: Elsewhere, carry_over: bool, state: State
) -> None:
    own = desk.walk_in()
    elsewhere.calls(own.visit_id, desk.now)
    elsewhere.does(own.visit_id, Act.ARRIVE, State.SERVING, desk.now)
    desk.wait(24 * 60)
    actions.close_day(desk.store, make.SUPERVISOR, TODAY, carry_over, desk.now)

    assert desk.row(own.visit_id)["state"] == state
    sheet = queries.day_sheet(desk.store, TODAY, desk.now)
    assert (sheet.balanced, sheet.changed) == (True, ())
    assert desk.labels() == (["A001·23日"] if carry_over else [])
    actions.reopen_day(desk.store, make.SUPERVISOR, TODAY, desk.now)
    assert desk.row(own.visit_id)["state"] == State.SERVING
    assert desk.row(own.visit_id)["counter_id"] == COUNTERS[0]


def test_reopening_leaves_alone_what_another_station_touched(desk: Desk, elsewhere: Elsewhere) -> None:
    first, second = desk.walk_in(), desk.walk_in()
    actions.close_day(desk.store, make.SUPERVISOR, TODAY, True, desk.now)
    seq = len(desk.events(first.visit_id))
    elsewhere.calls(first.visit_id, desk.now + 1, seq=seq)
    elsewhere.does(first.visit_id, Act.NO_SHOW, State.WAITING, desk.now + 2, seq=seq + 1)
    arrive(
        desk.store, "visits", **{**desk.row(second.visit_id), "id": "no-events", "day": "2026-11-22",
        "queue_day": "2026-11-24"},
    )  # fmt: skip
    assert actions.reopen_day(desk.store, make.SUPERVISOR, TODAY, desk.now + MINUTE) == ("A002",)


def test_a_day_that_a_restored_database_closed_again_is_reopened_whole(desk: Desk) -> None:
    desk.walk_in()
    actions.close_day(desk.store, make.SUPERVISOR, TODAY, True, desk.now)
    arrive(
        desk.store, "day_closes", id="again", station_id=make.STATION, day=TODAY.isoformat(), at=desk.now + 1,
        closed_by="x", figures={},
    )  # fmt: skip
    assert queries.day_sheet(desk.store, TODAY, desk.now).closed_by == make.SUPERVISOR.name
    actions.reopen_day(desk.store, make.SUPERVISOR, TODAY, desk.now)
    assert queries.day_sheet(desk.store, TODAY, desk.now).closed_at is None


def test_the_sheet_shows_the_others_beside_and_the_sum(desk: Desk, elsewhere: Elsewhere) -> None:
    desk.serve(desk.walk_in().visit_id, minutes=10)
    for minutes in (4, 7):
        visit = elsewhere.walk_in(desk.now)
        elsewhere.calls(visit, desk.now)
        elsewhere.does(visit, Act.ARRIVE, State.SERVING, desk.now)
        elsewhere.does(visit, Act.FINISH, State.DONE, desk.now + minutes * MINUTE, given={"NB": 1})
    elsewhere.walk_in(desk.now)

    sheet = queries.day_sheet(desk.store, TODAY, desk.now)
    (beside,) = sheet.beside
    assert (beside.station_name, beside.closed) == (NAME, False)
    at = {one.key: place for place, one in enumerate(sheet.site)}
    for key, own, theirs, both in (
        ("issued", 1, 3, 4),
        ("served", 1, 2, 3),
        ("open", 0, 1, 1),
        ("serve_average", 10, 5, 7),
        ("serve_longest", 10, 7, 10),
    ):
        found = (sheet.figure(key).value, beside.figures[at[key]].value, sheet.site[at[key]].value)
        assert found == (own, theirs, both), key
    html = papers.day_sheet_html(sheet)
    assert f"{NAME}（未日结）" in html
    assert "合计" in html


def test_alone_the_sheet_says_nothing_of_others(desk: Desk) -> None:
    desk.walk_in()
    sheet = queries.day_sheet(desk.store, TODAY, desk.now)
    assert (sheet.beside, sheet.site) == ((), ())
    assert "合计" not in papers.day_sheet_html(sheet)


def test_days_of_others_left_open_are_not_ours(desk: Desk, elsewhere: Elsewhere) -> None:
    elsewhere.walk_in(desk.now)
    desk.clock.forward(DAY)
    assert queries.open_days(desk.store, date(2026, 11, 24)) == ()


def test_own_rows_stay_sound(desk: Desk, elsewhere: Elsewhere) -> None:
    visit = elsewhere.walk_in(desk.now)
    call_next(desk, granted=visit)
    desk.undo()
    own = desk.walk_in()
    desk.serve(own.visit_id)
    kinds = {one.code for one in verify(desk.store).problems}
    assert kinds <= {"verify.row_unknown", "verify.row_changed"}, "what the stand-in of the centre wrote, nothing else"
    assert LETTER not in own.label

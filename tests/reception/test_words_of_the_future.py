"""States, acts, levels and reasons written by a newer program: shown as they stand, and nothing is done with them."""

from __future__ import annotations

from typing import Any

import pytest

from tests import make
from tests.reception.desk import Desk
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db.bare import bare
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.queries.arrivals import arrival, ended_today
from zhangshu_desk.reception.rules import Act, State, Transfer, act_title, allowed_acts, check_move
from zhangshu_desk.sync import applying, copying
from zhangshu_desk.sync.applying import Row

AWAY = "陪同外出"


def arrive(desk: Desk, *rows: Row) -> None:
    """What a pull brings."""
    with desk.store.merge() as merge:
        applying.apply(merge, rows, 1)


def like(desk: Desk, visit_id: str, **changes: Any) -> str:
    """A visit like another one, made by a newer program elsewhere; returns its id."""
    with desk.store.read() as session:
        image = copying.image(bare(session), "visits", visit_id)
    assert image is not None
    row_id = new_id(desk.now)
    arrive(desk, Row("visits", row_id, 9, {**image, **changes}))
    return row_id


def event_row(desk: Desk, visit_id: str, **changes: Any) -> Row:
    """What happened to it there."""
    fields = {
        "visit_id": visit_id,
        "seq": 9,
        "at": desk.now,
        "act": "escort",
        "from_state": State.SERVING.value,
        "to_state": AWAY,
        "counter_id": make.counter_id(2),
        "actor_id": make.CLERK.user_id,
        "note": "",
        "before": {},
    }
    return Row("visit_events", new_id(desk.now), 9, {**fields, **changes})


@pytest.fixture
def away(desk: Desk) -> str:
    """A visit of today in a state that this program does not know, by an act it does not know."""
    ticket = desk.walk_in("NB")
    desk.do("cancel", ticket.visit_id, "测试")
    visit_id = like(desk, ticket.visit_id, state=AWAY, number=7, label="A007", counter_id=make.counter_id(2))
    arrive(desk, event_row(desk, visit_id))
    return visit_id


def test_a_state_and_an_act_of_the_future_are_shown_as_they_stand(desk: Desk, away: str) -> None:
    card = queries.visit(desk.store, away, desk.now)
    assert (card.state, f"{card.state}") == (AWAY, AWAY)
    (event,) = card.events
    assert (event.act, event.title, event.to_state) == ("escort", "escort", AWAY)
    (row,) = queries.visits(desk.store, [away])
    assert row.state.value == AWAY


def test_no_screen_stumbles_over_them(desk: Desk, away: str) -> None:
    assert desk.labels() == []
    assert [one.id for one in ended_today(desk.store, desk.now)] != [away]
    assert queries.counters_now(desk.store, desk.now)[1].state is None
    assert queries.current(desk.store, make.counter_id(2), desk.now) is None
    assert queries.display(desk.store, desk.now).calling == ()
    sheet = queries.day_sheet(desk.store, day_of(desk.now), desk.now)
    assert (sheet.figure("open").value, sheet.figure("open").visits, sheet.balanced) == (1, (away,), True)
    assert queries.last_slip(desk.store, away, desk.now).people_before is None


@pytest.mark.parametrize(
    ("act", "more"),
    [
        ("call_again", ()),
        ("arrive", ()),
        ("no_show", ()),
        ("come_late", ()),
        ("park", ("x",)),
        ("resume", ()),
        ("transfer", (Transfer(make.counter_id(3)),)),
        ("finish", ({"NB": 1},)),
        ("leave", ()),
        ("cancel", ("x",)),
    ],
)
def test_nothing_is_done_with_a_visit_in_a_state_of_the_future(
    desk: Desk, away: str, act: str, more: tuple[object, ...]
) -> None:
    before = desk.row(away)
    with pytest.raises(DeskError) as refused:
        desk.do(act, away, *more, at=2)
    assert refused.value.code == "visit.illegal_move"
    assert AWAY in str(refused.value)
    assert desk.row(away) == before


def test_nor_is_it_called_changed_rated_or_undone(desk: Desk, away: str) -> None:
    before = desk.row(away)
    for attempt in (
        lambda: desk.call(away, at=2, reason="x"),
        lambda: actions.change(desk.store, desk.actor(), away, desk.now, phone="1"),
        lambda: actions.rate(desk.store, away, "满意", (), "", desk.now),
        lambda: desk.undo(at=2),
    ):
        with pytest.raises(DeskError):
            attempt()
    assert desk.row(away) == before


def test_a_day_is_closed_and_reopened_around_it(desk: Desk, away: str) -> None:
    waits = desk.walk_in("NB")
    closed = actions.close_day(desk.store, make.SUPERVISOR, day_of(desk.now), True, desk.now)
    assert closed.carried == (waits.label,)
    assert desk.row(away)["state"] == AWAY
    arrive(desk, event_row(desk, waits.visit_id, act="escort", to_state=State.WAITING.value, seq=1))
    gone = like(desk, waits.visit_id, state="弃号", number=9, label="A009", since=desk.now, queue_day="2026-11-23")
    arrive(desk, event_row(desk, gone, to_state="弃号"))
    assert actions.reopen_day(desk.store, make.SUPERVISOR, day_of(desk.now), desk.now) == (waits.label,)
    assert desk.row(gone)["state"] == "弃号"


def test_an_undo_stops_at_what_a_newer_program_did_after_it(desk: Desk) -> None:
    ticket = desk.walk_in("NB")
    desk.call_next()
    arrive(desk, event_row(desk, ticket.visit_id, seq=3, from_state=State.CALLED.value))
    with pytest.raises(DeskError) as refused:
        desk.undo()
    assert refused.value.code == "undo.elsewhere"


def test_a_level_of_the_future_is_rated_but_neither_good_nor_bad(desk: Desk) -> None:
    ticket = desk.walk_in("NB")
    desk.serve(ticket.visit_id)
    fields = {"visit_id": ticket.visit_id, "at": desk.now, "level": "五星", "reasons": [], "comment": ""}
    arrive(desk, Row("ratings", new_id(desk.now), 9, fields))
    sheet = queries.day_sheet(desk.store, day_of(desk.now), desk.now)
    assert [sheet.figure(key).value for key in ("rated", "rated_good", "rated_bad")] == [1, 0, 0]
    assert queries.visit(desk.store, ticket.visit_id, desk.now).rated
    assert queries.ratable(desk.store, make.counter_id(1), desk.now) is None


def test_a_reason_for_priority_of_the_future_stays_when_something_else_is_corrected(desk: Desk) -> None:
    ticket = desk.walk_in("NB")
    visit_id = like(desk, ticket.visit_id, priority="见义勇为", number=8, label="A008")
    actions.change(desk.store, desk.actor(), visit_id, desk.now, remark="已核对")
    assert (desk.row(visit_id)["priority"], desk.row(visit_id)["remark"]) == ("见义勇为", "已核对")
    with pytest.raises(DeskError, match="没有「别的」这种优先"):
        actions.change(desk.store, desk.actor(), visit_id, desk.now, priority="别的")
    assert {row.priority for row in desk.queue().waiting} == {"", "见义勇为"}


def test_the_last_visit_of_an_enterprise_may_be_in_any_state(desk: Desk) -> None:
    enterprise = make.enterprise(desk.store, desk.now)
    ticket = desk.walk_in("NB", enterprise_id=enterprise)
    like(desk, ticket.visit_id, state=AWAY, number=9, label="A009", arrived_at=desk.now + 1)
    found = arrival(desk.store, enterprise)
    assert found is not None
    assert found.last_services == "年报"


def test_the_rules_know_nothing_of_them() -> None:
    assert allowed_acts(State(AWAY)) == frozenset()
    assert act_title(Act("escort")) == "escort"
    with pytest.raises(DeskError, match=AWAY):
        check_move(Act.CALL, State(AWAY))

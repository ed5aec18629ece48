"""Undo: everything is as it was, times included; and what cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from tests import make
from tests.reception.desk import Desk
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import Transfer

Step = Callable[[Desk, str], Any]
STEPS: dict[str, Step] = {
    "call": lambda desk, one: desk.call(one, reason="测试"),
    "call_again": lambda desk, one: desk.do("call_again", one),
    "arrive": lambda desk, one: desk.do("arrive", one),
    "no_show": lambda desk, one: desk.do("no_show", one),
    "come_late": lambda desk, one: desk.do("come_late", one),
    "park": lambda desk, one: desk.do("park", one, "去复印"),
    "resume": lambda desk, one: desk.do("resume", one),
    "transfer": lambda desk, one: desk.do("transfer", one, Transfer(make.counter_id(2), ("SB",), "请看")),
    "finish": lambda desk, one: desk.do("finish", one, {"NB": 2}),
    "leave": lambda desk, one: desk.do("leave", one),
    "cancel": lambda desk, one: desk.do("cancel", one, "重复"),
}
AGAIN = ["call", "call_again", "call_again"]
PATHS = [
    ["call"],
    ["call", "call_again"],
    ["call", "arrive"],
    ["call", "no_show"],
    [*AGAIN, "no_show"],
    [*AGAIN, "no_show", "come_late"],
    [*AGAIN, "no_show", "call"],
    [*AGAIN, "no_show", "cancel"],
    ["call", "arrive", "park"],
    ["call", "arrive", "park", "resume"],
    ["call", "arrive", "park", "call"],
    ["call", "arrive", "transfer"],
    ["call", "transfer"],
    ["transfer"],
    ["call", "arrive", "finish"],
    ["leave"],
    ["call", "leave"],
    ["cancel"],
]


@pytest.mark.parametrize("path", PATHS, ids=" ".join)
def test_undo_walks_back_exactly_act_by_act(desk: Desk, path: list[str]) -> None:
    visit_id = desk.walk_in().visit_id
    pasts = []
    for name in path:
        desk.wait(0.05)
        pasts.append(desk.row(visit_id))
        STEPS[name](desk, visit_id)
    for past in reversed(pasts):
        desk.wait(0.02)
        undone = desk.undo()
        assert (undone.visit_id, undone.state) == (visit_id, past["state"])
        assert desk.row(visit_id) == past
    with pytest.raises(DeskError, match="没有可以撤销的操作"):
        desk.undo()


def test_time_runs_on_as_if_nothing_had_been(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.wait(10)
    desk.call(visit_id)
    desk.wait(0.5)
    desk.undo()
    desk.wait(4.5)
    assert desk.queue().waiting[0].waited_minutes == 15


def test_an_undo_is_an_event_and_an_audit_entry_of_its_own(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.call(visit_id)
    desk.undo()
    last = desk.events(visit_id)[-1]
    assert (last.act, last.undoes, last.from_state, last.to_state) == ("undo", 2, "叫号中", "等候")
    with desk.store.read() as session:
        entry = session.scalars(select(Audit).order_by(Audit.seq.desc()).limit(1)).one()
    assert (entry.act, entry.row_id, entry.note) == ("visit.undo", visit_id, "A001 叫号")


def test_after_a_minute_it_is_too_late(desk: Desk) -> None:
    desk.call(desk.walk_in().visit_id)
    desk.wait(1)
    desk.undo()
    desk.call_next()
    desk.wait(1.001)
    with pytest.raises(DeskError, match="只能撤销本窗口最近 60 秒内的操作"):
        desk.undo()


def test_what_was_undone_is_not_undone_again(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.call(visit_id)
    desk.undo()
    desk.call(visit_id)
    desk.do("arrive", visit_id)
    assert desk.undo().act == "arrive"
    assert desk.undo().act == "call"
    with pytest.raises(DeskError) as error:
        desk.undo()
    assert error.value.code == "undo.nothing"


def test_a_counter_undoes_only_its_own(desk: Desk) -> None:
    desk.call(desk.walk_in().visit_id, at=1)
    with pytest.raises(DeskError) as error:
        desk.undo(at=2)
    assert error.value.code == "undo.nothing"


def test_registering_is_not_undone(desk: Desk) -> None:
    desk.walk_in()
    with pytest.raises(DeskError) as error:
        desk.undo()
    assert error.value.code == "undo.nothing"


def test_not_when_somebody_else_went_on_with_it(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.call(visit_id, at=1)
    desk.do("transfer", visit_id, Transfer(make.counter_id(2)), at=1)
    desk.call(visit_id, at=2)
    with pytest.raises(DeskError, match="A001 之后又有「叫号」，不能撤销「转窗口」"):
        desk.undo(at=1)
    desk.undo(at=2)
    assert desk.undo(at=1).act == "transfer"


def test_not_when_it_was_corrected_since(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.call(visit_id)
    actions.change(desk.store, desk.actor(), visit_id, desk.now, remark="补充")
    with pytest.raises(DeskError, match="之后又有「修改登记」"):
        desk.undo()


def test_not_after_a_rating(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    desk.call(visit_id)
    desk.do("arrive", visit_id)
    desk.do("finish", visit_id, {"NB": 1})
    actions.rate(desk.store, visit_id, "满意", (), "", desk.now)
    with pytest.raises(DeskError, match="A001 的来访人已经评价，不能撤销办结"):
        desk.undo()


def test_walking_back_over_two_people(desk: Desk) -> None:
    first, second = desk.walk_in().visit_id, desk.walk_in().visit_id
    desk.call(first)
    desk.do("arrive", first)
    desk.do("finish", first, {"NB": 1})
    desk.call_next()
    assert (desk.undo().visit_id, desk.undo().visit_id) == (second, first)
    current = desk.current()
    assert current is not None
    assert (current.id, current.state) == (first, "办理中")


def test_not_when_the_counter_holds_somebody_else_now(desk: Desk) -> None:
    """Reached when the call of the other one is itself beyond undo: it was changed since."""
    first, second = desk.walk_in().visit_id, desk.walk_in().visit_id
    desk.call(second, reason="测试")
    desk.do("arrive", second)
    desk.do("park", second, "去复印")
    desk.call(first)
    desk.do("arrive", first)
    desk.do("finish", first, {"NB": 1})
    # At the same counter from another machine whose clock is two minutes ahead.
    actions.resume(desk.store, desk.actor(), second, desk.now + 120_000, rules=desk.rules)
    with pytest.raises(DeskError, match="本窗口正在为 A002 服务"):
        desk.undo()
    assert desk.row(first)["state"] == "已办结"


def test_a_transfer_is_undone_with_its_services_and_note(desk: Desk) -> None:
    visit_id = desk.walk_in("NB", "BG").visit_id
    desk.call(visit_id)
    desk.do("arrive", visit_id)
    before = desk.row(visit_id)
    desk.do("transfer", visit_id, Transfer(make.counter_id(3), ("SB",), "转交"))
    desk.undo()
    assert desk.row(visit_id) == before
    assert before["services"] == ["NB", "BG"]


def test_a_clock_set_back_a_little_still_undoes_the_last_act(desk: Desk) -> None:
    first, second = desk.walk_in().visit_id, desk.walk_in().visit_id
    desk.do("leave", first)
    desk.wait(-0.5)
    desk.do("leave", second)
    assert desk.undo().visit_id == second
    assert desk.undo().visit_id == first


def test_without_a_counter_there_is_nothing_to_undo(desk: Desk) -> None:
    with pytest.raises(DeskError, match="还没有选择窗口"):
        actions.undo(desk.store, replace(make.CLERK, counter_id=None), desk.now)

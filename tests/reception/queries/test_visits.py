"""A visit's card, rows behind a figure, slips."""

from __future__ import annotations

import pytest

from tests import make
from tests.reception.desk import Desk
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.reception import queries


def test_the_card_tells_the_whole_story(desk: Desk) -> None:
    ticket = desk.walk_in("NB", visitor="欧阳锋", enterprise_name="锦湖有限公司", remark="急")
    desk.wait(3)
    desk.call_next()
    desk.undo()
    desk.wait(1)
    desk.call_next(2)
    desk.do("arrive", ticket.visit_id, at=2)
    desk.wait(6)
    desk.do("finish", ticket.visit_id, {"NB": 2}, at=2)
    card = queries.visit(desk.store, ticket.visit_id, desk.now)
    assert (card.label, card.state, card.counter, card.visitor, card.phone) == (
        "A001",
        "已办结",
        "2号窗口",
        "欧*",
        "138****5678",
    )
    assert [(one.title, one.counter, one.undone) for one in card.events] == [
        ("取号", "1号窗口", False),
        ("叫号", "1号窗口", True),
        ("撤销", "1号窗口", False),
        ("叫号", "2号窗口", False),
        ("已到", "2号窗口", False),
        ("办结", "2号窗口", False),
    ]
    assert {one.actor for one in card.events} == {"操作员01"}
    assert (card.given, card.given_text, card.rated) == ((("NB", 2),), "年报 × 2", False)
    assert (card.times.waited_ms, card.times.served_ms) == (4 * 60_000, 6 * 60_000)
    assert "欧阳锋" not in repr(card)


def test_an_unknown_visit(desk: Desk) -> None:
    with pytest.raises(DeskError, match="没有找到这条来访记录"):
        queries.visit(desk.store, "nothing", desk.now)
    with pytest.raises(DeskError, match="没有找到这条来访记录"):
        queries.last_slip(desk.store, "nothing", desk.now)


def test_rows_of_many_visits_come_by_arrival(desk: Desk) -> None:
    tickets = []
    for _ in range(5):
        desk.wait(1)
        tickets.append(desk.walk_in(visitor="欧阳锋").visit_id)
    rows = queries.visits(desk.store, [*reversed(tickets), "gone"])
    assert [row.id for row in rows] == tickets
    assert (rows[0].at, rows[0].name, rows[0].state, rows[0].services_text) == ("09:01", "欧*", "等候", "年报")
    assert queries.visits(desk.store, ()) == ()


def test_a_slip_says_what_the_visitor_wants_to_know(desk: Desk) -> None:
    desk.walk_in("NB")
    ticket = desk.walk_in("NB", "JL", visitor="欧阳锋", enterprise_name="锦湖")
    slip = queries.last_slip(desk.store, ticket.visit_id, desk.now, notice="隐私说明")
    assert (slip.station_name, slip.label, slip.at) == ("樟树金属家具产业园工作站", "A002", "2026-11-23 09:00")
    assert (slip.services_text, slip.people_before, slip.minutes, slip.notice) == (
        "年报 · 计量强检预约",
        1,
        0,
        "隐私说明",
    )
    assert "欧阳锋" not in repr(slip)
    assert "锦湖" not in repr(slip)


def test_a_reprint_tells_how_it_is_now(desk: Desk) -> None:
    first, second = desk.walk_in().visit_id, desk.walk_in().visit_id
    desk.call(first)
    assert queries.last_slip(desk.store, second, desk.now).people_before == 0
    assert queries.last_slip(desk.store, first, desk.now).people_before is None


def test_a_quick_service_has_no_slip(desk: Desk) -> None:
    from zhangshu_desk.reception.actions import quick
    from zhangshu_desk.reception.rules import QuickService

    visit_id = quick(desk.store, make.CLERK, QuickService(("ZX",)), desk.now)
    with pytest.raises(DeskError):
        queries.last_slip(desk.store, visit_id, desk.now)

"""The rating: once, by the visitor's screen, for the last finished visit."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests import make
from tests.reception.desk import Desk
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.db.tables.reception import Rating
from zhangshu_desk.reception import actions, queries


def finished(desk: Desk, at: int = 1) -> str:
    visit_id = desk.walk_in().visit_id
    desk.serve(visit_id, at)
    return visit_id


def ratable(desk: Desk, at: int = 1) -> str | None:
    found = queries.ratable(desk.store, make.counter_id(at), desk.now, desk.rules)
    return found.visit_id if found else None


def test_a_rating_is_kept_with_its_reasons(desk: Desk) -> None:
    visit_id = finished(desk)
    actions.rate(desk.store, visit_id, "不满意", ("等候时间过长", "等候时间过长"), " 太久了 ", desk.now)
    with desk.store.read() as session:
        row = session.scalars(select(Rating)).one()
        entry = session.scalars(select(Audit).order_by(Audit.seq.desc()).limit(1)).one()
    assert (row.visit_id, row.level, row.reasons, row.comment) == (visit_id, "不满意", ["等候时间过长"], "太久了")
    assert (entry.act, entry.actor_id, entry.actor_name) == ("visit.rate", "visitor-screen", "评价屏")


def test_once_per_visit(desk: Desk) -> None:
    visit_id = finished(desk)
    actions.rate(desk.store, visit_id, "满意", (), "", desk.now)
    with pytest.raises(DeskError, match="A001 已经评价过"):
        actions.rate(desk.store, visit_id, "不满意", (), "", desk.now)


def test_not_before_the_end(desk: Desk) -> None:
    visit_id = desk.walk_in().visit_id
    with pytest.raises(DeskError, match="A001 现在是「等候」，办结后才能评价"):
        actions.rate(desk.store, visit_id, "满意", (), "", desk.now)


def test_what_is_not_rated_stays_not_rated(desk: Desk) -> None:
    visit_id = finished(desk)
    desk.wait(24 * 60)
    assert not queries.visit(desk.store, visit_id, desk.now).rated
    with desk.store.read() as session:
        assert session.scalars(select(Rating)).all() == []


def test_the_screen_offers_the_last_finished_visit_of_its_counter_for_a_while(desk: Desk) -> None:
    assert ratable(desk) is None
    visit_id = finished(desk)
    other = finished(desk, at=2)
    assert (ratable(desk), ratable(desk, 2)) == (visit_id, other)
    actions.rate(desk.store, visit_id, "非常满意", (), "", desk.now)
    assert ratable(desk) is None  # and not the one before it
    desk.wait(11)
    assert ratable(desk, 2) is None


def test_an_undone_finish_is_not_offered(desk: Desk) -> None:
    visit_id = finished(desk)
    assert ratable(desk) == visit_id
    desk.undo()
    assert ratable(desk) is None

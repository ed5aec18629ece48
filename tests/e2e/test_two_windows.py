"""Two windows of one desk, two people, one queue: nobody is called twice, and each window keeps its own hands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from sqlalchemy import select

from tests.store_fixtures import NINE
from zhangshu_desk.accounts import actions as accounts
from zhangshu_desk.app import Start
from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.db.store import open_store
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.program import Program
from zhangshu_desk.reception import actions as reception
from zhangshu_desk.reception.rules import WalkIn
from zhangshu_desk.tour.guide import Guide, started
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.seat import Seat

HEAD, CLERK = ("head", "Zs-desk-2026!"), ("wangfang", "Chuangkou-88#")


@pytest.fixture
def program(qapp: QApplication, where: Paths, clock: FixedClock, tmp_path: Path) -> Iterator[Program]:
    with closing(open_store(where, NINE)) as store:
        wishes = accounts.SetUp("樟树工作站", "ZS", ("1号窗口", "2号窗口"), HEAD[0], "王站长", HEAD[1])
        head = accounts.set_up(store, wishes, NINE)
        first = "Linshi-mima-2026"
        user = accounts.add_user(store, head, accounts.NewUser(CLERK[0], "王芳", Role.CLERK, first), NINE)
        clerk = accounts.log_in(store, CLERK[0], first, NINE).actor
        assert clerk.user_id == user
        accounts.change_password(store, clerk, first, CLERK[1], NINE)
        for number in range(3):
            reception.register(store, head, WalkIn(("NB",), enterprise_name=f"第{number}家"), NINE + number)
    Settings(where.settings).change(speech=False, idle_lock_minutes=0)
    start = Start(where, clock)
    yield started(start)
    start.close()


def sit_down(guide: Guide, seat: Seat, who: tuple[str, str], counter: int) -> ReceptionPage:
    """Log in at a window of the hall; its reception page."""
    login = seat.gate.login
    guide.until(lambda: login.isVisible() and login.counter.isEnabled())
    login.login.set_text(who[0])
    login.password.set_text(who[1])
    login.counter.editor.setCurrentIndex(counter - 1)
    login.submit()
    guide.until(seat.actor)
    guide.settle()
    page = seat.page()
    assert isinstance(page, ReceptionPage)
    return page


def test_two_people_call_from_one_queue(program: Program, tmp_path: Path) -> None:
    guide = Guide(program, tmp_path)
    program.open_another()
    one, other = program.seats
    left, right = sit_down(guide, one, HEAD, 1), sit_down(guide, other, CLERK, 2)

    left.acts.call_next()
    right.acts.call_next()
    guide.settle()

    assert program.store is not None
    with program.store.read() as session:
        called = session.scalars(select(Visit).where(Visit.state == "叫号中").order_by(Visit.label)).all()
    assert [visit.label for visit in called] == ["A001", "A002"]
    assert [visit.clerk_id for visit in called] == [one.actor().user_id, other.actor().user_id]  # type: ignore[union-attr]
    assert len({visit.counter_id for visit in called}) == 2

    other.window.close()
    guide.settle()
    assert program.seats == [one]
    assert one.window.isVisible()

    guide.press("F4")  # the desk goes on without the other window
    with program.store.read() as session:
        states = {visit.label: visit.state for visit in session.scalars(select(Visit))}
    assert (states["A001"], states["A002"]) == ("办理中", "叫号中")

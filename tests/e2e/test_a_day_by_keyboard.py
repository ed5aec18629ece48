"""A whole working day in the real window, by the keyboard alone; only the visitor presses a button."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from sqlalchemy import select

from tests.store_fixtures import NINE
from zhangshu_desk.accounts import actions as accounts
from zhangshu_desk.app import Start
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.db.tables.reception import DayClose, Rating, Visit
from zhangshu_desk.db.verify import verify
from zhangshu_desk.enterprises import actions as enterprises
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields
from zhangshu_desk.tour.guide import Guide, started

PASSWORD = "Zs-desk-2026!"
NAMES = ("江西锦湖保险设备集团有限公司", "樟树市鼎力校具有限公司", "宜春旭日密集架有限公司")


@pytest.fixture
def guide(qapp: QApplication, where: Paths, clock: FixedClock, tmp_path: Path) -> Iterator[Guide]:
    with closing(open_store(where, NINE)) as store:
        wishes = accounts.SetUp("樟树工作站", "ZS", ("1号窗口", "2号窗口"), "head", "王站长", PASSWORD)
        head = accounts.set_up(store, wishes, NINE)
        for name in NAMES:
            contact = ContactFields("张三", "13812345678")
            enterprises.add(store, head, EnterpriseFields(name, code_reason="试用"), NINE, (contact,))
    Settings(where.settings).change(speech=False, idle_lock_minutes=0)  # hours pass between two keys
    start = Start(where, clock)
    yield Guide(started(start), tmp_path)
    start.close()


def visits(guide: Guide) -> dict[str, Visit]:
    """Every ticket of the store by its number."""
    with the_store(guide).read() as session:
        return {visit.label: visit for visit in session.scalars(select(Visit))}


def the_store(guide: Guide) -> Store:
    assert guide.program.store is not None
    return guide.program.store


def states(guide: Guide) -> dict[str, str]:
    return {label: visit.state for label, visit in visits(guide).items()}


def log_in(guide: Guide) -> None:
    login = guide.program.seats[0].gate.login
    guide.until(lambda: login.isVisible() and login.counter.isEnabled())
    guide.type("head")
    guide.press("Tab")
    guide.type(PASSWORD)
    guide.press("Tab", "Up", "Up", "Return")  # the first window of the list
    guide.until(guide.program.seats[0].actor)
    guide.settle()


def register(guide: Guide, initials: str) -> None:
    """By pinyin initials; the picked enterprise leads to the services, of which the first is taken."""
    guide.press("Ctrl+N")
    guide.type(initials)
    guide.press("Return", "Space", "Ctrl+Return")


def test_a_day(guide: Guide, clock: FixedClock) -> None:
    log_in(guide)
    actor = guide.program.seats[0].actor()
    assert actor is not None
    assert actor.counter_id is not None

    for initials in ("jhbx", "dlxj", "xrmj"):
        register(guide, initials)
    assert [visit.enterprise_name for visit in visits(guide).values()] == list(NAMES)
    assert states(guide) == dict.fromkeys(("B001", "B002", "B003"), "等候")

    clock.forward(5 * MINUTE)
    guide.press("F2", "F4")
    assert states(guide)["B001"] == "办理中"
    guide.press("F6")  # park, with the first reason offered
    guide.type("取材料")
    guide.press("Return")
    assert states(guide)["B001"] == "挂起"

    clock.forward(MINUTE)
    guide.press("F2", "F4", "F7")  # another one, sent to the other window
    guide.press("Return")
    assert states(guide)["B002"] == "等候"
    assert visits(guide)["B002"].target_counter_id not in (None, actor.counter_id)

    clock.forward(4 * MINUTE)
    guide.press("F10")  # the parked one is back
    assert states(guide)["B001"] == "办理中"
    assert visits(guide)["B001"].parked_ms == 5 * MINUTE

    guide.program.seats[0].toggle_rating()
    clock.forward(7 * MINUTE)
    guide.press("F8", "Return")
    assert states(guide)["B001"] == "已办结"
    rate(guide, "非常满意")

    guide.press("F2", "F3", "F9")  # called, called again, not come
    assert states(guide)["B003"] == "等候"
    guide.press("Ctrl+Z")
    assert states(guide)["B003"] == "叫号中"
    guide.press("F4", "F8", "Return")
    assert states(guide)["B003"] == "已办结"

    guide.press("Alt+6", "F8", "Return")  # close the day; who still waits is carried over
    with the_store(guide).read() as session:
        closes = session.scalars(select(DayClose)).all()
        acts = set(session.scalars(select(Audit.act)))
    assert len(closes) == 1
    assert states(guide) == {"B001": "已办结", "B002": "等候", "B003": "已办结"}
    assert visits(guide)["B002"].queue_day > visits(guide)["B002"].day
    assert {"visit.register", "visit.park", "visit.transfer", "visit.undo", "visit.rate", "day.close"} <= acts
    assert verify(the_store(guide)).problems == ()


def rate(guide: Guide, level: str) -> None:
    """The visitor presses one of the five words on the screen turned to them."""
    screen = guide.program.seats[0].rating
    assert screen is not None
    guide.settle()
    button = next(one for one in screen.findChildren(QPushButton) if one.text() == level and one.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    guide.settle()
    with the_store(guide).read() as session:
        assert [rating.level for rating in session.scalars(select(Rating))] == [level]
    guide.program.seats[0].toggle_rating()

"""The reception page in a hall of two machines: whose number it is, the centre's word, and who was called twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableView
from pytestqt.qtbot import QtBot

from tests import make
from tests.elsewhere import COUNTERS, Elsewhere, change
from tests.ui import morning
from tests.ui.claiming import Claiming
from tests.ui.counter import ENTER, back, dialog, press, write
from tests.ui.hall import Hall, Heard
from tests.ui.hands import in_front
from tests.ui.serving import current, do, settled
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.core.link import LinkState
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import Act, State
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.pages.dayclose import DayClosePage
from zhangshu_desk.ui.pages.dayclose.site_dialog import SiteDialog
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.pages.reception.next_call import MOST_TAKEN
from zhangshu_desk.ui.pages.reception.queue_card import ENDED, PARKED
from zhangshu_desk.ui.pages.visits.history_dialog import HistoryDialog
from zhangshu_desk.ui.pages.visits.visits_dialog import VisitsDialog
from zhangshu_desk.ui.work import Work

F = Qt.Key
Open = Callable[..., ReceptionPage]
ALONE = "中心暂不可达，本机只叫自己发出的号。"


@pytest.fixture
def link() -> Claiming:
    return Claiming()


@pytest.fixture
def elsewhere(store: Store, clock: FixedClock) -> Elsewhere:
    """The other machine has 5号 and 6号窗口."""
    return Elsewhere(store).join(clock.now(), ("5号窗口", "6号窗口"))


@pytest.fixture
def theirs(store: Store, clock: FixedClock, elsewhere: Elsewhere) -> str:
    """KA001 waits, then A001 and A002."""
    morning.open_counters(store, clock.now())
    visit = elsewhere.walk_in(clock.now())
    for name in ("王一", "李二"):
        clock.forward(MINUTE)
        morning.come(store, clock, None, "NB", visitor=name)
    clock.forward(MINUTE)
    return visit


@pytest.fixture
def open_page(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot, link: Claiming, theirs: str) -> Open:
    def open_it(actor: Actor = make.CLERK, work: Work | None = None) -> ReceptionPage:
        page = ReceptionPage(morning.desk(store, tmp_path, clock, actor, work, link))
        qtbot.addWidget(page)
        page.resize(1274, 674)
        in_front(qtbot, page)
        page.on_shown()
        return page

    return open_it


@pytest.fixture
def page(open_page: Open) -> ReceptionPage:
    return open_page()


def said(page: ReceptionPage) -> str:
    return page.notices.text.text()


def held(page: ReceptionPage) -> str:
    found = current(page)
    return found.label if found is not None else ""


def cell(table: QTableView, column: int) -> str:
    """What the first row shows."""
    return str(table.model().index(0, column).data())


def leave(page: ReceptionPage, qtbot: QtBot) -> None:
    """The one at the counter has not come; nobody is held."""
    do(page, qtbot, F.Key_F9)


# -- the next one -----------------------------------------------------------------------------------------------------


def test_a_number_of_the_other_machine_is_called_after_the_centre_agreed(
    page: ReceptionPage, qtbot: QtBot, link: Claiming, theirs: str
) -> None:
    assert page.current.name.text().startswith("下一位 KA001")
    do(page, qtbot, F.Key_F2)
    assert link.claims == [theirs]
    assert link.asked[0] == ("claim", ("操作员01", "1号窗口"))
    assert page.current.number.text() == "KA001"
    assert said(page) == "请 KA001 到1号窗口。"
    assert "南门工作站的号" in page.current.about.text()


def test_own_numbers_do_not_trouble_the_centre(
    page: ReceptionPage, qtbot: QtBot, link: Claiming, store: Store, theirs: str
) -> None:
    change(store, "visits", theirs, state=State.LEFT.value)
    do(page, qtbot, F.Key_F2)
    assert held(page) == "A001"
    assert link.claims == []


def test_who_was_called_elsewhere_is_said_and_the_next_is_called(
    page: ReceptionPage, qtbot: QtBot, link: Claiming, theirs: str
) -> None:
    link.others[theirs] = "5号窗口"
    do(page, qtbot, F.Key_F2)
    assert held(page) == "A001"
    assert said(page) == "KA001 已被 5号窗口 叫走。请 A001 到1号窗口。"
    assert ("sync_now", None) in link.asked


def test_several_that_were_called_elsewhere(
    page: ReceptionPage, qtbot: QtBot, link: Claiming, elsewhere: Elsewhere, clock: FixedClock, theirs: str
) -> None:
    second = elsewhere.walk_in(clock.now() - 4 * MINUTE)
    link.others = {theirs: "5号窗口", second: ""}
    do(page, qtbot, F.Key_F2)
    assert set(link.claims) == {theirs, second}
    assert said(page) == "KA002 已被 操作员09 叫走。KA001 已被 5号窗口 叫走。请 A001 到1号窗口。"


def test_a_queue_that_is_too_old_is_not_tried_for_ever(
    page: ReceptionPage, qtbot: QtBot, link: Claiming, elsewhere: Elsewhere, clock: FixedClock, theirs: str
) -> None:
    more = [elsewhere.walk_in(clock.now() - 9 * MINUTE) for _ in range(MOST_TAKEN + 2)]
    link.others = dict.fromkeys([theirs, *more], "5号窗口")
    do(page, qtbot, F.Key_F2)
    assert len(link.claims) == MOST_TAKEN
    assert page.notices.kind == "refused"
    assert said(page).endswith("队列正在更新，请稍候再叫。")


def test_when_all_were_called_elsewhere_nobody_is_left(
    page: ReceptionPage, qtbot: QtBot, link: Claiming, store: Store, theirs: str
) -> None:
    with store.merge() as merge:
        merge.db.execute("UPDATE visits SET state = '弃号' WHERE id <> ?", (theirs,))
    link.others[theirs] = "5号窗口"
    do(page, qtbot, F.Key_F2)
    assert said(page) == "KA001 已被 5号窗口 叫走。没有等候本窗口办理的人。"


def test_a_centre_that_does_not_answer_leaves_the_own_numbers_and_says_so_once(
    page: ReceptionPage, qtbot: QtBot, link: Claiming
) -> None:
    link.reachable = False
    do(page, qtbot, F.Key_F2)
    assert held(page) == "A001"
    assert said(page) == f"{ALONE}请 A001 到1号窗口。"
    leave(page, qtbot)
    do(page, qtbot, F.Key_F2)
    assert said(page) == "请 A002 到1号窗口。"
    leave(page, qtbot)
    assert len(link.claims) == 2


def test_offline_the_page_offers_only_own_numbers(
    page: ReceptionPage, qtbot: QtBot, link: Claiming, store: Store
) -> None:
    link.become(state=LinkState.OFFLINE)
    qtbot.waitUntil(lambda: page.current.name.text().startswith("下一位 A001"))
    first = page.queue.waiting.rows.rows[0]
    assert (first.label, first.mine, first.reachable) == ("KA001", False, False)
    do(page, qtbot, F.Key_F2)
    assert held(page) == "A001"
    assert link.claims == []
    leave(page, qtbot)
    do(page, qtbot, F.Key_F2, F.Key_F9)
    assert said(page).startswith("A002 未到")
    with store.merge() as merge:
        merge.db.execute("UPDATE visits SET state = '弃号' WHERE label LIKE 'A%'")
        merge.touched.add("visits")
    do(page, qtbot, F.Key_F2)
    assert said(page) == f"没有等候本窗口的本机号。{ALONE}"
    qtbot.waitUntil(lambda: "其他机器发出的号现在叫不了" in page.current.name.text())

    link.become(state=LinkState.RESTING)
    qtbot.waitUntil(lambda: page.current.name.text().startswith("下一位 KA001"))


def test_offline_again_is_said_again(page: ReceptionPage, qtbot: QtBot, link: Claiming) -> None:
    for state, lead in (
        (LinkState.OFFLINE, ALONE),
        (LinkState.OFFLINE, ""),
        (LinkState.RESTING, ""),
        (LinkState.OFFLINE, ALONE),
    ):
        link.become(state=state)
        do(page, qtbot, F.Key_F2)
        assert said(page).startswith(lead + "请 ")
        leave(page, qtbot)
        page.desk.clock.forward(9 * MINUTE)  # type: ignore[attr-defined]


def test_while_the_centre_thinks_the_window_goes_on_and_a_second_press_does_nothing(
    open_page: Open, qtbot: QtBot, link: Claiming, theirs: str
) -> None:
    link.gate.clear()
    page = open_page(work=Work())
    try:
        qtbot.waitUntil(lambda: page.acts.view is not None)
        press(F.Key_F2)
        press(F.Key_F2)
        qtbot.waitUntil(lambda: bool(page.queue.waiting.rows.rows))
        assert held(page) == ""
        link.gate.set()
        qtbot.waitUntil(lambda: held(page) == "KA001")
        settled(page, qtbot)
        assert link.claims == [theirs]
    finally:
        link.gate.set()
        page.desk.work.close()


# -- a chosen one -----------------------------------------------------------------------------------------------------


def choose(page: ReceptionPage, visit: str) -> None:
    page.queue.waiting.setFocus()
    page.queue.waiting.choose(visit)
    press(ENTER)


def test_a_chosen_number_of_the_other_machine(page: ReceptionPage, qtbot: QtBot, link: Claiming, theirs: str) -> None:
    choose(page, theirs)
    settled(page, qtbot)
    assert held(page) == "KA001"
    assert link.claims == [theirs]


def test_a_chosen_one_that_was_called_elsewhere_is_refused(page: ReceptionPage, link: Claiming, theirs: str) -> None:
    link.others[theirs] = "5号窗口"
    choose(page, theirs)
    assert page.notices.kind == "refused"
    assert said(page) == "KA001 已被 5号窗口 叫走。"
    assert held(page) == ""


def test_a_chosen_one_out_of_reach_is_refused(page: ReceptionPage, link: Claiming, theirs: str) -> None:
    link.reachable = False
    choose(page, theirs)
    assert page.notices.kind == "refused"
    assert "南门工作站发出的号；中心暂不可达，本机只叫自己发出的号" in said(page)
    assert held(page) == ""


def test_the_reason_is_asked_for_before_the_centre(
    page: ReceptionPage, qtbot: QtBot, link: Claiming, elsewhere: Elsewhere, clock: FixedClock
) -> None:
    later = elsewhere.walk_in(clock.now())
    page.refresh()
    choose(page, later)
    asked = dialog(page, ReasonDialog, qtbot)
    assert link.claims == []
    link.others[later] = "6号窗口"
    write("来访人有急事", asked.reason.editor)
    press(ENTER)
    assert asked.isVisible()
    assert asked.notices.text.text() == "KA002 已被 6号窗口 叫走。"
    link.others.clear()
    press(ENTER)
    settled(page, qtbot)
    assert held(page) == "KA002"


def test_somebody_parked_elsewhere_is_taken_up_after_the_centre_agreed(
    page: ReceptionPage, qtbot: QtBot, link: Claiming, elsewhere: Elsewhere, clock: FixedClock, theirs: str
) -> None:
    elsewhere.calls(theirs, clock.now())
    elsewhere.does(theirs, Act.ARRIVE, State.SERVING, clock.now())
    elsewhere.does(theirs, Act.PARK, State.PARKED, clock.now(), note="取材料")
    page.refresh()
    page.queue.turn_to(PARKED)
    press(ENTER)
    settled(page, qtbot)
    assert link.claims == [theirs]
    assert said(page) == "KA001 继续办理。"


# -- called twice -----------------------------------------------------------------------------------------------------


def test_whose_caller_lost_is_told_where_the_person_is(
    page: ReceptionPage, qtbot: QtBot, link: Claiming, elsewhere: Elsewhere, clock: FixedClock, theirs: str
) -> None:
    do(page, qtbot, F.Key_F2)
    elsewhere.calls(theirs, clock.now(), seq=2)
    elsewhere.conflict(theirs, clock.now())
    settled(page, qtbot)
    assert said(page) == "KA001 两台机器都叫过，现在在5号窗口（叫号中）。"
    page.notices.clear()
    page.refresh()
    assert page.notices.isHidden()


def test_the_card_the_lists_and_the_history_show_who_was_called_twice(
    page: ReceptionPage, qtbot: QtBot, elsewhere: Elsewhere, clock: FixedClock, store: Store, theirs: str
) -> None:
    do(page, qtbot, F.Key_F2)
    elsewhere.event(theirs, 2, clock.now(), Act.CALL, "等候", State.CALLED, COUNTERS[0])
    elsewhere.conflict(theirs, clock.now())
    qtbot.waitUntil(lambda: "两台机器都叫过" in page.current.note.text())
    do(page, qtbot, F.Key_F9)
    row = page.queue.waiting.rows.rows[0]
    assert row.twice
    assert "两台机器都叫过" in cell(page.queue.waiting, 4)

    page.acts.show_history(theirs)
    shown = dialog(page, HistoryDialog, qtbot)
    assert "两台机器都叫过" in shown.facts.text()
    assert {one.counter for one in shown.table.rows.rows if one.act is Act.CALL} == {"1号窗口", "5号窗口"}
    shown.accept()
    back(page, qtbot)
    actions.leave(store, make.CLERK, theirs, clock.now())
    qtbot.waitUntil(lambda: bool(page.queue.ended.rows.rows))
    page.queue.turn_to(ENDED)
    assert "两台机器都叫过" in cell(page.queue.ended, 4)


def test_windows_of_one_name_are_told_once(
    store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot, link: Claiming
) -> None:
    Elsewhere(store).join(clock.now(), ("1号窗口", "6号窗口"))
    page = ReceptionPage(morning.desk(store, tmp_path, clock, link=link))
    qtbot.addWidget(page)
    in_front(qtbot, page)
    assert "两个「1号窗口」" in said(page)
    page.notices.clear()
    page.refresh()
    assert page.notices.isHidden()


# -- display, day close -----------------------------------------------------------------------------------------------


def test_calls_of_the_other_machine_are_spoken_unless_they_come_late(
    store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot, elsewhere: Elsewhere
) -> None:
    hall = Hall(morning.desk(store, tmp_path, clock), clock, Heard(), qtbot)
    display = hall.display()
    visit = elsewhere.walk_in(clock.now())
    elsewhere.calls(visit, clock.now())
    qtbot.waitUntil(lambda: hall.heard.said == [("KA001", "5号窗口")])
    late = elsewhere.walk_in(clock.now())
    elsewhere.calls(late, clock.now() - 11 * MINUTE, counter=2)
    qtbot.waitUntil(lambda: len(display.board.face.calls) == 2)
    assert [one.label for one in display.board.face.calls] == ["KA002", "KA001"]
    assert hall.heard.said == [("KA001", "5号窗口")]


def test_the_day_close_page_offers_the_figures_of_the_hall(
    store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot, theirs: str
) -> None:
    page = DayClosePage(morning.desk(store, tmp_path, clock, make.SUPERVISOR))
    qtbot.addWidget(page)
    in_front(qtbot, page)
    assert "只含本机发出的号；大厅另有 1 台机器，南门工作站未日结" in page.state.text()
    page.site_button.click()
    shown = dialog(page, SiteDialog, qtbot)
    first = shown.table.rows.rows[0]
    assert (first.title, first.values, first.together.value) == ("取号", ("2 人", "1 人"), 3)
    press(ENTER)
    behind = dialog(page, VisitsDialog, qtbot)
    assert [row.label for row in behind.table.rows.rows] == ["KA001", "A001", "A002"]


def test_alone_there_is_no_sum(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> None:
    page = DayClosePage(morning.desk(store, tmp_path, clock, make.SUPERVISOR))
    qtbot.addWidget(page)
    in_front(qtbot, page)
    assert page.site_button.isHidden()
    assert "大厅" not in page.state.text()

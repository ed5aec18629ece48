"""Calling, serving, parking, transferring, finishing and undoing at the reception page; refusals in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from tests import make
from tests.ui import morning
from tests.ui.counter import CTRL, ENTER, back, dialog, focus, press, queue, waiting, write
from tests.ui.hands import in_front
from zhangshu_desk.accounts import actions as accounts
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import DAY, MINUTE, SECOND, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.queries import Current
from zhangshu_desk.reception.rules import State
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.dialogs.unmask import Unmask
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.pages.reception.change_dialog import ChangeDialog
from zhangshu_desk.ui.pages.reception.finish_dialog import FinishDialog
from zhangshu_desk.ui.pages.reception.queue_card import ENDED, MISSED, PARKED
from zhangshu_desk.ui.pages.reception.transfer_dialog import TransferDialog
from zhangshu_desk.ui.pages.visits.history_dialog import HistoryDialog
from zhangshu_desk.ui.widgets import LinkButton
from zhangshu_desk.ui.work import Work

F = Qt.Key
Open = Callable[..., ReceptionPage]


@pytest.fixture
def open_page(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    """Opens a page; three people wait, A001 to A003, the clerk sits at counter 1, the supervisor at 2."""
    morning.open_counters(store, clock.now())
    for name in ("王一", "李二", "赵三"):
        morning.come(store, clock, None, "NB", visitor=name, phone="13812345678")
        clock.forward(MINUTE)

    def open_it(actor: Actor = make.CLERK, work: Work | None = None) -> ReceptionPage:
        page = ReceptionPage(morning.desk(store, tmp_path, clock, actor, work))
        qtbot.addWidget(page)
        page.resize(1274, 674)
        in_front(qtbot, page)
        page.on_shown()
        return page

    return open_it


@pytest.fixture
def page(open_page: Open) -> ReceptionPage:
    return open_page()


def current(page: ReceptionPage) -> Current | None:
    """Whom the page's counter holds now."""
    desk = page.desk
    return queries.current(desk.store, desk.session.actor.counter_id, desk.clock.now())


def state_of(page: ReceptionPage, label: str = "A001") -> State:
    with page.desk.store.read() as session:
        found = session.execute(text("SELECT state FROM visits WHERE label = :label"), {"label": label}).scalar_one()
        return State(found)


def settled(page: ReceptionPage, qtbot: QtBot) -> None:
    """Wait until the page shows whom the counter holds."""

    def shows() -> bool:
        held = current(page)
        view = page.acts.view
        return view is not None and (view.current.state if view.current else None) == (held.state if held else None)

    qtbot.waitUntil(shows)
    back(page, qtbot)


def do(page: ReceptionPage, qtbot: QtBot, *keys: Qt.Key) -> None:
    """Press keys one after the other, each on what the page shows after the one before."""
    for key in keys:
        press(key)
        settled(page, qtbot)


def test_f2_calls_the_next_and_the_card_shows_it(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2)

    assert page.current.number.text() == "A001"
    assert page.current.title.text() == "正在呼叫"
    assert page.notices.text.text() == "请 A001 到1号窗口。"
    assert waiting(page.desk) == ["A002", "A003"]
    assert page.current.button("arrive").isVisible()
    assert not page.current.button("finish").isVisible()


def test_a_whole_visit_by_keys(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2, F.Key_F4)
    assert page.current.title.text() == "正在办理"
    press(F.Key_F8)
    dialog(page, FinishDialog, qtbot)
    press(ENTER)
    settled(page, qtbot)

    assert current(page) is None
    assert state_of(page) is State.DONE
    assert page.current.number.text() == "空闲"
    qtbot.waitUntil(lambda: page.queue.tabs.tabText(ENDED) == "今日已办 1")


def test_finishing_records_what_was_really_given(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2, F.Key_F4)
    press(F.Key_F8)
    asked = dialog(page, FinishDialog, qtbot)
    asked.counts["NB"].setValue(2)
    asked.more.chips.chip("BG").click()
    assert focus() is asked.counts["BG"]
    press(ENTER)
    settled(page, qtbot)

    card = queries.visit(page.desk.store, _id(page, "A001"), page.desk.clock.now())
    assert dict(card.given) == {"NB": 2, "BG": 1}


def test_enter_on_a_chip_does_not_finish(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2, F.Key_F4)
    press(F.Key_F8)
    asked = dialog(page, FinishDialog, qtbot)
    asked.more.setFocus()
    press(ENTER)

    assert asked.isVisible()
    assert "JL" in asked.counts


def test_the_next_cannot_be_called_over_the_present_one(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2, F.Key_F4)
    assert not page.current.button("call").isEnabled()
    press(F.Key_F2)
    assert page.notices.kind == "refused"
    assert "A001 正在办理" in page.notices.text.text()
    page.queue.waiting.setFocus()
    press(ENTER)

    assert page.notices.kind == "refused"
    assert "A001" in page.notices.text.text()
    held = current(page)
    assert held is not None
    assert (held.label, held.state) == ("A001", State.SERVING)


def test_a_key_that_cannot_act_says_why(page: ReceptionPage) -> None:
    press(F.Key_F8)
    assert page.notices.text.text() == "本窗口现在没有人，请先呼叫（F2）。"
    press(F.Key_F10)
    assert page.notices.text.text() == "本窗口没有挂起的人。"


def test_only_what_is_possible_is_on(page: ReceptionPage, qtbot: QtBot) -> None:
    def on() -> set[str]:
        buttons = page.current.keys
        return {code for code in buttons if buttons[code].button.isEnabled()}

    assert on() == {"call"}
    do(page, qtbot, F.Key_F2)
    assert on() == {"arrive", "no_show", "transfer", "call_again", "undo"}
    do(page, qtbot, F.Key_F4)
    assert on() == {"finish", "park", "transfer", "undo"}


def test_called_again_and_not_come(page: ReceptionPage, clock: FixedClock, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2, F.Key_F3)
    assert "第 2 次" in page.notices.text.text()
    do(page, qtbot, F.Key_F9)
    assert page.notices.text.text() == "A001 未到，5 分钟后可再叫。"
    assert waiting(page.desk)[0] == "A001"
    clock.forward(6 * MINUTE)
    do(page, qtbot, F.Key_F2, F.Key_F9)
    assert "已转过号" in page.notices.text.text()
    qtbot.waitUntil(lambda: page.queue.tabs.tabText(MISSED) == "过号 1")
    page.queue.turn_to(MISSED)
    press(ENTER)
    settled(page, qtbot)
    held = current(page)
    assert held is not None
    assert held.label == "A001"


def test_out_of_order_needs_a_reason(page: ReceptionPage, qtbot: QtBot) -> None:
    page.queue.waiting.setFocus()
    page.queue.waiting.choose(_id(page, "A003"))
    press(ENTER)
    asked = dialog(page, ReasonDialog, qtbot)
    press(ENTER)
    assert asked.reason.problem.isVisible()
    write("来访人有急事", asked.reason.editor)
    press(ENTER)
    settled(page, qtbot)

    held = current(page)
    assert held is not None
    assert held.label == "A003"


def test_parked_and_taken_up_again(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2, F.Key_F4)
    press(F.Key_F6)
    asked = dialog(page, ReasonDialog, qtbot)
    asked.chips.chip("取材料").click()
    press(ENTER)
    settled(page, qtbot)
    assert current(page) is None
    assert page.notices.text.text() == "A001 已挂起（取材料）。"
    qtbot.waitUntil(lambda: page.queue.tabs.tabText(PARKED) == "挂起 1")
    assert page.current.button("resume").isVisible()
    do(page, qtbot, F.Key_F10)

    held = current(page)
    assert held is not None
    assert (held.label, held.state) == ("A001", State.SERVING)


def test_transferred_with_a_note_and_called_there(page: ReceptionPage, open_page: Open, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2, F.Key_F4)
    press(F.Key_F7)
    asked = dialog(page, TransferDialog, qtbot)
    assert asked.counter.key() == make.counter_id(2)
    write("材料已核对", asked.note.editor)
    press(ENTER)
    settled(page, qtbot)
    assert page.notices.text.text() == "A001 已转到2号窗口，票号不变。"

    other = open_page(make.at(make.SUPERVISOR, 2))
    do(other, qtbot, F.Key_F2)
    assert other.current.number.text() == "A001"
    assert "材料已核对" in other.notices.text.text()
    assert "材料已核对" in other.current.note.text()


def test_a_transfer_to_nowhere_is_refused_in_the_dialog(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2, F.Key_F4)
    press(F.Key_F7)
    asked = dialog(page, TransferDialog, qtbot)
    asked.counter.set_key("")
    write("说明还在", asked.note.editor)
    press(ENTER)

    assert asked.isVisible()
    assert asked.notices.kind == "refused"
    assert asked.note.text() == "说明还在"


@pytest.mark.parametrize("act", ["call", "park", "transfer", "finish"])
def test_undo_within_a_minute(page: ReceptionPage, qtbot: QtBot, act: str) -> None:
    do(page, qtbot, F.Key_F2)
    if act != "call":
        do(page, qtbot, F.Key_F4)
    before = state_of(page)
    if act == "park":
        press(F.Key_F6)
        asked = dialog(page, ReasonDialog, qtbot)
        asked.chips.chip("取材料").click()
        press(ENTER)
    elif act == "transfer":
        press(F.Key_F7)
        dialog(page, TransferDialog, qtbot)
        press(ENTER)
    elif act == "finish":
        press(F.Key_F8)
        dialog(page, FinishDialog, qtbot)
        press(ENTER)
    settled(page, qtbot)
    page.register.begin()
    assert page.notices.text.text()
    press(F.Key_Z, CTRL)
    settled(page, qtbot)

    assert state_of(page) is (State.WAITING if act == "call" else before)
    assert "已撤销" in page.notices.text.text()


def test_the_notice_carries_the_undo(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2)
    (link,) = page.notices.findChildren(LinkButton)
    assert link.text() == "撤销 Ctrl+Z"
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    settled(page, qtbot)

    assert current(page) is None


def test_after_a_minute_there_is_nothing_to_undo(page: ReceptionPage, clock: FixedClock, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2)
    clock.forward(61 * SECOND)
    page.refresh()
    assert not page.current.button("undo").isEnabled()
    press(F.Key_Z, CTRL)

    assert page.notices.kind == "refused"
    assert current(page) is not None


def test_ctrl_z_takes_back_typing_that_came_after_the_act(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2)
    page.register.begin()
    write("jh")
    press(F.Key_Z, CTRL)

    assert page.register.enterprise.editor.text() == ""
    assert current(page) is not None
    press(F.Key_Z, CTRL)
    settled(page, qtbot)
    assert current(page) is None


def test_del_cancels_with_a_reason(page: ReceptionPage, qtbot: QtBot) -> None:
    page.queue.waiting.setFocus()
    page.queue.waiting.choose(_id(page, "A002"))
    press(F.Key_Delete)
    asked = dialog(page, ReasonDialog, qtbot)
    asked.chips.chip("重复取号").click()
    press(ENTER)

    qtbot.waitUntil(lambda: waiting(page.desk) == ["A001", "A003"])
    assert state_of(page, "A002") is State.CANCELLED


def test_del_in_a_field_only_edits(page: ReceptionPage) -> None:
    page.register.begin()
    write("jh")
    press(F.Key_Home)
    press(F.Key_Delete)

    assert page.register.enterprise.editor.text() == "h"
    assert not page.window().findChildren(ReasonDialog)


def test_the_menu_of_a_row_does_what_its_state_allows(page: ReceptionPage, qtbot: QtBot) -> None:
    row = page.queue.waiting.rows.rows[0]
    assert [words for words, _, _ in page.queue.lines(row)] == [
        "呼叫这一位", "转窗口…", "详情与经过", "补打号票", "修改登记…", "弃号…", "取消…",
    ]  # fmt: skip
    leave = next(act for words, _, act in page.queue.lines(row) if words == "弃号…")
    leave()
    dialog(page, Ask, qtbot)
    press(ENTER)
    qtbot.waitUntil(lambda: state_of(page) is State.LEFT)


def test_space_shows_the_history(page: ReceptionPage, qtbot: QtBot) -> None:
    page.queue.waiting.setFocus()
    page.queue.waiting.selectRow(0)
    press(F.Key_Space)
    shown = dialog(page, HistoryDialog, qtbot)

    assert [row.title for row in shown.table.rows.rows] == ["取号"]
    assert shown.figures["waited_ms"].text() == "3 分"
    assert "王*" in shown.about.text()
    assert "138****5678" in shown.about.text()


def test_a_double_press_calls_one_person(open_page: Open, qtbot: QtBot) -> None:
    work = Work()
    page = open_page(work=work)
    qtbot.waitUntil(lambda: not work.busy())
    press(F.Key_F2)
    press(F.Key_F2)
    qtbot.waitUntil(lambda: not work.busy())
    settled(page, qtbot)

    assert waiting(page.desk) == ["A002", "A003"]
    assert page.notices.kind == "info"
    work.close()


def test_waits_have_a_sign_and_not_only_a_colour(page: ReceptionPage, clock: FixedClock) -> None:
    clock.forward(16 * MINUTE)
    page.refresh()
    shown = [page.queue.waiting.rows.index(0, 3).data(), page.queue.waiting.rows.index(2, 3).data()]
    assert shown == ["19 分 ▲", "17 分 ▲"]
    clock.forward(20 * MINUTE)
    page._tick.timeout.emit()
    assert page.queue.waiting.rows.index(0, 3).data() == "39 分 ▲▲"


def test_without_a_counter_it_says_how_to_get_one(open_page: Open, store: Store, clock: FixedClock) -> None:
    nowhere = accounts.close_counter(store, make.CLERK, make.counter_id(1), clock.now())
    page = open_page(nowhere)
    assert page.current.choose.isVisible()
    assert not page.current.button("call").isEnabled()
    press(F.Key_F2)

    assert "Ctrl+W" in page.notices.text.text()
    page.desk.session.become(accounts.open_counter(store, nowhere, make.counter_id(3), clock.now()))
    assert not page.current.choose.isVisible()
    assert "3号窗口" in page.current.counter.whole()


def test_two_pages_of_one_process_keep_apart(page: ReceptionPage, open_page: Open, qtbot: QtBot) -> None:
    other = open_page(make.at(make.SUPERVISOR, 2))
    do(other, qtbot, F.Key_F2)
    assert current(page) is None
    back(page, qtbot)
    do(page, qtbot, F.Key_F2)

    mine, theirs = current(page), current(other)
    assert mine is not None
    assert theirs is not None
    assert (theirs.label, mine.label) == ("A001", "A002")
    qtbot.waitUntil(lambda: [row.label for row in other.queue.waiting.rows.rows] == ["A003"])


def test_a_day_left_open_is_noticed(open_page: Open, clock: FixedClock) -> None:
    clock.forward(DAY)
    asked: list[tuple[str, object]] = []
    page = open_page()
    object.__setattr__(page.desk, "open", lambda title, payload: asked.append((title, payload)))
    assert page.notices.text.text() == "11 月 23 日还没有日结。"
    page.notices._acted()

    assert asked == [("日结", morning.TODAY)]


def test_a_found_ticket_opens_its_history(page: ReceptionPage, qtbot: QtBot) -> None:
    page.receive(("ticket", _id(page, "A002")))
    assert "A002" in dialog(page, HistoryDialog, qtbot).facts.text()


def test_what_another_window_did_is_refused_in_words(page: ReceptionPage, store: Store, clock: FixedClock) -> None:
    row = queue(page.desk).waiting[0]
    actions.call(store, make.at(make.SUPERVISOR, 2), row.id, clock.now())
    page.acts.call(row)

    assert page.notices.kind == "refused"
    assert "2号窗口" in page.notices.text.text()


def _id(page: ReceptionPage, label: str) -> str:
    with page.desk.store.read() as session:
        return str(session.execute(text("SELECT id FROM visits WHERE label = :label"), {"label": label}).scalar_one())


def test_a_registration_is_corrected_in_place(page: ReceptionPage, qtbot: QtBot) -> None:
    row = queue(page.desk).waiting[1]
    page.acts.change(row)
    asked = dialog(page, ChangeDialog, qtbot)
    assert asked.visitor.editor.placeholderText() == "现为 李*"
    asked.services.choose(["BG", "NB"])
    write("补带公章", asked.remark.editor)
    press(ENTER, CTRL)
    back(page, qtbot)

    assert [one.label for one in queue(page.desk).waiting] == ["A001", "A002", "A003"]
    card = queries.visit(page.desk.store, row.id, page.desk.clock.now())
    assert (card.services, card.remark, card.visitor) == (("NB", "BG"), "补带公章", "李*")
    with page.desk.store.read() as session:
        kept = session.execute(text("SELECT visitor, phone FROM visits WHERE id = :id"), {"id": row.id}).one()
    assert tuple(kept) == ("李二", "13812345678")


def test_a_full_name_costs_a_reason(page: ReceptionPage, qtbot: QtBot) -> None:
    page.acts.show_history(_id(page, "A001"))
    shown = dialog(page, HistoryDialog, qtbot)
    QTest.mouseClick(shown.links["visitor"], Qt.MouseButton.LeftButton)
    asked = dialog(shown, Unmask, qtbot)
    write("联系来访人", asked.reason.editor)
    press(ENTER)
    assert asked.masked.text() == "王一"
    with page.desk.store.read() as session:
        acts = session.execute(text("SELECT act FROM audit ORDER BY seq DESC LIMIT 1")).scalar_one()
    assert acts == "privacy.unmask"


def test_a_carried_over_number_stays_readable(open_page: Open, store: Store, clock: FixedClock, qtbot: QtBot) -> None:
    actions.close_day(store, make.SUPERVISOR, morning.TODAY, True, clock.now())
    clock.forward(DAY)
    morning.open_counters(store, clock.now())
    page = open_page()
    do(page, qtbot, F.Key_F2)

    assert page.current.number.text() == "A001"
    assert page.current.about.text().startswith("23日的号")
    assert page.notices.text.text() == "请 A001·23日 到1号窗口。"

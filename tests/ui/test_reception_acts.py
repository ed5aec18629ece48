"""Calling, serving, parking, transferring and finishing at the reception page; refusals in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui import morning
from tests.ui.counter import ENTER, back, dialog, focus, press, queue, waiting, write
from tests.ui.serving import Open, current, do, opener, settled, state_of, visit_id
from zhangshu_desk.accounts import actions as accounts
from zhangshu_desk.core.clock import DAY, MINUTE, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.rules import State
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.pages.reception.finish_dialog import FinishDialog
from zhangshu_desk.ui.pages.reception.queue_card import ENDED, MISSED, PARKED
from zhangshu_desk.ui.pages.reception.transfer_dialog import TransferDialog
from zhangshu_desk.ui.work import Work

F = Qt.Key


@pytest.fixture
def open_page(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    """Opens a page; three people wait."""
    return opener(store, clock, tmp_path, qtbot)


@pytest.fixture
def page(open_page: Open) -> ReceptionPage:
    return open_page()


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

    card = queries.visit(page.desk.store, visit_id(page, "A001"), page.desk.clock.now())
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
    page.queue.waiting.choose(visit_id(page, "A003"))
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


def test_what_another_window_did_is_refused_in_words(page: ReceptionPage, store: Store, clock: FixedClock) -> None:
    row = queue(page.desk).waiting[0]
    actions.call(store, make.at(make.SUPERVISOR, 2), row.id, clock.now())
    page.acts.call(row)

    assert page.notices.kind == "refused"
    assert "2号窗口" in page.notices.text.text()


def test_a_carried_over_number_stays_readable(open_page: Open, store: Store, clock: FixedClock, qtbot: QtBot) -> None:
    actions.close_day(store, make.SUPERVISOR, morning.TODAY, True, clock.now())
    clock.forward(DAY)
    morning.open_counters(store, clock.now())
    page = open_page()
    do(page, qtbot, F.Key_F2)

    assert page.current.number.text() == "A001"
    assert page.current.about.text().startswith("23日的号")
    assert page.notices.text.text() == "请 A001·23日 到1号窗口。"

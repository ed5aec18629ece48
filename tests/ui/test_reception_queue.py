"""The lists of the reception page: keys and menu of a row, waits with a sign, histories, corrections."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from tests.ui import morning
from tests.ui.counter import CTRL, ENTER, back, dialog, press, queue, waiting, write
from tests.ui.serving import Open, opener, state_of, visit_id
from zhangshu_desk.core.clock import DAY, MINUTE, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import queries
from zhangshu_desk.reception.rules import State
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.dialogs.unmask import Unmask
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.pages.reception.change_dialog import ChangeDialog
from zhangshu_desk.ui.pages.visits.history_dialog import HistoryDialog

F = Qt.Key


@pytest.fixture
def open_page(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    """Opens a page; three people wait."""
    return opener(store, clock, tmp_path, qtbot)


@pytest.fixture
def page(open_page: Open) -> ReceptionPage:
    return open_page()


def test_del_cancels_with_a_reason(page: ReceptionPage, qtbot: QtBot) -> None:
    page.queue.waiting.setFocus()
    page.queue.waiting.choose(visit_id(page, "A002"))
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


def test_waits_have_a_sign_and_not_only_a_colour(page: ReceptionPage, clock: FixedClock) -> None:
    clock.forward(16 * MINUTE)
    page.refresh()
    shown = [page.queue.waiting.rows.index(0, 3).data(), page.queue.waiting.rows.index(2, 3).data()]
    assert shown == ["19 分 ▲", "17 分 ▲"]
    clock.forward(20 * MINUTE)
    page._tick.timeout.emit()
    assert page.queue.waiting.rows.index(0, 3).data() == "39 分 ▲▲"


def test_a_day_left_open_is_noticed(open_page: Open, clock: FixedClock) -> None:
    clock.forward(DAY)
    asked: list[tuple[str, object]] = []
    page = open_page()
    object.__setattr__(page.desk, "open", lambda title, payload: asked.append((title, payload)))
    assert page.notices.text.text() == "11 月 23 日还没有日结。"
    page.notices._acted()

    assert asked == [("日结", morning.TODAY)]


def test_a_found_ticket_opens_its_history(page: ReceptionPage, qtbot: QtBot) -> None:
    page.receive(("ticket", visit_id(page, "A002")))
    assert "A002" in dialog(page, HistoryDialog, qtbot).facts.text()


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
    page.acts.show_history(visit_id(page, "A001"))
    shown = dialog(page, HistoryDialog, qtbot)
    QTest.mouseClick(shown.links["visitor"], Qt.MouseButton.LeftButton)
    asked = dialog(shown, Unmask, qtbot)
    write("联系来访人", asked.reason.editor)
    press(ENTER)
    assert asked.masked.text() == "王一"
    with page.desk.store.read() as session:
        acts = session.execute(text("SELECT act FROM audit ORDER BY seq DESC LIMIT 1")).scalar_one()
    assert acts == "privacy.unmask"

"""Registering at the reception page: choosing, refusing, printing, and never two numbers for one press."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui import morning
from tests.ui.counter import CTRL, ENTER, dialog, focus, press, queue, waiting, write
from tests.ui.hands import in_front
from zhangshu_desk.accounts import actions as accounts
from zhangshu_desk.core.clock import FixedClock, parse_moment
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.pages.reception.quick_dialog import QuickDialog
from zhangshu_desk.ui.work import Work

Open = Callable[..., ReceptionPage]


@pytest.fixture
def open_page(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    """Opens the page of the clerk at counter 1; two firms of the park are there."""
    morning.park(store, clock.now(), 2)
    accounts.open_counter(store, make.CLERK, make.counter_id(1), clock.now())

    def open_it(work: Work | None = None) -> ReceptionPage:
        page = ReceptionPage(morning.desk(store, tmp_path, clock, work=work))
        qtbot.addWidget(page)
        page.resize(1274, 674)
        in_front(qtbot, page)
        page.on_shown()
        return page

    return open_it


@pytest.fixture
def page(open_page: Open) -> ReceptionPage:
    return open_page()


def test_a_number_is_given_with_what_was_meant(page: ReceptionPage, qtbot: QtBot) -> None:
    write("jhbx")
    press(ENTER)
    press(Qt.Key.Key_Space)
    press(ENTER, CTRL)

    assert waiting(page.desk) == ["B001"]
    assert page.ticket.isVisible()
    assert page.ticket.number.text() == "B001"
    assert page.ticket.wait.whole() == "前面没有人 · 马上可办"
    assert page.register.is_empty()
    assert focus() is page.register.enterprise.editor
    card = queries.visit(page.desk.store, queue(page.desk).waiting[0].id, page.desk.clock.now())
    assert (card.enterprise_name, card.visitor, card.phone) == (morning.JINHU, "张*", "138****5678")
    qtbot.waitUntil(lambda: [row.label for row in page.queue.waiting.rows.rows] == ["B001"])


def test_a_person_without_an_enterprise_gets_a_number(page: ReceptionPage) -> None:
    write("王小明", page.register.visitor.editor)
    page.register.services.choose(["ZX"])
    press(ENTER, CTRL)

    assert [row.name for row in queue(page.desk).waiting] == ["王*"]
    assert page.ticket.who.whole() == "王*"


def test_what_is_missing_is_said_where_it_is_missing(page: ReceptionPage) -> None:
    page.register.services.choose(["ZX"])
    press(ENTER, CTRL)
    assert page.register.enterprise.field.problem.isVisible()
    page.register.services.choose([])
    write("王小明", page.register.visitor.editor)
    press(ENTER, CTRL)

    assert page.register.services.problem.text() == "请选择办理事项。"
    assert page.register.visitor.value() == "王小明"
    assert waiting(page.desk) == []


def test_a_refusal_loses_nothing(page: ReceptionPage) -> None:
    desk = page.desk
    actions.close_day(desk.store, make.SUPERVISOR, morning.TODAY, True, desk.clock.now())
    write("jhbx")
    press(ENTER)
    page.register.services.choose(["JL", "NB"])
    page.register.remark.set_text("带来 3 台电子秤")
    before = page.register.form()
    press(ENTER, CTRL)

    assert page.notices.kind == "refused"
    assert "已经日结" in page.notices.text.text()
    assert page.register.form() == before


def test_a_doubtful_phone_is_a_warning_and_no_wall(page: ReceptionPage) -> None:
    write("王小明", page.register.visitor.editor)
    write("12345", page.register.phone.editor)
    page.register.services.setFocus()
    assert "不像电话号码" in page.register.phone.problem.text()
    page.register.services.choose(["ZX"])
    press(ENTER, CTRL)

    assert len(waiting(page.desk)) == 1


def test_a_double_press_gives_one_number(open_page: Open, qtbot: QtBot) -> None:
    work = Work()
    page = open_page(work)
    qtbot.waitUntil(lambda: not work.busy())
    write("王小明", page.register.visitor.editor)
    page.register.services.choose(["ZX"])
    press(ENTER, CTRL)
    press(ENTER, CTRL)
    qtbot.waitUntil(lambda: not work.busy())
    press(ENTER, CTRL)
    qtbot.waitUntil(lambda: not work.busy())

    assert waiting(page.desk) == ["A001"]
    assert not page.register.services.problem.isVisible()
    work.close()


def test_success_is_said_only_after_the_commit(open_page: Open, qtbot: QtBot) -> None:
    work = Work()
    page = open_page(work)
    qtbot.waitUntil(lambda: not work.busy())
    write("王小明", page.register.visitor.editor)
    page.register.services.choose(["ZX"])
    press(ENTER, CTRL)
    assert not page.ticket.isVisible()
    assert page.register.visitor.value() == "王小明"
    qtbot.waitUntil(page.ticket.isVisible)
    qtbot.waitUntil(lambda: not work.busy())

    assert len(waiting(page.desk)) == 1
    work.close()


def test_any_service_is_found_by_its_initials(page: ReceptionPage) -> None:
    page.register.services.setFocus()
    write("z")
    assert page.register.services.finder.isVisible()
    assert page.register.services.finder.editor.text() == "z"
    write("czx")  # 政策咨询
    press(ENTER)

    assert page.register.services.chosen() == ("ZX",)
    assert page.register.services.chips.chip("ZX").isChecked()
    press(Qt.Key.Key_Escape)
    assert not page.register.services.finder.isVisible()


def test_several_services_keep_the_order_of_the_chips(page: ReceptionPage) -> None:
    page.register.services.choose(["NB", "ZX", "JL"])
    assert page.register.services.chosen() == ("JL", "NB", "ZX")


def test_an_appointment_asks_for_its_time(page: ReceptionPage, clock: FixedClock) -> None:
    assert not page.register.priority.time.isVisible()
    page.register.priority.reason.set_key("预约")
    assert page.register.priority.time.isVisible()
    page.register.priority.choose("预约", parse_moment("2026-11-23T10:30"), clock.now())
    write("王小明", page.register.visitor.editor)
    page.register.services.choose(["ZX"])
    press(ENTER, CTRL)

    (row,) = queue(page.desk).waiting
    assert (row.priority, row.appointment) == ("预约", "10:30")
    assert page.register.priority.priority() == ""


def test_without_a_printer_it_says_so_and_goes_on(page: ReceptionPage) -> None:
    write("王小明", page.register.visitor.editor)
    page.register.services.choose(["ZX"])
    press(ENTER, CTRL)

    assert "未打印" in page.ticket.slip.whole()
    assert "未打印" in page.notices.text.text()
    assert page.notices.kind == "info"


def test_the_slip_is_printed_and_printed_again(page: ReceptionPage, clock: FixedClock, tmp_path: Path) -> None:
    page.desk.settings.change(slip_printer="pdf")
    write("王小明", page.register.visitor.editor)
    page.register.services.choose(["ZX"])
    press(ENTER, CTRL)
    assert len(list((tmp_path / "papers").glob("*.pdf"))) == 1
    clock.forward(1000)
    press(Qt.Key.Key_P, CTRL)

    assert len(list((tmp_path / "papers").glob("*.pdf"))) == 2
    assert "A001" in page.notices.text.text()


def test_a_quick_service_needs_no_number(page: ReceptionPage, qtbot: QtBot) -> None:
    write("jhbx")
    press(ENTER)
    press(Qt.Key.Key_J, CTRL)
    asked = dialog(page, QuickDialog, qtbot)
    assert asked.visitor.value() == "张先生"
    asked.services.choose(["ZX"])
    press(ENTER, CTRL)

    assert waiting(page.desk) == []
    qtbot.waitUntil(lambda: page.queue.tabs.tabText(3) == "今日已办 1")
    assert "即时服务" in page.notices.text.text()
    assert page.register.is_empty()


def test_a_service_typed_but_not_taken_is_not_forgotten(page: ReceptionPage) -> None:
    write("王小明", page.register.visitor.editor)
    page.register.services.choose(["NB"])
    page.register.services.setFocus()
    write("zczx")
    press(ENTER, CTRL)

    assert waiting(page.desk) == []
    assert page.register.services.problem.isVisible()
    press(ENTER)
    press(ENTER, CTRL)
    assert len(waiting(page.desk)) == 1

"""The enterprise field of the reception page: typing, scanning, unknown ones, the usual visitor behind a mask."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui import morning
from tests.ui.counter import CODE, CTRL, ENTER, dialog, focus, press, queue, waiting, write
from tests.ui.hands import in_front
from zhangshu_desk.accounts import actions as accounts
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.enterprises import actions as enterprises
from zhangshu_desk.enterprises import queries as enterprise_queries
from zhangshu_desk.enterprises.rules import EnterpriseFields
from zhangshu_desk.reception import queries
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.pages.reception.new_enterprise_dialog import NewEnterpriseDialog
from zhangshu_desk.ui.widgets import PlainButton
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


def test_typing_begins_at_the_enterprise(page: ReceptionPage) -> None:
    assert focus() is page.register.enterprise.editor


def test_initials_find_the_enterprise_and_fill_in_its_usual_visitor(page: ReceptionPage) -> None:
    write("jhbx")
    press(ENTER)

    assert page.register.enterprise.editor.text() == morning.JINHU
    assert (page.register.visitor.text(), page.register.phone.text()) == ("张*", "138****5678")
    assert (page.register.visitor.value(), page.register.phone.value()) == ("张先生", "13812345678")
    assert "首次来访" in page.register.enterprise.about.whole()
    assert page.register.services.chips.isAncestorOf(focus())


def test_the_full_name_and_phone_are_kept_behind_the_mask(page: ReceptionPage) -> None:
    write("jhbx")
    press(ENTER)
    page.register.services.choose(["NB"])

    sent = page.register.form()

    assert (sent.visitor, sent.phone) == ("张先生", "13812345678")


def test_another_visitor_does_not_keep_the_usual_ones_phone(page: ReceptionPage) -> None:
    write("jhbx")
    press(ENTER)
    page.register.visitor.editor.setFocus()
    write("L")

    assert page.register.visitor.text() == "L"
    assert page.register.phone.value() == ""


def test_typing_into_the_mask_leaves_no_half_of_it(page: ReceptionPage) -> None:
    write("jhbx")
    press(ENTER)
    page.register.phone.editor.setFocus()
    page.register.phone.editor.deselect()
    page.register.phone.editor.end(False)
    press(Qt.Key.Key_Backspace)
    assert page.register.phone.value() == ""
    write("13800001111")
    assert page.register.phone.value() == "13800001111"


def test_editing_the_name_drops_the_enterprise_and_its_visitor(page: ReceptionPage) -> None:
    write("jhbx")
    press(ENTER)
    page.register.enterprise.editor.setFocus()
    press(Qt.Key.Key_End)
    press(Qt.Key.Key_Backspace)

    assert page.register.enterprise.arrival is None
    assert page.register.visitor.value() == ""
    assert not page.register.enterprise.about.isVisible()


def test_a_scanned_code_finds_its_enterprise(page: ReceptionPage) -> None:
    write(f"https://example.cn/q?code={CODE}&t=1", page.register.enterprise.editor)
    press(ENTER)

    assert page.register.enterprise.arrival is None  # not registered yet
    assert page.register.enterprise.code == CODE
    assert page.register.enterprise.editor.text() == ""
    assert page.register.enterprise.new.isVisible()

    desk = page.desk
    enterprises.add(desk.store, make.SUPERVISOR, EnterpriseFields("江西新锐智能家居有限公司", CODE), desk.clock.now())
    write(CODE.lower(), page.register.enterprise.editor)
    press(ENTER)

    assert page.register.enterprise.arrival is not None
    assert page.register.enterprise.editor.text() == "江西新锐智能家居有限公司"


def test_an_unknown_code_stays_with_the_visit_when_it_goes_on_with_a_name(page: ReceptionPage) -> None:
    write(CODE, page.register.enterprise.editor)
    press(ENTER)
    write("新来的五金厂", page.register.enterprise.editor)
    press(ENTER)
    page.register.services.choose(["ZX"])
    press(ENTER, CTRL)

    (row,) = queue(page.desk).waiting
    card = queries.visit(page.desk.store, row.id, page.desk.clock.now())
    assert card.enterprise_name == "新来的五金厂"
    assert card.remark == f"信用代码 {CODE}"


def test_an_unknown_enterprise_is_registered_on_the_spot(page: ReceptionPage, qtbot: QtBot) -> None:
    write(CODE, page.register.enterprise.editor)
    press(ENTER)
    QTest.mouseClick(page.register.enterprise.new, Qt.MouseButton.LeftButton)
    asked = dialog(page, NewEnterpriseDialog, qtbot)
    assert asked.code.text() == CODE
    write("江西新锐智能家居有限公司", asked.name.editor)
    asked.act()

    found = enterprise_queries.find_by_code(page.desk.store, CODE)
    assert found is not None
    assert page.register.enterprise.arrival is not None
    assert page.register.enterprise.arrival.id == found.id


def test_a_duplicate_is_offered_instead_of_being_made(page: ReceptionPage, qtbot: QtBot) -> None:
    page.register.wanted.emit(morning.JINHU, "")
    asked = dialog(page, NewEnterpriseDialog, qtbot)
    write("尚未领照", asked.why.editor)
    asked.act()

    assert asked.notices.isVisible()
    assert asked.despite.isVisible()
    use = next(one for one in asked.findChildren(PlainButton) if one.text() == "选用")
    QTest.mouseClick(use, Qt.MouseButton.LeftButton)
    assert page.register.enterprise.arrival is not None
    assert page.register.enterprise.arrival.name == morning.JINHU


def test_an_open_list_is_not_sent_as_a_name(page: ReceptionPage) -> None:
    write("jhbx")
    page.register.services.choose(["NB"])
    page.register.visitor.set_text("")
    press(ENTER, CTRL)

    assert waiting(page.desk) == []
    assert page.register.enterprise.field.problem.isVisible()
    assert page.register.enterprise.editor.text() == "jhbx"


def test_a_scan_of_a_known_code_takes_it_at_once(page: ReceptionPage) -> None:
    desk = page.desk
    enterprises.add(desk.store, make.SUPERVISOR, EnterpriseFields("江西新锐智能家居有限公司", CODE), desk.clock.now())
    page.register.begin()
    write(f"http://example.cn/{CODE}")
    press(ENTER)

    assert page.register.enterprise.arrival is not None
    assert page.register.enterprise.arrival.credit_code == CODE

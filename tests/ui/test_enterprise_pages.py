"""企业 through a window: find, look, register despite a likeness, rename, see in full, void, import and take back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui import morning
from tests.ui.counter import dialog
from tests.ui.hands import in_front, type_in
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.enterprises import queries
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.dialogs.unmask import Unmask
from zhangshu_desk.ui.pages.enterprises import EnterprisesPage
from zhangshu_desk.ui.pages.enterprises.edit_dialog import EditDialog
from zhangshu_desk.ui.pages.enterprises.import_dialog import ImportDialog
from zhangshu_desk.ui.pages.enterprises.import_undo import UndoneDialog
from zhangshu_desk.ui.pages.enterprises.rename_dialog import RenameDialog

DATA = Path(__file__).parent.parent / "data"
FILES = Path(__file__).parent.parent / "enterprises" / "files"
GOOD = "91360982000000019L"
Open = Callable[..., EnterprisesPage]


@pytest.fixture
def open_page(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    """Opens the page with the eight firms of the park, or with none."""
    kept: list[EnterprisesPage] = []  # a dialog dies with the last reference to its parent

    def open_it(actor: Actor = make.SUPERVISOR, *, firms: int = 8) -> EnterprisesPage:
        morning.park(store, clock.now(), firms)
        page = EnterprisesPage(morning.desk(store, tmp_path, clock, actor))
        qtbot.addWidget(page)
        kept.append(page)
        page.resize(1274, 674)
        in_front(qtbot, page)
        page.on_shown()
        return page

    return open_it


def shown(page: EnterprisesPage) -> list[str]:
    """The names in the list."""
    return [row.name for row in page.table.rows.rows]


def find(page: EnterprisesPage, text: str, qtbot: QtBot) -> None:
    """Type into the search field, Enter, and wait for one enterprise at the right."""
    type_in(page.search.editor, text)
    qtbot.waitUntil(lambda: len(shown(page)) == 1)
    QTest.keyClick(page.search.editor, Qt.Key.Key_Return)
    assert page.view.card is not None


def test_an_empty_list_says_how_to_begin(open_page: Open) -> None:
    page = open_page(firms=0)

    assert shown(page) == []
    assert page.view.card is None
    assert page.list.title.text() == "企业 0 家"


def test_found_by_initials_and_opened_by_enter(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()

    find(page, "jhbx", qtbot)

    assert shown(page) == [morning.JINHU]
    assert page.view.title.text() == morning.JINHU
    assert [(one.name, one.phone) for one in page.view.contacts.rows.rows] == [("张*", "138****5678")]
    assert page.table.hasFocus()


def test_no_person_is_shown_in_full_without_a_reason(open_page: Open, store: Store, qtbot: QtBot) -> None:
    page = open_page()
    find(page, "jhbx", qtbot)
    page.view.tabs.setCurrentIndex(1)
    page.view.contacts.selectRow(0)

    page.view.see_phone.click()
    asked = dialog(page, Unmask, qtbot)
    asked.act()
    assert asked.masked.text() == "138****5678"
    type_in(asked.reason.editor, "回访")
    asked.act()

    assert asked.masked.text() == "13812345678"
    asked.reject()


def test_a_likeness_is_pointed_out_while_typing(open_page: Open, store: Store, qtbot: QtBot) -> None:
    page = open_page()
    page.search.setFocus()
    QTest.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    form = dialog(page, EditDialog, qtbot)

    type_in(form.fields["name"].editor, morning.JINHU)
    qtbot.waitUntil(lambda: form.same.isVisible())
    assert "名称相同" in form.same.text()
    type_in(form.fields["credit_code"].editor, GOOD)
    form.act()
    assert form.notices.isVisible()
    assert form.fields["name"].text() == morning.JINHU  # nothing typed is lost
    type_in(form.despite.editor, "分公司")
    form.act()

    assert queries.page(store).total == 9


def test_a_new_name_keeps_the_old_one_on_the_card(open_page: Open, store: Store, qtbot: QtBot) -> None:
    page = open_page()
    find(page, "jhbx", qtbot)

    page.view.rename.click()
    form = dialog(page, RenameDialog, qtbot)
    form.name.editor.selectAll()
    type_in(form.name.editor, "江西锦湖智能装备有限公司")
    form.act()

    qtbot.waitUntil(lambda: page.view.title.text() == "江西锦湖智能装备有限公司")
    assert [one.name for one in page.view.names.rows.rows] == ["江西锦湖智能装备有限公司", morning.JINHU]


def test_voided_ones_are_found_under_their_own_filter(open_page: Open, qtbot: QtBot) -> None:
    page = open_page()
    find(page, "jhbx", qtbot)

    page.view.void.click()
    asked = dialog(page, ReasonDialog, qtbot)
    type_in(asked.reason.editor, "已注销")
    asked.act()
    qtbot.waitUntil(lambda: shown(page) == [])
    page.search.set_text("")
    page.which.set_key(queries.Filter.VOIDED)
    page.which.chosen.emit(queries.Filter.VOIDED)

    qtbot.waitUntil(lambda: shown(page) == [morning.JINHU])
    assert page.view.state.text() == "已作废：已注销"


def test_a_clerk_neither_imports_nor_exports_nor_voids(open_page: Open, qtbot: QtBot) -> None:
    page = open_page(make.CLERK)
    find(page, "jhbx", qtbot)

    names = {one.accessibleName() for one in page.findChildren(QWidget) if one.isVisible()}
    assert not {"导入…", "导出…", "作废…"} & names
    assert {"登记企业", "修改", "更名"} <= names
    assert not page.acceptDrops()


def test_the_parks_list_is_looked_at_imported_and_taken_back(open_page: Open, store: Store, qtbot: QtBot) -> None:
    page = open_page(firms=0)
    page._import(DATA / "enterprises.xlsx")
    form = dialog(page, ImportDialog, qtbot)

    numbers = [row.number for row in form.preview.table.rows.rows]
    assert len(numbers) == 407
    assert form.primary.text() == "导入 389 家"
    assert queries.page(store).total == 0  # looking writes nothing
    form.act()
    qtbot.waitUntil(lambda: len(shown(page)) > 0)
    assert queries.page(store).total == 389
    assert [row.number for row in form.outcome.table.rows.rows][:3] == [15, 17, 79]

    form.outcome.undo.click()
    dialog(page, Ask, qtbot).act()
    told = dialog(page, UndoneDialog, qtbot)

    assert "389" in told.text.text()
    assert queries.page(store).total == 0
    told.reject()
    form.reject()


@pytest.mark.parametrize("name", ["locked.xlsx", "nowhere.xlsx"])
def test_a_file_that_cannot_be_read_is_named(open_page: Open, store: Store, qtbot: QtBot, name: str) -> None:
    page = open_page(firms=0)
    page._import(FILES / name)
    form = dialog(page, ImportDialog, qtbot)

    assert form.notices.isVisible()
    assert f"「{name}」" in form.notices.text.text()
    form.reject()

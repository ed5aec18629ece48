"""Windows that are open when the centre sends other services down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests import make
from tests.handed_down import DR, GROUP, NB, OTHERS, group_row, send, send_all, service_row
from tests.store_fixtures import NINE
from tests.ui.admin import dialog_of, open_page, tab_of
from tests.ui.chips import chips
from tests.ui.counter import CTRL, ENTER, back, dialog, press, write
from tests.ui.serving import Open, current, do, opener, settled, state_of
from zhangshu_desk.accounts import actions as accounts
from zhangshu_desk.accounts import queries as account_queries
from zhangshu_desk.accounts.inputs import CounterChange
from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.clock import FixedClock, stamp
from zhangshu_desk.core.services import Service, shipped
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception import queries
from zhangshu_desk.reception.rules import State
from zhangshu_desk.sync import copying
from zhangshu_desk.sync.applying import Row
from zhangshu_desk.ui.pages import pages
from zhangshu_desk.ui.pages.admin.account_dialogs import ChangeAccount
from zhangshu_desk.ui.pages.admin.accounts_tab import AccountsTab
from zhangshu_desk.ui.pages.admin.counter_dialog import CounterDialog
from zhangshu_desk.ui.pages.admin.counters_tab import CountersTab
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.pages.reception.change_dialog import ChangeDialog
from zhangshu_desk.ui.pages.reception.finish_dialog import FinishDialog
from zhangshu_desk.ui.pages.reception.quick_dialog import QuickDialog
from zhangshu_desk.ui.pages.reception.transfer_dialog import TransferDialog


@pytest.fixture
def open_it(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    """Opens a page; three people wait for the annual report."""
    return opener(store, clock, tmp_path, qtbot)


@pytest.fixture
def page(open_it: Open) -> ReceptionPage:
    return open_it()


# -- registering ------------------------------------------------------------------------------------------------------


def test_the_form_offers_what_was_sent_while_it_was_open(page: ReceptionPage, qtbot: QtBot) -> None:
    form = page.register.services
    assert chips(form)[0] == "计量强检预约"
    send(page.desk.store, group_row(GROUP), service_row(NB), service_row(DR, 2))
    qtbot.waitUntil(lambda: chips(form) == ["年报", "车检", "更多…"])
    write("来访企业")
    form.setFocus()
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    assert form.chosen() == ("DR",)
    send(page.desk.store, service_row(replace(DR, short="电动车检验"), 2))
    qtbot.waitUntil(lambda: chips(form) == ["年报", "电动车检验", "更多…"])
    assert form.chosen() == ("DR",), "a new name is no reason to choose again"
    page.register.visitor.set_text("张三")
    press(ENTER, CTRL)
    qtbot.waitUntil(lambda: len(queue_texts(page)) == 4)
    assert queue_texts(page)[-1] == "电动车检验"


def queue_texts(page: ReceptionPage) -> list[str]:
    """What those who wait came for, as the page shows it."""
    view = page.acts.view
    return [row.services_text for row in view.queue.waiting] if view else []


def test_what_was_chosen_and_taken_out_must_be_chosen_anew(page: ReceptionPage, qtbot: QtBot) -> None:
    form = page.register.services
    form.chips.chip("NB").click()
    form.chips.chip("SB").click()
    rest = [one for one in shipped().services if one.id != "NB"]
    send_all(page.desk.store, replace(shipped(), services=tuple(rest)))
    qtbot.waitUntil(lambda: form.problem.text() == "「年报」已停办，请另选事项。")
    assert form.chosen() == ("SB",)
    assert "年报" not in chips(form)


def test_other_news_that_comes_first_takes_nothing_away(page: ReceptionPage, qtbot: QtBot) -> None:
    """The services are in force before anybody is told; what the link says in between must not hide that."""
    send(page.desk.store, group_row(GROUP), service_row(DR))
    page.desk.bus.changed.emit(frozenset({"sync"}))
    qtbot.waitUntil(lambda: chips(page.register.services) == ["车检", "更多…"])


def test_a_closed_dialog_hears_nothing_more(page: ReceptionPage, qtbot: QtBot) -> None:
    page.quick()
    dialog(page, QuickDialog, qtbot).reject()
    back(page, qtbot)
    send(page.desk.store, group_row(GROUP), service_row(DR))
    qtbot.waitUntil(lambda: chips(page.register.services) == ["车检", "更多…"])


def test_others_are_found_by_typing(page: ReceptionPage, qtbot: QtBot) -> None:
    send(page.desk.store, group_row(GROUP), service_row(NB), service_row(replace(DR, frequent=0), 2))
    form = page.register.services
    qtbot.waitUntil(lambda: chips(form) == ["年报", "更多…"])
    form.setFocus()
    write("cj")
    press(ENTER)
    assert form.chosen() == ("DR",)
    assert chips(form) == ["年报", "车检", "更多…"]


def test_one_that_was_taken_out_while_the_list_was_open_is_not_taken(page: ReceptionPage, qtbot: QtBot) -> None:
    form = page.register.services
    send_all(page.desk.store, OTHERS)
    qtbot.waitUntil(lambda: chips(form) == ["车检", "更多…"])
    form.finder.picked.emit("NB")
    assert form.chosen() == ()
    assert form.problem.text().startswith("没有编号为「NB」的事项")


def test_the_queue_shows_the_new_words(page: ReceptionPage, qtbot: QtBot) -> None:
    assert queue_texts(page) == ["年报"] * 3
    send(page.desk.store, group_row(GROUP), service_row(replace(NB, short="年度报告")))
    qtbot.waitUntil(lambda: queue_texts(page) == ["年度报告"] * 3)


# -- visits of before -------------------------------------------------------------------------------------------------


def test_a_visit_for_what_is_gone_is_corrected_sent_on_and_finished(page: ReceptionPage, qtbot: QtBot) -> None:
    send_all(page.desk.store, OTHERS)
    qtbot.waitUntil(lambda: queue_texts(page) == ["NB"] * 3)
    do(page, qtbot, Qt.Key.Key_F2, Qt.Key.Key_F4)
    held = current(page)
    assert held is not None

    ChangeDialog(page.window(), page.desk, held.id, held.label, lambda *_: None).open()
    asked = dialog(page, ChangeDialog, qtbot)
    qtbot.waitUntil(lambda: asked.services.chosen() == ("NB",))
    assert chips(asked.services) == ["车检", "NB", "更多…"]
    asked.remark.set_text("已核对")
    assert asked.changes() == {"remark": "已核对"}
    asked.reject()
    back(page, qtbot)

    press(Qt.Key.Key_F7)
    sent = dialog(page, TransferDialog, qtbot)
    assert sent.services.chosen() == ("NB",)
    sent.reject()
    back(page, qtbot)

    press(Qt.Key.Key_F8)
    ending = dialog(page, FinishDialog, qtbot)
    assert ending.counts["NB"].accessibleName() == "NB的件数"
    ending.more.chips.chip("DR").click()
    press(ENTER)
    settled(page, qtbot)
    assert state_of(page) is State.DONE
    card = queries.visit(page.desk.store, held.id, page.desk.clock.now())
    assert card.given_text == "车检 × 1 · NB × 1"


# -- administration ---------------------------------------------------------------------------------------------------


@pytest.fixture
def windows(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> CountersTab:
    return tab_of(open_page(qtbot, store, tmp_path, clock, tab="窗口"), CountersTab)


def facts(tab: CountersTab) -> list[str]:
    return [value.text() for value in tab.services.facts.values()]


def test_the_page_says_where_the_services_come_from(qtbot: QtBot, windows: CountersTab) -> None:
    store = windows.desk.store
    assert facts(windows) == ["本机附带", "13 项，A、B、C、D 组", "—"]
    assert not windows.services.problem.isVisible()
    send(store, group_row(GROUP), service_row(DR, changed_at=NINE))
    qtbot.waitUntil(lambda: facts(windows) == ["中心下发", "1 项，A 组", stamp(NINE)])


@pytest.mark.expect_log("cannot be used")
def test_the_page_says_what_is_wrong_with_them(qtbot: QtBot, windows: CountersTab) -> None:
    send(windows.desk.store, group_row(GROUP), service_row(DR))
    qtbot.waitUntil(lambda: facts(windows)[0] == "中心下发")
    send(windows.desk.store, service_row(Service("XX", "其他", "其他", "Z", 0, 5, 0, False), 2))
    qtbot.waitUntil(windows.services.problem.isVisible)
    assert "没有「Z」组" in windows.services.problem.text()
    assert facts(windows)[:2] == ["中心下发", "1 项，A 组"]


def test_a_window_keeps_what_it_took_although_that_is_not_offered_any_more(qtbot: QtBot, windows: CountersTab) -> None:
    store = windows.desk.store
    accounts.change_counter(store, make.SUPERVISOR, make.counter_id(1), CounterChange(serves=("NB", "ZX")), NINE)
    send_all(store, OTHERS)
    qtbot.waitUntil(lambda: facts(windows)[0] == "中心下发")
    counter = account_queries.counters(store)[0]
    CounterDialog(windows.window(), windows.desk, counter).open()
    asked = dialog_of(windows, CounterDialog)
    assert asked.services.chosen() == ["NB", "ZX"]
    asked.services.chip("DR").click()
    asked.services.chip("ZX").click()
    asked.primary.click()
    qtbot.waitUntil(lambda: set(account_queries.counters(store)[0].serves) == {"NB", "DR"})


# -- a role of the future ---------------------------------------------------------------------------------------------


def test_an_account_of_a_role_of_the_future_keeps_it_when_its_name_is_corrected(
    qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock
) -> None:
    with store.merge() as merge:
        image = copying.image(merge.db, "users", make.CLERK.user_id)
        merge.db.execute("UPDATE outbox SET state = 'acked'")
    assert image is not None
    send(store, Row("users", make.CLERK.user_id, 9, {**image, "role": "质检员"}))
    tab = tab_of(open_page(qtbot, store, tmp_path, clock, tab="账户"), AccountsTab)
    tab.table.choose(make.CLERK.user_id)
    row = tab.table.current()
    assert row is not None
    assert tab.name.text().endswith("质检员")
    ChangeAccount(tab.window(), tab.desk, row).open()
    asked = dialog_of(tab, ChangeAccount)
    assert asked.role.editor.currentText().startswith("质检员")
    asked.name.set_text("新名")
    asked.primary.click()
    changed = next(one for one in account_queries.users(store, NINE) if one.id == make.CLERK.user_id)
    assert (changed.name, changed.role) == ("新名", "质检员")


def test_somebody_of_a_role_of_the_future_sees_what_everybody_sees() -> None:
    assert [one.title for one in pages() if one.may_see(Role("质检员"))] == ["管理"]
    assert [one.title for one in pages() if one.may_see(Role.LABEL)] == ["标签", "管理"]

"""From the start of the program to a person at work, and back: the gate with a real window, thread and store."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui.gatehouse import GateHouse
from tests.ui.hands import in_front
from tests.ui.people import CLERK_LOGIN, HEAD_LOGIN, OTHER_PASSWORD, PASSWORD, give_passwords
from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.inputs import UserChange
from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import Finding, Store
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.session.must_change import MustChangePage
from zhangshu_desk.ui.work import Progress

ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture
def house(qtbot: QtBot, where: Paths, clock: FixedClock) -> Iterator[GateHouse]:
    made = GateHouse(where, clock)
    qtbot.addWidget(made.window)
    in_front(qtbot, made.window)
    yield made
    made.work.close()
    made.gate.close()
    made.desk.deleteLater()


def press(house: GateHouse, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = house.window.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifier)


def log_in(qtbot: QtBot, house: GateHouse, login: str, password: str = PASSWORD) -> None:
    """Type login and password and press Enter, as a person does."""
    page = house.gate.login
    assert house.front() is page
    page.login.set_text(login)
    page.password.setFocus()
    house.type(password)
    press(house, ENTER)
    qtbot.waitUntil(house.idle)


@pytest.fixture
def at_login(qtbot: QtBot, store: Store, clock: FixedClock, house: GateHouse) -> GateHouse:
    """The log-in page of a station where clerk and supervisor have passwords."""
    give_passwords(store, clock.now())
    house.gate.begin(first_start=False)
    house.gate.opened(store)
    qtbot.waitUntil(house.idle)
    return house


def ask(qtbot: QtBot, house: GateHouse) -> Ask:
    """The question that is open."""
    qtbot.waitUntil(lambda: any(one.isVisible() for one in house.window.findChildren(Ask)))
    question = next(one for one in house.window.findChildren(Ask) if one.isVisible())
    in_front(qtbot, question)
    return question


def test_first_start_by_keyboard_while_the_store_is_still_made(
    qtbot: QtBot, bare_store: Store, house: GateHouse
) -> None:
    gate = house.gate
    gate.begin(first_start=True)
    assert gate.wizard is not None
    qtbot.waitUntil(gate.wizard.next.isVisible)
    house.type("樟树市金属家具产业园工作站")
    press(house, ENTER)
    house.type("2")
    press(house, ENTER)
    house.type("张华")
    press(house, Qt.Key.Key_Tab)
    house.type("zhanghua")
    for secret in (PASSWORD, PASSWORD):
        press(house, Qt.Key.Key_Tab)
        house.type(secret)
    press(house, ENTER)
    assert not house.entered
    gate.opened(bare_store)
    qtbot.waitUntil(lambda: bool(house.entered))
    assert house.entered[0].name == "张华"
    station = queries.station(bare_store)
    assert (station.name, station.code) == ("樟树市金属家具产业园工作站", "ZS")
    assert [row.name for row in queries.counters(bare_store)] == ["1号窗口", "2号窗口"]
    assert house.settings.values.last_login == "zhanghua"
    assert gate.wizard is not None
    assert gate.wizard.head.password.text() == ""


def test_a_refused_set_up_keeps_everything(qtbot: QtBot, store: Store, house: GateHouse) -> None:
    house.gate.begin(first_start=True)
    page = house.gate.wizard
    assert page is not None
    page.station.name.set_text("樟树")
    page.station.code.set_text("ZS")
    page.head.name.set_text("张华")
    page.head.login.set_text("zhanghua")
    page.head.password.first.set_text(PASSWORD)
    page.head.password.second.set_text(PASSWORD)
    page.show_step(2)
    house.gate._store = store
    page.ready()
    page.go_on()
    qtbot.waitUntil(house.idle)
    assert str(DeskError("station.exists")) in page.notices.text.text()
    assert page.next.isEnabled()
    assert page.head.password.text() == PASSWORD


def test_an_unset_database_leads_to_the_wizard(qtbot: QtBot, bare_store: Store, house: GateHouse) -> None:
    house.gate.begin(first_start=False)
    house.gate.opened(bare_store)
    qtbot.waitUntil(lambda: house.front() is house.gate.wizard)


def test_demo_data_lead_to_the_log_in_with_its_account(qtbot: QtBot, bare_store: Store, house: GateHouse) -> None:
    def fill(store: Store, progress: Progress) -> tuple[str, str]:
        make.set_up(store, house.clock.now())
        return "head", "demo-password"

    house.fill_demo = fill
    house.gate.begin(first_start=True)
    house.gate.opened(bare_store)
    qtbot.waitUntil(house.idle)
    press(house, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: house.front() is house.gate.login)
    assert house.gate.login.login.text() == "head"
    assert "demo-password" in house.gate.login.notices.text.text()
    assert house.gate.login.counter.editor.count() == 4


def test_refused_demo_data_leave_a_way_back(qtbot: QtBot, bare_store: Store, house: GateHouse) -> None:
    def fill(store: Store, progress: Progress) -> tuple[str, str]:
        raise DeskError("store.disk_full")

    house.fill_demo = fill
    house.gate.begin(first_start=True)
    house.gate.opened(bare_store)
    qtbot.waitUntil(house.idle)
    press(house, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(house.idle)
    press(house, ESCAPE)
    assert house.reopened == 1  # on what is left of it, which the desk looks at anew


def test_logging_in_at_a_window(qtbot: QtBot, store: Store, at_login: GateHouse) -> None:
    at_login.gate.login.counter.set_key(make.counter_id(2))
    log_in(qtbot, at_login, CLERK_LOGIN)
    assert at_login.entered[0].user_id == make.CLERK.user_id
    assert at_login.entered[0].counter_id == make.counter_id(2)
    assert queries.counters(store)[1].clerk_name == make.CLERK.name
    assert at_login.settings.values.last_login == CLERK_LOGIN
    assert at_login.settings.values.counter_id == make.counter_id(2)
    assert at_login.gate.login.password.text() == ""


def test_a_wrong_password_is_refused_and_five_lock(qtbot: QtBot, at_login: GateHouse) -> None:
    for _ in range(4):
        log_in(qtbot, at_login, CLERK_LOGIN, "wrong")
        assert at_login.gate.login.notices.text.text() == str(DeskError("account.wrong"))
    log_in(qtbot, at_login, CLERK_LOGIN, "wrong")
    assert "09:15" in at_login.gate.login.notices.text.text()
    log_in(qtbot, at_login, CLERK_LOGIN)
    assert "09:15" in at_login.gate.login.notices.text.text()
    assert not at_login.entered
    at_login.clock.forward(15 * MINUTE)
    log_in(qtbot, at_login, CLERK_LOGIN)
    assert at_login.entered


def test_a_password_set_by_others_must_be_changed(
    qtbot: QtBot, store: Store, clock: FixedClock, house: GateHouse
) -> None:
    give_passwords(store, clock.now(), must_change=True)
    house.gate.begin(first_start=False)
    house.gate.opened(store)
    qtbot.waitUntil(house.idle)
    house.gate.login.counter.set_key(make.counter_id(1))
    log_in(qtbot, house, CLERK_LOGIN)
    page = house.front()
    assert isinstance(page, MustChangePage)
    house.type("short")
    press(house, ENTER)
    assert page.new.first.problem.text()
    page.new.first.editor.clear()
    house.type(OTHER_PASSWORD)
    press(house, Qt.Key.Key_Tab)
    house.type(OTHER_PASSWORD)
    press(house, ENTER)
    qtbot.waitUntil(lambda: bool(house.entered))
    assert house.entered[0].counter_id == make.counter_id(1)
    assert page.new.text() == ""
    assert not actions.log_in(store, CLERK_LOGIN, OTHER_PASSWORD, clock.now()).must_change


def test_the_same_password_again_is_refused_in_words(
    qtbot: QtBot, store: Store, clock: FixedClock, house: GateHouse
) -> None:
    give_passwords(store, clock.now(), must_change=True)
    house.gate.opened(store)
    qtbot.waitUntil(house.idle)
    log_in(qtbot, house, CLERK_LOGIN)
    page = house.front()
    assert isinstance(page, MustChangePage)
    page.new.first.set_text(PASSWORD)
    page.new.second.set_text(PASSWORD)
    page.submit()
    qtbot.waitUntil(house.idle)
    assert page.notices.text.text() == str(DeskError("account.password_same"))
    assert page.button.isEnabled()
    press(house, ESCAPE)
    assert house.front() is house.gate.login


@pytest.mark.parametrize("take", [True, False])
def test_a_window_in_use_is_taken_over_only_when_asked(
    qtbot: QtBot, store: Store, at_login: GateHouse, take: bool
) -> None:
    head = actions.open_counter(store, make.SUPERVISOR, make.counter_id(1), at_login.clock.now())
    at_login.gate.login.counter.set_key(make.counter_id(1))
    log_in(qtbot, at_login, CLERK_LOGIN)
    question = ask(qtbot, at_login)
    assert not at_login.entered
    QTest.keyClick(question, ENTER if take else ESCAPE)
    qtbot.waitUntil(lambda: bool(at_login.entered))
    assert at_login.entered[0].counter_id == (make.counter_id(1) if take else None)
    holder = queries.counters(store)[0].clerk_id
    assert holder == (make.CLERK.user_id if take else head.user_id)


def test_locking_and_unlocking(qtbot: QtBot, store: Store, at_login: GateHouse) -> None:
    at_login.gate.login.counter.set_key(make.counter_id(1))
    log_in(qtbot, at_login, CLERK_LOGIN)
    at_login.gate.lock(at_login.entered[0])
    page = at_login.gate.lock_page
    assert at_login.front() is page
    assert page.title.text() == make.CLERK.name
    at_login.type("wrong")
    press(at_login, ENTER)
    qtbot.waitUntil(at_login.idle)
    assert page.notices.text.text() == str(DeskError("account.wrong_password"))
    assert len(at_login.entered) == 1
    at_login.type(PASSWORD)
    press(at_login, ENTER)
    qtbot.waitUntil(lambda: len(at_login.entered) == 2)
    assert at_login.entered[1] == at_login.entered[0]
    assert page.password.text() == ""
    acts = [row.act for row in queries.audit_page(store, queries.AuditFilter()).rows]
    assert acts[:2] == ["user.unlock", "user.log_in_failed"]
    assert "user.lock" in acts


def test_a_role_changed_meanwhile_counts_after_unlocking(qtbot: QtBot, store: Store, at_login: GateHouse) -> None:
    log_in(qtbot, at_login, CLERK_LOGIN)
    at_login.gate.lock(at_login.entered[0])
    change = UserChange(name="李秋", role=Role.LABEL)
    actions.change_user(store, make.SUPERVISOR, make.CLERK.user_id, change, at_login.clock.now())
    at_login.type(PASSWORD)
    press(at_login, ENTER)
    qtbot.waitUntil(lambda: len(at_login.entered) == 2)
    assert (at_login.entered[1].name, at_login.entered[1].role) == ("李秋", Role.LABEL)


def test_the_reason_of_an_automatic_lock_is_said(qtbot: QtBot, store: Store, at_login: GateHouse) -> None:
    log_in(qtbot, at_login, CLERK_LOGIN)
    at_login.gate.lock(at_login.entered[0], idle_minutes=15)
    qtbot.waitUntil(at_login.idle)
    assert "15 分钟没有操作" in at_login.gate.lock_page.lead.text()
    newest = queries.audit_page(store, queries.AuditFilter(act="user.lock")).rows[0]
    assert newest.note == "无操作自动锁定"


def test_another_person_at_a_locked_desk_and_back(qtbot: QtBot, store: Store, at_login: GateHouse) -> None:
    at_login.gate.login.counter.set_key(make.counter_id(1))
    log_in(qtbot, at_login, CLERK_LOGIN)
    clerk = at_login.entered[0]
    at_login.gate.lock(clerk)
    press(at_login, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(at_login.idle)
    page = at_login.gate.login
    assert at_login.front() is page
    assert page.login.text() == ""
    assert page.counter.editor.itemText(0) == f"1号窗口 · {make.CLERK.name} 09:00 起"
    page.counter.set_key(make.counter_id(1))
    log_in(qtbot, at_login, HEAD_LOGIN)
    QTest.keyClick(ask(qtbot, at_login), ENTER)
    qtbot.waitUntil(lambda: len(at_login.entered) == 2)
    at_login.window.activateWindow()
    in_front(qtbot, at_login.window)
    at_login.gate.lock(clerk)
    at_login.type(PASSWORD)
    press(at_login, ENTER)
    qtbot.waitUntil(lambda: len(at_login.entered) == 3)
    assert at_login.entered[2].user_id == clerk.user_id
    assert at_login.entered[2].counter_id is None, "the window was taken over meanwhile"


def test_logging_out_closes_the_window(qtbot: QtBot, store: Store, at_login: GateHouse) -> None:
    at_login.gate.login.counter.set_key(make.counter_id(1))
    log_in(qtbot, at_login, CLERK_LOGIN)
    at_login.gate.log_out(at_login.entered[0])
    qtbot.waitUntil(at_login.idle)
    assert at_login.front() is at_login.gate.login
    assert queries.counters(store)[0].clerk_id is None
    assert at_login.gate.login.counter.editor.itemText(0) == "1号窗口 · 空闲"


def test_a_person_switched_off_cannot_come_back(qtbot: QtBot, store: Store, at_login: GateHouse) -> None:
    log_in(qtbot, at_login, CLERK_LOGIN)
    at_login.gate.lock(at_login.entered[0])
    now = at_login.clock.now()
    actions.change_user(store, make.SUPERVISOR, make.CLERK.user_id, UserChange(active=False), now)
    at_login.type(PASSWORD)
    press(at_login, ENTER)
    qtbot.waitUntil(at_login.idle)
    assert at_login.gate.lock_page.notices.text.text() == str(DeskError("account.inactive"))


def test_findings_are_told_once(qtbot: QtBot, store: Store, house: GateHouse) -> None:
    store.findings.append(Finding("store.restored", {}))
    house.gate.opened(store)
    qtbot.waitUntil(house.idle)
    assert str(DeskError("store.restored")) in house.gate.login.notices.text.text()
    assert not store.findings

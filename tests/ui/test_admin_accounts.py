"""Administration: who sees which tab, accounts, windows, the station."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.elsewhere import Elsewhere
from tests.ui.admin import dialog_of, open_page, tab_of
from tests.ui.hands import type_in
from tests.ui.people import OTHER_PASSWORD, PASSWORD
from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.dialogs.password import ChangePassword
from zhangshu_desk.ui.pages.admin.account_dialogs import ChangeAccount, NewAccount, ShowPassword
from zhangshu_desk.ui.pages.admin.accounts_tab import AccountsTab
from zhangshu_desk.ui.pages.admin.counter_dialog import CounterDialog
from zhangshu_desk.ui.pages.admin.counters_tab import CountersTab
from zhangshu_desk.ui.pages.admin.own_tab import OwnTab
from zhangshu_desk.ui.pages.admin.station_tab import StationTab

CTRL = Qt.KeyboardModifier.ControlModifier


def press(widget: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(widget, key, modifier)


# -- who sees what ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actor", "titles"),
    [
        (make.CLERK, ["本人"]),
        (Actor("u", "贴标", Role.LABEL), ["本人"]),
        (Actor("u", "质检", Role("质检员")), ["本人"]),
        (make.SUPERVISOR, ["账户", "窗口", "打印与显示", "备份与核对", "审计日志", "中心", "本站资料", "本人"]),
    ],
)
def test_the_tabs_follow_the_role(
    qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock, actor: Actor, titles: list[str]
) -> None:
    page = open_page(qtbot, store, tmp_path, clock, actor)
    assert [page.tabs.tabText(at) for at in range(page.tabs.count())] == titles


def test_every_control_of_every_tab_has_a_name(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> None:
    page = open_page(qtbot, store, tmp_path, clock)
    for at in range(page.tabs.count()):
        page.tabs.setCurrentIndex(at)
        controls = [*page.tab().findChildren(QAbstractButton), *page.tab().findChildren(QLineEdit)]
        seen = [one for one in controls if one.isVisible() and one.focusPolicy() != Qt.FocusPolicy.NoFocus]
        assert seen
        inner = {"qt_spinbox_lineedit"}
        unnamed = [one for one in seen if not one.accessibleName() and one.objectName() not in inner]
        assert not unnamed, f"{page.tabs.tabText(at)}: {unnamed}"


# -- accounts -----------------------------------------------------------------------------------------------------


@pytest.fixture
def accounts(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> AccountsTab:
    return tab_of(open_page(qtbot, store, tmp_path, clock, tab="账户"), AccountsTab)


def test_a_new_account_gets_a_password_shown_once(
    qtbot: QtBot, store: Store, clock: FixedClock, accounts: AccountsTab
) -> None:
    press(accounts.table, Qt.Key.Key_N, CTRL)
    dialog = dialog_of(accounts, NewAccount)
    type_in(dialog.name.editor, "张华")
    type_in(dialog.login.editor, "ZhangHua")
    dialog.role.set_key(Role.LABEL)
    dialog.primary.click()
    shown = dialog_of(accounts, ShowPassword)
    password = shown.shown.text()
    assert len(password) >= 16
    found = actions.log_in(store, "zhanghua", password, clock.now())
    assert found.must_change
    assert found.actor.role is Role.LABEL
    shown.copy.click()
    assert shown.copy.text() == "已复制"
    shown.cancel.click()
    qtbot.waitUntil(lambda: any(row.login == "zhanghua" for row in accounts.table.rows.rows))


def test_a_taken_login_is_refused_and_nothing_typed_is_lost(store: Store, accounts: AccountsTab) -> None:
    NewAccount(accounts.window(), accounts.desk).open()
    dialog = dialog_of(accounts, NewAccount)
    type_in(dialog.name.editor, "张华")
    type_in(dialog.login.editor, "clerk")
    dialog.primary.click()
    assert dialog.notices.text.text() == str(DeskError("account.login_taken", login="clerk"))
    assert dialog.name.text() == "张华"
    assert dialog.primary.isEnabled()


def test_a_forgotten_password_is_reset(store: Store, clock: FixedClock, accounts: AccountsTab) -> None:
    accounts.table.choose(make.CLERK.user_id)
    accounts.reset.click()
    dialog_of(accounts, Ask).primary.click()
    password = dialog_of(accounts, ShowPassword).shown.text()
    with pytest.raises(DeskError, match="不正确"):
        actions.log_in(store, "clerk", PASSWORD, clock.now())
    assert actions.log_in(store, "clerk", password, clock.now()).must_change


def test_an_account_from_elsewhere_gets_its_first_password_here(
    qtbot: QtBot, store: Store, clock: FixedClock, accounts: AccountsTab
) -> None:
    user = Elsewhere(store).user("01930000-0000-7000-8000-000000000777", "zhoumin", "周敏", clock.now())
    accounts.load()
    qtbot.waitUntil(lambda: accounts.table.choose(user))
    assert accounts.state.text() == "本机尚未设密码"
    assert accounts.reset.text() == "设首个密码…"
    accounts.reset.click()
    asked = dialog_of(accounts, Ask)
    assert asked.primary.text() == "生成密码"
    asked.primary.click()
    password = dialog_of(accounts, ShowPassword).shown.text()
    assert actions.log_in(store, "zhoumin", password, clock.now()).must_change
    qtbot.waitUntil(lambda: accounts.state.text() == "待本人更换密码")
    assert accounts.reset.text() == "重置密码…"


def test_switching_off_asks_and_switching_on_does_not(
    qtbot: QtBot, store: Store, clock: FixedClock, accounts: AccountsTab
) -> None:
    def active() -> bool:
        return next(row.active for row in queries.users(store, clock.now()) if row.id == make.CLERK.user_id)

    accounts.table.choose(make.CLERK.user_id)
    accounts.switch.click()
    dialog_of(accounts, Ask).cancel.click()
    assert active()
    accounts.switch.click()
    dialog_of(accounts, Ask).primary.click()
    assert not active()
    qtbot.waitUntil(lambda: accounts.switch.text() == "重新启用")
    accounts.switch.click()
    assert active()


def test_name_and_role_are_changed(store: Store, clock: FixedClock, accounts: AccountsTab) -> None:
    accounts.table.choose(make.CLERK.user_id)
    press(accounts.table, Qt.Key.Key_Return)
    dialog = dialog_of(accounts, ChangeAccount)
    dialog.name.set_text("李秋")
    dialog.role.set_key(Role.ADMINISTRATOR)
    dialog.primary.click()
    changed = next(row for row in queries.users(store, clock.now()) if row.id == make.CLERK.user_id)
    assert (changed.name, changed.role) == ("李秋", Role.ADMINISTRATOR)


def test_ones_own_role_and_account_are_left_to_others(accounts: AccountsTab) -> None:
    accounts.table.choose(make.SUPERVISOR.user_id)
    assert not accounts.reset.isEnabled()
    assert not accounts.switch.isEnabled()
    accounts.change.click()
    assert not dialog_of(accounts, ChangeAccount).role.isEnabled()


def test_a_locked_account_says_so(qtbot: QtBot, store: Store, clock: FixedClock, accounts: AccountsTab) -> None:
    for _ in range(5):
        with pytest.raises(DeskError):
            actions.log_in(store, "clerk", "wrong", clock.now())

    def state() -> str:
        row = next(row for row in range(4) if accounts.table.rows.rows[row].id == make.CLERK.user_id)
        return str(accounts.table.rows.index(row, 3).data())

    qtbot.waitUntil(lambda: state() == "锁定中，还有 15 分钟")


# -- windows ------------------------------------------------------------------------------------------------------


@pytest.fixture
def counters(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> CountersTab:
    return tab_of(open_page(qtbot, store, tmp_path, clock, tab="窗口"), CountersTab)


def test_a_window_is_added_with_its_services(store: Store, counters: CountersTab) -> None:
    press(counters.table, Qt.Key.Key_N, CTRL)
    dialog = dialog_of(counters, CounterDialog)
    type_in(dialog.name.editor, "4号窗口")
    dialog.everything.click()
    dialog.primary.click()
    assert "至少选一项" in dialog.problem.text()
    first, second = (one for one, _ in zip(dialog.services._chips, range(2), strict=False))
    dialog.services.chip(first).click()
    dialog.services.chip(second).click()
    dialog.primary.click()
    assert [row.serves for row in queries.counters(store) if row.name == "4号窗口"] == [(first, second)]


def test_a_window_is_renamed_and_switched_off_and_on(
    qtbot: QtBot, store: Store, clock: FixedClock, counters: CountersTab
) -> None:
    counters.table.choose(make.counter_id(2))
    counters.change.click()
    dialog = dialog_of(counters, CounterDialog)
    assert dialog.everything.isChecked()
    dialog.name.set_text("综合窗口")
    dialog.primary.click()
    assert queries.counters(store)[1].name == "综合窗口"
    counters.switch.click()
    dialog_of(counters, Ask).primary.click()
    assert not queries.counters(store)[1].active
    qtbot.waitUntil(lambda: counters.switch.text() == "重新启用")
    counters.switch.click()
    assert queries.counters(store)[1].active


def test_the_list_says_who_sits_where(qtbot: QtBot, store: Store, clock: FixedClock, counters: CountersTab) -> None:
    actions.open_counter(store, make.CLERK, make.counter_id(1), clock.now())
    words = f"{make.CLERK.name}，2026-11-23 09:00 起"
    qtbot.waitUntil(lambda: counters.table.rows.index(0, 2).data() == words)
    assert counters.table.rows.index(0, 1).data() == "全部事项"


def test_the_rules_of_the_desk_are_kept_at_once(counters: CountersTab) -> None:
    field = counters.rules.fields["skip_minutes"]
    field.setFocus()
    field.editor.selectAll()
    type_in(field.editor, "8")
    press(field.editor, Qt.Key.Key_Return)
    assert counters.desk.settings.values.skip_minutes == 8
    assert counters.page.notices.text.text() == "已保存：未到后不再呼叫 8 分钟。"


def test_a_wait_cannot_be_too_long_before_it_is_long(counters: CountersTab) -> None:
    warn, bad = counters.rules.fields["wait_warn_minutes"], counters.rules.fields["wait_bad_minutes"]
    warn.editor.setValue(45)
    warn.editor.editingFinished.emit()
    assert warn.problem.text()
    assert counters.desk.settings.values.wait_warn_minutes == 15
    bad.editor.setValue(60)
    bad.editor.editingFinished.emit()
    values = counters.desk.settings.values
    assert (values.wait_warn_minutes, values.wait_bad_minutes) == (45, 60)
    assert not warn.problem.text()


# -- the station and oneself --------------------------------------------------------------------------------------


def test_the_station_is_changed_but_its_code_is_not(
    qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock
) -> None:
    tab = tab_of(open_page(qtbot, store, tmp_path, clock, tab="本站资料"), StationTab)
    assert tab.code.editor.isReadOnly()
    type_in(tab.address.editor, "樟树市金属家具产业园 1 号楼")
    tab.load()
    assert tab.address.text() == "樟树市金属家具产业园 1 号楼", "a refresh does not take away what is being typed"
    tab.phone.editor.setFocus()
    type_in(tab.phone.editor, "0795-7819478")
    press(tab.phone.editor, Qt.Key.Key_S, CTRL)
    station = queries.station(store)
    assert (station.address, station.phone, station.code) == ("樟树市金属家具产业园 1 号楼", "0795-7819478", "ZS")


def test_a_clerk_changes_their_own_password(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> None:
    page = open_page(qtbot, store, tmp_path, clock, make.CLERK)
    tab = tab_of(page, OwnTab)
    assert tab.who.text() == "操作员01 · 窗口人员"
    tab.password.click()
    dialog = dialog_of(page, ChangePassword)
    dialog.primary.click()
    assert dialog.old.problem.text()
    type_in(dialog.old.editor, "wrong")
    for field in (dialog.new.first, dialog.new.second):
        type_in(field.editor, OTHER_PASSWORD)
    dialog.primary.click()
    assert dialog.notices.text.text() == str(DeskError("account.wrong_password"))
    dialog.old.editor.clear()
    type_in(dialog.old.editor, PASSWORD)
    dialog.primary.click()
    assert page.notices.text.text() == "密码已修改。"
    assert actions.log_in(store, "clerk", OTHER_PASSWORD, clock.now()).actor.name == make.CLERK.name

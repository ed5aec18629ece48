"""Joining a centre: compare first, send after; and how the station stands then."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from tests import make
from tests.ui import morning
from tests.ui.hands import in_front, type_in
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import CheckReport, LinkState
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.tour import apart
from zhangshu_desk.tour.stand_in import CODE, StandIn
from zhangshu_desk.ui.pages.admin import AdminPage
from zhangshu_desk.ui.pages.admin.centre_tab import CentreTab
from zhangshu_desk.ui.sync.waiting_dialog import WaitingDialog

ADDRESS = "centre.zhangshu.local:8843"
Key = Qt.Key


@pytest.fixture
def link() -> StandIn:
    return StandIn()


@pytest.fixture
def page(qtbot: QtBot, store: Store, clock: FixedClock, link: StandIn, tmp_path: Path) -> AdminPage:
    made = AdminPage(morning.desk(store, tmp_path, clock, make.SUPERVISOR, link=link))
    qtbot.addWidget(made)
    made.resize(1274, 690)
    in_front(qtbot, made)
    made.receive("中心")
    made.on_shown()
    return made


@pytest.fixture
def tab(page: AdminPage) -> CentreTab:
    found = page.tab()
    assert isinstance(found, CentreTab)
    return found


def asked(link: StandIn, name: str) -> list[object]:
    return [argument for call, argument in link.asked if call == name]


def ask(tab: CentreTab, code: str = CODE) -> None:
    """Fill in the first step by keyboard."""
    assert tab.enrol.address.editor.hasFocus()
    type_in(tab.enrol.address.editor, ADDRESS)
    QTest.keyClick(tab.enrol.address.editor, Key.Key_Return)
    assert tab.enrol.code.editor.hasFocus()
    type_in(tab.enrol.code.editor, code)
    QTest.keyClick(tab.enrol.code.editor, Key.Key_Return)


def test_clerks_have_no_such_tab(qtbot: QtBot, store: Store, clock: FixedClock, tmp_path: Path) -> None:
    page = AdminPage(morning.desk(store, tmp_path, clock, make.CLERK))
    qtbot.addWidget(page)
    assert [page.tabs.tabText(at) for at in range(page.tabs.count())] == ["本人"]


def test_joining_by_keyboard(tab: CentreTab, page: AdminPage, link: StandIn, store: Store) -> None:
    ask(tab)
    assert asked(link, "probe") == [ADDRESS]
    assert asked(link, "enrol") == []
    assert tab.enrol.fingerprint.isVisible()
    assert tab.enrol.fingerprint.text().startswith("8F3A  51C0  7B62  D49E\n")
    assert not tab.enrol.secret.isVisible(), "there is a keyring"
    assert tab.enrol.same.hasFocus()
    assert not tab.enrol.enrol.isEnabled()
    QTest.keyClick(tab.enrol.same, Key.Key_Space)
    assert tab.enrol.enrol.isEnabled()
    tab.enrol.enrol.setFocus()
    QTest.keyClick(tab.enrol.enrol, Key.Key_Return)
    assert asked(link, "enrol") == [(ADDRESS, CODE, "")]
    assert tab.state_card.isVisible()
    assert not tab.enrol.isVisible()
    assert tab.sync.hasFocus()
    assert tab.facts["地址"].text() == ADDRESS
    assert tab.facts["站点"].text() == "樟树金属家具产业园"
    assert "本站已入网" in page.notices.text.text()
    with store.read() as session:
        entry = session.scalars(select(Audit).order_by(Audit.seq.desc())).first()
    assert entry is not None
    assert (entry.act, entry.note) == ("sync.enrol", f"中心 {ADDRESS}")
    assert tab.enrol.code.text() == "", "a code is used once"


def test_a_code_of_another_centre_is_never_sent(tab: CentreTab, page: AdminPage, link: StandIn) -> None:
    ask(tab, "K7QM-2XPD-11112222")
    assert page.notices.text.text() == str(DeskError("sync.fingerprint"))
    assert not tab.enrol.fingerprint.isVisible()
    assert asked(link, "enrol") == []
    tab.enrol.code.set_text("nonsense")
    tab.enrol.ask.click()
    assert page.notices.text.text() == str(DeskError("sync.code_wrong"))


def test_what_is_missing_is_said_at_the_field(tab: CentreTab, link: StandIn) -> None:
    tab.enrol.ask.click()
    assert tab.enrol.address.problem.text() == "请填写中心地址。"
    tab.enrol.address.set_text(ADDRESS)
    tab.enrol.ask.click()
    assert tab.enrol.code.problem.text() == "请填写一次性代码。"
    assert asked(link, "probe") == []


@pytest.mark.parametrize(("step", "code"), [("probe", "sync.unreachable"), ("enrol", "sync.code_expired")])
def test_refusals_in_words_and_nothing_typed_is_lost(
    tab: CentreTab, page: AdminPage, link: StandIn, step: str, code: str
) -> None:
    link.refusals[step] = DeskError(code)
    ask(tab)
    if step == "enrol":
        tab.enrol.same.setChecked(True)
        tab.enrol.enrol.click()
        assert tab.enrol.fingerprint.isVisible()
        assert tab.enrol.enrol.isEnabled()
    assert page.notices.text.text() == str(DeskError(code))
    assert tab.enrol.ask.isEnabled()
    assert tab.enrol.code.text() == CODE


def test_without_a_keyring_a_passphrase_twice(tab: CentreTab, link: StandIn) -> None:
    link.keyring = False
    ask(tab)
    assert tab.enrol.secret.isVisible()
    tab.enrol.same.setChecked(True)
    tab.enrol.enrol.click()
    assert "至少 8 个字符" in tab.enrol.passphrase.problem.text()
    tab.enrol.passphrase.set_text("yaohu-2026")
    tab.enrol.again.set_text("yaohu-2027")
    tab.enrol.enrol.click()
    assert tab.enrol.again.problem.text() == "两次输入的口令不一样。"
    assert asked(link, "enrol") == []
    tab.enrol.again.set_text("yaohu-2026")
    tab.enrol.enrol.click()
    assert asked(link, "enrol") == [(ADDRESS, CODE, "yaohu-2026")]
    assert tab.enrol.passphrase.text() == "", "nothing of it stays in the window"


def test_going_back_takes_the_trust_back(tab: CentreTab) -> None:
    ask(tab)
    tab.enrol.same.setChecked(True)
    tab.enrol.back.click()
    assert tab.enrol.code.text() == CODE
    tab.enrol.ask.click()
    assert not tab.enrol.same.isChecked()
    assert not tab.enrol.enrol.isEnabled()


def test_how_the_station_stands(tab: CentreTab, link: StandIn, store: Store, clock: FixedClock, qtbot: QtBot) -> None:
    apart.join(store, clock.now() - 5 * MINUTE)
    apart.acknowledge(store)
    now = clock.now()
    link.become(
        state=LinkState.RESTING, address=ADDRESS, site="产业园", last_contact_at=now, offset_ms=3 * MINUTE, live=True
    )
    qtbot.waitUntil(lambda: tab.state_card.isVisible())
    assert tab.facts["入网时间"].text() == "2026-11-23 08:55"
    assert tab.facts["本机时钟"].text() == "比中心快 3 分钟，请校准本机时间"
    assert tab.facts["待上报"].text() == "没有"
    assert tab.facts["新变更"].text() == "其他窗口办理后立即收到"
    link.become(state=LinkState.REVOKED, rejected=2, waiting=4, oldest_at=now, trouble="sync.revoked")
    qtbot.waitUntil(lambda: tab.facts["被退回"].text() == "2 条")
    assert tab.state.text.whole().startswith("2 条被中心退回 · 本机已被停用")
    assert tab.trouble.text().startswith("本机已被中心停用")


def test_what_can_be_asked_there(tab: CentreTab, link: StandIn, clock: FixedClock, qtbot: QtBot) -> None:
    link.become(state=LinkState.RESTING, address=ADDRESS, last_contact_at=clock.now())
    qtbot.waitUntil(lambda: tab.state_card.isVisible())
    tab.sync.click()
    assert asked(link, "sync_now") == [None]
    link.report = CheckReport(4_321, 0, 0, 0, True, 0)
    QTest.keyClick(tab, Key.Key_V, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert tab.verdict.text() == "09:00 已核对 4,321 行；与中心一致。"
    assert tab.check.text() == "数据核对"
    tab.waiting.click()
    opened = tab.window().findChildren(WaitingDialog)
    assert [one.isVisible() for one in opened] == [True]
    opened[0].close()


def test_joining_again_and_leaving_it(tab: CentreTab, link: StandIn, clock: FixedClock, qtbot: QtBot) -> None:
    link.become(state=LinkState.UNKNOWN, address=ADDRESS, last_contact_at=clock.now())
    qtbot.waitUntil(lambda: tab.state_card.isVisible())
    tab.again.click()
    assert tab.enrol.isVisible()
    assert tab.enrol.address.text() == ADDRESS
    assert tab.enrol.leave.isVisible()
    link.become(waiting=77)  # what happens meanwhile does not take the form away
    qtbot.waitUntil(lambda: tab.facts["待上报"].text() == "77 条")
    assert tab.enrol.isVisible()
    tab.enrol.leave.click()
    assert tab.state_card.isVisible()


def test_a_locked_station_cannot_be_asked(tab: CentreTab, link: StandIn, qtbot: QtBot) -> None:
    link.become(state=LinkState.LOCKED, address=ADDRESS)
    qtbot.waitUntil(lambda: tab.state_card.isVisible())
    assert not tab.sync.isEnabled()
    assert not tab.check.isEnabled()
    assert tab.again.isEnabled()

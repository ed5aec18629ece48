"""The list of what waits: every act, why it was sent back, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from tests import make
from tests.ui import morning
from tests.ui.hands import in_front
from zhangshu_desk.core.acts import ACTS
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import CheckReport, LinkState
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.tour import apart
from zhangshu_desk.tour.stand_in import StandIn
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.sync.waiting_dialog import WaitingDialog
from zhangshu_desk.ui.theme import Tone

Key = Qt.Key


@pytest.fixture
def link(store: Store, clock: FixedClock) -> StandIn:
    morning.park(store, clock.now())
    morning.come(store, clock, None, "NB", visitor="王小明")
    apart.acknowledge(store)  # nothing waits but what the stand-in says
    made = StandIn(apart.statuses(clock.now())["offline"])
    made.acts = apart.waiting(store, clock.now())
    made.become(rejected=2)
    return made


@pytest.fixture
def desk(store: Store, clock: FixedClock, link: StandIn, tmp_path: Path) -> Desk:
    return morning.desk(store, tmp_path, clock, make.CLERK, link=link)


@pytest.fixture
def dialog(qtbot: QtBot, desk: Desk) -> Iterator[WaitingDialog]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    in_front(qtbot, window)
    made = WaitingDialog(window, desk)
    made.open()
    in_front(qtbot, made)
    yield made
    made.close()


def asked(link: StandIn, name: str) -> list[object]:
    return [argument for call, argument in link.asked if call == name]


def last_act(store: Store) -> tuple[str, str]:
    with store.read() as session:
        entry = session.scalars(select(Audit).order_by(Audit.seq.desc())).first()
        assert entry is not None
        return entry.act, entry.note


def test_every_act_with_its_record_and_state(dialog: WaitingDialog) -> None:
    shown = [(one.title, one.act.actor, one.record, one.act.ops, one.state) for one in dialog.table.rows.rows]
    assert shown[0] == ("修改企业资料", "王芳", "江西广正金属设备集团有限公司", 2, "被退回")
    assert shown[2][0] == "取号"
    assert shown[2][2].endswith("2026-11-23 · 王*"), "people are masked"
    assert [one[-1] for one in shown] == ["被退回", "被退回", "待上报", "待上报", "待上报"]
    assert dialog.state.text.whole().startswith("2 条被中心退回 · 3 条待上报")
    assert "centre.zhangshu.local" in dialog.facts.text()


def test_why_it_was_sent_back_and_trying_again(dialog: WaitingDialog, link: StandIn) -> None:
    assert dialog.reason.text().startswith("被退回：做这项操作的账户在中心已停用。")
    QTest.keyClick(dialog, Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert asked(link, "retry") == ["tx-0"]
    dialog.table.selectRow(2)
    assert "自动上报" in dialog.reason.text()
    assert dialog.reason.property("tone") == Tone.MUTED.value
    assert not dialog.retry.isEnabled()


def test_the_text_for_passing_on(dialog: WaitingDialog) -> None:
    dialog.table.selectRow(1)
    QTest.keyClick(dialog, Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text()
    for part in ("作废企业（enterprise.void）", "李秋", "被退回", "role_denied", "needs 站长", "tx-1"):
        assert part in text
    assert dialog.copy.text() == "已复制"
    dialog.table.selectRow(2)
    assert dialog.copy.text() == "复制文字"


def test_it_follows_what_happens(dialog: WaitingDialog, link: StandIn, qtbot: QtBot) -> None:
    QTest.keyClick(dialog, Key.Key_F5)
    assert asked(link, "sync_now") == [None]
    link.acts = link.acts[:1]
    link.become(state=LinkState.RESTING, waiting=0, rejected=1)
    qtbot.waitUntil(lambda: len(dialog.table.rows.rows) == 1)
    link.acts = ()
    link.become(rejected=0)
    qtbot.waitUntil(lambda: not dialog.table.rows.rows)
    assert dialog.reason.text() == ""
    assert not dialog.copy.isEnabled()


@pytest.mark.parametrize(
    ("report", "kind"),
    [(CheckReport(20_000, 1, 3, 0, True, 0), "info"), (CheckReport(20_000, 1, 0, 0, False, 0), "refused")],
)
def test_comparing_everything(dialog: WaitingDialog, link: StandIn, report: CheckReport, kind: str) -> None:
    link.report = report
    QTest.keyClick(dialog, Key.Key_V, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert dialog.notices.isVisible()
    assert dialog.notices.kind == kind
    assert "已核对 20,000 行" in dialog.notices.text.text()
    assert dialog.check.isEnabled()


def test_comparing_without_a_line_is_refused_in_the_dialog(dialog: WaitingDialog, link: StandIn) -> None:
    link.refusals["check_now"] = DeskError("sync.unreachable")
    dialog.check.click()
    assert dialog.notices.text.text() == str(DeskError("sync.unreachable"))
    assert dialog.check.isEnabled()


def test_a_stick_goes_and_the_answer_comes(
    dialog: WaitingDialog, link: StandIn, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, answer = tmp_path / "上报.zsx", tmp_path / "回执.zsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(target), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(answer), ""))
    QTest.keyClick(dialog, Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert asked(link, "export_exchange") == [target]
    assert "已导出 3 条到「上报.zsx」" in dialog.notices.text.text()
    assert last_act(store) == ("sync.export", "上报.zsx，3 条")
    QTest.keyClick(dialog, Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert asked(link, "import_answer") == [answer]
    assert last_act(store) == ("sync.import", "回执.zsx，确认 3 条")


def test_a_stick_that_is_not_chosen_or_refuses(
    dialog: WaitingDialog, link: StandIn, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = last_act(store)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("", ""))
    dialog.export.click()
    assert asked(link, "export_exchange") == []
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("/x.zsx", ""))
    link.refusals["export_exchange"] = DeskError("sync.nothing_waiting")
    dialog.export.click()
    assert dialog.notices.text.text() == str(DeskError("sync.nothing_waiting"))
    assert last_act(store) == before, "what did not happen is not noted"


def test_a_station_on_its_own(qtbot: QtBot, store: Store, clock: FixedClock, tmp_path: Path) -> None:
    link = StandIn()
    window = QWidget()
    qtbot.addWidget(window)
    in_front(qtbot, window)
    dialog = WaitingDialog(window, morning.desk(store, tmp_path, clock, link=link))
    dialog.open()
    assert dialog.state.text.whole().startswith(f"未连接中心 · {store.waiting()} 条")
    assert dialog.facts.text() == "记录都存在本机；入网后会自动上报。"
    assert not dialog.sync.isEnabled()
    assert not dialog.check.isEnabled()
    dialog.close()


def test_acts_of_the_dialog_are_known() -> None:
    assert {"sync.export", "sync.import", "sync.enrol"} <= set(ACTS)


def test_tab_goes_through_it_in_reading_order(dialog: WaitingDialog) -> None:
    wanted = [dialog.table, dialog.retry, dialog.copy, dialog.export, dialog.read, dialog.check, dialog.sync]
    dialog.table.setFocus()
    passed = []
    for _ in wanted:
        passed.append(dialog.focusWidget())
        QTest.keyClick(dialog.focusWidget(), Key.Key_Tab)
    assert [one.accessibleName() for one in passed if one is not None] == [one.accessibleName() for one in wanted]

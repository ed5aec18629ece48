"""Taking back the last act within a minute: by key, by the notice, and not over what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.counter import CTRL, ENTER, dialog, press, write
from tests.ui.serving import Open, current, do, opener, settled, state_of
from zhangshu_desk.core.clock import SECOND, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception.rules import State
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.pages.reception import ReceptionPage
from zhangshu_desk.ui.pages.reception.finish_dialog import FinishDialog
from zhangshu_desk.ui.pages.reception.transfer_dialog import TransferDialog
from zhangshu_desk.ui.widgets import LinkButton

F = Qt.Key


@pytest.fixture
def open_page(store: Store, clock: FixedClock, tmp_path: Path, qtbot: QtBot) -> Open:
    """Opens a page; three people wait."""
    return opener(store, clock, tmp_path, qtbot)


@pytest.fixture
def page(open_page: Open) -> ReceptionPage:
    return open_page()


@pytest.mark.parametrize("act", ["call", "park", "transfer", "finish"])
def test_undo_within_a_minute(page: ReceptionPage, qtbot: QtBot, act: str) -> None:
    do(page, qtbot, F.Key_F2)
    if act != "call":
        do(page, qtbot, F.Key_F4)
    before = state_of(page)
    if act == "park":
        press(F.Key_F6)
        asked = dialog(page, ReasonDialog, qtbot)
        asked.chips.chip("取材料").click()
        press(ENTER)
    elif act == "transfer":
        press(F.Key_F7)
        dialog(page, TransferDialog, qtbot)
        press(ENTER)
    elif act == "finish":
        press(F.Key_F8)
        dialog(page, FinishDialog, qtbot)
        press(ENTER)
    settled(page, qtbot)
    page.register.begin()
    assert page.notices.text.text()
    press(F.Key_Z, CTRL)
    settled(page, qtbot)

    assert state_of(page) is (State.WAITING if act == "call" else before)
    assert "已撤销" in page.notices.text.text()


def test_the_notice_carries_the_undo(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2)
    (link,) = page.notices.findChildren(LinkButton)
    assert link.text() == "撤销 Ctrl+Z"
    QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    settled(page, qtbot)

    assert current(page) is None


def test_after_a_minute_there_is_nothing_to_undo(page: ReceptionPage, clock: FixedClock, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2)
    clock.forward(61 * SECOND)
    page.refresh()
    assert not page.current.button("undo").isEnabled()
    press(F.Key_Z, CTRL)

    assert page.notices.kind == "refused"
    assert current(page) is not None


def test_ctrl_z_takes_back_typing_that_came_after_the_act(page: ReceptionPage, qtbot: QtBot) -> None:
    do(page, qtbot, F.Key_F2)
    page.register.begin()
    write("jh")
    press(F.Key_Z, CTRL)

    assert page.register.enterprise.editor.text() == ""
    assert current(page) is not None
    press(F.Key_Z, CTRL)
    settled(page, qtbot)
    assert current(page) is None

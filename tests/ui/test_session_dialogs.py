"""Dialogs of the session: personal data for a reason, about, keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui.hands import in_front, type_in
from tests.ui.morning import desk as make_desk
from zhangshu_desk import __version__
from zhangshu_desk.accounts import queries
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.ui.dialogs.about import About
from zhangshu_desk.ui.dialogs.shortcuts import Shortcuts, keys_of
from zhangshu_desk.ui.dialogs.unmask import SHOWN_SECONDS, Masked, Unmask
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import PlainButton, PrimaryButton, Text


@pytest.fixture
def desk(store: Store, tmp_path: Path, clock: FixedClock) -> Desk:
    return make_desk(store, tmp_path, clock)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """Some window for dialogs to belong to."""
    made = QWidget()
    qtbot.addWidget(made)
    lines = QVBoxLayout(made)
    hidden = PlainButton("看不见的", "F9")
    for part in (PrimaryButton("呼叫下一位", "F2"), PlainButton("没有按键"), hidden):
        lines.addWidget(part)
    hidden.hide()
    in_front(qtbot, made)
    return made


@pytest.fixture
def unmask(store: Store, desk: Desk, clock: FixedClock, window: QWidget) -> Unmask:
    """The question about an enterprise's legal representative."""
    firm = make.enterprise(store, clock.now(), legal_representative="张三丰")
    dialog = Unmask(window, desk, Masked("enterprises", firm, "legal_representative", "法定代表人", "张*"))
    dialog.open()
    return dialog


def test_nothing_is_shown_without_a_reason(store: Store, unmask: Unmask) -> None:
    unmask.act()
    assert unmask.reason.problem.text()
    assert unmask.masked.text() == "张*"
    assert not queries.audit_page(store, queries.AuditFilter(act="privacy")).rows


def test_a_reason_shows_the_value_and_is_kept(store: Store, unmask: Unmask) -> None:
    unmask.chips.chip("核对身份").click()
    unmask.act()
    assert unmask.masked.text() == "张三丰"
    entry = queries.audit_page(store, queries.AuditFilter(act="privacy")).rows[0]
    assert entry.note == "法定代表人：核对身份"
    assert entry.actor_id == make.CLERK.user_id
    assert unmask.primary.isHidden()


def test_the_value_goes_by_itself(qtbot: QtBot, unmask: Unmask) -> None:
    type_in(unmask.reason.editor, "电话回访")
    unmask.act()
    timer = unmask.findChild(QTimer)
    assert timer is not None
    assert timer.isActive()
    for _ in range(SHOWN_SECONDS - 1):
        timer.timeout.emit()
    assert unmask.isVisible()
    assert unmask.note.text().startswith("1 秒后")
    with qtbot.waitSignal(unmask.rejected):
        timer.timeout.emit()


def test_a_record_that_is_gone_is_refused_in_the_dialog(window: QWidget, desk: Desk) -> None:
    dialog = Unmask(window, desk, Masked("visits", "no-such-visit", "phone", "手机", "138****5678"))
    dialog.open()
    type_in(dialog.reason.editor, "回访")
    dialog.act()
    assert dialog.notices.text.text() == str(DeskError("privacy.gone"))
    assert dialog.primary.isEnabled()


def test_about_says_what_one_reads_out_on_the_phone(window: QWidget, desk: Desk) -> None:
    dialog = About(window, desk)
    dialog.open()
    texts = "\n".join(one.text() for one in dialog.findChildren(Text))
    for expected in (__version__, str(desk.store.paths.data), str(desk.store.paths.backups), "Apache"):
        assert expected in texts
    assert dialog.primary.isHidden()


def test_the_keys_are_those_on_the_screen(window: QWidget, desk: Desk) -> None:
    keys = keys_of(window)
    assert keys[0] == ("呼叫下一位", "F2")
    assert "F9" not in {key for _, key in keys}
    assert ("搜索", "Ctrl+K") in keys
    dialog = Shortcuts(window, desk)
    dialog.open()
    assert dialog.table.rows.rows == keys
    assert dialog.table.hasFocus() or dialog.focusWidget() is dialog.table

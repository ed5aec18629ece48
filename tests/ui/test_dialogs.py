"""Dialogs: keys, refusals inside, reasons, the dialog after a bug."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.hands import in_front, type_in
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.dialogs.base import Ask, Dialog
from zhangshu_desk.ui.dialogs.bug import report_bug
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.widgets import DangerButton, NoteField, PrimaryButton, TextField
from zhangshu_desk.ui.work import Immediate, Work


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(800, 600)
    in_front(qtbot, made)
    return made


class Rename(Dialog):
    """A dialog with one field that refuses an empty name."""

    def __init__(self, window: QWidget, work: Work, lines: bool = False) -> None:
        super().__init__(window, "企业更名", "保存", many_lines=lines)
        self.work = work
        self.field = TextField("新名称")
        self.add(self.field, NoteField("说明"))
        self.field.setFocus()

    def act(self) -> None:
        self.work.do(self, self._job, lambda _: self.accept())

    def _job(self) -> None:
        if not self.field.text():
            raise DeskError("store.busy")


def test_a_refusal_stays_in_the_dialog_and_loses_nothing(window: QWidget, qtbot: QtBot) -> None:
    dialog = Rename(window, Work(Immediate(), Immediate()))
    dialog.open()
    in_front(qtbot, dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.notices.text.text() == str(DeskError("store.busy"))
    type_in(dialog.field.editor, "樟树")
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.field.editor, Qt.Key.Key_Return)


def test_escape_leaves(window: QWidget, qtbot: QtBot) -> None:
    dialog = Rename(window, Work(Immediate(), Immediate()))
    dialog.open()
    in_front(qtbot, dialog)
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog.field.editor, Qt.Key.Key_Escape)


def test_where_enter_means_a_line_ctrl_enter_acts(window: QWidget, qtbot: QtBot) -> None:
    dialog = Rename(window, Work(Immediate(), Immediate()), lines=True)
    dialog.open()
    in_front(qtbot, dialog)
    dialog.field.set_text("樟树")
    QTest.keyClick(dialog.field.editor, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.primary.keys == "Ctrl+Enter"
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.field.editor, Qt.Key.Key_Enter, Qt.KeyboardModifier.ControlModifier)


def test_a_dialog_has_a_name_and_leaves_no_widget_behind(window: QWidget, qtbot: QtBot) -> None:
    dialog = Ask(window, "撤销导入", "将撤回 214 家企业。", "撤销导入", lambda: None, danger=True)
    assert dialog.accessibleName() == dialog.windowTitle() == "撤销导入"
    assert isinstance(dialog.primary, DangerButton)
    dialog.open()
    gone = list[int]()
    dialog.destroyed.connect(lambda: gone.append(1))
    dialog.reject()
    qtbot.waitUntil(lambda: gone == [1])


def test_enter_presses_the_button_one_stands_on(window: QWidget, qtbot: QtBot) -> None:
    done = list[int]()
    dialog = Ask(window, "结束今天", "还有 2 人等候。", "日结", lambda: done.append(1))
    dialog.open()
    in_front(qtbot, dialog)
    dialog.cancel.setFocus()
    with qtbot.waitSignal(dialog.rejected):
        QTest.keyClick(dialog.cancel, Qt.Key.Key_Return)
    assert not done


def test_a_question_acts_only_when_it_is_answered(window: QWidget, qtbot: QtBot) -> None:
    done = list[int]()
    for answer in (False, True):
        dialog = Ask(window, "结束今天", "还有 2 人等候。", "日结", lambda: done.append(1))
        dialog.open()
        in_front(qtbot, dialog)
        assert isinstance(dialog.primary, PrimaryButton)
        QTest.mouseClick(dialog.primary if answer else dialog.cancel, Qt.MouseButton.LeftButton)
    assert done == [1]


def test_a_reason_is_asked_for_until_it_is_given(window: QWidget, qtbot: QtBot) -> None:
    reasons = list[str]()

    def take(dialog: ReasonDialog, reason: str) -> None:
        reasons.append(reason)
        dialog.accept()

    dialog = ReasonDialog(window, "作废", "记录保留在审计日志中。", "作废", ["录入重复", "已注销"], take, danger=True)
    dialog.open()
    in_front(qtbot, dialog)
    QTest.keyClick(dialog.reason.editor, Qt.Key.Key_Return)
    assert dialog.reason.problem.isVisible()
    QTest.mouseClick(dialog.chips.chip("已注销"), Qt.MouseButton.LeftButton)
    assert dialog.reason.text() == "已注销"
    assert not dialog.reason.problem.isVisible()
    type_in(dialog.reason.editor, "，见公告")
    QTest.keyClick(dialog.reason.editor, Qt.Key.Key_Return)
    assert reasons == ["已注销，见公告"]


@pytest.mark.expect_log("unexpected error")
def test_a_bug_is_logged_and_told_once(window: QWidget, qtbot: QtBot) -> None:
    report_bug(ValueError("姓名 138"))
    report_bug(KeyError("x"))
    dialogs = [one for one in QApplication.topLevelWidgets() if isinstance(one, Dialog) and one.isVisible()]
    assert len(dialogs) == 1
    assert "138" not in "".join(label.text() for label in dialogs[0].findChildren(QLabel))
    QTest.keyClick(dialogs[0], Qt.Key.Key_Escape)
    QApplication.processEvents()
    report_bug(KeyError("x"))
    again = [one for one in QApplication.topLevelWidgets() if isinstance(one, Dialog) and one.isVisible()]
    assert len(again) == 1
    again[0].reject()

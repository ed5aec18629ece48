"""撤销导入: asks, takes the import back, and tells what was undone and what was left alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.enterprises.importing.undoing import LeftAlone, UndoResult, undo_import
from zhangshu_desk.ui.dialogs.base import Ask, Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.enterprises import import_words as words
from zhangshu_desk.ui.widgets import Column, Table, Text

_QUESTION = (
    "撤销「{file}」的导入：这次新增的企业会作废，更新过的资料恢复为导入前的值。"
    "导入后又被修改过、或已有来访的企业保持不动，撤销后会逐一列出。"
)


class UndoneDialog(Dialog):
    """Tells what an undo did."""

    def __init__(self, parent: QWidget, desk: Desk, result: UndoResult) -> None:
        super().__init__(parent, "导入已撤销", "", cancel="关闭", width=640 if result.left else 480)
        self.text = Text(words.undone(result), wrap=True)
        self.add(self.text)
        self.table = Table("没有动的企业", _columns(), lambda one: (one.name, one.why), "全部撤销了。", desk.settings)
        if result.left:
            self.add(self.table, stretch=1)
            self.table.show_rows(result.left)
            self.table.selectRow(0)
            self.table.setFocus()
        else:
            self.table.setParent(self)
            self.table.hide()
            self.cancel.setFocus()


def ask_undo(parent: Dialog, desk: Desk, run_id: str, file_name: str, then: Callable[[], object]) -> None:
    """Ask, undo, tell; `then` is called after the undo, before it is told.

    Refusals and progress appear in `parent`.
    """

    def told(result: UndoResult) -> None:
        then()
        UndoneDialog(parent, desk, result).open()

    def undo() -> None:
        actor, now = desk.session.actor, desk.clock.now()
        desk.work.do_long(
            parent,
            "正在撤销导入",
            lambda progress: undo_import(desk.store, actor, run_id, now, progress),
            told,
            on_database=True,
        )

    Ask(parent, "撤销导入", _QUESTION.format(file=file_name), "撤销导入", undo, danger=True).open()


def _columns() -> list[Column[LeftAlone]]:
    return [
        Column("企业名称", lambda one: one.name, 260, stretch=True, wrap=True),
        Column("没有动的原因", lambda one: one.why, 280, wrap=True, tip=lambda one: one.why),
    ]

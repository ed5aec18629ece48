"""撤销导入: asks, takes the import back, and tells what was undone and what was left alone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.enterprises.importing.undoing import LeftAlone, UndoResult, undo_import
from zhangshu_desk.ui.dialogs.base import Ask, Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.enterprises import import_words as words
from zhangshu_desk.ui.widgets import Column, Table, Text
from zhangshu_desk.ui.work import Progress

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


class Undoing:
    """Takes imports back for a dialog, in which refusals and progress appear.

    Args:
        then: called after an undo, before it is told.
    """

    def __init__(self, dialog: Dialog, desk: Desk, then: Callable[[], object]) -> None:
        self._dialog, self._desk, self._then = dialog, desk, then
        self._running = False
        self._job: Progress | None = None

    def ask(self, run_id: str, file_name: str) -> None:
        """Ask, undo, tell."""
        if not self._running:
            question = _QUESTION.format(file=file_name)
            Ask(self._dialog, "撤销导入", question, "撤销导入", lambda: self._undo(run_id), danger=True).open()

    def stop(self) -> bool:
        """Cancel an undo that runs, so that all stays as it was; whether one ran."""
        if self._job is not None:
            self._job.cancel()
        return self._running

    def _undo(self, run_id: str) -> None:
        desk, actor, now = self._desk, self._desk.session.actor, self._desk.clock.now()
        self._running = True
        job = desk.work.do_long(
            self._dialog,
            "正在撤销导入",
            lambda progress: undo_import(desk.store, actor, run_id, now, progress),
            self._tell,
            ended=self._ended,
            on_database=True,
        )
        self._job = job if self._running else None

    def _ended(self) -> None:
        cancelled = self._job is not None and self._job.cancelled
        self._running, self._job = False, None
        if cancelled:
            self._dialog.notices.info("已取消，这次导入没有撤销。")

    def _tell(self, result: UndoResult) -> None:
        self._dialog.notices.clear()
        self._then()
        UndoneDialog(self._dialog, self._desk, result).open()


def _columns() -> list[Column[LeftAlone]]:
    return [
        Column("企业名称", lambda one: one.name, 260, stretch=True, wrap=True),
        Column("没有动的原因", lambda one: one.why, 280, wrap=True, tip=lambda one: one.why),
    ]

"""以前的导入: what was imported when, each to be undone as a whole."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import stamp
from zhangshu_desk.enterprises.queries.imports import ImportRow, imports
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.enterprises.import_undo import Undoing
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Column, Muted, Table

_EMPTY = "还没有导入过。\n导入之后，可以在这里整体撤销。"


class EarlierImports(Dialog):
    """The last imports, newest first."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "以前的导入", "撤销这次导入", cancel="关闭", danger=True, many_lines=True, width=820)
        self._desk = desk
        self._undoing = Undoing(self, desk, self._load)
        self.table = Table("以前的导入", _columns(), lambda one: one.id, _EMPTY, desk.settings)
        self.add(self.table, stretch=1)
        self.add(Muted("撤销只动导入之后没有人改过的内容，其余保持不动并列出。"))
        self.resize(860, 460)
        self.table.chosen.connect(self._allow)
        self.table.setFocus()
        self._allow()
        self._load()

    def act(self) -> None:
        row = self.table.current()
        if row is not None and row.undone_at is None:
            self._undoing.ask(row.id, row.file_name)

    def reject(self) -> None:
        """Leave; an undo that runs is cancelled first."""
        if not self._undoing.stop():
            super().reject()

    def _load(self) -> None:
        store = self._desk.store
        self._desk.work.do(self, lambda: imports(store), self._show)

    def _show(self, rows: tuple[ImportRow, ...]) -> None:
        self.table.show_rows(rows)
        if self.table.current() is None and rows:
            self.table.selectRow(0)
        self._allow()

    def _allow(self) -> None:
        row = self.table.current()
        self.primary.setEnabled(row is not None and row.undone_at is None)


def _columns() -> list[Column[ImportRow]]:
    return [
        Column("时间", lambda one: stamp(one.at), 140),
        Column("文件", lambda one: one.file_name, 200, stretch=True, wrap=True, bold=True),
        Column("新增", lambda one: f"{one.new:,}", 64, right=True),
        Column("更新", lambda one: f"{one.changed:,}", 64, right=True),
        Column("相同", lambda one: f"{one.same:,}", 64, right=True),
        Column("未导入", lambda one: f"{one.refused:,}", 70, right=True),
        Column("状态", _state, 170, tone=lambda one: Tone.PLAIN if one.undone_at is None else Tone.MUTED),
    ]


def _state(one: ImportRow) -> str:
    return "有效" if one.undone_at is None else f"{stamp(one.undone_at)} 撤销"

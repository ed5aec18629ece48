"""The database cannot be opened: what is wrong, what is safe, and the ways on. Nothing happens by itself.

Wiring: `RecoveryPage(ways)`; `explain(error, backups)` before it is shown; a way ends with another state or with
`explain` / `refuse` again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.session.frame import SessionPage
from zhangshu_desk.ui.widgets.buttons import DangerButton, PlainButton, PrimaryButton
from zhangshu_desk.ui.widgets.flow import FlowLayout
from zhangshu_desk.ui.widgets.rows import Column
from zhangshu_desk.ui.widgets.table import Table
from zhangshu_desk.ui.widgets.text import Muted, Text

_BROKEN = {"store.damaged", "store.not_a_file"}
_TITLES = {
    "store.damaged": "数据库无法读取",
    "store.not_a_file": "数据库文件不对",
    "store.newer": "数据库比本程序新",
    "store.read_only": "数据目录不能写入",
    "store.disk_full": "磁盘空间已满",
    "store.disk_failed": "磁盘读写出错",
    "store.busy": "数据库正被占用",
}
_TABLE_HEIGHT = 220


@dataclass(frozen=True)
class BackupChoice:
    """A backup on offer: `made` and `size` in words (`2026-11-22 18:00`, `12.4 MB`), `note` what kind it is."""

    path: Path
    made: str
    size: str
    note: str = ""


@dataclass(frozen=True)
class Ways:
    """What can be done about it; each is called on the GUI thread.

    Attributes:
        retry: open again.
        restore: put this backup in the place of the database, which is kept aside.
        start_anew: put the unreadable database aside and begin with an empty one.
        open_folder: show the data folder in the system's file manager.
        leave: end the program.
    """

    retry: Callable[[], None]
    restore: Callable[[Path], None]
    start_anew: Callable[[], None]
    open_folder: Callable[[], None]
    leave: Callable[[], None]


class RecoveryPage(SessionPage):
    """Says in words why the desk does not open, and offers what helps against exactly that."""

    def __init__(self, ways: Ways) -> None:
        super().__init__("无法打开数据库", 640)
        self._ways = ways
        columns = [
            Column[BackupChoice]("备份时间", lambda one: one.made, 170, bold=True),
            Column[BackupChoice]("大小", lambda one: one.size, 90, right=True),
            Column[BackupChoice]("说明", lambda one: one.note, 200, stretch=True),
        ]
        self.table = Table("可用的备份", columns, lambda one: one.path, "备份目录里没有备份。")
        self.table.setFixedHeight(_TABLE_HEIGHT)
        self.advice = Text(wrap=True)
        self.retry = PrimaryButton("重新打开", "F5", lambda: self._go(ways.retry))
        self.again = PlainButton("重新打开", "F5", lambda: self._go(ways.retry))
        self.restore = PrimaryButton("恢复所选备份…", "Ctrl+R", self._ask_restore)
        self.start_anew = DangerButton("从空白开始…", "", self._ask_start_anew)
        self.open_folder = PlainButton("打开数据目录", "", ways.open_folder)
        self.leave = PlainButton("退出程序", "Ctrl+Q", ways.leave)
        self.backups = Muted("可用的备份（新的在前）")
        others = FlowLayout()
        for button in (self.again, self.open_folder, self.start_anew, self.leave):
            others.addWidget(button)
        self.add(self.backups, self.table, self.advice, self.restore, self.retry, others)

    def explain(self, error: DeskError, backups: Sequence[BackupChoice]) -> None:
        """Show why the database does not open.

        Args:
            backups: newest first; offered when the file itself is unreadable.
        """
        self.free()
        self.notices.clear()
        self.say(_TITLES.get(error.code, "无法打开数据库"), str(error))
        broken = error.code in _BROKEN
        restorable = broken and bool(backups)
        self.table.show_rows(backups)
        if backups:
            self.table.choose(backups[0].path)
        for part in (self.backups, self.table, self.restore, self.again):
            part.setVisible(restorable)
        self.retry.setVisible(not restorable)
        self.start_anew.setVisible(broken)
        self.advice.setText(_advice(error.code, bool(backups)))
        if self.isVisible():
            self.begin()

    def free(self) -> None:
        """A way came to its end: it can be tried again."""
        self.setEnabled(True)

    def begin(self) -> None:
        (self.table if self.table.isVisibleTo(self) else self.retry).setFocus()

    def _ask_restore(self) -> None:
        chosen = self.table.current()
        if chosen is None:
            return
        text = f"将用 {chosen.made} 的备份继续工作。此后的记录不在备份中；无法读取的原文件会保留在 damaged 目录。"
        Ask(self, "恢复备份", text, "恢复", lambda: self._go(lambda: self._ways.restore(chosen.path))).open()

    def _ask_start_anew(self) -> None:
        text = "原文件会移到 damaged 目录保留，然后从空白的数据库重新设置本站。原来的记录在新数据库中都看不到。"
        Ask(self, "从空白开始", text, "移开并重新开始", lambda: self._go(self._ways.start_anew), danger=True).open()

    def _go(self, way: Callable[[], None]) -> None:
        self.setEnabled(False)
        way()


def _advice(code: str, has_backups: bool) -> str:
    if code in _BROKEN:
        known = "选一个备份恢复，或先联系维护人员。" if has_backups else "没有找到备份，请先联系维护人员。"
        return f"{known}本程序不会自行删除或重建数据库。"
    if code == "store.newer":
        return "安装新版本后重新打开即可；数据没有改动。"
    return "处理后按「重新打开」；已保存的记录不受影响。"

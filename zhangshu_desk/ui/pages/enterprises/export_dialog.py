"""导出企业名录: a file of all enterprises in use; people masked unless a reason is given."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.enterprises.exporting import export
from zhangshu_desk.ui.dialogs.base import Ask, Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.enterprises import import_files
from zhangshu_desk.ui.widgets import Chips, ComboField, Muted, Text, TextField, Tick

_KINDS = {".xlsx": "Excel 工作簿", ".csv": "CSV 文件"}
_PURPOSES = ("年报核对", "上级报送", "联系企业", "更正信息")
_MASKED = "导出所有在用的企业，每位联系人一行。姓名和电话默认遮盖，如 张*、138****5678。"
_AUDITED = "谁、何时、导出多少家、作何用途会记入审计日志。请妥善保管文件，用完删除。"


class ExportDialog(Dialog):
    """Asks for the format, whether people are in full and what for, and where to write."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "导出企业名录", "选择位置并导出…", width=560)
        self._desk = desk
        self._busy = False
        self.explained = Text(_MASKED, wrap=True)
        self.kind = ComboField[str]("文件格式", [(suffix, f"{name}（{suffix}）") for suffix, name in _KINDS.items()])
        self.full = Tick("包含完整个人信息（姓名、电话不遮盖）")
        self.purposes = Chips[str]("常用用途", [(one, one) for one in _PURPOSES], several=False)
        self.reason = TextField("用途（必填）", hint="选择上面的用途，或在这里填写")
        self.audited = Muted(_AUDITED)
        self.audited.setWordWrap(True)
        self.outcome = Text(wrap=True)
        self.outcome.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.add(self.explained, self.kind, self.full, self.purposes, self.reason, self.audited, self.outcome)
        self.body.addStretch(1)
        for part in (self.purposes, self.reason, self.audited, self.outcome):
            part.hide()
        self.full.toggled.connect(self._ask_why)
        self.purposes.changed.connect(lambda: self.reason.set_text("".join(self.purposes.chosen())))
        QWidget.setTabOrder(self.outcome, self.cancel)
        QWidget.setTabOrder(self.cancel, self.primary)
        self.kind.setFocus()

    def act(self) -> None:
        """Ask where to, then write."""
        if self._busy:
            return
        if self.full.isChecked() and not self.reason.text():
            self.reason.complain("请填写用途。")
            self.reason.setFocus()
            return
        suffix = self.kind.key() or ".xlsx"
        proposed = Path.home() / f"企业名录-{day_of(self._desk.clock.now()).isoformat()}{suffix}"
        path = import_files.ask_save(self, proposed, _KINDS[suffix])
        if path is None:
            return
        whole = path if path.suffix.lower() == suffix else path.with_name(path.name + suffix)
        if whole != path and whole.exists():  # the file dialog asked about another name
            question = f"「{whole.name}」已经存在。要替换它吗？"
            Ask(self, "替换文件", question, "替换", lambda: self._write(whole), danger=True).open()
        else:
            self._write(whole)

    def _write(self, path: Path) -> None:
        desk, full, reason, now = self._desk, self.full.isChecked(), self.reason.text(), self._desk.clock.now()
        actor = desk.session.actor
        self._busy = True
        self.primary.setEnabled(False)
        desk.work.do(
            self,
            lambda: export(desk.store, actor, path, now, full=full, reason=reason),
            lambda count: self._written(path, count, full),
            ended=self._ended,
        )

    def _ended(self) -> None:
        self._busy = False
        self.primary.setEnabled(True)

    def _written(self, path: Path, count: int, full: bool) -> None:
        self.notices.clear()
        people = "个人信息为完整内容，用完请删除" if full else "个人信息已遮盖"
        self.outcome.setText(f"已导出 {count:,} 家企业，{people}。\n文件：{path}")
        self.outcome.show()
        self.cancel.set_text("关闭")
        self.cancel.setFocus()
        for part in (self.explained, self.kind, self.full, self.purposes, self.reason, self.audited, self.primary):
            part.hide()

    def _ask_why(self, full: bool) -> None:
        for part in (self.purposes, self.reason, self.audited):
            part.setVisible(full)
        if full:
            self.reason.setFocus()

"""导出台账: the ledger of a period as a workbook; receivers masked unless a reason is given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QWidget

from zhangshu_desk.labels.exporting import export_ledger
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels import files
from zhangshu_desk.ui.pages.labels.form import Form
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Text, TextField, Tick

_SUFFIX = ".xlsx"
_WHAT = "三张表：按企业和产品的台账、各批次、收发明细。领取人姓名默认遮盖，如 张*。"
_AUDITED = "谁、何时、导出哪段、作何用途会记入审计日志。"


class ExportDialog(Form):
    """Asks whether receivers are in full and what for, then where to write.

    Args:
        family: only labels of this kind, empty = all.
    """

    def __init__(
        self, parent: QWidget, desk: Desk, since: date, until: date, family: str, said: Callable[[str], None]
    ) -> None:
        super().__init__(parent, desk, "导出台账", "选择位置并导出…")
        self._since, self._until, self._family, self._said = since, until, family, said
        self.full = Tick("包含领取人全名")
        self.reason = TextField("用途（必填）", hint="例如 上报市场监管局")
        self.fields = {"reason": self.reason}
        self.add(Text(f"{since} 至 {until}。{_WHAT}", wrap=True), self.full, self.reason)
        self.add(Text(_AUDITED, Tone.MUTED, wrap=True))
        self.body.addStretch(1)
        self.reason.hide()
        self.full.toggled.connect(self._ask_why)
        self.full.setFocus()

    def act(self) -> None:
        if self.full.isChecked() and not self.reason.text():
            self.reason.complain("请填写用途。")
            self.reason.setFocus()
            return
        proposed = Path.home() / f"用标台账-{self._since:%Y%m%d}-{self._until:%Y%m%d}{_SUFFIX}"
        path = files.ask_save(self, "导出台账", proposed, "Excel 工作簿")
        if path is None:
            return
        whole = path if path.suffix.lower() == _SUFFIX else path.with_name(path.name + _SUFFIX)
        if whole != path and whole.exists():  # the file dialog asked about another name
            question = f"「{whole.name}」已经存在。要替换它吗？"
            Ask(self, "替换文件", question, "替换", lambda: self._write(whole), danger=True).open()
        else:
            self._write(whole)

    def _write(self, path: Path) -> None:
        store, actor, now = self._desk.store, self._desk.session.actor, self._desk.clock.now()
        full, reason = self.full.isChecked(), self.reason.text()
        self.send(
            lambda: export_ledger(
                store, actor, path, self._since, self._until, now, family=self._family, full=full, reason=reason
            ),
            lambda count: self._said(f"已导出 {count:,} 户到 {path}。"),
        )

    def _ask_why(self, full: bool) -> None:
        self.reason.setVisible(full)
        if full:
            self.reason.setFocus()

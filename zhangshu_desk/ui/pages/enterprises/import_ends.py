"""The two ends of an import: choosing the file, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from zhangshu_desk.core.settings import Settings
from zhangshu_desk.enterprises.importing import ImportPlan, Verdict
from zhangshu_desk.ui.icons import pixmap
from zhangshu_desk.ui.pages.enterprises import import_words as words
from zhangshu_desk.ui.pages.enterprises.import_preview import columns, snug
from zhangshu_desk.ui.theme import colour, theme
from zhangshu_desk.ui.widgets import Heading, Muted, PlainButton, PrimaryButton, Table, Text

_HOW = "选择一份企业名录（.xlsx .xls .csv .ods），或把文件拖到这里"
_NOTHING_YET = "表头、空行、小计会自动识别。先逐行预览，确认之前不会写入任何内容。"


class ChooseFile(QWidget):
    """Says what can be imported; `choose` is called by its button."""

    def __init__(self, choose: Callable[[], object]) -> None:
        super().__init__()
        self._picture = QLabel()
        self._tint()
        theme().changed.connect(self._tint)
        self.button = PrimaryButton("选择文件…", "Ctrl+O", choose)
        lines = QVBoxLayout(self)
        lines.setSpacing(12)
        lines.addStretch(1)
        for part in (self._picture, Text(_HOW), Muted(_NOTHING_YET), self.button):
            lines.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        lines.addStretch(2)
        self.setFocusProxy(self.button)

    def _tint(self) -> None:
        self._picture.setPixmap(pixmap("enterprise", colour("faint"), 48))


class ImportDone(QWidget):
    """What was imported and what was not; `undo` and `again` are called by its buttons."""

    def __init__(self, settings: Settings, undo: Callable[[], object], again: Callable[[], object]) -> None:
        super().__init__()
        self.title = Heading()
        self.text = Text(wrap=True)
        self.left = Text("以下各行没有导入，可以改好文件后再导入一次，已导入的不会重复：", wrap=True)
        self.table = Table("没有导入的行", columns(), lambda row: row.number, "所有行都已导入。", settings)
        self.undo = PlainButton("撤销导入…", "Ctrl+Z", undo)
        self.again = PlainButton("再导入一个文件", "Ctrl+O", again)
        snug(self.table)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(10)
        buttons = QHBoxLayout()
        buttons.addWidget(self.undo)
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        for part in (self.title, self.text):
            lines.addWidget(part)
        lines.addLayout(buttons)
        lines.addWidget(self.left)
        lines.addWidget(self.table, 1)

    def show_done(self, plan: ImportPlan) -> None:
        """The plan was carried out."""
        self.title.setText(f"已导入 {len(plan.decision.entries):,} 家企业")
        self.text.setText(f"「{plan.file_name}」{words.counted(plan.counts)}。")
        refused = [row for row in plan.rows if row.verdict is Verdict.REFUSED]
        self.left.setVisible(bool(refused))
        self.table.show_rows(refused)
        self.undo.setEnabled(True)

    def show_undone(self) -> None:
        """The import was taken back."""
        self.title.setText("这次导入已撤销")
        self.undo.setEnabled(False)
        self.again.setFocus()

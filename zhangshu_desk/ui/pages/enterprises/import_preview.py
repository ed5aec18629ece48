"""The dry run as the clerk sees it: what is read from where, and the verdict on every row."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from zhangshu_desk.core.settings import Settings
from zhangshu_desk.enterprises.importing import (
    ImportPlan,
    Layout,
    PlannedRow,
    Sheet,
    TableFile,
    find_header,
    layout_at,
)
from zhangshu_desk.ui.pages.enterprises import import_words as words
from zhangshu_desk.ui.pages.enterprises.import_columns import ImportColumns
from zhangshu_desk.ui.widgets import Chips, Column, ComboField, Muted, NumberField, Table, Text, Tick

ALL = "all"
_EMPTY = "这里会逐行显示导入后的结果。\n请在上面指定表头行和「企业名称」所在的列。"
_BAD_CODES = "信用代码有误也导入（登记为待核）"
_DETAIL_LINES = 2
_LEAST_HEIGHT = 160


@dataclass(frozen=True)
class Wish:
    """What is to be planned: the place of the sheet, how it is read, whether wrong codes are taken."""

    sheet: int
    layout: Layout
    accept_bad_codes: bool


class ImportPreview(QWidget):
    """`asked` whenever the clerk wants the file read in another way; nothing is written here."""

    asked = Signal()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._file: TableFile | None = None
        self._layout: Layout | None = None
        self._plan: ImportPlan | None = None
        self.sheet = ComboField[int]("工作表")
        self.header = NumberField("表头在第几行", 1, 0, 1)
        self.columns = ImportColumns()
        self.bad_codes = Tick(_BAD_CODES)
        self.chips = Chips[str]("按结果筛选", _chips(None), several=False)
        self.table = Table("导入预览", columns(), lambda row: row.number, _EMPTY, settings)
        self.detail = Text(wrap=True)
        self.skipped = Muted()
        self._build()
        self._connect()

    def show_file(self, file: TableFile, sheet: int) -> None:
        """A file was read; `sheet` is the one to begin with."""
        self._file = file
        self.sheet.set_choices([(at, one.name) for at, one in enumerate(file.sheets)], sheet)
        self.sheet.setVisible(len(file.sheets) > 1)
        self.bad_codes.setChecked(False)
        self._read_sheet()

    def wish(self) -> Wish | None:
        """How the clerk wants it read; None before there is a file."""
        if self._layout is None:
            return None
        layout = self._layout.with_columns(self.columns.columns())
        return Wish(self.sheet.key() or 0, layout, self.bad_codes.isChecked())

    def show_plan(self, plan: ImportPlan | None) -> None:
        """Show what importing would do; None = it cannot be said."""
        self._plan = plan
        chosen = self.chips.chosen() or [ALL]
        self.chips.set_choices(_chips(plan))
        counts = plan.counts.as_dict() if plan else {}
        self.chips.choose(chosen if counts.get(chosen[0]) else [ALL])
        self.skipped.setText(words.skipped(plan.skipped) if plan else "")
        self._show_rows()

    def _build(self) -> None:
        self.sheet.setMinimumWidth(160)
        self.header.setFixedWidth(110)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(10)
        top = QHBoxLayout()
        top.setSpacing(12)
        for part in (self.sheet, self.header):
            top.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.columns, 1, Qt.AlignmentFlag.AlignTop)
        narrow = QHBoxLayout()
        narrow.addWidget(self.chips, 1)
        narrow.addWidget(self.bad_codes)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.detail.setFixedHeight(self.detail.fontMetrics().lineSpacing() * _DETAIL_LINES + 4)
        self.detail.setAccessibleName("选中行的说明")
        snug(self.table)
        lines.addLayout(top)
        lines.addLayout(narrow)
        lines.addWidget(self.table, 1)
        lines.addWidget(self.detail)
        lines.addWidget(self.skipped)
        self.chips.choose([ALL])

    def _connect(self) -> None:
        self.header.editor.setKeyboardTracking(False)
        self.header.editor.setSpecialValueText("没有表头")
        self.sheet.chosen.connect(lambda _at: self._sheet_chosen())
        self.header.changed.connect(self._header_chosen)
        self.columns.changed.connect(self.asked)
        self.bad_codes.toggled.connect(lambda _on: self.asked.emit())
        self.chips.changed.connect(self._show_rows)
        self.table.chosen.connect(self._show_detail)

    def _sheet_chosen(self) -> None:
        self._read_sheet()
        self.asked.emit()

    def _read_sheet(self) -> None:
        sheet = self._sheet()
        self._layout = find_header(sheet) or layout_at(sheet, _first_row(sheet))
        self.header.editor.blockSignals(True)
        self.header.editor.setRange(0, len(sheet.rows))
        self.header.editor.setValue(self._layout.header_row)
        self.header.editor.blockSignals(False)
        self._show_columns(sheet, self._layout)

    def _header_chosen(self, number: int) -> None:
        self._layout = layout_at(self._sheet(), number)
        self._show_columns(self._sheet(), self._layout)
        self.asked.emit()

    def _show_columns(self, sheet: Sheet, layout: Layout) -> None:
        self.columns.show_layout(sheet, layout)
        before: QWidget = self.header.editor
        for field in self.columns.fields.values():  # made anew, they would come last
            QWidget.setTabOrder(before, field.editor)
            before = field.editor

    def _sheet(self) -> Sheet:
        if self._file is None:
            raise RuntimeError("no file was read yet")
        return self._file.sheets[self.sheet.key() or 0]

    def _show_rows(self) -> None:
        wanted = (self.chips.chosen() or [ALL])[0]
        rows = self._plan.rows if self._plan else ()
        self.table.show_rows([row for row in rows if wanted in (ALL, row.verdict.value)])
        if self.table.current() is None and self.table.rows.rows:
            self.table.selectRow(0)
        self._show_detail()

    def _show_detail(self) -> None:
        row = self.table.current()
        self.detail.setText(words.in_full(row) if row else "")


def columns() -> list[Column[PlannedRow]]:
    """The columns of a list of rows with their verdicts."""
    return [
        Column("行号", lambda row: str(row.number), 60, right=True),
        Column("结果", lambda row: words.WORDS[row.verdict], 80, bold=True, tone=lambda row: words.TONES[row.verdict]),
        Column("企业名称", lambda row: row.name or "（没有名称）", 250, wrap=True),
        Column("信用代码", lambda row: row.credit_code or "（无）", 184),
        Column("说明", words.explained, 300, stretch=True, wrap=True, tip=words.explained),
    ]


def snug(table: Table[PlannedRow]) -> None:
    """Let a table take the room that is left instead of making its dialog higher than a small screen."""
    table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
    table.setMinimumHeight(_LEAST_HEIGHT)


def _chips(plan: ImportPlan | None) -> list[tuple[str, str]]:
    counts = plan.counts.as_dict() if plan else {}
    each = [(verdict.value, f"{name} {counts.get(verdict.value, 0):,}") for verdict, name in words.WORDS.items()]
    return [(ALL, f"全部 {sum(counts.values()):,}"), *each]


def _first_row(sheet: Sheet) -> int:
    """The first row that looks like headings: more than one cell is filled."""
    filled = (number for number, row in enumerate(sheet.rows, 1) if sum(cell != "" for cell in row) > 1)
    return next(filled, 1)

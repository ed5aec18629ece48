"""批量导入: batches from a spreadsheet; every row is checked in a preview before one act makes them all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import merging, templates
from zhangshu_desk.labels.merging import MergePlan, PlannedBatch
from zhangshu_desk.labels.rules.batches import rules_from
from zhangshu_desk.labels.rules.rights import Family
from zhangshu_desk.labels.templates import Listed
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels import files
from zhangshu_desk.ui.pages.labels.form import Form
from zhangshu_desk.ui.theme import FIELD, Tone
from zhangshu_desk.ui.widgets import Chips, Column, ComboField, Elided, PlainButton, Table, Text, row

_WIDTH, _HEIGHT, _LEAST_HEIGHT = 1040, 600, 180
_SUFFIXES = (".xlsx", ".xls", ".csv", ".ods")
_KINDS = f"电子表格 ({' '.join('*' + one for one in _SUFFIXES)})"
_ALL, _GOOD, _BAD = "all", "good", "bad"
_EMPTY = "选择文件后逐行显示会建立哪些批次。\n核对以前什么也不会写入。"
_NOTHING = "建立批次"
_HOW = "第一行写表头，至少要有产品、批号、生产日期，以及数量或标签数。表头按习惯写即可，"
_COMBO_WIDTH = 250


class MergeDialog(Form):
    """Nothing is written before `建立 N 批`, and nothing is numbered at all.

    Args:
        saved: called with the ids of the batches, in the order of the file.
        file: the one to begin with; without one the clerk is asked to choose.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        saved: Callable[[tuple[str, ...]], object],
        file: Path | None = None,
    ) -> None:
        super().__init__(parent, desk, "从表格导入批次", _NOTHING, many_lines=True, width=880)
        self._saved, self._folder = saved, Path.home()
        self._file: Path | None = None
        self.plan: MergePlan | None = None
        self._asked = 0
        self.choose = PlainButton("选择文件…", "Ctrl+O", self._choose)
        self.name = Elided("还没有选择文件")
        self.usual = {family: ComboField[str](f"没写模板的{family.value}标签用") for family in Family}
        named = "、".join(merging.FIELDS.values())
        self.how = Text(f"{_HOW}认得的有：{named}。", Tone.MUTED, wrap=True)
        self.chips = Chips[str]("按结果筛选", _chips(None), several=False)
        self.table = Table("导入批次", _columns(), lambda one: one.number, _EMPTY, desk.settings)
        self.detail = Text(wrap=True)
        self._build()
        store = desk.store
        desk.work.do(self, lambda: templates.listed(store.paths.labels), self._offer)
        if file is not None:
            self.read(file)

    def act(self) -> None:
        plan = self.plan
        if plan is None or not plan.good:
            return
        store, actor, now = self._desk.store, self._desk.session.actor, self._desk.clock.now()
        rules = rules_from(self._desk.settings.values)
        self.send(lambda: merging.run_merge(store, actor, plan, now, rules=rules), self._saved)

    def refuse(self, error: DeskError) -> None:
        super().refuse(error)
        if error.code == "label.merge_outdated" and self._file is not None:
            self._look()

    def read(self, file: Path) -> None:
        """Read a file and say what would become of each row."""
        self._file, self._folder = file, file.parent
        self.name.set_whole(file.name)
        self.notices.clear()
        self._look()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        file = _dropped(event)
        if file is not None:
            event.acceptProposedAction()
            self.read(file)

    def _build(self) -> None:
        top = row(self.choose, self.name)
        top.setStretch(1, 1)
        for part in (self.choose, self.name):
            top.setAlignment(part, Qt.AlignmentFlag.AlignBottom)
            part.setMinimumHeight(FIELD)
        for combo in self.usual.values():
            combo.setFixedWidth(_COMBO_WIDTH)
            top.addWidget(combo)
        self.detail.setMinimumHeight(2 * self.detail.fontMetrics().lineSpacing() + 4)
        self.detail.setAccessibleName("选中行的说明")
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.table.setMinimumHeight(_LEAST_HEIGHT)
        self.add(self.how, top, self.chips)
        self.add(self.table, stretch=1)
        self.add(self.detail)
        self.chips.choose([_ALL])
        self.primary.setEnabled(False)
        self.setAcceptDrops(True)
        self.resize(_WIDTH, _HEIGHT)
        for combo in self.usual.values():
            combo.chosen.connect(lambda _key: self._look())
        self.chips.changed.connect(self._show_rows)
        self.table.chosen.connect(self._show_detail)
        self.choose.setFocus()

    def _offer(self, listed: list[Listed]) -> None:
        for family, combo in self.usual.items():
            fitting = [one for one in listed if one.template is not None and one.template.family == family]
            combo.set_choices([("", "逐行写明"), *((one.id, one.title) for one in fitting)])

    def _choose(self) -> None:
        file = files.ask_open(self, "选择批次表格", self._folder, _KINDS)
        if file is not None:
            self.read(file)

    def _look(self) -> None:
        """Ask what would become of the file as it is to be read now; only the latest answer is shown."""
        file, store, now = self._file, self._desk.store, self._desk.clock.now()
        if file is None:
            return
        self._asked += 1
        asked = self._asked
        usual = {family: key for family, combo in self.usual.items() if (key := combo.key())}
        rules = rules_from(self._desk.settings.values)
        self.plan = None
        self.primary.setEnabled(False)
        self._desk.work.do_long(
            self,
            f"正在核对 {file.name}",
            lambda progress: merging.plan_file(store, file, now, usual, rules=rules),
            lambda plan: self._planned(asked, plan),
            lambda error: self._unplanned(asked, error),
        )

    def _planned(self, asked: int, plan: MergePlan) -> None:
        if asked == self._asked:
            self.plan = plan
            self._show_plan()
            (self.table if plan.rows else self.choose).setFocus()

    def _unplanned(self, asked: int, error: DeskError) -> None:
        if asked == self._asked:
            self._show_plan()
            super().refuse(error)

    def _show_plan(self) -> None:
        plan = self.plan
        self.chips.set_choices(_chips(plan))
        self.chips.choose(self.chips.chosen() or [_ALL])
        self.how.setVisible(plan is None)
        good = len(plan.good) if plan else 0
        self.primary.set_text(f"建立 {good:,} 批，{plan.labels:,} 张" if plan and good else _NOTHING)
        self.primary.setEnabled(bool(good))
        self._show_rows()

    def _show_rows(self) -> None:
        wanted = next(iter(self.chips.chosen()), _ALL)
        rows = self.plan.rows if self.plan else ()
        self.table.show_rows([one for one in rows if wanted == _ALL or one.good == (wanted == _GOOD)])
        if self.table.current() is None and self.table.rows.rows:
            self.table.selectRow(0)
        self._show_detail()

    def _show_detail(self) -> None:
        chosen = self.table.current()
        self.detail.setText(_said(chosen) if chosen is not None else "")


def _columns() -> list[Column[PlannedBatch]]:
    return [
        Column("行号", lambda one: str(one.number), 60, right=True),
        Column("结果", lambda one: _verdict(one)[0], 80, bold=True, tone=lambda one: _verdict(one)[1]),
        Column("批次", lambda one: one.title or "（看不出是什么）", 330, wrap=True),
        Column("标签", lambda one: f"{one.labels:,}" if one.form is not None else "—", 80, right=True),
        Column("说明", _said, 300, stretch=True, wrap=True, tip=_said),
    ]


def _verdict(one: PlannedBatch) -> tuple[str, Tone]:
    if not one.good:
        return "不能", Tone.BAD
    return ("有提示", Tone.WARN) if one.problems else ("可以", Tone.GOOD)


def _said(one: PlannedBatch) -> str:
    return "".join(problem.text for problem in one.problems) or "没有问题。"


def _chips(plan: MergePlan | None) -> list[tuple[str, str]]:
    every, good = (len(plan.rows), len(plan.good)) if plan else (0, 0)
    return [(_ALL, f"全部 {every:,}"), (_GOOD, f"可以建立 {good:,}"), (_BAD, f"不能建立 {every - good:,}")]


def _dropped(event: QDropEvent) -> Path | None:
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and path.suffix.lower() in _SUFFIXES else None

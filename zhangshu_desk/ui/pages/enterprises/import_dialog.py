"""导入企业名录: a file, a dry run row by row, the import as one act, and its undoing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.enterprises.importing import ImportPlan, TableFile, best_sheet, plan, read_table
from zhangshu_desk.enterprises.importing.applying import ImportResult, run_import
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.enterprises import import_files
from zhangshu_desk.ui.pages.enterprises import import_words as words
from zhangshu_desk.ui.pages.enterprises.import_earlier import EarlierImports
from zhangshu_desk.ui.pages.enterprises.import_ends import ChooseFile, ImportDone
from zhangshu_desk.ui.pages.enterprises.import_preview import ImportPreview
from zhangshu_desk.ui.pages.enterprises.import_undo import Undoing
from zhangshu_desk.ui.widgets import Elided, PlainButton, row
from zhangshu_desk.ui.work import Progress

_WIDTH, _HEIGHT = 1040, 640
_RUNNING = "正在导入，作为一次操作写入。按「取消导入」会全部退回，一家也不会登记。"
_ROLLED_BACK = "已取消：全部退回，一家也没有登记。"
_NOT_READ = "已取消，文件没有读取。"
_WHILE_IT_RUNS = 24 * 3600


class ImportDialog(Dialog):
    """Nothing is written before `导入 N 家`.

    Args:
        file: the file to begin with; without one the clerk is asked to choose.
    """

    def __init__(self, parent: QWidget, desk: Desk, file: Path | None = None) -> None:
        super().__init__(parent, "导入企业名录", words.NOTHING, many_lines=True, width=880)
        self._desk = desk
        self._folder = Path.home()
        self._file: TableFile | None = None
        self._plan: ImportPlan | None = None
        self._run_id = ""
        self._asked = 0
        self._busy = False
        self._when_cancelled = ""
        self._job: Progress | None = None
        self.choose = ChooseFile(self.ask_file)
        self.preview = ImportPreview(desk.settings)
        self.outcome = ImportDone(desk.settings, self._undo, self.ask_file)
        self._undoing = Undoing(self, desk, self.outcome.show_undone)
        self.file_name = Elided()
        self.other = PlainButton("换一个文件…", "Ctrl+O", self.ask_file)
        self.earlier = PlainButton("以前的导入…", "Ctrl+H", lambda: EarlierImports(self, desk).open())
        self._build()
        self.resize(_WIDTH, _HEIGHT)
        if file is not None:
            self.read(file)

    def act(self) -> None:
        """Import what the preview shows."""
        made = self._plan
        if self._busy or made is None or not made.decision.entries or self._stack.currentWidget() is not self.preview:
            return
        desk, actor, now = self._desk, self._desk.session.actor, self._desk.clock.now()
        self._begin("取消导入", _ROLLED_BACK)
        self.notices.info(_RUNNING, seconds=_WHILE_IT_RUNS)
        self._keep(
            desk.work.do_long(
                self,
                f"正在导入 {made.file_name}",
                lambda progress: run_import(desk.store, actor, made, now, progress),
                lambda result: self._imported(made, result),
                self._outdated,
                self._ended,
                on_database=True,
            )
        )

    def reject(self) -> None:
        """Leave; while something runs, cancel that first."""
        if self._job is not None:
            self._job.cancel()
            self.cancel.set_text("正在取消…")
        elif not self._busy and not self._undoing.stop():
            super().reject()

    def ask_file(self) -> None:
        """Let the clerk choose a file."""
        path = None if self._busy else import_files.ask_open(self, self._folder)
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> None:
        """Read a file and show what importing it would do."""
        if self._busy:
            return
        self._folder = path.parent
        self.notices.clear()
        self._begin("取消读取", _NOT_READ)
        self._keep(
            self._desk.work.do_long(
                self,
                f"正在读取 {path.name}",
                lambda progress: _read(path, progress),
                lambda found: self._show_file(*found),
                ended=self._ended,
            )
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self._busy and import_files.dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = import_files.dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.read(path)

    def _build(self) -> None:
        self._stack = QStackedWidget()
        for view in (self.choose, self.preview, self.outcome):
            self._stack.addWidget(view)
        self._top = QWidget()
        top = row(self.file_name, self.other)
        top.setStretch(0, 1)
        self._top.setLayout(top)
        self.add(self._top)
        self.add(self._stack, stretch=1)
        self.foot.insertWidget(0, self.earlier)
        self.preview.asked.connect(self._replan)
        self.setAcceptDrops(True)
        QWidget.setTabOrder(self.outcome.table, self.earlier)
        QWidget.setTabOrder(self.earlier, self.cancel)
        QWidget.setTabOrder(self.cancel, self.primary)
        self._go(self.choose)

    def _go(self, view: QWidget) -> None:
        """Show one of the three stages, and in the foot what belongs to it."""
        looking = view is self.preview
        self._stack.setCurrentWidget(view)
        self._top.setVisible(looking)
        self.primary.setVisible(looking)
        self.cancel.set_text("取消" if looking else "关闭")
        (self.preview.table if looking else self.cancel if view is self.outcome else view).setFocus()

    def _begin(self, cancel: str, when_cancelled: str) -> None:
        self._busy, self._when_cancelled = True, when_cancelled
        self.cancel.set_text(cancel)
        self.cancel.setFocus()
        for part in (self._stack, self.primary, self.other, self.earlier):
            part.setEnabled(False)

    def _keep(self, job: Progress) -> None:
        """Remember the job unless it has ended already."""
        self._job = job if self._busy else None

    def _ended(self) -> None:
        cancelled = self._job is not None and self._job.cancelled
        self._busy, self._job = False, None
        for part in (self._stack, self.other, self.earlier):
            part.setEnabled(True)
        self.notices.clear()
        if cancelled:
            self.notices.info(self._when_cancelled)
        self._go(self._stack.currentWidget())
        self._show_act()

    def _show_file(self, file: TableFile, sheet: int) -> None:
        self._file = file
        self.file_name.set_whole(f"文件：{file.name}")
        self.preview.show_plan(None)
        self.preview.show_file(file, sheet)
        self._go(self.preview)
        self._replan()

    def _replan(self) -> None:
        """Ask what importing would do as the clerk wants the file read now; only the latest answer is shown."""
        file, wish = self._file, self.preview.wish()
        if file is None or wish is None:
            return
        self._asked += 1
        asked, store, today = self._asked, self._desk.store, day_of(self._desk.clock.now())
        self._plan = None
        self.notices.clear()
        self.primary.setEnabled(False)
        self.primary.set_text("正在核对…")
        self._desk.work.do(
            self,
            lambda: plan(store, file, wish.sheet, wish.layout, today, accept_bad_codes=wish.accept_bad_codes),
            lambda made: self._planned(asked, made),
            lambda error: self._unplanned(asked, error),
        )

    def _planned(self, asked: int, made: ImportPlan) -> None:
        if asked == self._asked:
            self._plan = made
            self.preview.show_plan(made)
            self._show_act()

    def _unplanned(self, asked: int, error: DeskError) -> None:
        if asked == self._asked:
            self.preview.show_plan(None)
            self._show_act()
            self.refuse(error)

    def _show_act(self) -> None:
        made = self._plan
        self.primary.set_text(words.act(made))
        self.primary.setEnabled(made is not None and bool(made.decision.entries))

    def _imported(self, made: ImportPlan, result: ImportResult) -> None:
        self.notices.clear()
        self._plan, self._run_id = None, result.run_id
        self.outcome.show_done(made)
        self._go(self.outcome)

    def _outdated(self, error: DeskError) -> None:
        self._replan()
        self.refuse(error)

    def _undo(self) -> None:
        name = self._file.name if self._file else ""
        self._undoing.ask(self._run_id, name)


def _read(path: Path, progress: Progress) -> tuple[TableFile, int]:
    file = read_table(path)
    progress(0, 0)  # cancelled meanwhile?
    sheet, _ = best_sheet(file)
    return file, sheet

"""打印: a numbered batch, from what is to be printed until everything of it is on paper by somebody's word."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from pathlib import Path

from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import running
from zhangshu_desk.labels.queries.links import label_domain
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.running import Ending, OpenJob, Order
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.printing import saved_copy
from zhangshu_desk.ui.pages.labels.printing.deciding import Deciding
from zhangshu_desk.ui.pages.labels.printing.job_panel import JobPanel
from zhangshu_desk.ui.pages.labels.printing.pages_view import PagesView
from zhangshu_desk.ui.pages.labels.printing.plan import Situation, plan_of, printers_for, situation_of, warm_up
from zhangshu_desk.ui.pages.labels.printing.preparing import Preparing
from zhangshu_desk.ui.pages.labels.printing.run import PrintRun, run_of, what_to_do
from zhangshu_desk.ui.pages.labels.printing.setup_panel import SetupPanel
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Elided, PlainButton, row

_WIDTH, _HEIGHT, _SIDE = 1200, 690, 440
_ALL_PRINTED = "这批标签都已经打印过。损坏的请在批次中作废并补打新编号，再来打印补打的。"


class Stage(Enum):
    """Where the dialog stands."""

    LOADING = "loading"
    SETUP = "setup"
    RUNNING = "running"
    WORD = "word"
    OVER = "over"


class PrintDialog(Dialog):
    """Prints the labels of a batch, or goes on with its open job. Closing it does not stop the printer.

    Args:
        parent: the window; a job belongs to it while it runs.
    """

    def __init__(self, parent: QWidget, desk: Desk, batch_id: str) -> None:
        super().__init__(parent, "打印标签", "打印", cancel="关闭", many_lines=True, width=1080)
        self._owner, self._desk, self._batch_id = parent, desk, batch_id
        self._situation: Situation | None = None
        self._run: PrintRun | None = None
        self._file: Path | None = None
        self._busy = False
        self.stage = Stage.LOADING
        self.what = Elided("", Tone.MUTED)
        self.setup = SetupPanel()
        self.job = JobPanel()
        self.pages = PagesView(desk)
        self.pdf = PlainButton("存为 PDF", "Ctrl+S", self._save_pdf)
        self.copy_file = PlainButton("另存一份…", "Ctrl+S", self._copy_file)
        self.again = PlainButton("重打几张…", "Ctrl+R", self._print_again)
        self.end = PlainButton("结束任务…", "Ctrl+E", self._give_up)
        self._preparing = Preparing(self.setup, desk)
        self._deciding = Deciding(self, desk, self._decided)
        self._build()
        self.resize(_WIDTH, _HEIGHT)
        self._go(Stage.LOADING)
        desk.work.do_apart(self, warm_up)
        self.load()

    def load(self) -> None:
        """Look again at the batch, its open job and the printers."""
        self._look(self._show)

    def act(self) -> None:
        """Print, go on, or hand over the person's word."""
        if self._busy:
            return
        if self.stage is Stage.SETUP:
            self._begin(self.setup.order())
        elif self.stage is Stage.WORD:
            self._say_word()
        elif self.stage is Stage.OVER and self._situation is not None and self._situation.free:
            self.load()

    def done(self, result: int) -> None:
        if self._run is not None:
            self._run.watched = False  # the window says how it ended
        super().done(result)

    def refuse(self, error: DeskError) -> None:
        """Show a refusal; what stands against the labels is not about saving here."""
        found = error.facts.get("found")
        if error.code == "label.invalid" and isinstance(found, tuple):
            self.notices.refused("没有打印：" + "".join(one.text for one in found))
        else:
            super().refuse(error)

    @property
    def open_job(self) -> OpenJob | None:
        """The job of the batch that is not over."""
        return self._situation.job if self._situation is not None else None

    def is_busy(self) -> bool:
        """Whether something was asked of the desk that has not been answered."""
        return self._busy

    # -- stages --------------------------------------------------------------------------------------------------------

    def _look(self, then: Callable[[Situation], None]) -> None:
        store, batch_id, own = self._desk.store, self._batch_id, self._desk.settings.values.label_domain
        self._desk.work.do(self, lambda: situation_of(store, batch_id, own), then)

    def _show(self, situation: Situation) -> None:
        self._situation = situation
        facts = situation.card.facts
        words = f"{situation.card.form.batch_no} · {facts.product_name} {facts.spec} · {facts.enterprise_name}"
        self.setWindowTitle(f"打印标签 · {words}")
        self.what.set_whole(words)
        job = situation.job
        going = run_of(job.job.id) if job is not None else None
        if going is not None:
            self._follow(going)
        elif job is not None:
            self._ask_word(situation, job)
        else:
            self.setup.show_situation(situation)
            self._go(Stage.SETUP)
            if not situation.free:
                self.job.show_over("没有要打印的标签", _ALL_PRINTED)
                self._go(Stage.OVER)

    def _go(self, stage: Stage) -> None:
        self.stage = stage
        free = self._situation is not None and bool(self._situation.free)
        job = self.open_job
        self.sides.setCurrentWidget(self.setup if stage in (Stage.LOADING, Stage.SETUP) else self.job)
        self.primary.setVisible(stage in (Stage.SETUP, Stage.WORD) or (stage is Stage.OVER and free))
        self.cancel.set_text("关闭（打印继续）" if stage is Stage.RUNNING else "关闭")
        self.pdf.setVisible(stage is Stage.SETUP)
        self.copy_file.setVisible(stage is Stage.OVER and self._file is not None)
        self.end.setVisible(stage is Stage.WORD)
        self.again.setVisible(stage is Stage.WORD and job is not None and job.good > 0)
        self._show_act()
        if stage is Stage.SETUP:
            self.setup.printer.setFocus()
        elif stage is Stage.WORD:
            self.job.begin()
        elif stage in (Stage.RUNNING, Stage.OVER):
            self.cancel.setFocus()

    def _show_act(self) -> None:
        """What the button does now, and whether it can."""
        if self.stage is Stage.SETUP:
            plan = self.setup.plan()
            stands_against = any(one.hard for one in self.pages.problems or ())
            self.primary.set_text(f"打印 {plan.labels:,} 张" if plan is not None else "打印")
            self.primary.setEnabled(plan is not None and not stands_against)
            self.pdf.setEnabled(self.setup.order("") is not None)
        elif self.stage is Stage.WORD:
            on = "，继续打印" if self.job.goes_on() else ""
            self.primary.set_text(f"确认{on}" if self.job.needs_word() else "继续打印")
            self.primary.setEnabled(True)
        elif self.stage is Stage.OVER:
            self.primary.set_text("打印其余的")
            self.primary.setEnabled(True)

    def _changed(self) -> None:
        if self.stage in (Stage.LOADING, Stage.SETUP):
            self.pages.show_plan(self.setup.plan())
            self._show_act()

    def _free(self) -> None:
        self._busy = False

    # -- beginning -----------------------------------------------------------------------------------------------------

    def _begin(self, order: Order | None) -> None:
        if order is None or self._busy:
            return
        desk, now = self._desk, self._desk.clock.now()
        own_domain, actor = desk.settings.values.label_domain, desk.session.actor
        self._busy = True
        self.notices.clear()

        def begin() -> str:
            return running.begin(desk.store, actor, order, label_domain(desk.store, own_domain), now)

        desk.work.do_apart(self, begin, self._start, ended=self._free)

    def _save_pdf(self) -> None:
        """The same into a file, on a printer that is one."""
        if self._situation is not None and not self._busy:
            self._busy = True
            self._preparing.with_pdf_printer(
                self._situation, lambda printer_id: self._begin(self.setup.order(printer_id)), self._free
            )

    # -- while it runs -------------------------------------------------------------------------------------------------

    def _start(self, job_id: str, printer_id: str | None = None) -> None:
        batch_no = self._situation.card.form.batch_no if self._situation is not None else ""
        run = PrintRun(self._owner, self._desk, job_id, batch_no)
        self._follow(run)
        run.start(printer_id)

    def _follow(self, run: PrintRun) -> None:
        self._run, self._file = run, None
        run.watched = True
        self.notices.clear()
        run.moved.connect(self._moved)
        run.ended.connect(self._ended)
        self._moved()
        self._go(Stage.RUNNING)

    def _moved(self) -> None:
        if self._run is not None:
            self.job.show_running(self._run.latest, self._run.is_stopping())

    def _stop_run(self) -> None:
        if self._run is not None:
            self._run.stop()
            self._moved()

    def _ended(self) -> None:
        run, self._run = self._run, None
        if run is None:
            return
        if run.error is not None:
            self.refuse(run.error)
        if run.ending is not None and run.ending.state is JobState.DONE:
            self._through(run.ending)
        else:
            self.load()

    def _through(self, ending: Ending) -> None:
        self._file = ending.file
        title = "已保存为 PDF" if ending.file is not None else "已打印"
        where = f"文件：{ending.file}" if ending.file is not None else what_to_do(ending.result)
        self._finish(title, f"{ending.good:,} 张标签。{where}")

    def _finish(self, title: str, words: str) -> None:
        """Everything of the job is good; see what is left of the batch."""
        self.job.show_over(title, words)
        if self._situation is not None:
            self._situation = replace(self._situation, free=(), job=None)  # until the desk has looked
        self._look(self._show_rest)
        self._go(Stage.OVER)

    def _show_rest(self, situation: Situation) -> None:
        self._situation = situation
        self._go(Stage.OVER)

    # -- when it waits for a person ------------------------------------------------------------------------------------

    def _ask_word(self, situation: Situation, job: OpenJob) -> None:
        """Show how the open job stands, and the labels that wait for a word or come next."""
        template = next((one for one in situation.templates if one.id == job.job.template_id), situation.templates[0])
        usable = printers_for(template, situation.printers)
        self.job.show_job(job, usable, template.geometry.places > 1)
        printer = self.job.printer.key() or (usable[0] if usable else None)
        if printer is not None:
            places = range(job.job.good_until + 1, job.job.last + 1)
            self.pages.show_plan(plan_of(template, printer.settings, situation.content, places, frozenset()))
        else:
            self.pages.show_plan(None)
        self._go(Stage.WORD)

    def _say_word(self) -> None:
        job = self.open_job
        if job is None:
            return
        job_id, printer = job.job.id, self.job.printer.key()
        other = printer.id if printer is not None and printer.id != job.printer_id else None
        if not self.job.needs_word():
            self._start(job_id, other)
            return
        word = self.job.word()
        if word is not None:
            self._busy = True
            self._deciding.confirm(job_id, word, lambda state: self._confirmed(job_id, state, other), self._free)

    def _confirmed(self, job_id: str, state: JobState, printer_id: str | None) -> None:
        if state is JobState.DONE:
            self._finish("已打印", "已由您核对：全部完好。")
        else:
            self._start(job_id, printer_id)

    def _print_again(self) -> None:
        if self._situation is not None:
            self._deciding.print_again(self._situation)

    def _give_up(self) -> None:
        job = self.open_job
        if job is not None:
            self._deciding.give_up(job.job.id)

    def _decided(self, said: str) -> None:
        self.notices.info(said)
        self.load()

    # -- the file, and building ----------------------------------------------------------------------------------------

    def _copy_file(self) -> None:
        file = self._file
        target = saved_copy.ask_where(self, file) if file is not None else None
        if file is not None and target is not None:
            self._desk.work.do_slow(self, lambda: saved_copy.copy(file, target), self.notices.info)

    def _build(self) -> None:
        self.sides = QStackedWidget()
        self.sides.addWidget(self.setup)
        self.sides.addWidget(self.job)
        self.sides.setFixedWidth(_SIDE)
        self.sides.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        middle = row(self.sides, self.pages, spacing=20)
        middle.setStretch(1, 1)
        self.add(self.what)
        self.add(middle, stretch=1)
        for at, button in enumerate((self.pdf, self.copy_file, self.again, self.end)):
            self.foot.insertWidget(at, button)
        self.setup.changed.connect(self._changed)
        self.job.changed.connect(self._show_act)
        self.job.stop.clicked.connect(self._stop_run)
        self.pages.checked.connect(self._show_act)

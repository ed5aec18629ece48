"""One run of a job: painted, read back, handed over part by part, followed, written down, so that it can stop anywhere.

What is about to be handed over is written down before, and what became of it afterwards. A program that dies between
the two leaves a part of which the printer's queue may still know; if nobody does, a person looks at the paper.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import Clock, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.actions import printing as written
from zhangshu_desk.labels.printers.opening import check_paper, open_output
from zhangshu_desk.labels.printers.outputs import HalfSent, Known, NotSent, Output, Trouble, Word
from zhangshu_desk.labels.queries.jobs import JobRow
from zhangshu_desk.labels.queries.printers import printer, printers
from zhangshu_desk.labels.rules import runs
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.labels.rules.runs import Part
from zhangshu_desk.labels.rules.templates import Template
from zhangshu_desk.labels.running import kept
from zhangshu_desk.labels.running.content import Content, content_of
from zhangshu_desk.labels.running.jobs import alone, open_job_of, template_of
from zhangshu_desk.labels.running.kept import Kept, SheetUse
from zhangshu_desk.labels.running.painted import Paint, Ready, pages_of, ready
from zhangshu_desk.labels.running.progress import Phase, Report, Watch, ignore

LOOK_EVERY_S = 0.05
_SLOWEST_LOOK_S = 1.0
_LAST_LOOK_S = 5.0
"""So long is waited for a word about a part that was taken back."""
_MENDED_BY_HAND = frozenset(
    {Trouble.PAPER_OUT, Trouble.RIBBON_OUT, Trouble.HEAD_OPEN, Trouble.JAM, Trouble.PAUSED, Trouble.STOPPED}
)
STOPPED = "已停止"
DIED = "程序中断，打印机里的情况不明"
DIED_BETWEEN = "程序中断"


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    Attributes:
        result: in words. good: labels of the job that are known to be on paper; waiting: of which a person must say.
        file: the PDF, where there is one.
    """

    state: JobState
    result: str
    good: int
    waiting: int
    file: Path | None = None


class _Stopped(Exception):
    """The run cannot go on; the words are for the clerk."""


def go(
    store: Store,
    actor: Actor,
    job_id: str,
    clock: Clock,
    domain: str,
    *,
    report: Report = ignore,
    stop: threading.Event | None = None,
    printer_id: str | None = None,
) -> Ending:
    """Print what is left of an open job. Takes as long as printing takes: not on the database thread.

    Args:
        report: told how far it is, by one thread at a time; if it raises, the run stops and the exception goes on.
        stop: when it is set the run stops as soon as it can.
        printer_id: another printer than the job had until now.

    Raises:
        DeskError: `label.job_running`, `label.job_over`; `label.template_changed`; `label.printer_gone`; what is wrong
            with a label, with page, place and serial: the labels before it are printed.
    """
    with alone(job_id):
        job = open_job_of(store, job_id, "打印")
        run = recovered(store, job, printer_id, clock.now())
        if printer_id is not None and printer_id != run.printer_id and run.state.part is None:
            run = replace(run, printer_id=printer_id)
        return _Going(store, actor, clock, job, run, domain, Watch(runs.count(run.state.todo), report), stop).go()


def inquire(store: Store, actor: Actor, job_id: str, now: int) -> None:
    """Ask the printer's queue about what a program handed over that died then; what it knows no person has to say.

    Nothing is printed by it, and what is not known stays as it is.

    Raises:
        DeskError: `label.job_running`, `label.job_over`, `label.gone`.
    """
    with alone(job_id):
        job = open_job_of(store, job_id, "核对")
        run = recovered(store, job, None, now)
        if run.state.part is not None:
            _Going(store, actor, FixedClock(now), job, run, "", Watch(0), None).inquire()


def withdraw(store: Store, actor: Actor, job: JobRow, run: Kept, now: int) -> None:
    """Take back what still waits in the printer's queue, so that it is not printed after a person's word about it.

    Raises:
        DeskError: `label.printed_meanwhile`.
    """
    if run.state.part is not None:
        _Going(store, actor, FixedClock(now), job, run, "", Watch(0), None).withdraw()


def recovered(store: Store, job: JobRow, printer_id: str | None, now: int) -> Kept:
    """The run of a job as it was kept.

    Without one, or with one of an earlier life, all of it waits for a person's word: a restored database does not know
    what was printed after it was copied.
    """
    run = kept.load(store, job.id)
    if run is None:
        state = replace(runs.begun(job.good_until + 1, job.last), reached=job.last)
        by_name = next((one.id for one in printers(store) if one.settings.name == job.printer), "")
        run = Kept(job.id, printer_id or by_name, state, certain=False)
    if run.certain:
        return run
    lost = replace(run, state=runs.unknown(run.state, job.last), sheet_id=None, used=frozenset(), certain=True)
    return kept.save(store, lost, now)


class _Going:
    """The run while it runs."""

    def __init__(
        self,
        store: Store,
        actor: Actor,
        clock: Clock,
        job: JobRow,
        run: Kept,
        domain: str,
        watch: Watch,
        stop: threading.Event | None,
    ) -> None:
        self._store, self._actor, self._clock = store, actor, clock
        self._job, self._run, self._watch = job, run, watch
        self._stop, self._through = stop or threading.Event(), threading.Event()
        self._domain = domain
        self._folder = store.paths.state / "printing" / job.id
        self._file: Path | None = None

    def go(self) -> Ending:
        """Until it is through, or something stops it."""
        if not (self._run.state.todo or self._run.state.part):
            return self._end()
        output = self._open()
        if self._job.state is not JobState.PRINTING:
            self._write(JobState.PRINTING, "")
        try:
            self._clear_folder()
            self._settle_what_was_left(output)
            self._leave_out_the_dead()
            self._print(output)
            return self._end()
        except _Stopped as stopped:
            return self._stopped(str(stopped))
        except DeskError as error:
            self._stopped(str(error))
            raise
        except Exception:  # whoever is told of the progress wants to stop, or a fault of ours: the caller hears which
            self._take_back(output)
            self._stopped(STOPPED)
            raise
        finally:
            output.close()
            self._clear_folder(make=False)

    def inquire(self) -> None:
        """Ask the printer once about a part that was left, and write down what it says."""
        state, output = self._run.state, self._open_queue()
        if output is None:
            return
        try:
            assert state.part is not None
            ticket = self._ticket_of(output, state.part)
            word = output.look(ticket) if ticket else None
            if ticket == "":
                self._keep(runs.not_sent(state))
            elif word is not None and word.known in (Known.PRINTED, Known.SAVED):
                self._settle(word)
            else:
                return
        finally:
            output.close()
        if self._run.state.over:
            self._end()
        else:
            self._stopped(DIED_BETWEEN)

    def withdraw(self) -> None:
        """A part that still waits in the printer's queue must not be printed after a person's word about it.

        Raises:
            DeskError: `label.printed_meanwhile`.
        """
        part, output = self._run.state.part, self._open_queue()
        if output is None:
            return
        try:
            ticket = self._ticket_of(output, part) if part is not None else None
            if not ticket or output.look(ticket).over:
                return
            self._keep(runs.ticketed(self._run.state, ticket))
            if self._taken_back(output, ticket).known is Known.PRINTED:
                raise DeskError("label.printed_meanwhile")
        finally:
            output.close()

    def _open(self) -> Output:
        """The printer, after everything that can be wrong before."""
        self._template: Template = template_of(self._store, self._job)
        self._settings: PrinterSettings = printer(self._store, self._run.printer_id).settings
        check_paper(self._settings, self._template.geometry)
        self._content: Content = content_of(self._store, self._job.batch_id, self._domain)
        return open_output(self._settings, self._template.geometry, self._store.paths.papers)

    def _open_queue(self) -> Output | None:
        """The printer, for asking only; None when it cannot be had any more."""
        try:
            self._template = template_of(self._store, self._job)
            self._settings = printer(self._store, self._run.printer_id).settings
            return open_output(self._settings, self._template.geometry, self._store.paths.papers)
        except DeskError:
            return None

    # -- part by part --------------------------------------------------------------------------------------------------

    def _print(self, output: Output) -> None:
        """Hand over part after part; the next one is painted, in a thread of its own, while the printer works."""
        files = self._files()
        with ThreadPoolExecutor(1, "painting") as painting:
            try:
                upcoming = painting.submit(self._next, files).result()
                while isinstance(upcoming, Ready):
                    self._refuse_to_go_on_when_stopped()
                    ticket = self._hand_over(output, upcoming)
                    after = painting.submit(self._next, files)
                    self._settle(self._followed(output, ticket, output.look(ticket)))
                    upcoming = after.result()
                if upcoming is not None:
                    raise upcoming
            finally:
                self._through.set()
                painting.submit(files.close)  # what paints belongs to that thread

    def _files(self) -> Generator[Ready, None, None]:
        title = f"标签 {self._content.batch_no}"
        paint = Paint(self._template, self._settings, self._content, title)
        return ready(paint, self._run.state.todo, self._run.used, self._folder, self._painted)

    def _painted(self, done: int, _of: int) -> None:
        self._refuse_to_go_on_when_stopped()
        if self._through.is_set():
            raise _Stopped
        if self._settings.way is Way.PDF:
            self._watch.tell(Phase.PAINTING, painted=done)

    def _next(self, files: Generator[Ready, None, None]) -> Ready | Exception | None:
        """The next part, None at the end; what went wrong with it counts only when its turn comes."""
        try:
            return next(files, None)
        except (DeskError, _Stopped, OSError) as error:
            return error

    def _hand_over(self, output: Output, file: Ready) -> str:
        """Its ticket."""
        self._watch.tell(Phase.PRINTING)
        while (ticket := self._sent(output, file)) is None:
            if self._stop.wait(_SLOWEST_LOOK_S):
                raise _Stopped(STOPPED)
        with suppress(OSError):
            file.file.unlink()
        if ticket:
            self._keep(runs.ticketed(self._run.state, ticket))
        return ticket

    def _sent(self, output: Output, file: Ready) -> str | None:
        """Its ticket; None when the printer, which has printed before, waits for somebody."""
        title = f"标签 {self._content.batch_no} {self._job.id[-12:]}-{self._run.state.parts + 1}"
        self._keep(runs.taken(self._run.state, file.labels, title))
        try:
            return output.send(title, file.file)
        except NotSent as refused:
            self._keep(runs.not_sent(self._run.state))
            if refused.trouble not in _MENDED_BY_HAND or not self._watch.done:
                raise _Stopped(refused.trouble.value) from None
            self._watch.tell(Phase.WAITING, frozenset({refused.trouble}))
            return None
        except HalfSent as broken:
            raise _Stopped(broken.trouble.value) from None

    def _followed(self, output: Output, ticket: str, word: Word) -> Word:
        """The last word about a part. A printer that waits for somebody is waited for."""
        pause = LOOK_EVERY_S
        while not word.over:
            self._watch.tell(Phase.WAITING if word.known is Known.STUCK else Phase.PRINTING, word.troubles)
            if self._stop.wait(pause):
                return self._taken_back(output, ticket)
            pause = min(pause * 1.2, _SLOWEST_LOOK_S)
            word = output.look(ticket)
        return word

    def _taken_back(self, output: Output, ticket: str) -> Word:
        self._take_back(output)
        until = time.monotonic() + _LAST_LOOK_S
        while not (word := output.look(ticket)).over and time.monotonic() < until:
            if word.known is Known.STUCK and not ticket:  # it has it, and waits for somebody
                break
            time.sleep(LOOK_EVERY_S)
        return word if word.known in (Known.PRINTED, Known.SAVED) else Word(Known.GIVEN_BACK, word.troubles)

    def _take_back(self, output: Output) -> None:
        """What waits at the printer is not to be printed."""
        part = self._run.state.part
        if part is not None and part.ticket:
            with suppress(OSError, subprocess.SubprocessError):
                output.take_back(part.ticket)

    def _settle(self, word: Word) -> None:
        """Write down what became of the part."""
        state, part = self._run.state, self._run.state.part
        assert part is not None
        if word.known is Known.GIVEN_BACK:
            troubles = word.troubles - {Trouble.CANCELED} if self._stop.is_set() else word.troubles
            raise _Stopped("、".join(sorted(one.value for one in troubles)) or STOPPED)
        after = runs.sent(state) if word.known is Known.SENT else runs.good(state)
        geometry = self._template.geometry
        uses = sheet_uses(self._run, list(pages_of(geometry, part.places, self._run.used)))
        self._run = kept.save_with_sheets(
            self._store, replace(self._run, state=after), geometry, uses, self._clock.now()
        )
        if word.known is Known.SAVED:
            self._file = Path(part.ticket)
        self._watch.done += runs.count(part.places)
        self._watch.tell(Phase.PRINTING)

    # -- what an earlier run left --------------------------------------------------------------------------------------

    def _settle_what_was_left(self, output: Output) -> None:
        """A part that was being handed over, or waited at the printer, when the program died or somebody stopped it."""
        part = self._run.state.part
        if part is None:
            return
        ticket = self._ticket_of(output, part)
        if ticket is None:
            raise _Stopped(DIED)
        if not ticket:
            self._keep(runs.not_sent(self._run.state))
            return
        if not part.ticket:
            self._keep(runs.ticketed(self._run.state, ticket))
        self._settle(self._known_only(self._followed(output, ticket, output.look(ticket))))

    def _ticket_of(self, output: Output, part: Part) -> str | None:
        try:
            return part.ticket or output.find(part.title)
        except OSError:
            return None

    def _known_only(self, word: Word) -> Word:
        """A queue that has forgotten the part does not say that it was sent."""
        if word.known is Known.SENT:
            raise _Stopped(DIED)
        return word

    def _leave_out_the_dead(self) -> None:
        """Numbers that were voided since are not printed any more."""
        state = self._run.state
        dead = [place for place in runs.each(state.todo) if self._content.is_dead(place)] if self._content.dead else []
        if dead:
            self._keep(runs.without(state, dead))
        self._watch.total = runs.count(self._run.state.todo)

    # -- the end -------------------------------------------------------------------------------------------------------

    def _end(self) -> Ending:
        state = self._run.state
        if state.over:
            result = f"已保存为 {self._file.name}" if self._file is not None else "打印机报告已打印"
            self._write(JobState.DONE, result)
            kept.drop_over(self._store)
            return self._ending(JobState.DONE, result)
        result = "已发送，尚未确认打印完成"
        self._write(JobState.SENT, result)
        return self._ending(JobState.SENT, result)

    def _stopped(self, why: str) -> Ending:
        self._write(JobState.STOPPED, why)
        return self._ending(JobState.STOPPED, why)

    def _ending(self, state: JobState, result: str) -> Ending:
        now = self._run.state
        waiting = runs.count(now.waiting)
        good = self._job.last - self._job.first + 1 - runs.count(now.todo) - waiting
        return Ending(state, result, good, waiting, self._file)

    def _write(self, state: JobState, result: str) -> None:
        good = runs.good_until(self._run.state, self._job.first, self._job.last)
        written.progress(
            self._store, self._actor, self._job.id, self._clock.now(), state=state, good_until=good, result=result
        )

    def _keep(self, state: runs.RunState) -> None:
        self._run = kept.save(self._store, replace(self._run, state=state), self._clock.now())

    def _refuse_to_go_on_when_stopped(self) -> None:
        if self._stop.is_set():
            raise _Stopped(STOPPED)

    def _clear_folder(self, *, make: bool = True) -> None:
        """The files of this run; those of one that died are of no use."""
        shutil.rmtree(self._folder, ignore_errors=True)
        if make:
            self._folder.mkdir(parents=True)


def sheet_uses(run: Kept, pages: list[list[int]]) -> list[SheetUse]:
    """Which positions of which sheet get ink, page by page."""
    uses, sheet_id, used = [], run.sheet_id, run.used
    for page in pages:
        uses.append(SheetUse(sheet_id, used | frozenset(page)))
        sheet_id, used = None, frozenset()
    return uses

"""A person's word about a job: the last good label, a page once more, given up; and what waits for such a word."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import records, templates
from zhangshu_desk.labels.actions import printing as written
from zhangshu_desk.labels.queries import jobs, reading
from zhangshu_desk.labels.queries.jobs import JobRow
from zhangshu_desk.labels.queries.printers import PrinterRow, printers
from zhangshu_desk.labels.rules import runs
from zhangshu_desk.labels.rules.batches import Numbers
from zhangshu_desk.labels.rules.geometries import Geometry, Medium
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.runs import Row
from zhangshu_desk.labels.rules.spans import Span, Spans, holds
from zhangshu_desk.labels.running import kept
from zhangshu_desk.labels.running.going import recovered, withdraw
from zhangshu_desk.labels.running.jobs import alone, is_running, open_job_of
from zhangshu_desk.labels.running.kept import Kept, SheetUse
from zhangshu_desk.labels.running.painted import pages_of


@dataclass(frozen=True)
class OpenJob:
    """A job that is not over.

    Attributes:
        printer_id: None when it is not among the printers of this machine any more.
        labels: of the job; good: known to be on paper; todo: still to be handed over.
        waiting: numbers that were handed over and wait for a person's word, in the order of printing.
        must_confirm: it cannot go on before that word. can_be_asked: the program died, and the printer's queue may know
            what became of those that wait: going on asks it first. running: it is being printed now.
    """

    job: JobRow
    batch_no: str
    printer_id: str | None
    labels: int
    good: int
    todo: int
    waiting: tuple[Span, ...]
    must_confirm: bool
    can_be_asked: bool
    running: bool


def open_jobs(store: Store) -> tuple[OpenJob, ...]:
    """The jobs of this station that are not over, the oldest first."""
    at_this_machine = {one.job_id: one for one in kept.all_kept(store)}
    found, known = jobs.open_jobs(store), {one.id: one for one in printers(store)}
    with store.read() as session:
        batches = {one.batch_id: records.batch_of(session, one.batch_id).batch_no for one in found}
        numbers = {batch_id: reading.numbers(session, batch_id) for batch_id in batches}
    return tuple(
        _open_job(one, batches[one.batch_id], at_this_machine.get(one.id), numbers[one.batch_id], known)
        for one in found
    )


def confirm(
    store: Store,
    actor: Actor,
    job_id: str,
    last_good: int | None,
    now: int,
    *,
    reason: str = "",
    sheet_kept: bool = False,
) -> JobState:
    """Say which label is the last good one on paper. What was handed over after it will be printed again.

    Args:
        last_good: its number, as printed on it; None = none of those that wait.
        reason: why labels are printed again; needed when there are any.
        sheet_kept: the sheet on which it stopped lies in the printer again, and its other positions are clean.

    Returns:
        `DONE` when everything is good, else `STOPPED`: `going.go` goes on.

    Raises:
        DeskError: `label.not_waiting`, `label.reason_missing`; `label.printed_meanwhile`; `label.job_running`,
            `label.job_over`, `label.gone`.
    """
    with alone(job_id):
        job = open_job_of(store, job_id, "核对")
        run = recovered(store, job, None, now)
        numbers, dead = _numbers(store, job.batch_id)
        place = None if last_good is None else numbers.place_of(last_good)
        if last_good is not None and place is None:
            raise DeskError("label.not_waiting")
        state, again = runs.confirmed(run.state, place)
        withdraw(store, actor, job, run, now)
        for first, last in _alive(again, numbers, dead):
            written.print_again(store, actor, job_id, first, last, reason, now)
        run = _with_sheets(store, run, job, runs.count(run.state.waiting) - runs.count(again), sheet_kept, now)
        run = kept.save(store, replace(run, state=state), now)
        return _written(store, actor, job, run, now)


def once_more(store: Store, actor: Actor, job_id: str, numbers: Span, reason: str, now: int) -> None:
    """Good labels of an open job are to be printed once more: a page came out soiled. The old ones are destroyed.

    Raises:
        DeskError: `label.not_printed`, `label.places_wrong`, `label.reason_missing`; `label.numbers_wrong`;
            `label.job_running`, `label.job_over`, `label.gone`.
    """
    with alone(job_id):
        job = open_job_of(store, job_id, "重打")
        run = recovered(store, job, None, now)
        known, _ = _numbers(store, job.batch_id)
        first, last = (known.place_of(one) for one in numbers)
        if first is None or last is None or not job.first <= first <= last <= job.last:
            raise DeskError("label.not_printed")
        state = runs.repeated(run.state, first, last)
        written.print_again(store, actor, job_id, first, last, reason, now)
        kept.save(store, replace(run, state=state), now)


def give_up(store: Store, actor: Actor, job_id: str, reason: str, now: int) -> None:
    """End a job. Another one may print what was never handed over; what may be on paper without being good is voided.

    Raises:
        DeskError: `label.reason_missing`; `label.printed_meanwhile`; `label.job_running`, `label.job_over`,
            `label.gone`.
    """
    why = records.reason_of(reason)
    with alone(job_id):
        job = open_job_of(store, job_id, "结束")
        run = recovered(store, job, None, now)
        good = runs.good_until(run.state, job.first, job.last)
        touched = runs.touched_until(run.state)
        withdraw(store, actor, job, run, now)
        written.end_job(store, actor, job_id, now, good_until=good, touched_until=touched, result=why)
        if run.state.part is not None:
            kept.end_sheet(store, run, now)
        kept.drop_over(store)


# -- parts -------------------------------------------------------------------------------------------------------------


def _with_sheets(store: Store, run: Kept, job: JobRow, good: int, sheet_kept: bool, now: int) -> Kept:
    """The sheets after a word about the labels that wait, of which the first so many are good."""
    state, geometry = run.state, _geometry(store, job)
    if state.part is not None and geometry is not None and geometry.medium is Medium.SHEET:
        uses = _used_before_the_stop(run, geometry, max(0, good - runs.count(state.unsure)), sheet_kept)
        return kept.save_with_sheets(store, run, geometry, uses, now)
    if good < runs.count(state.waiting) and not sheet_kept:
        return kept.end_sheet(store, run, now)
    return run


def _geometry(store: Store, job: JobRow) -> Geometry | None:
    """What the job is printed on; None when its template is not to be had any more."""
    try:
        return templates.load(store.paths.labels, job.template_id).geometry
    except DeskError:
        return None


def _used_before_the_stop(run: Kept, geometry: Geometry, good: int, sheet_kept: bool) -> list[SheetUse]:
    """Which positions got ink, of the pages up to the one on which it stopped."""
    assert run.state.part is not None
    uses: list[SheetUse] = []
    sheet_id, used = run.sheet_id, run.used
    for page in pages_of(geometry, run.state.part.places, run.used):
        done = page[:good]
        if len(done) < len(page) and not sheet_kept:
            uses.append(SheetUse(sheet_id, frozenset(range(geometry.places))))
        elif done:
            uses.append(SheetUse(sheet_id, used | frozenset(done)))
        if len(done) < len(page):
            break
        good -= len(page)
        sheet_id, used = None, frozenset()
    return uses


def _written(store: Store, actor: Actor, job: JobRow, run: Kept, now: int) -> JobState:
    good = runs.good_until(run.state, job.first, job.last)
    state = JobState.DONE if run.state.over else JobState.STOPPED
    result = "人工核对：全部完好" if run.state.over else "人工核对：从中断处继续"
    written.progress(store, actor, job.id, now, state=state, good_until=good, result=result)
    if run.state.over:
        kept.drop_over(store)
    return state


def _numbers(store: Store, batch_id: str) -> tuple[Numbers, Spans]:
    with store.read() as session:
        return reading.numbers(session, batch_id), reading.history(session, batch_id).dead()


def _alive(row: Row, numbers: Numbers, dead: Spans) -> Row:
    """The places whose numbers are not void."""
    if not dead:
        return row
    return runs.joined(*(((one, one),) for one in runs.each(row) if not holds(dead, numbers.serial_at(one))))


def _open_job(
    job: JobRow, batch_no: str, run: Kept | None, numbers: Numbers, printers: Mapping[str, PrinterRow]
) -> OpenJob:
    known = run is not None and run.certain
    state = run.state if run is not None and known else runs.unknown(runs.begun(job.good_until + 1, job.last), job.last)
    labels = job.last - job.first + 1
    waiting, todo = runs.count(state.waiting), runs.count(state.todo)
    running = is_running(job.id)
    printer = printers.get(run.printer_id) if run is not None else None
    asked = (
        not (running or state.unsure)
        and (state.part is not None and job.state is JobState.PRINTING)
        and (printer is not None and not printer.settings.way.is_tcp)
    )
    by_name = next((one.id for one in printers.values() if one.settings.name == job.printer), None)
    printer_id = run.printer_id if run is not None else by_name
    return OpenJob(
        job=job,
        batch_no=batch_no,
        printer_id=printer_id if printer_id in printers else None,
        labels=labels,
        good=labels - waiting - todo,
        todo=todo,
        waiting=tuple(span for first, last in state.waiting for span in numbers.at_places(first, last)),
        must_confirm=not (running or asked) and (state.part is not None or (waiting > 0 and not todo)),
        can_be_asked=asked,
        running=running,
    )

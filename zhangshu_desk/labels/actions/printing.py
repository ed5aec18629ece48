"""What a print job writes down: begun, how far it is, what was printed again, how it ended.

A job covers places of its batch. Two jobs never cover one place, so no number comes onto paper twice but within an
open job, where it is written down. Written at changes of state only, not page by page: every line is synchronised.
"""

from __future__ import annotations

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.labels import GiMark, LabelBatch, PrintJob
from zhangshu_desk.labels import marks, records, templates
from zhangshu_desk.labels.actions.handling import refuse_numbers
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.queries.basis import form_of
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import BatchState, check_state, template_problems
from zhangshu_desk.labels.rules.jobs import OPEN, JobState, check_move
from zhangshu_desk.labels.rules.problems import refuse
from zhangshu_desk.labels.rules.rights import right_problems
from zhangshu_desk.labels.rules.templates import Template

LONGEST_RESULT = 500


def begin_job(
    store: Store, actor: Actor, batch_id: str, template: Template, first: int, last: int, printer: str, now: int
) -> str:
    """Begin printing places `first` to `last` of a batch, both included; the id of the job.

    Raises:
        DeskError: `label.places_wrong`; `label.printed_before`: another job has had some of them; `label.invalid`: the
            right has ended, or the template is of another family or lacks a piece; what `marks.checked` refuses;
            `label.batch_state`, `label.elsewhere`, `label.gone`.
    """
    with store.write(actor, "label.print", now) as session:
        row = records.own_batch(session, batch_id, "打印")
        check_state(BatchState(row.state), [BatchState.NUMBERED], row.batch_no, "打印")
        known = reading.numbers(session, batch_id)
        if not 0 <= first <= last < known.count:
            raise DeskError("label.places_wrong", batch=row.batch_no, count=known.count)
        numbers = known.at_places(first, last)
        before = spans.common(numbers, reading.on_paper(session, batch_id, known).touched)
        if before:
            raise DeskError("label.printed_before", batch=row.batch_no, numbers=spans.text(before))
        _check(session, store, row, template)
        job = PrintJob(
            id=session.new_id(),
            batch_id=batch_id,
            station_id=session.station_id,
            template_id=template.id,
            template_sha=templates.fingerprint(template),
            printer=printer,
            first=first,
            last=last,
            good_until=first - 1,
            state=JobState.PRINTING.value,
            started_at=now,
            actor_id=actor.user_id,
            actor_name=actor.name,
        )
        session.add(job)
        session.about("print_jobs", job.id, f"{row.batch_no}：{spans.text(numbers)}")
        return job.id


def progress(
    store: Store,
    actor: Actor,
    job_id: str,
    now: int,
    *,
    state: JobState | None = None,
    good_until: int | None = None,
    result: str = "",
) -> None:
    """Write down how a job stands.

    Args:
        state: what it is now; None = as before.
        good_until: place of the last label known to be good on paper; it never goes back.
        result: what the printer or the clerk said.

    Raises:
        DeskError: `label.job_over`, `label.places_wrong`, `label.elsewhere`, `label.gone`.
    """
    act = "label.print" if state is JobState.PRINTING else "label.print_end"
    with store.write(actor, act, now) as session:
        job = _own_job(session, job_id)
        _move(job, state, good_until, now)
        _note(session, job, result)


def end_job(
    store: Store, actor: Actor, job_id: str, now: int, *, good_until: int, touched_until: int, result: str = ""
) -> None:
    """Give a job up.

    Args:
        good_until: place of the last good label.
        touched_until: place of the last label that may be on paper, good or not. What comes after it another job may
            print; those between the two never: they are voided, and replaced if need be.

    Raises:
        DeskError: as `progress`.
    """
    with store.write(actor, "label.print_end", now) as session:
        job = _own_job(session, job_id)
        _move(job, JobState.ENDED, good_until, now)
        job.last = max(min(touched_until, job.last), job.good_until)
        _note(session, job, result)


def print_again(store: Store, actor: Actor, job_id: str, first: int, last: int, reason: str, now: int) -> None:
    """Write down that places of an open job go to the printer once more, and why.

    Raises:
        DeskError: `label.job_over`, `label.places_wrong`; `label.numbers_wrong`: some are void by now;
            `label.reason_missing`, `label.elsewhere`, `label.gone`.
    """
    why = records.reason_of(reason)
    with store.write(actor, "label.print_again", now) as session:
        job = _own_job(session, job_id)
        if JobState(job.state) not in OPEN:
            raise DeskError("label.job_over", state=job.state, to="重打")
        if not job.first <= first <= last <= job.last:
            raise DeskError("label.places_wrong", batch="", count=job.last - job.first + 1)
        numbers = reading.numbers(session, job.batch_id).at_places(first, last)
        refuse_numbers(spans.common(numbers, reading.history(session, job.batch_id).dead()), "已经作废，不能重打")
        again = {"at": now, "by": actor.name, "first": first, "last": last, "reason": why}
        job.repeats = [*job.repeats, again]
        session.about("print_jobs", job.id, f"{spans.text(numbers)}：{mask_text(why)}")


def _check(session: WriteSession, store: Store, row: LabelBatch, template: Template) -> None:
    """Whether such labels may still be printed, with this template, and with the mark as it was imported."""
    facts = reading.facts(row)
    right = records.right_of(session, store, row)
    data = form_of(row).label_data(facts)
    refuse([*right_problems(right, day_of(session.now)), *template_problems(template, facts, data)])
    if row.mark_id is not None:
        mark = session.get(GiMark, row.mark_id)
        if mark is None:
            raise DeskError("label.gone", what="专用标志文件")
        marks.checked(store.paths.marks, mark.sha256)


def _own_job(session: WriteSession, job_id: str) -> PrintJob:
    job = session.get(PrintJob, job_id)
    if job is None:
        raise DeskError("label.gone", what="打印任务")
    records.own_batch(session, job.batch_id, "打印")
    return job


def _move(job: PrintJob, state: JobState | None, good_until: int | None, now: int) -> None:
    before = JobState(job.state)
    if state is not None and state is not before:
        check_move(before, state)
        job.state = state.value
    elif before not in OPEN:
        raise DeskError("label.job_over", state=before.value, to=(state or before).value)
    good = job.last if JobState(job.state) is JobState.DONE else good_until
    if good is not None:
        if not job.first - 1 <= good <= job.last:
            raise DeskError("label.places_wrong", batch="", count=job.last - job.first + 1)
        job.good_until = max(job.good_until, good)
    if JobState(job.state) not in OPEN:
        job.ended_at = now


def _note(session: WriteSession, job: PrintJob, result: str) -> None:
    if result:
        job.result = result[:LONGEST_RESULT]
    session.about("print_jobs", job.id, f"{job.state}，确认打好 {job.good_until - job.first + 1} 张")

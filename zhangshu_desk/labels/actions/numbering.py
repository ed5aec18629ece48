"""A batch gets its numbers, once and for ever; and is closed when nothing more is printed of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db import serials
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.labels import LabelBatch, LabelException, LabelRange
from zhangshu_desk.labels import records
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.queries.basis import basis_of, form_of
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import (
    DEFAULT_RULES,
    KIND,
    BatchState,
    Fate,
    LabelRules,
    check_state,
    checked_batch,
)
from zhangshu_desk.labels.rules.facts import changed_facts
from zhangshu_desk.labels.rules.problems import refuse
from zhangshu_desk.labels.rules.rights import GiRight, Right, quota_problem
from zhangshu_desk.labels.rules.spans import Span, Spans

_UNPRINTED = "关闭批次时没有打印"


@dataclass(frozen=True)
class Numbered:
    """The numbers a batch got, in the order of their places."""

    ranges: tuple[Span, ...]

    @property
    def count(self) -> int:
        return spans.size(self.ranges)


def number_batch(store: Store, actor: Actor, batch_id: str, now: int, *, rules: LabelRules = DEFAULT_RULES) -> Numbered:
    """Give an approved batch its numbers. Everything is checked once more as it is now, the quota too.

    Raises:
        DeskError: `label.invalid` with all problems; `label.batch_outdated`: the right says something else by now than
            the batch; `label.batch_state`, `label.elsewhere`, `label.needs_approval`, `label.gone`;
            `serial.none_left`: so many numbers are not in store, and are asked for with the next contact.
    """
    try:
        with store.write(actor, "label.number", now) as session:
            row = records.own_batch(session, batch_id, "编号")
            check_state(BatchState(row.state), [BatchState.APPROVED], row.batch_no, "编号")
            _check_again(session, store, row, rules)
            taken = issue(session, row, row.labels)
            row.state = BatchState.NUMBERED.value
            session.about("label_batches", row.id, f"{row.batch_no}：{spans.text(taken)}")
            return Numbered(tuple(taken))
    except DeskError as error:
        if error.code == "serial.none_left":
            with store.merge() as merge:
                serials.ask_for(merge.db, KIND, rules.stock)
                serials.note_shortage(merge.db, KIND, int(str(error.facts["count"])))
        raise


def close_batch(store: Store, actor: Actor, batch_id: str, now: int) -> int:
    """Print no more of a batch; numbers that never came onto paper are void. How many those were.

    Raises:
        DeskError: `label.batch_state`, `label.elsewhere`, `label.gone`; `label.job_open`: a print job still runs.
    """
    with store.write(actor, "label.batch_close", now) as session:
        row = records.own_batch(session, batch_id, "关闭")
        check_state(BatchState(row.state), [BatchState.NUMBERED], row.batch_no, "关闭")
        known = reading.numbers(session, batch_id)
        paper = reading.on_paper(session, batch_id, known)
        if paper.busy:
            raise DeskError("label.job_open", batch=row.batch_no)
        unprinted = spans.minus(known.ranges, paper.touched, reading.history(session, batch_id).dead())
        lose(session, row, unprinted, Fate.UNPRINTED, _UNPRINTED)
        row.state = BatchState.CLOSED.value
        count = spans.size(unprinted)
        session.about("label_batches", row.id, f"{row.batch_no}：未打印 {count} 张")
        return count


def issue(session: WriteSession, row: LabelBatch, count: int) -> list[Span]:
    """Use up so many numbers for a batch; later ones stand at later places.

    Raises:
        DeskError: `serial.none_left`.
    """
    taken = serials.take_range(session, KIND, count)
    last = session.scalar(select(func.max(LabelRange.issued_at)).where(LabelRange.batch_id == row.id))
    at = session.now if last is None else max(session.now, last + 1)  # a clock that was set back keeps the order
    for first, end in taken:
        session.insert(LabelRange(id=session.new_id(), batch_id=row.id, kind=KIND, first=first, last=end, issued_at=at))
    return taken


def lose(
    session: WriteSession, row: LabelBatch, numbers: Spans, fate: Fate, reason: str, replaced_by: int | None = None
) -> None:
    """Write down that some numbers of a batch did not go the usual way."""
    for first, last in numbers:
        session.insert(
            LabelException(
                id=session.new_id(),
                batch_id=row.id,
                first=first,
                last=last,
                fate=fate.value,
                reason=reason,
                replaced_by=replaced_by,
                at=session.now,
                actor_id=session.actor.user_id,
                actor_name=session.actor.name,
            )
        )


def check_quota(session: WriteSession, right: Right, wanted: int) -> None:
    """Raises `DeskError` `label.invalid` when so many labels are not left of the quota."""
    if isinstance(right, GiRight):
        problem = quota_problem(wanted, reading.left_for(session, right, day_of(session.now)))
        refuse([problem] if problem else [])


def _check_again(session: WriteSession, store: Store, row: LabelBatch, rules: LabelRules) -> None:
    form = form_of(row)
    basis, today = basis_of(session, store.paths, form, session.now), day_of(session.now)
    checked = checked_batch(form, basis.right, basis.spec, basis.template, today, left=basis.left, rules=rules)
    if checked.needs_approval and row.checker_id is None:
        raise DeskError("label.needs_approval", batch=row.batch_no, most=rules.approval_from)
    changed = changed_facts(reading.facts(row), checked.facts)
    if changed:
        raise DeskError("label.batch_outdated", batch=row.batch_no, fields="、".join(changed))

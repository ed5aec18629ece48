"""Labels that are spoiled: voided, destroyed, replaced by another number. A live number is never printed twice."""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.labels import LabelBatch
from zhangshu_desk.labels import records
from zhangshu_desk.labels.actions.handling import add_move, refuse_numbers, refuse_too_many
from zhangshu_desk.labels.actions.numbering import check_quota, issue, lose
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import WITH_NUMBERS, BatchState, Fate, check_state
from zhangshu_desk.labels.rules.ledger import History, Move
from zhangshu_desk.labels.rules.problems import refuse
from zhangshu_desk.labels.rules.rights import right_problems
from zhangshu_desk.labels.rules.spans import Spans

_DESTROYED = "收回并销毁"


@dataclass(frozen=True)
class Replacement:
    """A number that was voided, and the one that took its place."""

    old: int
    new: int


def void_numbers(
    store: Store, actor: Actor, batch_id: str, numbers: Spans, reason: str, now: int, *, destroyed: bool = False
) -> int:
    """Void labels; how many. Those that never came onto paper go back to the quota at once.

    Args:
        destroyed: the labels lie here and are destroyed, so that they do not count against the quota any more.

    Raises:
        DeskError: `label.numbers_wrong`: not of this batch, or void already; `label.too_many`: the user has not so
            many left; `label.batch_state`, `label.reason_missing`, `label.gone`.
    """
    why = records.reason_of(reason)
    with store.write(actor, "label.void", now) as session:
        row = records.batch_of(session, batch_id)
        check_state(BatchState(row.state), WITH_NUMBERS, row.batch_no, "作废标签")
        history = reading.history(session, batch_id)
        wanted = _alive(history, numbers)
        paper = reading.on_paper(session, batch_id, reading.numbers(session, batch_id))
        unprinted = spans.minus(wanted, paper.touched)
        _spoil(session, row, history, wanted, why)
        lose(session, row, unprinted, Fate.UNPRINTED, why)
        printed = spans.minus(wanted, unprinted)
        lose(session, row, printed, Fate.VOID, why)
        if destroyed:
            lose(session, row, printed, Fate.DESTROYED, _DESTROYED)
        session.about("label_batches", row.id, f"{row.batch_no} {spans.text(wanted)}：{mask_text(why)}")
        return spans.size(wanted)


def destroy(store: Store, actor: Actor, batch_id: str, numbers: Spans, how: str, now: int) -> int:
    """Write down that void labels were taken in and destroyed; they do not count against the quota any more.

    Raises:
        DeskError: `label.numbers_wrong`: they are not void, or nothing is left to be destroyed; `label.reason_missing`,
            `label.gone`.
    """
    why = records.reason_of(how)
    with store.write(actor, "label.destroy", now) as session:
        row = records.batch_of(session, batch_id)
        history = reading.history(session, batch_id)
        wanted = spans.union(numbers)
        refuse_numbers(spans.minus(wanted, history.dead()), "没有作废，请先作废")
        gone = [(one.first, one.last) for one in history.lost if one.fate in (Fate.DESTROYED, Fate.UNPRINTED)]
        refuse_numbers(spans.common(wanted, gone), "已经销毁或没有打印过")
        lose(session, row, wanted, Fate.DESTROYED, why)
        session.about("label_batches", row.id, f"{row.batch_no} {spans.text(wanted)}：{mask_text(why)}")
        return spans.size(wanted)


def reprint(
    store: Store, actor: Actor, batch_id: str, numbers: Spans, reason: str, now: int, *, destroyed: bool = False
) -> tuple[Replacement, ...]:
    """Void labels and give a new number for each; the new ones stand at the end of the batch and wait to be printed.

    Args:
        destroyed: as `void_numbers`; then the quota stays as it was.

    Raises:
        DeskError: `label.numbers_wrong`: not of this batch, void already, or not printed yet; `label.invalid`: the
            right has ended or its quota is used up; `serial.none_left`, `label.batch_state`, `label.elsewhere`,
            `label.reason_missing`, `label.gone`.
    """
    why = records.reason_of(reason)
    with store.write(actor, "label.reprint", now) as session:
        row = records.own_batch(session, batch_id, "补打标签")
        check_state(BatchState(row.state), [BatchState.NUMBERED], row.batch_no, "补打标签")
        history = reading.history(session, batch_id)
        wanted = _alive(history, numbers)
        paper = reading.on_paper(session, batch_id, reading.numbers(session, batch_id))
        refuse_numbers(spans.minus(wanted, paper.touched), "还没有打印过，直接打印即可")
        if destroyed:
            lose(session, row, wanted, Fate.DESTROYED, _DESTROYED)
        right = records.right_of(session, store, row)
        refuse(right_problems(right, day_of(now)))
        check_quota(session, right, spans.size(wanted))
        fresh = spans.numbers(issue(session, row, spans.size(wanted)))
        found = tuple(Replacement(old, new) for old, new in zip(spans.numbers(wanted), fresh, strict=True))
        _spoil(session, row, history, wanted, why)
        for one in found:
            lose(session, row, ((one.old, one.old),), Fate.REPLACED, why, one.new)
        session.about("label_batches", row.id, f"{row.batch_no} {spans.text(wanted)}：{mask_text(why)}")
        return found


def _alive(history: History, numbers: Spans) -> Spans:
    """The numbers, all of this batch and none of them void."""
    wanted = spans.union(numbers)
    refuse_numbers(spans.minus(wanted, history.numbers()), "不是这一批的")
    refuse_numbers(spans.common(wanted, history.dead()), "已经作废")
    return wanted


def _spoil(session: WriteSession, row: LabelBatch, history: History, wanted: Spans, why: str) -> None:
    """Those that are with the user leave his side of the ledger, not the drawer."""
    there = spans.common(wanted, history.with_user())
    if there:
        refuse_too_many(row, spans.size(there), history)
    for span in there:
        add_move(session, row, Move.SPOILED, spans.size([span]), span, reason=why)

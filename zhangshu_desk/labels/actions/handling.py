"""Labels go to the user, come back, and are reported used: the lines of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.core.texts import clean_text
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.labels import LabelBatch, LabelMove
from zhangshu_desk.labels import records
from zhangshu_desk.labels.actions.numbering import lose
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import WITH_NUMBERS, BatchState, Fate, check_state, packs_of
from zhangshu_desk.labels.rules.ledger import History, Move
from zhangshu_desk.labels.rules.spans import Span, Spans

LONGEST_RECEIVER = 60


@dataclass(frozen=True)
class HandedOut:
    """What was handed over: how many labels, and their numbers."""

    count: int
    numbers: Spans


@dataclass(frozen=True)
class Reported:
    """What a report comes to: how many labels the user should have left, and how many more he says to have."""

    held: int
    difference: int = 0


def hand_out(
    store: Store,
    actor: Actor,
    batch_id: str,
    receiver: str,
    now: int,
    *,
    count: int | None = None,
    numbers: Spans | None = None,
) -> HandedOut:
    """Hand labels over to the user.

    Args:
        receiver: who takes them.
        count: so many, the lowest numbers first; numbers: these ones, void ones among them left out. Neither: all
            that are printed and here.

    Raises:
        DeskError: `label.receiver_missing`; `label.too_many`; `label.numbers_wrong`: not of this batch, with the user
            already, or not yet confirmed to be on paper; `label.batch_state`, `label.elsewhere`, `label.gone`.
    """
    who = clean_text(receiver)[:LONGEST_RECEIVER]
    if not who:
        raise DeskError("label.receiver_missing")
    with store.write(actor, "label.hand_out", now) as session:
        row = records.own_batch(session, batch_id, "发放标签")
        check_state(BatchState(row.state), WITH_NUMBERS, row.batch_no, "发放标签")
        history = reading.history(session, batch_id)
        known = reading.numbers(session, batch_id)
        ready = spans.common(history.stock(), reading.on_paper(session, batch_id, known).good)
        chosen = _of_count(ready, count) if numbers is None else _of_numbers(history, ready, numbers)
        for span in _rows(chosen, history.dead()):
            there = spans.size(spans.common(chosen, [span]))
            add_move(session, row, Move.HANDED_OUT, there, span, receiver=who)
        handed = spans.size(chosen)
        session.about("label_batches", row.id, f"{row.batch_no} {handed} 张：{spans.text(chosen)}")
        return HandedOut(handed, chosen)


def take_back(
    store: Store, actor: Actor, batch_id: str, numbers: Spans, reason: str, now: int, *, again: bool = False
) -> int:
    """Take labels back that the user did not use; how many.

    They are void and do not count against the quota any more, for they are in our hands.

    Args:
        again: they were handed out by mistake, are as good as new and go into the drawer again.

    Raises:
        DeskError: `label.numbers_wrong`: they are not with the user; `label.too_many`: more than he has left by what
            he reported; `label.reason_missing`, `label.gone`.
    """
    why = records.reason_of(reason)
    with store.write(actor, "label.take_back", now) as session:
        row = records.batch_of(session, batch_id)
        history = reading.history(session, batch_id)
        wanted = spans.union(numbers)
        refuse_numbers(spans.minus(wanted, history.with_user()), "不在企业手中，不能退回")
        refuse_too_many(row, spans.size(wanted), history)
        for span in wanted:
            move = Move.PUT_BACK if again else Move.RETURNED
            add_move(session, row, move, spans.size([span]), span, reason=why)
        if not again:
            lose(session, row, wanted, Fate.RETURNED, why)
        session.about("label_batches", row.id, f"{row.batch_no} {spans.size(wanted)} 张：{mask_text(why)}")
        return spans.size(wanted)


def report_use(
    store: Store,
    actor: Actor,
    batch_id: str,
    now: int,
    *,
    used: int = 0,
    spoiled: int = 0,
    held: int | None = None,
    day: date | None = None,
    reason: str = "",
) -> Reported:
    """Write down what the user reports about the labels of a batch.

    Args:
        used, spoiled: since the last report; a negative number corrects an earlier one and needs a reason. Spoiled
            ones whose numbers are known are voided instead.
        held: what he says to have left; it is compared with what he should have.
        day: of the report, today by default.

    Raises:
        DeskError: `label.nothing_reported`, `label.reason_missing`, `label.day_wrong`; `label.too_many`: more than he
            has; `label.over_packs`: more than the batch has packs; `label.gone`.
    """
    if not used and not spoiled and held is None:
        raise DeskError("label.nothing_reported")
    why = records.reason_of(reason) if min(used, spoiled) < 0 else clean_text(reason)[: records.LONGEST_REASON]
    when = day or day_of(now)
    if when > day_of(now):
        raise DeskError("label.day_wrong", day=when)
    with store.write(actor, "label.report_use", now) as session:
        row = records.batch_of(session, batch_id)
        history = reading.history(session, batch_id)
        _check_report(row, history, used, spoiled)
        for move, count in ((Move.USED, used), (Move.SPOILED, spoiled)):
            if count:
                add_move(session, row, move, count, day=when, reason=why)
        if held is not None:
            add_move(session, row, Move.HELD, held, day=when, reason=why)
        session.flush()
        after = reading.history(session, batch_id)
        session.about("label_batches", row.id, f"{row.batch_no} 已用 {used}，作废 {spoiled}")
        return Reported(after.held(date.max), after.misreported(date.max) if held is not None else 0)


def add_move(
    session: WriteSession,
    row: LabelBatch,
    move: Move,
    count: int,
    span: Span | None = None,
    *,
    day: date | None = None,
    receiver: str = "",
    reason: str = "",
) -> None:
    """Write a line of the ledger."""
    first, last = span if span is not None else (None, None)
    session.insert(
        LabelMove(
            id=session.new_id(),
            batch_id=row.id,
            move=move.value,
            count=count,
            first=first,
            last=last,
            day=day or day_of(session.now),
            receiver=receiver,
            reason=reason,
            at=session.now,
            actor_id=session.actor.user_id,
            actor_name=session.actor.name,
        )
    )


def refuse_numbers(numbers: Spans, why: str) -> None:
    """Raises `DeskError` `label.numbers_wrong` when there are any."""
    if numbers:
        raise DeskError("label.numbers_wrong", numbers=spans.text(numbers), why=why)


def refuse_too_many(row: LabelBatch, count: int, history: History) -> None:
    """Raises `DeskError` `label.too_many` when the user has not so many left by what he reported."""
    held = history.held(date.max)
    if count > held:
        raise DeskError("label.too_many", batch=row.batch_no, count=count, most=held, where="企业手中")


def _of_count(ready: Spans, count: int | None) -> Spans:
    """The lowest numbers of what is ready."""
    there = spans.size(ready)
    wanted = there if count is None else count
    if not 1 <= wanted <= there:
        raise DeskError("label.too_many", batch="", count=wanted, most=there, where="本站可发放的")
    found, missing = [], wanted
    for first, last in ready:
        if missing:
            found.append((first, min(last, first + missing - 1)))
            missing -= spans.size(found[-1:])
    return tuple(found)


def _of_numbers(history: History, ready: Spans, numbers: Spans) -> Spans:
    wanted = spans.union(numbers)
    refuse_numbers(spans.minus(wanted, history.numbers()), "不是这一批的")
    alive = spans.minus(wanted, history.dead())
    refuse_numbers(spans.common(alive, history.with_user()), "已经发放")
    refuse_numbers(spans.minus(alive, ready), "还没有确认打印完好")
    if not alive:
        raise DeskError("label.numbers_wrong", numbers=spans.text(wanted), why="都已作废")
    return alive


def _rows(chosen: Spans, dead: Spans) -> list[Span]:
    """As few lines as possible: void numbers between those that are handed out are passed over, not counted."""
    reach = [(chosen[0][0], chosen[-1][1])]
    together = spans.union(chosen, spans.common(dead, reach))
    found = []
    for span in together:
        inside = spans.common(chosen, [span])
        if inside:
            found.append((inside[0][0], inside[-1][1]))
    return found


def _check_report(row: LabelBatch, history: History, used: int, spoiled: int) -> None:
    """What is reported in all must be possible: not less than nothing, not more than was had, not more than packs."""
    ever = (date.min, date.max)
    for word, move, more in (("已用", Move.USED, used), ("作废", Move.SPOILED, spoiled)):
        counted = sum(one.count for one in history.moved if one.move == move and one.first is None)
        if counted + more < 0:
            raise DeskError("label.too_many", batch=row.batch_no, count=-more, most=counted, where=f"此前报的{word}")
    if used + spoiled > 0:
        refuse_too_many(row, used + spoiled, history)
    in_all, packs = history.moved_in(Move.USED, *ever) + used, packs_of(row.quantity, row.pack)
    if used > 0 and in_all > packs:
        raise DeskError("label.over_packs", batch=row.batch_no, count=in_all, packs=packs)

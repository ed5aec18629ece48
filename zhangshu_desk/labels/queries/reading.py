"""Labels as the rules see them, read within one transaction; shared by the acts and by what screens show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import day_of, moment_of
from zhangshu_desk.db.tables import enterprises as registered
from zhangshu_desk.db.tables import labels as tables
from zhangshu_desk.labels import marks
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import GIVEN_BACK, Fate, Numbers
from zhangshu_desk.labels.rules.facts import Facts, Spec
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.ledger import History, Issued, Lost, Move, Moved
from zhangshu_desk.labels.rules.rights import (
    Account,
    Enterprise,
    GiProduct,
    GiRight,
    Issue,
    MarkFile,
    Quota,
    Right,
    Route,
    TraceRight,
    account,
)
from zhangshu_desk.labels.rules.spans import Spans

_CHUNK = 500
_FIRST_DAY = date(1970, 1, 2)
T = TypeVar("T")


def right_of(session: Session, folder: Path, right_id: str) -> Right | None:
    """A right as it stands, of an authorised user or of a traced product; `folder`: `Paths.marks`."""
    user = session.get(tables.GiUser, right_id)
    if user is not None:
        return gi_right(session, folder, user)
    traced = session.get(tables.TracedProduct, right_id)
    return trace_right(session, traced) if traced is not None else None


def gi_right(session: Session, folder: Path, user: tables.GiUser) -> GiRight | None:
    """The right of an authorised user; None when its geographical indication has not arrived here."""
    product = session.get(tables.GiProduct, user.gi_product_id)
    if product is None:
        return None
    mark = session.get(tables.GiMark, user.mark_id) if user.mark_id else None
    return GiRight(
        id=user.id,
        product=gi_product(product),
        enterprise=_enterprise(session, user.enterprise_id),
        name=user.enterprise_name,
        credit_code=user.credit_code,
        valid_from=user.valid_from,
        valid_until=user.valid_until,
        mark=mark_file(mark, folder) if mark is not None else None,
        voided=user.voided_at is not None,
    )


def trace_right(session: Session, traced: tables.TracedProduct) -> TraceRight:
    """A traced product as a right to labels."""
    return TraceRight(
        id=traced.id,
        product_name=traced.name,
        enterprise=_enterprise(session, traced.enterprise_id),
        model=traced.model,
        gtin=traced.gtin,
        standard_no=traced.standard_no,
        place=traced.place,
        voided=traced.voided_at is not None,
    )


def gi_product(row: tables.GiProduct) -> GiProduct:
    """A geographical indication."""
    return GiProduct(
        id=row.id,
        name=row.name,
        route=Route(row.route),
        announcement_no=row.announcement_no,
        standard_no=row.standard_no,
        trademark_name=row.trademark_name,
        registration_no=row.registration_no,
        specs=tuple(row.specs or ()),
        voided=row.voided_at is not None,
    )


def mark_file(row: tables.GiMark, folder: Path) -> MarkFile:
    """A mark, and whether its file is at this machine."""
    is_here = marks.find(folder, row.sha256) is not None
    return MarkFile(row.id, row.enterprise_id, row.credit_code, is_here, row.voided_at is not None)


def spec(row: tables.LabelSpec) -> Spec:
    """A packaging specification."""
    return Spec(row.id, row.product_id, row.name, row.unit, row.pack, row.gtin, row.voided_at is not None)


def facts(batch: tables.LabelBatch) -> Facts:
    """What a batch said of its right when it was made."""
    said: dict[str, Any] = {one.name: getattr(batch, one.name) for one in fields(Facts)}
    return Facts(**{**said, "spec_id": batch.spec_id or ""})


def _enterprise(session: Session, enterprise_id: str) -> Enterprise | None:
    row = session.get(registered.Enterprise, enterprise_id)
    return Enterprise(row.id, row.name, row.credit_code, row.voided_at is not None) if row is not None else None


# -- numbers -----------------------------------------------------------------------------------------------------------


def numbers(session: Session, batch_id: str) -> Numbers:
    """The numbers of a batch in the order of their places."""
    row = tables.LabelRange
    mine = select(row.first, row.last).where(row.batch_id == batch_id).order_by(row.issued_at, row.id)
    return Numbers(tuple((first, last) for first, last in session.execute(mine)))


def history(session: Session, batch_id: str) -> History:
    """Everything that was written down about the labels of a batch."""
    return histories(session, [batch_id])[batch_id]


def histories(session: Session, batch_ids: Iterable[str]) -> dict[str, History]:
    """The same for several batches; one without numbers has an empty one."""
    ids = list(batch_ids)
    issued, lost, moved = _issued(session, ids), _lost(session, ids), _moved(session, ids)
    return {one: History(tuple(issued[one]), tuple(lost[one]), tuple(moved[one])) for one in ids}


def _issued(session: Session, ids: list[str]) -> dict[str, list[Issued]]:
    one, found = tables.LabelRange, defaultdict(list)
    columns = select(one.batch_id, one.issued_at, one.first, one.last).order_by(one.issued_at, one.id)
    for chunk in chunks(ids):
        for batch_id, at, first, last in session.execute(columns.where(one.batch_id.in_(chunk))):
            found[batch_id].append(Issued(day_of(at), first, last))
    return found


def _lost(session: Session, ids: list[str]) -> dict[str, list[Lost]]:
    one, found = tables.LabelException, defaultdict(list)
    columns = select(one.batch_id, one.at, one.fate, one.first, one.last).order_by(one.at, one.id)
    for chunk in chunks(ids):
        for batch_id, at, fate, first, last in session.execute(columns.where(one.batch_id.in_(chunk))):
            found[batch_id].append(Lost(day_of(at), at, Fate(fate), first, last))
    return found


def _moved(session: Session, ids: list[str]) -> dict[str, list[Moved]]:
    one, found = tables.LabelMove, defaultdict(list)
    columns = select(one.batch_id, one.day, one.at, one.move, one.count, one.first, one.last)
    for chunk in chunks(ids):
        for batch_id, day, at, move, count, first, last in session.execute(
            columns.where(one.batch_id.in_(chunk)).order_by(one.at, one.id)
        ):
            found[batch_id].append(Moved(day, at, Move(move), count, first, last))
    return found


def chunks(ids: list[T]) -> Iterator[list[T]]:
    """A long list in parts that fit into one statement."""
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


@dataclass(frozen=True)
class OnPaper:
    """The numbers of a batch that are on paper.

    Attributes:
        good: known to be good; touched: may be, so no other job ever prints them; busy: by a job that is still open.
    """

    good: Spans
    touched: Spans
    busy: Spans


def on_paper(session: Session, batch_id: str, known: Numbers) -> OnPaper:
    """What the print jobs of a batch say."""
    good: list[Spans] = []
    touched: list[Spans] = []
    busy: list[Spans] = []
    for job in session.scalars(select(tables.PrintJob).where(tables.PrintJob.batch_id == batch_id)):
        state = JobState(job.state)
        until = job.last if state is JobState.DONE else job.good_until
        good.append(known.at_places(job.first, until))
        touched.append(known.at_places(job.first, job.last))
        if state not in (JobState.DONE, JobState.ENDED):
            busy.append(touched[-1])
    return OnPaper(spans.union(*good), spans.union(*touched), spans.union(*busy))


# -- quotas ------------------------------------------------------------------------------------------------------------


def issues(session: Session, right_id: str, since: date = date.min) -> tuple[Issue, ...]:
    """Every number that was given out under a right from a day on, as far as it counts."""
    after = moment_of(since) if since > _FIRST_DAY else 0
    rows, lost = tables.LabelRange, tables.LabelException
    mine = tables.LabelBatch.right_id == right_id
    back: dict[str, list[tuple[int, int]]] = defaultdict(list)
    returned = select(lost.batch_id, lost.first, lost.last).join(
        tables.LabelBatch, tables.LabelBatch.id == lost.batch_id
    )
    fates = [one.value for one in GIVEN_BACK]
    for batch_id, first, last in session.execute(returned.where(mine, lost.fate.in_(fates))):
        back[batch_id].append((first, last))
    given = select(rows.batch_id, rows.issued_at, rows.first, rows.last).join(
        tables.LabelBatch, tables.LabelBatch.id == rows.batch_id
    )
    return tuple(
        Issue(day_of(at), spans.size(spans.minus([(first, last)], back.get(batch_id, ()))))
        for batch_id, at, first, last in session.execute(given.where(mine, rows.issued_at >= after))
    )


def quotas(session: Session, gi_user_id: str) -> tuple[Quota, ...]:
    """The quotas of a user that are in force, in the order they begin."""
    row = tables.GiQuota
    mine = select(row.valid_from, row.valid_until, row.labels).where(
        row.gi_user_id == gi_user_id, row.voided_at.is_(None)
    )
    return tuple(Quota(*found) for found in session.execute(mine.order_by(row.valid_from, row.id)))


def quota_account(session: Session, gi_user_id: str) -> Account:
    """The quotas of a user and what is left of them."""
    granted = quotas(session, gi_user_id)
    since = min((one.valid_from for one in granted), default=date.max)
    return account(granted, issues(session, gi_user_id, since) if granted else ())


def left_for(session: Session, right: Right, day: date) -> int | None:
    """How many labels may still be given out under a right on a day; None = no quota, or nobody asks."""
    return quota_account(session, right.id).left_on(day) if isinstance(right, GiRight) else None

"""Batches as the list, their card and the form show them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.masking import mask_name
from zhangshu_desk.db.site import station_id
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import LabelBatch, LabelException, LabelMove, LabelScan
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.queries.basis import basis_of, form_of
from zhangshu_desk.labels.queries.jobs import JobRow, jobs_of
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import (
    DEFAULT_RULES,
    BatchForm,
    BatchState,
    Fate,
    LabelRules,
    batch_problems,
    cleaned,
    labels_of,
    most_spare,
    packs_of,
)
from zhangshu_desk.labels.rules.facts import Facts
from zhangshu_desk.labels.rules.ledger import Balance, Move, balance
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.scans import Alert
from zhangshu_desk.labels.rules.spans import Span

_TO_DO = (BatchState.DRAFT, BatchState.AWAITING, BatchState.APPROVED, BatchState.NUMBERED)


@dataclass(frozen=True)
class BatchRow:
    """One line of the list; `numbers`: the first ones as a person reads them; `own`: of this station."""

    id: str
    batch_no: str
    family: str
    enterprise_name: str
    product_name: str
    spec: str
    labels: int
    state: BatchState
    made_on: date
    created_at: int
    operator_name: str
    numbers: str
    own: bool


@dataclass(frozen=True)
class BatchPage:
    """Some rows of the list, how many there are in all, and whether more follow."""

    rows: tuple[BatchRow, ...]
    total: int
    more: bool


@dataclass(frozen=True)
class ExceptionRow:
    """Numbers that did not go the usual way."""

    at: int
    span: Span
    fate: Fate
    reason: str
    replaced_by: int | None
    actor_name: str


@dataclass(frozen=True)
class MoveRow:
    """A line of the ledger; the receiver masked (`label_moves.receiver` can be unmasked by its id)."""

    id: str
    day: date
    at: int
    move: Move
    count: int
    span: Span | None
    receiver: str
    reason: str
    actor_name: str


@dataclass(frozen=True)
class Counts:
    """Where the labels of a batch are.

    Attributes:
        issued: all its numbers. printed: confirmed good on paper. waiting: live ones that no job has had yet.
        doubtful: live ones that may be on paper and are not known to be good: print on, or void them.
        stock: in the drawer, printed or not; ready: of these, to be handed out. with_user, void.
    """

    issued: int
    printed: int
    waiting: int
    doubtful: int
    stock: int
    ready: int
    with_user: int
    void: int


@dataclass(frozen=True)
class BatchCard:
    """Everything about one batch."""

    id: str
    form: BatchForm
    facts: Facts
    state: BatchState
    state_note: str
    labels: int
    own: bool
    station_id: str
    operator_id: str
    operator_name: str
    checker_name: str
    checked_at: int | None
    created_at: int
    ranges: tuple[Span, ...]
    counts: Counts
    balance: Balance
    exceptions: tuple[ExceptionRow, ...]
    moves: tuple[MoveRow, ...]
    jobs: tuple[JobRow, ...]


@dataclass(frozen=True)
class Preview:
    """What would become of a form.

    Attributes:
        problems: everything wrong with it, warnings too. most_spare: how many spare labels it may have.
        left: of the quota today, None = none is set or nobody asks.
    """

    problems: tuple[Problem, ...]
    packs: int
    most_spare: int
    labels: int
    needs_approval: bool
    left: int | None

    @property
    def can_be_kept(self) -> bool:
        """Whether nothing stands against it."""
        return not any(one.hard for one in self.problems)


@dataclass(frozen=True)
class ScanRow:
    """A label whose look-ups at the centre are unusual."""

    batch_id: str
    batch_no: str
    enterprise_name: str
    product_name: str
    serial: int
    count: int
    places: int
    first_at: int
    last_at: int
    alert: Alert


def page(
    store: Store,
    text: str = "",
    states: Iterable[BatchState] = _TO_DO,
    *,
    family: str = "",
    right_id: str = "",
    offset: int = 0,
    limit: int = 100,
) -> BatchPage:
    """Rows `offset` to `offset + limit` of the list, the newest first.

    Args:
        text: part of a batch number, enterprise or product. states: by default those with something to do.
    """
    wanted = _condition(text, states, family, right_id)
    with store.read() as session:
        total = session.scalar(select(func.count()).select_from(LabelBatch).where(wanted)) or 0
        newest = select(LabelBatch).where(wanted).order_by(LabelBatch.created_at.desc(), LabelBatch.id.desc())
        own = station_id(session)
        rows = tuple(_row(session, row, own) for row in session.scalars(newest.offset(offset).limit(limit)))
    return BatchPage(rows, total, offset + len(rows) < total)


def card(store: Store, batch_id: str) -> BatchCard | None:
    """Everything about one batch."""
    with store.read() as session:
        row = session.get(LabelBatch, batch_id)
        if row is None:
            return None
        known, history = reading.numbers(session, batch_id), reading.history(session, batch_id)
        return BatchCard(
            id=row.id,
            form=form_of(row),
            facts=reading.facts(row),
            state=BatchState(row.state),
            state_note=row.state_note,
            labels=row.labels,
            own=row.station_id == station_id(session),
            station_id=row.station_id,
            operator_id=row.operator_id,
            operator_name=row.operator_name,
            checker_name=row.checker_name,
            checked_at=row.checked_at,
            created_at=row.created_at,
            ranges=known.ranges,
            counts=_counts(session, batch_id),
            balance=balance(history, date.min, date.max),
            exceptions=_exceptions(session, batch_id),
            moves=_moves(session, batch_id),
            jobs=jobs_of(session, batch_id),
        )


def preview(store: Store, form: BatchForm, now: int, rules: LabelRules = DEFAULT_RULES) -> Preview:
    """What would become of a form, while it is filled in.

    Raises:
        DeskError: as `basis_of`: right, specification or template are not there.
    """
    form = cleaned(form)
    with store.read() as session:
        basis = basis_of(session, store.paths, form, now)
    found = batch_problems(form, basis.right, basis.spec, basis.template, day_of(now), left=basis.left, rules=rules)
    packs = packs_of(form.quantity, basis.spec.pack)
    labels = form.labels if form.labels is not None else labels_of(form.quantity, basis.spec.pack, form.spare)
    spare = most_spare(packs, rules)
    return Preview(found, packs, spare, labels, labels > rules.approval_from, basis.left)


def unusual_scans(store: Store, limit: int = 100) -> tuple[ScanRow, ...]:
    """Labels whose look-ups are unusual, the latest first."""
    with store.read() as session:
        found = (
            select(LabelScan, LabelBatch)
            .join(LabelBatch, LabelBatch.id == LabelScan.batch_id, isouter=True)
            .where(LabelScan.alert != "")
            .order_by(LabelScan.last_at.desc(), LabelScan.id)
            .limit(limit)
        )
        return tuple(
            ScanRow(
                scan.batch_id,
                batch.batch_no if batch else "",
                batch.enterprise_name if batch else "",
                batch.product_name if batch else "",
                scan.serial,
                scan.count,
                scan.places,
                scan.first_at,
                scan.last_at,
                Alert(scan.alert),
            )
            for scan, batch in session.execute(found)
        )


def _condition(text: str, states: Iterable[BatchState], family: str, right_id: str) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = LabelBatch.state.in_([one.value for one in states])
    if family:
        wanted &= LabelBatch.family == family
    if right_id:
        wanted &= LabelBatch.right_id == right_id
    for part in text.split():
        columns: tuple[Any, ...] = (LabelBatch.batch_no, LabelBatch.enterprise_name, LabelBatch.product_name)
        wanted &= or_(*(one.contains(part, autoescape=True) for one in columns))
    return wanted


def _row(session: Session, row: LabelBatch, own: str) -> BatchRow:
    known = reading.numbers(session, row.id).ranges
    return BatchRow(
        row.id,
        row.batch_no,
        row.family,
        row.enterprise_name,
        row.product_name,
        row.spec,
        row.labels,
        BatchState(row.state),
        row.made_on,
        row.created_at,
        row.operator_name,
        spans.text(known, 1) if known else "",
        row.station_id == own,
    )


def _counts(session: Session, batch_id: str) -> Counts:
    known, history = reading.numbers(session, batch_id), reading.history(session, batch_id)
    paper = reading.on_paper(session, batch_id, known)
    stock = history.stock()
    return Counts(
        issued=known.count,
        printed=spans.size(paper.good),
        waiting=spans.size(spans.minus(stock, paper.touched)),
        doubtful=spans.size(spans.minus(spans.common(stock, paper.touched), paper.good)),
        stock=spans.size(stock),
        ready=spans.size(spans.common(stock, paper.good)),
        with_user=spans.size(history.with_user()),
        void=spans.size(history.dead()),
    )


def _exceptions(session: Session, batch_id: str) -> tuple[ExceptionRow, ...]:
    rows = select(LabelException).where(LabelException.batch_id == batch_id)
    return tuple(
        ExceptionRow(row.at, (row.first, row.last), Fate(row.fate), row.reason, row.replaced_by, row.actor_name)
        for row in session.scalars(rows.order_by(LabelException.at, LabelException.id))
    )


def _moves(session: Session, batch_id: str) -> tuple[MoveRow, ...]:
    rows = select(LabelMove).where(LabelMove.batch_id == batch_id)
    return tuple(move_row(row) for row in session.scalars(rows.order_by(LabelMove.at, LabelMove.id)))


def move_row(row: LabelMove) -> MoveRow:
    """A line of the ledger as it is shown."""
    span = (row.first, row.last) if row.first is not None and row.last is not None else None
    return MoveRow(
        row.id,
        row.day,
        row.at,
        Move(row.move),
        row.count,
        span,
        mask_name(row.receiver),
        row.reason,
        row.actor_name,
    )

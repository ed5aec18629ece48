"""The life of one label: found by its number or by scanning its code, also without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.masking import mask_name
from zhangshu_desk.core.open_words import OpenWords
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import (
    LabelBatch,
    LabelException,
    LabelMove,
    LabelRange,
    LabelScan,
    PrintJob,
)
from zhangshu_desk.labels import keys
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules import codes, spans
from zhangshu_desk.labels.rules.batches import Fate
from zhangshu_desk.labels.rules.codes import Scanned
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.ledger import Move
from zhangshu_desk.labels.rules.scans import Alert


class Proof(OpenWords):
    """What the code itself says, as far as this station can tell."""

    NONE = ""
    """A number was typed: there is no code to be proved."""
    OURS = "本站的码"
    FOREIGN = "不是本站的密钥编的码"
    """Another station's, or altered: the centre knows."""
    UNKNOWN = "本站还没有密钥"


class LabelState(OpenWords):
    """Where a label is now."""

    UNKNOWN = "本机没有这个编号"
    UNPRINTED = "已编号，未打印"
    IN_STOCK = "在本站"
    WITH_USER = "已发放"
    VOID = "已作废"
    REPLACED = "已补打"
    TWICE = "编号重复"


@dataclass(frozen=True)
class Event:
    """Something that happened to a label; `who` did it, receivers masked."""

    at: int
    what: str
    detail: str = ""
    who: str = ""


@dataclass(frozen=True)
class Scans:
    """How often the label was looked up at the centre."""

    count: int
    places: int
    first_at: int
    last_at: int
    alert: Alert


@dataclass(frozen=True)
class Life:
    """One label.

    Attributes:
        batch_id: empty when this desk does not know the number.
        code_differs: the code says another GTIN or batch than was printed.
        replaced_by, replaces: the number that took its place, and the one whose place it took.
    """

    serial: int
    proof: Proof
    state: LabelState
    batch_id: str = ""
    batch_no: str = ""
    enterprise_name: str = ""
    product_name: str = ""
    spec: str = ""
    code_differs: bool = False
    replaced_by: int | None = None
    replaces: int | None = None
    events: tuple[Event, ...] = ()
    scans: Scans | None = None


def life(store: Store, text: str) -> Life:
    """What is known of a label.

    Args:
        text: its number, or the scanned text of its code.

    Raises:
        DeskError: `label.serial_spelling` for what is neither; of `codes.read` for a link that is none of ours.
    """
    scanned = codes.read(text) if "/" in text or "／" in text else None
    serial = scanned.serial if scanned is not None else codes.serial_of(text)
    proof = _proof(store, scanned)
    with store.read() as session:
        rows = _batches(session, serial)
        if len(rows) != 1:
            return Life(serial, proof, LabelState.TWICE if rows else LabelState.UNKNOWN)
        return _life(session, serial, proof, rows[0], scanned)


def find_batches(store: Store, text: str) -> tuple[str, ...]:
    """Ids of the batches that have a number; for the list, where anything may be typed."""
    try:
        serial = codes.serial_of(text)
    except DeskError:
        return ()
    with store.read() as session:
        return tuple(row.id for row in _batches(session, serial))


def _batches(session: Session, serial: int) -> list[LabelBatch]:
    found = (
        select(LabelBatch)
        .join(LabelRange, LabelRange.batch_id == LabelBatch.id)
        .where(LabelRange.first <= serial, LabelRange.last >= serial)
        .distinct()
    )
    return list(session.scalars(found.order_by(LabelBatch.id)))


def _proof(store: Store, scanned: Scanned | None) -> Proof:
    if scanned is None:
        return Proof.NONE
    key = keys.known_key(store.paths)
    if key is None:
        return Proof.UNKNOWN
    return Proof.OURS if codes.is_genuine(key, scanned) else Proof.FOREIGN


def _life(session: Session, serial: int, proof: Proof, row: LabelBatch, scanned: Scanned | None) -> Life:
    everything = select(LabelException).where(LabelException.batch_id == row.id)
    lost = list(session.scalars(everything.order_by(LabelException.at, LabelException.id)))
    mine = [one for one in lost if one.first <= serial <= one.last]
    scan = session.scalars(select(LabelScan).where(LabelScan.batch_id == row.id, LabelScan.serial == serial)).first()
    events = sorted(_events(session, serial, row, mine), key=lambda one: one.at)
    return Life(
        serial=serial,
        proof=proof,
        state=_state(session, serial, row.id),
        batch_id=row.id,
        batch_no=row.batch_no,
        enterprise_name=row.enterprise_name,
        product_name=row.product_name,
        spec=row.spec,
        code_differs=scanned is not None and (scanned.gtin, scanned.batch) != _said(row),
        replaced_by=next((one.replaced_by for one in mine if one.replaced_by is not None), None),
        replaces=next((one.first for one in lost if one.replaced_by == serial), None),
        events=tuple(events),
        scans=Scans(scan.count, scan.places, scan.first_at, scan.last_at, Alert(scan.alert)) if scan else None,
    )


def _said(row: LabelBatch) -> tuple[str, str]:
    """What the code on a label of a batch says besides its number."""
    return (row.gtin, row.batch_no) if row.gtin else ("", "")


def _state(session: Session, serial: int, batch_id: str) -> LabelState:
    history = reading.history(session, batch_id)
    fates = {one.fate for one in history.lost if one.first <= serial <= one.last}
    if fates:
        return LabelState.REPLACED if Fate.REPLACED in fates else LabelState.VOID
    if spans.holds(history.with_user(), serial):
        return LabelState.WITH_USER
    paper = reading.on_paper(session, batch_id, reading.numbers(session, batch_id))
    return LabelState.IN_STOCK if spans.holds(paper.touched, serial) else LabelState.UNPRINTED


def _events(session: Session, serial: int, row: LabelBatch, lost: list[LabelException]) -> Iterator[Event]:
    yield Event(row.created_at, "建立批次", f"{row.batch_no}，{row.labels} 张", row.operator_name)
    if row.checked_at is not None:
        yield Event(row.checked_at, "批准", "", row.checker_name)
    ranges = select(LabelRange).where(
        LabelRange.batch_id == row.id, LabelRange.first <= serial, LabelRange.last >= serial
    )
    for one in session.scalars(ranges):
        yield Event(one.issued_at, "编号", spans.text([(one.first, one.last)]))
    yield from _printed(session, serial, row.id)
    moves = select(LabelMove).where(LabelMove.batch_id == row.id, LabelMove.first <= serial, LabelMove.last >= serial)
    for move in session.scalars(moves):
        receiver = f"领取人 {mask_name(move.receiver)}" if move.receiver else move.reason
        yield Event(move.at, Move(move.move).value, receiver, move.actor_name)
    for gone in lost:
        instead = f"，换为 {codes.serial_text(gone.replaced_by)}" if gone.replaced_by is not None else ""
        yield Event(gone.at, Fate(gone.fate).value, f"{gone.reason}{instead}", gone.actor_name)


def _printed(session: Session, serial: int, batch_id: str) -> Iterator[Event]:
    place = reading.numbers(session, batch_id).place_of(serial)
    jobs = select(PrintJob).where(PrintJob.batch_id == batch_id, PrintJob.first <= place, PrintJob.last >= place)
    for job in session.scalars(jobs):
        state = JobState(job.state)
        is_good = state is JobState.DONE or (place is not None and place <= job.good_until)
        word = "打印完好" if is_good else state.value
        yield Event(job.started_at, "打印", f"{job.printer}，{word}", job.actor_name)
        for again in job.repeats or ():
            if place is not None and again["first"] <= place <= again["last"]:
                yield Event(int(again["at"]), "重打", str(again["reason"]), str(again["by"]))

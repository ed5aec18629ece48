"""The ledger of a period, user by user and batch by batch, and its lines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.identifiers import order_key
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import GiProduct, GiUser, LabelBatch, LabelMove
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.queries.batches import MoveRow, move_row
from zhangshu_desk.labels.queries.rights import idle_of
from zhangshu_desk.labels.rules import ledger as rules
from zhangshu_desk.labels.rules.batches import WITH_NUMBERS, BatchState
from zhangshu_desk.labels.rules.ledger import Balance, Idle, balance, total
from zhangshu_desk.labels.rules.rights import Family

_HAS_NUMBERS = LabelBatch.state.in_([one.value for one in WITH_NUMBERS])


@dataclass(frozen=True)
class LedgerRow:
    """The ledger of one right: a user's of a geographical indication, or a traced product.

    Attributes:
        batches: how many of its batches had labels in the period.
        idle: near or beyond two years without use; of users only.
    """

    right_id: str
    family: str
    enterprise_id: str
    enterprise_name: str
    credit_code: str
    product_name: str
    route: str
    batches: int
    balance: Balance
    idle: Idle | None


@dataclass(frozen=True)
class LedgerBatch:
    """The ledger of one batch."""

    batch_id: str
    batch_no: str
    spec: str
    state: BatchState
    made_on: date
    labels: int
    balance: Balance


def ledger(store: Store, since: date, until: date, now: int, *, family: str = "") -> tuple[LedgerRow, ...]:
    """The ledger of a period, both days included: every right that had labels before its end.

    Users without any are there too: two years without use are counted for them as well.
    """
    with store.read() as session:
        found = _with_batches(session, since, until, now, family)
        found += _without(session, {one.right_id for one in found}, now, family)
    return tuple(sorted(found, key=lambda one: (one.family, order_key(one.enterprise_name), one.product_name)))


def year(store: Store, number: int, now: int, *, family: str = "") -> tuple[LedgerRow, ...]:
    """The yearly report of use."""
    return ledger(store, date(number, 1, 1), date(number, 12, 31), now, family=family)


def ledger_batches(store: Store, right_id: str, since: date, until: date) -> tuple[LedgerBatch, ...]:
    """The batches behind a line of the ledger, those that had labels in the period; the latest first."""
    with store.read() as session:
        rows = _batches(session, right_id=right_id)
        histories = reading.histories(session, [row.id for row in rows])
        found = [(row, balance(histories[row.id], since, until)) for row in rows]
    return tuple(
        LedgerBatch(row.id, row.batch_no, row.spec, BatchState(row.state), row.made_on, row.labels, one)
        for row, one in reversed(found)
        if not is_empty(one)
    )


def lines(store: Store, right_id: str, since: date, until: date) -> tuple[MoveRow, ...]:
    """What was handed out, came back and was reported under a right; receivers masked."""
    with store.read() as session:
        mine = (
            select(LabelMove)
            .join(LabelBatch, LabelBatch.id == LabelMove.batch_id)
            .where(LabelBatch.right_id == right_id, LabelMove.day.between(since, until))
        )
        return tuple(move_row(row) for row in session.scalars(mine.order_by(LabelMove.at, LabelMove.id)))


def is_empty(one: Balance) -> bool:
    """Whether nothing was there and nothing happened."""
    return one == Balance()


def _with_batches(session: Session, since: date, until: date, now: int, family: str) -> list[LedgerRow]:
    by_right: dict[str, list[LabelBatch]] = defaultdict(list)
    for row in _batches(session, family=family):
        by_right[row.right_id].append(row)
    found = []
    for right_id, rows in by_right.items():
        histories = reading.histories(session, [row.id for row in rows])
        used = [one for one in (balance(one, since, until) for one in histories.values()) if not is_empty(one)]
        idle = _idle(session.get(GiUser, right_id), rules.last_use(histories.values()), now)
        if used or idle is not None:
            found.append(_line(rows[-1], len(used), total(used), idle))
    return found


def _without(session: Session, known: set[str], now: int, family: str) -> list[LedgerRow]:
    """Users who never had labels and should hear of the two years."""
    if family not in ("", Family.GI):
        return []
    used = set(session.scalars(select(LabelBatch.right_id).where(_HAS_NUMBERS)))
    found = []
    for user, product in session.execute(
        select(GiUser, GiProduct).join(GiProduct, GiProduct.id == GiUser.gi_product_id)
    ):
        idle = _idle(user, None, now) if user.id not in known | used else None
        if idle is not None:
            who = (user.id, Family.GI.value, user.enterprise_id, user.enterprise_name, user.credit_code)
            found.append(LedgerRow(*who, product.name, product.route, 0, Balance(), idle))
    return found


def _batches(session: Session, *, right_id: str = "", family: str = "") -> list[LabelBatch]:
    """The batches with numbers, the oldest first."""
    chosen = select(LabelBatch).where(_HAS_NUMBERS).order_by(LabelBatch.created_at, LabelBatch.id)
    if right_id:
        chosen = chosen.where(LabelBatch.right_id == right_id)
    if family:
        chosen = chosen.where(LabelBatch.family == family)
    return list(session.scalars(chosen))


def _line(row: LabelBatch, batches: int, found: Balance, idle: Idle | None) -> LedgerRow:
    """A line called as its latest batch is."""
    who = (row.right_id, row.family, row.enterprise_id, row.enterprise_name, row.credit_code)
    return LedgerRow(*who, f"{row.product_name} {row.model}".strip(), row.route, batches, found, idle)


def _idle(user: GiUser | None, last_use: date | None, now: int) -> Idle | None:
    """Only the rights of users lapse, and only those that are in force."""
    return idle_of(user, last_use, day_of(now)) if user is not None else None

"""Rights as lists and cards show them: indications, users with quotas and marks, traced products, packs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.identifiers import order_key, same_name_key
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.labels import GiMark, GiProduct, GiQuota, GiUser, LabelBatch, LabelSpec, TracedProduct
from zhangshu_desk.labels import marks as mark_files
from zhangshu_desk.labels import records
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules import ledger
from zhangshu_desk.labels.rules.cards import ProductForm, QuotaForm, SpecForm, TracedForm, UserForm
from zhangshu_desk.labels.rules.ledger import Idle
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.rights import Account, Family, GiRight, missing_pieces, right_problems


@dataclass(frozen=True)
class ProductRow:
    """A geographical indication; `missing`: pieces that must stand beside the mark and are not known."""

    id: str
    form: ProductForm
    missing: tuple[str, ...]
    users: int
    voided: bool


@dataclass(frozen=True)
class UserRow:
    """An authorised user.

    Attributes:
        problems: what stands against labels today; warnings too.
        granted, left: by the quotas of today, None = none was set; over: labels beyond all quotas.
        idle: near or beyond two years without use.
    """

    id: str
    form: UserForm
    product_name: str
    route: str
    problems: tuple[Problem, ...]
    granted: int | None
    left: int | None
    over: int
    idle: Idle | None
    voided: bool

    @property
    def usable(self) -> bool:
        """Whether labels can be made under it today, apart from the quota."""
        return not any(one.hard for one in self.problems)


@dataclass(frozen=True)
class QuotaRow:
    """A quota and what is left of it."""

    id: str
    form: QuotaForm
    left: int
    voided: bool


@dataclass(frozen=True)
class MarkRow:
    """A mark; `file`: at this machine, None when it has to be imported here once more."""

    id: str
    enterprise_id: str
    enterprise_name: str
    credit_code: str
    file_name: str
    media_type: str
    width: int
    height: int
    imported_at: int
    file: Path | None
    voided: bool


@dataclass(frozen=True)
class TracedRow:
    """A traced product."""

    id: str
    form: TracedForm
    enterprise_name: str
    voided: bool


@dataclass(frozen=True)
class SpecRow:
    """A packaging specification."""

    id: str
    form: SpecForm
    voided: bool


@dataclass(frozen=True)
class RightChoice:
    """A right as a batch may be made under it; `product_id`: whose packaging specifications fit."""

    right_id: str
    family: Family
    enterprise_name: str
    credit_code: str
    product_name: str
    product_id: str
    route: str = ""


def products(store: Store, *, voided: bool = False) -> tuple[ProductRow, ...]:
    """The geographical indications, by pinyin; `voided`: those out of use too."""
    with store.read() as session:
        users = Counter(session.scalars(select(GiUser.gi_product_id).where(GiUser.voided_at.is_(None))))
        rows = [row for row in session.scalars(select(GiProduct)) if voided or row.voided_at is None]
        found = [
            ProductRow(
                row.id,
                records.card_of(row, ProductForm),
                missing_pieces(reading.gi_product(row)),
                users[row.id],
                row.voided_at is not None,
            )
            for row in rows
        ]
    return tuple(sorted(found, key=lambda one: (one.voided, order_key(one.form.name), one.id)))


def users(
    store: Store, now: int, *, product_id: str = "", enterprise_id: str = "", voided: bool = False
) -> tuple[UserRow, ...]:
    """The authorised users of all indications, or of one; by the pinyin of their names."""
    with store.read() as session:
        names = {row.id: row for row in session.scalars(select(GiProduct))}
        chosen = select(GiUser)
        if product_id:
            chosen = chosen.where(GiUser.gi_product_id == product_id)
        if enterprise_id:
            chosen = chosen.where(GiUser.enterprise_id == enterprise_id)
        if not voided:
            chosen = chosen.where(GiUser.voided_at.is_(None))
        found = [_user(session, store.paths.marks, row, names, now) for row in session.scalars(chosen)]
    return tuple(sorted(found, key=lambda one: (one.voided, order_key(one.form.enterprise_name), one.id)))


def user(store: Store, user_id: str, now: int) -> UserRow | None:
    """One authorised user, in use or not."""
    with store.read() as session:
        row = session.get(GiUser, user_id)
        if row is None:
            return None
        product = session.get(GiProduct, row.gi_product_id)
        return _user(session, store.paths.marks, row, {product.id: product} if product is not None else {}, now)


def quotas(store: Store, gi_user_id: str) -> tuple[QuotaRow, ...]:
    """The quotas of a user, the latest first, void ones last."""
    with store.read() as session:
        rows = session.scalars(select(GiQuota).where(GiQuota.gi_user_id == gi_user_id)).all()
        alive = [row for row in rows if row.voided_at is None]
        alive.sort(key=lambda row: (row.valid_from, row.id))  # as `reading.quotas` has them
        left = dict(zip((row.id for row in alive), reading.quota_account(session, gi_user_id).left, strict=True))
        found = [
            QuotaRow(row.id, records.card_of(row, QuotaForm), left.get(row.id, 0), row.voided_at is not None)
            for row in rows
        ]
    return tuple(sorted(found, key=lambda one: (one.voided, -one.form.valid_from.toordinal(), one.id)))


def marks(store: Store, enterprise_id: str = "", *, voided: bool = False) -> tuple[MarkRow, ...]:
    """The marks of an enterprise, or of all; the latest first."""
    with store.read() as session:
        chosen = select(GiMark).order_by(GiMark.imported_at.desc(), GiMark.id)
        if enterprise_id:
            chosen = chosen.where(GiMark.enterprise_id == enterprise_id)
        rows = [row for row in session.scalars(chosen) if voided or row.voided_at is None]
        return tuple(
            MarkRow(
                row.id,
                row.enterprise_id,
                row.enterprise_name,
                row.credit_code,
                row.file_name,
                row.media_type,
                row.width,
                row.height,
                row.imported_at,
                mark_files.find(store.paths.marks, row.sha256),
                row.voided_at is not None,
            )
            for row in rows
        )


def traced(store: Store, enterprise_id: str = "", *, voided: bool = False) -> tuple[TracedRow, ...]:
    """The traced products of an enterprise, or of all; by enterprise and name."""
    with store.read() as session:
        chosen = select(TracedProduct)
        if enterprise_id:
            chosen = chosen.where(TracedProduct.enterprise_id == enterprise_id)
        rows = [row for row in session.scalars(chosen) if voided or row.voided_at is None]
        found = [
            TracedRow(row.id, records.card_of(row, TracedForm), row.enterprise_name, row.voided_at is not None)
            for row in rows
        ]
    return tuple(sorted(found, key=_traced_order))


def specs(store: Store, product_id: str, *, voided: bool = False) -> tuple[SpecRow, ...]:
    """The packaging specifications of a product, the smallest first."""
    with store.read() as session:
        rows = session.scalars(select(LabelSpec).where(LabelSpec.product_id == product_id)).all()
        found = [
            SpecRow(row.id, records.card_of(row, SpecForm), row.voided_at is not None)
            for row in rows
            if voided or row.voided_at is None
        ]
    return tuple(sorted(found, key=lambda one: (one.voided, one.form.unit, one.form.pack, one.form.name)))


def right_choices(
    store: Store, now: int, family: Family | None = None, *, usable: bool = True
) -> tuple[RightChoice, ...]:
    """The rights a batch may be made under, for a form to offer; `usable`: today, else all that are in use."""
    found = []
    if family in (None, Family.GI):
        found += [
            RightChoice(
                one.id,
                Family.GI,
                one.form.enterprise_name,
                one.form.credit_code,
                one.product_name,
                one.form.gi_product_id,
                one.route,
            )
            for one in users(store, now)
            if one.usable or not usable
        ]
    if family in (None, Family.TRACE):
        codes = _credit_codes(store)
        found += [
            RightChoice(
                one.id,
                Family.TRACE,
                one.enterprise_name,
                codes.get(one.form.enterprise_id, ""),
                f"{one.form.name} {one.form.model}".strip(),
                one.id,
            )
            for one in traced(store)
        ]
    return tuple(found)


def _credit_codes(store: Store) -> dict[str, str]:
    """Of the enterprises that have traced products."""
    with store.read() as session:
        wanted = select(TracedProduct.enterprise_id).where(TracedProduct.voided_at.is_(None))
        rows = session.execute(select(Enterprise.id, Enterprise.credit_code).where(Enterprise.id.in_(wanted)))
        return {row.id: row.credit_code for row in rows}


def _user(session: Session, folder: Path, row: GiUser, known: Mapping[str, GiProduct], now: int) -> UserRow:
    today = day_of(now)
    product = known.get(row.gi_product_id)
    right = reading.gi_right(session, folder, row)
    account = reading.quota_account(session, row.id)
    return UserRow(
        row.id,
        records.card_of(row, UserForm),
        product.name if product is not None else "",
        product.route if product is not None else "",
        _problems(right, today),
        _granted(account, today),
        account.left_on(today),
        account.over,
        idle_of(row, _last_use(session, row.id), today),
        row.voided_at is not None,
    )


def idle_of(row: GiUser, last_use: date | None, today: date) -> Idle | None:
    """Whether a right that is in force is near or beyond two years without use."""
    has_ended = row.valid_until is not None and row.valid_until < today
    return None if has_ended or row.voided_at is not None else ledger.idle(row.valid_from, last_use, today)


def _problems(right: GiRight | None, today: date) -> tuple[Problem, ...]:
    if right is None:
        return (Problem("product", "这个地理标志的资料还没有同步到本机。请稍后再试。"),)
    return right_problems(right, today)


def _granted(account: Account, day: date) -> int | None:
    covering = [one.labels for one in account.quotas if one.covers(day)]
    return sum(covering) if covering else None


def _last_use(session: Session, right_id: str) -> date | None:
    ids = list(session.scalars(select(LabelBatch.id).where(LabelBatch.right_id == right_id)))
    return ledger.last_use(reading.histories(session, ids).values())


def _traced_order(one: TracedRow) -> tuple[bool, str, str, str]:
    return one.voided, order_key(one.enterprise_name), same_name_key(one.form.name), one.form.model

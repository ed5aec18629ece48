"""Who may use which geographical indication, and how much: products, users, quotas."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.labels import GiMark, GiProduct, GiQuota, GiUser
from zhangshu_desk.labels import records
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules.cards import ProductForm, QuotaForm, UserForm
from zhangshu_desk.labels.rules.problems import Problem, refusal, refuse
from zhangshu_desk.labels.rules.rights import mark_problems

_FIXED = ("gi_product_id", "enterprise_id", "gi_user_id")


def add_product(store: Store, actor: Actor, form: ProductForm, now: int) -> str:
    """Record a geographical indication; its id.

    Raises:
        DeskError: `label.invalid`, `label.duplicate`.
    """
    wanted = records.checked(form)
    with store.write(actor, "gi.product_add", now) as session:
        _refuse_same_product(session, wanted, "")
        row = GiProduct(id=session.new_id(), created_at=now, **records.columns_of(wanted))
        session.add(row)
        session.about("gi_products", row.id)
        return row.id


def change_product(
    store: Store, actor: Actor, product_id: str, form: ProductForm, now: int, *, seen: ProductForm | None = None
) -> None:
    """Correct what is known of a geographical indication; batches keep what they said on their day.

    Args:
        seen: what the clerk saw; if another has changed it meanwhile, nothing is saved.

    Raises:
        DeskError: as `add_product`; `label.gone`, `label.voided`, `label.changed_meanwhile`.
    """
    wanted = records.checked(form)
    with store.write(actor, "gi.product_change", now) as session:
        row = records.live(session, GiProduct, product_id)
        _refuse_same_product(session, wanted, product_id)
        records.change(row, wanted, seen)
        session.about("gi_products", row.id)


def void_product(store: Store, actor: Actor, product_id: str, reason: str, now: int) -> None:
    """Let no more labels be made for it. Raises `DeskError` `label.gone`, `label.voided`, `label.reason_missing`."""
    with store.write(actor, "gi.product_void", now) as session:
        records.void(session, records.live(session, GiProduct, product_id), reason)


def add_user(store: Store, actor: Actor, form: UserForm, now: int) -> str:
    """Record that an enterprise may use a geographical indication; the id of the right.

    Name and credit code are those of the announcement, by default those of the register.

    Raises:
        DeskError: `label.invalid`; `label.gone`, `label.voided`; `label.duplicate`: it has that right in these days.
    """
    wanted = records.checked(form)
    with store.write(actor, "gi.user_add", now) as session:
        wanted = _named(session, wanted)
        records.live(session, GiProduct, wanted.gi_product_id)
        _check_mark(session, store, wanted)
        _refuse_same_user(session, wanted, "")
        row = GiUser(id=session.new_id(), created_at=now, **records.columns_of(wanted))
        session.add(row)
        session.about("gi_users", row.id)
        return row.id


def change_user(
    store: Store, actor: Actor, user_id: str, form: UserForm, now: int, *, seen: UserForm | None = None
) -> None:
    """Correct a right, prolong it, or choose its mark. Product and enterprise stay: that would be another right.

    Raises:
        DeskError: as `add_user`; `label.changed_meanwhile`, `label.fixed`.
    """
    wanted = records.checked(form)
    with store.write(actor, "gi.user_change", now) as session:
        row = records.live(session, GiUser, user_id)
        wanted = _named(session, wanted)
        _check_mark(session, store, wanted)
        _refuse_same_user(session, wanted, user_id)
        records.change(row, wanted, seen, _FIXED)
        session.about("gi_users", row.id)


def void_user(store: Store, actor: Actor, user_id: str, reason: str, now: int) -> None:
    """End a right: no more labels are made under it. Raises `DeskError` as `void_product`."""
    with store.write(actor, "gi.user_void", now) as session:
        records.void(session, records.live(session, GiUser, user_id), reason)


def set_quota(store: Store, actor: Actor, form: QuotaForm, now: int, *, quota_id: str = "") -> str:
    """Grant labels for a period, or change what was granted; several quotas of one day add up.

    Args:
        quota_id: the one to be changed; empty = another one.

    Raises:
        DeskError: `label.invalid`, `label.gone`, `label.voided`, `label.fixed`.
    """
    wanted = records.checked(form)
    with store.write(actor, "gi.quota_set", now) as session:
        records.live(session, GiUser, wanted.gi_user_id)
        if quota_id:
            row = records.live(session, GiQuota, quota_id)
            records.change(row, wanted, None, _FIXED)
        else:
            row = GiQuota(id=session.new_id(), created_at=now, **records.columns_of(wanted))
            session.add(row)
        session.about("gi_quotas", row.id, f"{wanted.valid_from}～{wanted.valid_until} {wanted.labels} 张")
        return row.id


def void_quota(store: Store, actor: Actor, quota_id: str, reason: str, now: int) -> None:
    """Take a grant back; labels that were given out stay given out. Raises `DeskError` as `void_product`."""
    with store.write(actor, "gi.quota_void", now) as session:
        records.void(session, records.live(session, GiQuota, quota_id), reason)


def _named(session: WriteSession, form: UserForm) -> UserForm:
    """The form with name and code of the register where none were given."""
    enterprise = session.get(Enterprise, form.enterprise_id)
    if enterprise is None or enterprise.voided_at is not None:
        raise refusal(Problem("enterprise_id", "名录中没有这家企业，或已作废。请先在企业页登记。"))
    named = replace(
        form,
        enterprise_name=form.enterprise_name or enterprise.name,
        credit_code=form.credit_code or enterprise.credit_code,
    )
    if not named.credit_code:
        text = f"企业「{enterprise.name}」没有统一社会信用代码。请先在企业页补上：专用标志中应有它的代码。"
        raise refusal(Problem("credit_code", text))
    return named


def _check_mark(session: WriteSession, store: Store, form: UserForm) -> None:
    """A mark that is chosen must be this enterprise's own; its file may be missing at this machine."""
    if form.mark_id is None:
        return
    row = session.get(GiMark, form.mark_id)
    mark = reading.mark_file(row, store.paths.marks) if row is not None else None
    known = replace(mark, is_here=True) if mark is not None else None
    refuse(mark_problems(known, form.enterprise_id, form.credit_code))


def _refuse_same_product(session: WriteSession, wanted: ProductForm, own_id: str) -> None:
    others = select(GiProduct).where(GiProduct.voided_at.is_(None), GiProduct.route == wanted.route)
    for row in session.scalars(others):
        if row.id != own_id and same_name_key(row.name) == same_name_key(wanted.name):
            raise DeskError("label.duplicate", what="地理标志", name=row.name)


def _refuse_same_user(session: WriteSession, wanted: UserForm, own_id: str) -> None:
    """One right at a time: with two that overlap nobody knows whose quota a label counts against."""
    mine = select(GiUser).where(
        GiUser.voided_at.is_(None),
        GiUser.gi_product_id == wanted.gi_product_id,
        GiUser.enterprise_id == wanted.enterprise_id,
    )
    for row in session.scalars(mine):
        ends_before = row.valid_until is not None and row.valid_until < wanted.valid_from
        begins_after = wanted.valid_until is not None and row.valid_from > wanted.valid_until
        if row.id != own_id and not (ends_before or begins_after):
            raise DeskError("label.duplicate", what="同期的用标授权", name=row.enterprise_name)

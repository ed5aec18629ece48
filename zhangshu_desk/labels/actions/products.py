"""Products that are only traced, and the packaging specifications of products of either family."""

from __future__ import annotations

from sqlalchemy import select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.labels import GiProduct, LabelSpec, TracedProduct
from zhangshu_desk.labels import records
from zhangshu_desk.labels.rules.cards import SpecForm, TracedForm
from zhangshu_desk.labels.rules.problems import Problem, refusal


def add_traced(store: Store, actor: Actor, form: TracedForm, now: int) -> str:
    """Record a product that is traced without a geographical indication; its id.

    Raises:
        DeskError: `label.invalid`, also for a name that says a protected one; `label.duplicate`.
    """
    wanted = records.checked(form)
    with store.write(actor, "label.traced_add", now) as session:
        enterprise = session.get(Enterprise, wanted.enterprise_id)
        if enterprise is None or enterprise.voided_at is not None:
            raise refusal(Problem("enterprise_id", "名录中没有这家企业，或已作废。请先在企业页登记。"))
        _refuse_protected(session, wanted)
        _refuse_same_traced(session, wanted, "")
        columns = records.columns_of(wanted)
        row = TracedProduct(id=session.new_id(), enterprise_name=enterprise.name, created_at=now, **columns)
        session.add(row)
        session.about("traced_products", row.id)
        return row.id


def change_traced(
    store: Store, actor: Actor, traced_id: str, form: TracedForm, now: int, *, seen: TracedForm | None = None
) -> None:
    """Correct a traced product; batches keep what they said on their day.

    Raises:
        DeskError: as `add_traced`; `label.gone`, `label.voided`, `label.changed_meanwhile`, `label.fixed`.
    """
    wanted = records.checked(form)
    with store.write(actor, "label.traced_change", now) as session:
        row = records.live(session, TracedProduct, traced_id)
        _refuse_protected(session, wanted)
        _refuse_same_traced(session, wanted, traced_id)
        records.change(row, wanted, seen, ("enterprise_id",))
        session.about("traced_products", row.id)


def void_traced(store: Store, actor: Actor, traced_id: str, reason: str, now: int) -> None:
    """Let no more labels be made for it. Raises `DeskError` `label.gone`, `label.voided`, `label.reason_missing`."""
    with store.write(actor, "label.traced_void", now) as session:
        records.void(session, records.live(session, TracedProduct, traced_id), reason)


def add_spec(store: Store, actor: Actor, form: SpecForm, now: int) -> str:
    """Record a packaging specification of a product of either family; its id.

    Raises:
        DeskError: `label.invalid`, `label.gone`, `label.duplicate`.
    """
    wanted = records.checked(form)
    with store.write(actor, "label.spec_add", now) as session:
        product = session.get(GiProduct, wanted.product_id) or session.get(TracedProduct, wanted.product_id)
        if product is None:
            raise DeskError("label.gone", what="产品")
        _refuse_same_spec(session, wanted, "")
        row = LabelSpec(id=session.new_id(), created_at=now, **records.columns_of(wanted))
        session.add(row)
        session.about("label_specs", row.id)
        return row.id


def change_spec(
    store: Store, actor: Actor, spec_id: str, form: SpecForm, now: int, *, seen: SpecForm | None = None
) -> None:
    """Correct a specification. Raises `DeskError` as `add_spec` and `change_traced`."""
    wanted = records.checked(form)
    with store.write(actor, "label.spec_change", now) as session:
        row = records.live(session, LabelSpec, spec_id)
        _refuse_same_spec(session, wanted, spec_id)
        records.change(row, wanted, seen, ("product_id",))
        session.about("label_specs", row.id)


def void_spec(store: Store, actor: Actor, spec_id: str, reason: str, now: int) -> None:
    """Let no more labels be made with it. Raises `DeskError` as `void_traced`."""
    with store.write(actor, "label.spec_void", now) as session:
        records.void(session, records.live(session, LabelSpec, spec_id), reason)


def _refuse_protected(session: WriteSession, wanted: TracedForm) -> None:
    """A traced label must not say a protected name: that would be the indication's label without its right."""
    for name in session.scalars(select(GiProduct.name).where(GiProduct.voided_at.is_(None))):
        if same_name_key(name) in same_name_key(wanted.name):
            text = f"名称中含有地理标志「{name}」，追溯标签不能使用。有授权的企业请在「用标授权」下制作标签。"
            raise refusal(Problem("name", text))


def _refuse_same_traced(session: WriteSession, wanted: TracedForm, own_id: str) -> None:
    mine = select(TracedProduct).where(
        TracedProduct.voided_at.is_(None), TracedProduct.enterprise_id == wanted.enterprise_id
    )
    for row in session.scalars(mine):
        is_same = (same_name_key(row.name), row.model) == (same_name_key(wanted.name), wanted.model)
        if row.id != own_id and is_same:
            raise DeskError("label.duplicate", what="追溯产品", name=f"{row.name} {row.model}".strip())


def _refuse_same_spec(session: WriteSession, wanted: SpecForm, own_id: str) -> None:
    mine = select(LabelSpec).where(LabelSpec.voided_at.is_(None), LabelSpec.product_id == wanted.product_id)
    for row in session.scalars(mine):
        if row.id != own_id and same_name_key(row.name) == same_name_key(wanted.name):
            raise DeskError("label.duplicate", what="包装规格", name=row.name)

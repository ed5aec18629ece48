"""A batch on its way to its numbers: made, changed, approved or refused by another person, discarded."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.db import serials
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.labels import LabelBatch
from zhangshu_desk.labels import records
from zhangshu_desk.labels.queries.basis import basis_of
from zhangshu_desk.labels.rules.batches import (
    CHANGEABLE,
    DEFAULT_RULES,
    KIND,
    BatchForm,
    BatchState,
    Checked,
    LabelRules,
    batch_problems,
    check_state,
    checked_batch,
    cleaned,
    labels_of,
)
from zhangshu_desk.labels.rules.facts import facts_of
from zhangshu_desk.labels.rules.problems import Problem, warnings


@dataclass(frozen=True)
class Made:
    """A batch that was made or changed; `warnings`: what stops nothing but should be looked at."""

    id: str
    state: BatchState
    labels: int
    warnings: tuple[Problem, ...] = ()


def make_batch(
    store: Store,
    actor: Actor,
    form: BatchForm,
    now: int,
    *,
    draft: bool = False,
    rules: LabelRules = DEFAULT_RULES,
) -> Made:
    """Make a batch; one above the limit then waits for another person.

    Args:
        draft: keep it as it is, whatever is still wrong with it.

    Raises:
        DeskError: `label.invalid` with all problems; `label.gone`; what loading the template refuses.
    """
    with store.write(actor, "label.batch_make", now) as session:
        serials.ask_for(session, KIND, rules.stock)
        made = add_batch(session, store, form, draft=draft, rules=rules)
        session.about("label_batches", made.id, f"{form.batch_no} {made.labels} 张")
        return made


def add_batch(
    session: WriteSession, store: Store, form: BatchForm, *, draft: bool = False, rules: LabelRules = DEFAULT_RULES
) -> Made:
    """Make a batch within an act; as `make_batch`."""
    checked = _checked(session, store, form, draft=draft, rules=rules)
    state = _state_of(checked, draft=draft)
    row = LabelBatch(
        id=session.new_id(),
        station_id=session.station_id,
        state=state.value,
        operator_id=session.actor.user_id,
        operator_name=session.actor.name,
        created_at=session.now,
        **_columns(checked),
    )
    session.add(row)
    session.flush()
    return Made(row.id, state, checked.labels, checked.warnings)


def change_batch(
    store: Store,
    actor: Actor,
    batch_id: str,
    form: BatchForm,
    now: int,
    *,
    draft: bool = False,
    rules: LabelRules = DEFAULT_RULES,
) -> Made:
    """Fill a batch in anew; what it says of its right becomes that of today, and an approval is void.

    Raises:
        DeskError: as `make_batch`; `label.batch_state`, `label.elsewhere`.
    """
    with store.write(actor, "label.batch_change", now) as session:
        row = records.own_batch(session, batch_id, "修改")
        check_state(BatchState(row.state), CHANGEABLE, row.batch_no, "修改")
        checked = _checked(session, store, form, draft=draft, rules=rules)
        state = _state_of(checked, draft=draft)
        for name, value in _columns(checked).items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        row.operator_id, row.operator_name = actor.user_id, actor.name
        _enter(row, state)
        session.about("label_batches", row.id, f"{row.batch_no} {row.labels} 张")
        return Made(row.id, state, checked.labels, checked.warnings)


def approve_batch(store: Store, actor: Actor, batch_id: str, now: int) -> None:
    """Approve a batch that somebody else made.

    Raises:
        DeskError: `label.gone`, `label.batch_state`, `label.own_approval`.
    """
    with store.write(actor, "label.batch_approve", now) as session:
        row = records.batch_of(session, batch_id)
        check_state(BatchState(row.state), [BatchState.AWAITING], row.batch_no, "批准")
        _refuse_own(row, actor)
        _enter(row, BatchState.APPROVED)
        row.checker_id, row.checker_name, row.checked_at = actor.user_id, actor.name, now
        session.about("label_batches", row.id, f"{row.batch_no} {row.labels} 张")


def refuse_batch(store: Store, actor: Actor, batch_id: str, reason: str, now: int) -> None:
    """Give a batch back to who made it, as a draft. Raises `DeskError` as `approve_batch`; `label.reason_missing`."""
    why = records.reason_of(reason)
    with store.write(actor, "label.batch_refuse", now) as session:
        row = records.batch_of(session, batch_id)
        check_state(BatchState(row.state), [BatchState.AWAITING], row.batch_no, "退回")
        _refuse_own(row, actor)
        _enter(row, BatchState.DRAFT, why)
        row.checker_id, row.checker_name, row.checked_at = actor.user_id, actor.name, now
        session.about("label_batches", row.id, mask_text(why))


def discard_batch(store: Store, actor: Actor, batch_id: str, reason: str, now: int) -> None:
    """Give up a batch that has no numbers. Raises `DeskError` as `change_batch`; `label.reason_missing`."""
    why = records.reason_of(reason)
    with store.write(actor, "label.batch_discard", now) as session:
        row = records.own_batch(session, batch_id, "放弃")
        check_state(BatchState(row.state), CHANGEABLE, row.batch_no, "放弃")
        _enter(row, BatchState.DISCARDED, why)
        session.about("label_batches", row.id, mask_text(why))


def _checked(session: WriteSession, store: Store, form: BatchForm, *, draft: bool, rules: LabelRules) -> Checked:
    basis, today = basis_of(session, store.paths, form, session.now), day_of(session.now)
    if not draft:
        return checked_batch(form, basis.right, basis.spec, basis.template, today, left=basis.left, rules=rules)
    form = cleaned(form)
    found = batch_problems(form, basis.right, basis.spec, basis.template, today, left=basis.left, rules=rules)
    labels = form.labels if form.labels is not None else labels_of(form.quantity, basis.spec.pack, form.spare)
    return Checked(form, facts_of(basis.right, basis.spec), labels, False, warnings(found))


def _state_of(checked: Checked, *, draft: bool) -> BatchState:
    if draft:
        return BatchState.DRAFT
    return BatchState.AWAITING if checked.needs_approval else BatchState.APPROVED


def _columns(checked: Checked) -> dict[str, Any]:
    form = checked.form
    return {
        **asdict(checked.facts),
        "quantity": form.quantity,
        "spare": form.spare,
        "labels": checked.labels,
        "batch_no": form.batch_no,
        "made_on": form.made_on,
        "expires_on": form.expires_on,
        "place": form.place,
        "inspection_no": form.inspection_no,
        "inspection_until": form.inspection_until,
        "template_id": form.template_id,
    }


def _enter(row: LabelBatch, state: BatchState, note: str = "") -> None:
    row.state, row.state_note = state.value, note
    row.checker_id, row.checker_name, row.checked_at = None, "", None


def _refuse_own(row: LabelBatch, actor: Actor) -> None:
    if row.operator_id == actor.user_id:
        raise DeskError("label.own_approval", batch=row.batch_no)

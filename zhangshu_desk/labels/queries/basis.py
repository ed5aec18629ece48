"""What the form of a batch is checked against, and a batch as its form again; for acts and for what screens show."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.tables.labels import LabelBatch, LabelSpec
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules.batches import BatchForm, labels_of
from zhangshu_desk.labels.rules.facts import Spec
from zhangshu_desk.labels.rules.rights import Right
from zhangshu_desk.labels.rules.templates import Template


@dataclass(frozen=True)
class Basis:
    """What a form is checked against."""

    right: Right
    spec: Spec
    template: Template
    left: int | None


def basis_of(session: Session, paths: Paths, form: BatchForm, now: int) -> Basis:
    """What a form is checked against, as this transaction sees it.

    Raises:
        DeskError: `label.gone`; what loading the template refuses.
    """
    right = reading.right_of(session, paths.marks, form.right_id)
    if right is None:
        raise DeskError("label.gone", what="用标授权或追溯产品")
    row = session.get(LabelSpec, form.spec_id)
    if row is None:
        raise DeskError("label.gone", what="包装规格")
    template = templates.load(paths.labels, form.template_id)
    return Basis(right, reading.spec(row), template, reading.left_for(session, right, day_of(now)))


def form_of(row: LabelBatch) -> BatchForm:
    """A batch as its form."""
    usual = labels_of(row.quantity, row.pack, row.spare)
    return BatchForm(
        right_id=row.right_id,
        spec_id=row.spec_id or "",
        template_id=row.template_id,
        quantity=row.quantity,
        batch_no=row.batch_no,
        made_on=row.made_on,
        spare=row.spare,
        labels=None if row.labels == usual else row.labels,
        expires_on=row.expires_on,
        place=row.place,
        inspection_no=row.inspection_no,
        inspection_until=row.inspection_until,
    )

"""Rows of labels inside a transaction: fetched, compared with a form, voided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.core.texts import clean_text
from zhangshu_desk.db.site import stations
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.labels import (
    GiMark,
    GiProduct,
    GiQuota,
    GiUser,
    LabelBatch,
    LabelSpec,
    TracedProduct,
)
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules.cards import LABELS, C, card_problems, cleaned
from zhangshu_desk.labels.rules.problems import refuse
from zhangshu_desk.labels.rules.rights import Right

LONGEST_REASON = 200
_WORDS = {
    GiProduct: "地理标志",
    GiUser: "用标授权",
    GiQuota: "核定数量",
    GiMark: "专用标志文件",
    TracedProduct: "追溯产品",
    LabelSpec: "包装规格",
}
Row = GiProduct | GiUser | GiQuota | GiMark | TracedProduct | LabelSpec
R = TypeVar("R", GiProduct, GiUser, GiQuota, GiMark, TracedProduct, LabelSpec)


def live(session: Session, kind: type[R], row_id: str) -> R:
    """A row in use. Raises `DeskError` `label.gone`, `label.voided`."""
    found = session.get(kind, row_id)
    if found is None:
        raise DeskError("label.gone", what=_WORDS[kind])
    if found.voided_at is not None:
        raise DeskError("label.voided", what=_WORDS[kind], name=name_of(found))
    return found


def name_of(row: Row) -> str:
    """What a clerk calls a row."""
    return str(getattr(row, "name", "") or getattr(row, "enterprise_name", "") or getattr(row, "basis", ""))


def void(session: WriteSession, row: Row, reason: str) -> None:
    """Take a row out of use for good. Raises `DeskError` `label.reason_missing`."""
    why = reason_of(reason)
    row.voided_at, row.void_reason = session.now, why
    session.about(row.__tablename__, row.id, mask_text(why))


def reason_of(text: str) -> str:
    """A reason as it is kept. Raises `DeskError` `label.reason_missing`."""
    why = clean_text(text)[:LONGEST_REASON]
    if not why:
        raise DeskError("label.reason_missing")
    return why


# -- forms -------------------------------------------------------------------------------------------------------------


def checked(card: C) -> C:
    """The card in its one spelling. Raises `DeskError` `label.invalid` with all problems."""
    wanted = cleaned(card)
    refuse(card_problems(wanted))
    return wanted


def card_of(row: Row, kind: type[C]) -> C:
    """What a row says, as its form."""
    values: dict[str, Any] = {one.name: _field(getattr(row, one.name)) for one in fields(kind)}
    return kind(**values)


def _field(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def columns_of(card: C) -> dict[str, Any]:
    """A form as columns."""
    values = {one.name: getattr(card, one.name) for one in fields(card)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def change(row: Row, wanted: C, seen: C | None, fixed: Collection[str] = ()) -> None:
    """Write a checked form into a row.

    Args:
        seen: what the clerk saw; if another has changed something since, nothing is written.
        fixed: fields that stay as they are for good.

    Raises:
        DeskError: `label.changed_meanwhile`, `label.fixed`.
    """
    before = card_of(row, type(wanted))
    for one in fields(wanted):
        old, new = getattr(before, one.name), getattr(wanted, one.name)
        if seen is not None and getattr(seen, one.name) != old:
            raise DeskError("label.changed_meanwhile", field=LABELS[one.name])
        if new != old and one.name in fixed:
            raise DeskError("label.fixed", field=LABELS[one.name])
    for name, value in columns_of(wanted).items():
        if getattr(row, name) != value:
            setattr(row, name, value)


# -- batches -----------------------------------------------------------------------------------------------------------


def batch_of(session: Session, batch_id: str) -> LabelBatch:
    """A batch. Raises `DeskError` `label.gone`."""
    found = session.get(LabelBatch, batch_id)
    if found is None:
        raise DeskError("label.gone", what="标签批次")
    return found


def own_batch(session: WriteSession, batch_id: str, act: str) -> LabelBatch:
    """A batch of this station: nobody else numbers, prints or hands out its labels.

    Raises:
        DeskError: `label.gone`, `label.elsewhere`.
    """
    found = batch_of(session, batch_id)
    if found.station_id != session.station_id:
        names = {one.id: one.name for one in stations(session)}
        station = names.get(found.station_id, "其他工作站")
        raise DeskError("label.elsewhere", batch=found.batch_no, station=station, act=act)
    return found


def right_of(session: Session, store: Store, row: LabelBatch) -> Right:
    """The right a batch rests on, as it stands. Raises `DeskError` `label.gone`."""
    found = reading.right_of(session, store.paths.marks, row.right_id)
    if found is None:
        raise DeskError("label.gone", what="用标授权或追溯产品")
    return found

"""Taking an enterprise out of use and back; nothing is ever deleted."""

from __future__ import annotations

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.db.store import Store
from zhangshu_desk.enterprises import records
from zhangshu_desk.enterprises.queries.finding import certain_duplicates


def void(store: Store, actor: Actor, enterprise_id: str, reason: str, now: int) -> None:
    """Take the enterprise and its contacts out of lists and search; its visits stay.

    Raises:
        DeskError: `enterprise.gone`, `enterprise.voided`, `enterprise.reason_missing`.
    """
    why = " ".join(reason.split())
    if not why:
        raise DeskError("enterprise.reason_missing")
    with store.write(actor, "enterprise.void", now) as session:
        records.void_row(session, records.live(session, enterprise_id), why)
        session.about("enterprises", enterprise_id, mask_text(why))


def restore(store: Store, actor: Actor, enterprise_id: str, now: int, *, despite: str = "") -> None:
    """Take a voided enterprise into use again, with the contacts it had then.

    Args:
        despite: why, although one with the same code or name is in use.

    Raises:
        DeskError: `enterprise.gone`, `enterprise.not_voided`, `enterprise.duplicate`.
    """
    with store.write(actor, "enterprise.restore", now) as session:
        row = records.any_state(session, enterprise_id)
        if row.voided_at is None:
            raise DeskError("enterprise.not_voided", name=row.name[:40])
        hits = [hit for hit in certain_duplicates(session, row.name, row.credit_code) if hit.id != enterprise_id]
        if hits and not despite.strip():
            raise DeskError("enterprise.duplicate", name=hits[0].name[:40], why=hits[0].words, count=len(hits))
        records.restore_row(session, row)
        session.about("enterprises", enterprise_id, mask_text(despite.strip()))

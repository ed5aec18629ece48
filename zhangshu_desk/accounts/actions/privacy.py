"""Showing personal data in full: with a reason, and never unseen (个人信息保护法 art. 51, GB/T 22239—2019)."""

from __future__ import annotations

from sqlalchemy import select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.db.base import Base
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise
from zhangshu_desk.db.tables.labels import LabelMove
from zhangshu_desk.db.tables.reception import Visit

LONGEST_REASON = 200
_TABLES: dict[str, type[Base]] = {
    "contacts": Contact,
    "visits": Visit,
    "enterprises": Enterprise,
    "label_moves": LabelMove,
}
UNMASKABLE = {
    ("contacts", "name"): "联系人姓名",
    ("contacts", "phone"): "联系人电话",
    ("visits", "visitor"): "来访人姓名",
    ("visits", "phone"): "来访人电话",
    ("enterprises", "legal_representative"): "法定代表人",
    ("label_moves", "receiver"): "标签领取人",
}
"""What may be shown in full, with its Chinese word for the audit log."""


def unmask(store: Store, actor: Actor, tbl: str, row_id: str, field: str, reason: str, now: int) -> str:
    """The full value of a masked field; who looked, at what and why is kept, the value is not.

    Args:
        tbl, field: one of `UNMASKABLE`.
        reason: why it is needed; phones and ID numbers typed into it are masked in the log.

    Raises:
        DeskError: `privacy.reason_missing`, `privacy.gone`.
        KeyError: a field that is not to be shown (a bug).
    """
    word, table = UNMASKABLE[tbl, field], _TABLES[tbl]
    why = " ".join(reason.split())
    if not why:
        raise DeskError("privacy.reason_missing")
    with store.write(actor, "privacy.unmask", now) as session:
        columns = table.__table__.c
        value = session.scalar(select(columns[field]).where(columns["id"] == row_id))
        if value is None:
            raise DeskError("privacy.gone")
        session.about(tbl, row_id, f"{word}：{mask_text(why)[:LONGEST_REASON]}")
    return str(value)

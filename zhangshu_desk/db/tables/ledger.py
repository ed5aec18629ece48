"""The store's own books: what it is, what is to be sent, and who did what."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from zhangshu_desk.db.base import Base, Json, Moment, Synced


class Meta(Base):
    """A few words about this database: `incarnation`, `station_id`, `search_index`, `created` …"""

    __tablename__ = "meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Outbox(Base):
    """One field-level operation that the centre has to hear of (`sync.md` §2.2).

    `h = sha256(prev_h ‖ canonical(operation))`; `n` counts without a gap within an incarnation.
    """

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("inc", "n"), Index("ix_outbox_row", "tbl", "row_id"))

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    inc: Mapped[str]
    n: Mapped[int]
    op_id: Mapped[str] = mapped_column(unique=True)
    tx: Mapped[str] = mapped_column(index=True)
    tbl: Mapped[str]
    row_id: Mapped[str]
    kind: Mapped[str]
    sets: Mapped[Any] = mapped_column(Json)
    olds: Mapped[Any] = mapped_column(Json)
    base: Mapped[int]
    hlc: Mapped[str]
    actor: Mapped[str]
    prev_h: Mapped[str]
    h: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    created: Mapped[Moment]


class Audit(Synced):
    """One act: who, when, in which role, on which record. Append-only and hash-chained.

    The old and new values are the operations of the same transaction (`tx`) in the outbox; `ops_h`, the hash of the
    last of them, ties them into this chain without copying personal data into the log.
    """

    __tablename__ = "audit"

    seq: Mapped[int] = mapped_column(unique=True)
    at: Mapped[Moment] = mapped_column(index=True)
    tx: Mapped[str] = mapped_column(unique=True)
    actor_id: Mapped[str] = mapped_column(index=True)
    actor_name: Mapped[str]
    role: Mapped[str]
    act: Mapped[str] = mapped_column(index=True)
    tbl: Mapped[str]
    row_id: Mapped[str] = mapped_column(index=True)
    note: Mapped[str]
    ops: Mapped[int]
    ops_h: Mapped[str]
    prev_h: Mapped[str]
    h: Mapped[str]

"""What this station knows of the centre: how far its lives were sent, what arrived, what needs a person."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from zhangshu_desk.db.base import Base, Json, Moment, Synced


class Life(Base):
    """One incarnation as a log that the centre receives, in the order of `position`.

    The log of an incarnation is its rows of `outbox` up to `cut`, and those of `rekeyed` that were numbered anew under
    it. `start_n`, `start_h`: where the numbers of its own acts go on after the re-keyed ones. `acked`: the centre has
    all up to here; `durable`: and its verified backup too. Operations up to `cap_n` count as made at feed number
    `cap_base` at most, because the centre was restored since.
    """

    __tablename__ = "lives"

    inc: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    cut: Mapped[int | None] = mapped_column(default=None)
    start_n: Mapped[int] = mapped_column(default=0)
    start_h: Mapped[str] = mapped_column(default="")
    acked: Mapped[int] = mapped_column(default=0)
    durable: Mapped[int] = mapped_column(default=0)
    cap_n: Mapped[int] = mapped_column(default=0)
    cap_base: Mapped[int] = mapped_column(default=0)


class Rekeyed(Base):
    """An operation that was numbered anew under another incarnation; `seq` is its row in `outbox`."""

    __tablename__ = "rekeyed"
    __table_args__ = (Index("ix_rekeyed_seq", "seq"),)

    inc: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int]
    prev_h: Mapped[str]
    h: Mapped[str]


class FeedPoint(Base):
    """A place in the centre's feed that this station has read up to, and the running hash there."""

    __tablename__ = "feed_points"

    seq: Mapped[int] = mapped_column(primary_key=True)
    h: Mapped[str]


class StagedRow(Base):
    """A row that arrived in a page of the feed and waits for the last page; `fields` is canonical JSON."""

    __tablename__ = "staged_rows"

    tbl: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[str] = mapped_column(primary_key=True)
    ver: Mapped[int]
    fields: Mapped[str] = mapped_column(Text)


class RowState(Base):
    """The centre's image of a row as it is here: feed number, digest (as signed 64 bits), snapshot generation."""

    __tablename__ = "row_states"

    tbl: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[str] = mapped_column(primary_key=True)
    ver: Mapped[int]
    digest: Mapped[int]
    generation: Mapped[int]


class TableSum(Base):
    """How many rows of the centre's a table has here, and the sum of their digests modulo 2⁶⁴ (hexadecimal)."""

    __tablename__ = "table_sums"

    tbl: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    total: Mapped[str]


class Rejection(Base):
    """A transaction that the centre refused; its operations stay in `outbox` with state `rejected`."""

    __tablename__ = "rejections"

    tx: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    detail: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[Moment]
    retry: Mapped[bool] = mapped_column(default=False)


class IndexTask(Base):
    """A row that arrived in bulk and is not in the search index yet."""

    __tablename__ = "index_tasks"

    tbl: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[str] = mapped_column(primary_key=True)


class SerialBlock(Base):
    """Serial numbers lent to this station, for one life of its database; `next` is the first unused one."""

    __tablename__ = "serial_blocks"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    inc: Mapped[str]
    first: Mapped[int]
    last: Mapped[int]
    next: Mapped[int]
    received_at: Mapped[Moment]


class SerialIssue(Synced):
    """A serial number that was used, once and for ever."""

    __tablename__ = "serial_issues"
    __table_args__ = (Index("ix_serial_issues_serial", "kind", "serial"),)

    kind: Mapped[str]
    serial: Mapped[int]
    purpose: Mapped[str]
    issued_at: Mapped[Moment]


class Conflict(Synced):
    """Two changes that did not know of each other; written by the centre, resolved by a person.

    `a_values` stand now, `b_values` are what the other one wanted (objects of field → value).

    Attributes:
        kind: `field` same field twice · `void` voided while changed · `state` a visit handled twice · `duplicate` the
            same thing entered twice (`other_row_id`) · `serial` a number used twice.
        state: `open`, `auto` (decided by the clock, kept as history), `resolved`.
        resolution: `a`, `b`, `edited`, `merged`, `kept_both`.
        a_at, b_at: when the two were made, ms UTC, by their stations' clocks.
    """

    __tablename__ = "conflicts"
    __table_args__ = (
        Index("ix_conflicts_state", "state", "created_at"),
        Index("ix_conflicts_row", "tbl", "row_id"),
    )

    kind: Mapped[str]
    tbl: Mapped[str]
    row_id: Mapped[str]
    fields: Mapped[Any] = mapped_column(Json)
    a_values: Mapped[Any] = mapped_column(Json)
    b_values: Mapped[Any] = mapped_column(Json)
    a_actor: Mapped[str]
    b_actor: Mapped[str]
    a_station: Mapped[str]
    b_station: Mapped[str]
    a_at: Mapped[Moment]
    b_at: Mapped[Moment]
    other_row_id: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[str]
    resolution: Mapped[str | None] = mapped_column(default=None)
    resolved_by: Mapped[str | None] = mapped_column(default=None)
    resolved_at: Mapped[Moment | None] = mapped_column(default=None)
    created_at: Mapped[Moment]

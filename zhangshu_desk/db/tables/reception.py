"""Visits, what happened to them, their rating, and the closing of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from zhangshu_desk.core.masking import mask_name
from zhangshu_desk.db.base import Json, Moment, SearchEntry, Synced


class Visit(Synced):
    """One visit, with its ticket if one was taken; the current state of its `visit_events`.

    `day` is the day of the ticket and belongs to its number; `queue_day` the day in whose queue it stands (later than
    `day` when it was carried over). The four durations, ms, are what has been completed; the state since `since` is
    still running and comes on top. `enterprise_name` is the name of its day.
    """

    __tablename__ = "visits"
    search_kind = "ticket"
    searched = frozenset({"number", "label", "day", "enterprise_name", "visitor", "phone"})
    __table_args__ = (
        # None of these is unique: what other stations did arrives here too, and a restored station may have given a
        # number twice. That must be shown, it must not stop the synchronising. The write lock keeps numbers apart.
        Index("ix_visits_number", "station_id", "day", "group", "number"),
        Index("ix_visits_person_at_counter", "counter_id", sqlite_where=text("state IN ('叫号中', '办理中')")),
        Index("ix_visits_queue", "station_id", "queue_day", "state"),
        Index("ix_visits_day", "station_id", "day"),
        # The few tickets that stand in another day's queue than their own.
        Index("ix_visits_carried", "station_id", "queue_day", sqlite_where=text("queue_day > day")),
        Index("ix_visits_enterprise", "enterprise_id", "day"),
    )

    station_id: Mapped[str] = mapped_column(ForeignKey("stations.id"))
    day: Mapped[date]
    queue_day: Mapped[date]
    group: Mapped[str]
    number: Mapped[int | None]
    label: Mapped[str]
    enterprise_id: Mapped[str | None] = mapped_column(ForeignKey("enterprises.id"))
    enterprise_name: Mapped[str] = mapped_column(Text)
    visitor: Mapped[str]
    phone: Mapped[str]
    priority: Mapped[str]
    appointment_at: Mapped[Moment | None]
    remark: Mapped[str] = mapped_column(Text)
    services: Mapped[Any] = mapped_column(Json)
    given: Mapped[Any] = mapped_column(Json, default=dict)
    state: Mapped[str]
    arrived_at: Mapped[Moment]
    since: Mapped[Moment]
    counter_id: Mapped[str | None] = mapped_column(ForeignKey("counters.id"), default=None)
    clerk_id: Mapped[str | None] = mapped_column(default=None)
    target_counter_id: Mapped[str | None] = mapped_column(ForeignKey("counters.id"), default=None)
    calls: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[Moment | None] = mapped_column(default=None)
    waited_ms: Mapped[int] = mapped_column(default=0)
    way_ms: Mapped[int] = mapped_column(default=0)
    served_ms: Mapped[int] = mapped_column(default=0)
    parked_ms: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(Text, default="")
    parked_by: Mapped[str | None] = mapped_column(default=None)
    finished_at: Mapped[Moment | None] = mapped_column(default=None)

    def search_entry(self) -> SearchEntry | None:
        if self.number is None:
            return None
        who = self.enterprise_name or mask_name(self.visitor)
        return SearchEntry(
            self.label,
            f"{self.day.isoformat()} · {who}",
            (self.visitor,) if self.visitor else (),
            (self.phone,) if self.phone else (),
            (self.label,),
        )


class VisitEvent(Synced):
    """One act on a visit; append-only.

    `before` holds the fields of the visit that the act changed, as they were: what an undo puts back. An undo is an
    event of its own that names the `seq` it undoes, and under `event` in its `before` the id: two stations that do not
    know of each other write the same `seq`.
    """

    __tablename__ = "visit_events"
    __table_args__ = (Index("ix_visit_events_visit", "visit_id", "seq"),)

    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"))
    seq: Mapped[int]
    at: Mapped[Moment] = mapped_column(index=True)
    act: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    counter_id: Mapped[str | None]
    actor_id: Mapped[str]
    note: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[Any] = mapped_column(Json)
    undoes: Mapped[int | None] = mapped_column(default=None)


class Rating(Synced):
    """The visitor's 好差评 of one visit, once."""

    __tablename__ = "ratings"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visits.id"), index=True)
    at: Mapped[Moment]
    level: Mapped[str]
    reasons: Mapped[Any] = mapped_column(Json, default=list)
    comment: Mapped[str] = mapped_column(Text, default="")


class DayClose(Synced):
    """A closed day of a station with the figures it was closed with; reopened ones are kept."""

    __tablename__ = "day_closes"

    station_id: Mapped[str] = mapped_column(ForeignKey("stations.id"))
    day: Mapped[date] = mapped_column(index=True)
    at: Mapped[Moment]
    closed_by: Mapped[str]
    figures: Mapped[Any] = mapped_column(Json)
    reopened_at: Mapped[Moment | None] = mapped_column(default=None)

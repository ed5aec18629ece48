"""The station, its counters and the people who work there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from zhangshu_desk.db.base import Base, Json, Moment, Synced


class Station(Synced):
    """A machine at the counter of a site; the stations of one site share a queue.

    `site_id` is given by the centre, None = this station is a site of its own. `letter` stands before its ticket
    numbers, None or empty at the first station of a site.
    """

    __tablename__ = "stations"

    name: Mapped[str]
    code: Mapped[str]
    address: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Moment]
    site_id: Mapped[str | None] = mapped_column(default=None)
    letter: Mapped[str | None] = mapped_column(default=None)


class Counter(Synced):
    """A window 窗口; `serves` lists the service ids it takes, empty = all."""

    __tablename__ = "counters"

    station_id: Mapped[str] = mapped_column(ForeignKey("stations.id"))
    position: Mapped[int]
    name: Mapped[str]
    serves: Mapped[Any] = mapped_column(Json, default=list)
    active: Mapped[bool] = mapped_column(default=True)
    clerk_id: Mapped[str | None] = mapped_column(default=None)
    opened_at: Mapped[Moment | None] = mapped_column(default=None)


class User(Synced):
    """A person with an account. What proves the person is in `credentials`.

    A login is the person's own at one station; two stations that never met may both have given it.
    """

    __tablename__ = "users"

    login: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    role: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Moment]


class Credential(Base):
    """The argon2id verifier of a user and the count of failed attempts."""

    __tablename__ = "credentials"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    password_hash: Mapped[str]
    changed_at: Mapped[Moment]
    must_change: Mapped[bool] = mapped_column(default=False)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Moment | None] = mapped_column(default=None)
    last_login_at: Mapped[Moment | None] = mapped_column(default=None)

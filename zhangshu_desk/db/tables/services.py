"""The services of the station and the groups of their tickets, as the centre sends them down; no desk writes them."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from zhangshu_desk.db.base import Moment, Synced


class ServiceGroup(Synced):
    """A group of services that share a sequence of numbers (`core.services.Group`).

    `position`: its place in the list. `changed_at`: when the centre last changed it. `voided_at`: taken out since.
    """

    __tablename__ = "service_groups"

    letter: Mapped[str]
    name: Mapped[str]
    prefix: Mapped[str]
    first: Mapped[int]
    last: Mapped[int]
    verified: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    changed_at: Mapped[Moment]
    voided_at: Mapped[Moment | None] = mapped_column(default=None)


class Service(Synced):
    """A service (`core.services.Service`; `code` is its id there, which visits name it by); the rest as in a group."""

    __tablename__ = "services"

    code: Mapped[str]
    name: Mapped[str]
    short: Mapped[str]
    group: Mapped[str]
    daily_cap: Mapped[int]
    usual_minutes: Mapped[int]
    frequent: Mapped[int]
    verified: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    changed_at: Mapped[Moment]
    voided_at: Mapped[Moment | None] = mapped_column(default=None)

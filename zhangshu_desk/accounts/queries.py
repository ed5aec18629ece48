"""What screens show of the station, its people and its windows."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from zhangshu_desk.accounts import rules
from zhangshu_desk.accounts.actions.login import last_seen
from zhangshu_desk.accounts.auditing import AuditFilter, AuditPage, AuditRow, FieldChange, audit_page
from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.site import station_id
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import Counter, Credential, Station, User

__all__ = [
    "AuditFilter",
    "AuditPage",
    "AuditRow",
    "CounterRow",
    "FieldChange",
    "StationRow",
    "UserRow",
    "audit_page",
    "counters",
    "is_set_up",
    "station",
    "users",
]


@dataclass(frozen=True)
class StationRow:
    """This workstation."""

    id: str
    name: str
    code: str
    address: str
    phone: str


@dataclass(frozen=True)
class UserRow:
    """An account.

    Attributes:
        has_password: False = an account from elsewhere, for which nobody has set a password here yet.
        must_change: the password was set by somebody else.
        locked_ms: how long it is still locked after wrong passwords; 0 = it is not.
        last_login_at: ms UTC, None = never.
    """

    id: str
    login: str
    name: str
    role: Role
    active: bool
    has_password: bool
    must_change: bool
    locked_ms: int
    last_login_at: int | None


@dataclass(frozen=True)
class CounterRow:
    """A window; `serves` lists ids of services, empty = all; the clerk is who opened it, if anybody."""

    id: str
    name: str
    position: int
    serves: tuple[str, ...]
    active: bool
    clerk_id: str | None
    clerk_name: str
    opened_at: int | None


def is_set_up(store: Store) -> bool:
    """Whether the station was set up."""
    with store.read() as session:
        return bool(station_id(session))


def station(store: Store) -> StationRow:
    """This station. Raises `DeskError("store.not_set_up")`."""
    with store.read() as session:
        row = session.get(Station, station_id(session))
        if row is None:
            raise DeskError("store.not_set_up")
        return StationRow(row.id, row.name, row.code, row.address, row.phone)


def users(store: Store, now: int) -> tuple[UserRow, ...]:
    """All accounts, active ones first, then by name.

    Args:
        now: ms UTC, for how long a lock still lasts.
    """
    query = select(User, Credential).outerjoin(Credential, Credential.user_id == User.id)
    with store.read() as session:
        seen = last_seen(session)
        rows = session.execute(query.order_by(User.active.desc(), User.name, User.login)).all()
        return tuple(_user_row(user, credential, now, seen) for user, credential in rows)


def _user_row(user: User, credential: Credential | None, now: int, seen: int) -> UserRow:
    return UserRow(
        user.id,
        user.login,
        user.name,
        Role(user.role),
        user.active,
        credential is not None,
        credential.must_change if credential else True,
        rules.lock_left(credential.locked_until, now, seen) if credential else 0,
        credential.last_login_at if credential else None,
    )


def counters(store: Store) -> tuple[CounterRow, ...]:
    """All windows of this station in their order, also those out of use."""
    query = select(Counter, User.name).outerjoin(User, User.id == Counter.clerk_id)
    with store.read() as session:
        query = query.where(Counter.station_id == station_id(session))
        return tuple(
            CounterRow(
                row.id,
                row.name,
                row.position,
                tuple(row.serves),
                row.active,
                row.clerk_id,
                clerk_name or "",
                row.opened_at,
            )
            for row, clerk_name in session.execute(query.order_by(Counter.position))
        )

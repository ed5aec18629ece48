"""The windows: which there are, and who sits at which."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from zhangshu_desk.accounts import rules
from zhangshu_desk.accounts.inputs import CounterChange, NewCounter
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of, hm
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.accounts import Counter, User
from zhangshu_desk.db.tables.reception import Visit

AT_COUNTER = ("叫号中", "办理中")
"""States of a visit in which its person is at a window."""


def add_counter(store: Store, actor: Actor, new: NewCounter, now: int) -> str:
    """Add a window at the end; returns its id.

    Raises:
        DeskError: `account.name_missing`, `account.name_long`, `counter.name_taken`, `store.not_set_up`.
    """
    name = rules.check_name(new.name, "窗口名称", longest=20)
    with store.write(actor, "counter.add", now) as session:
        if not session.station_id:
            raise DeskError("store.not_set_up")
        _check_free(session, name, but="")
        own = select(Counter.position).where(Counter.station_id == session.station_id)
        last = session.scalars(own.order_by(Counter.position.desc()).limit(1)).first() or 0
        row = Counter(
            id=session.new_id(),
            station_id=session.station_id,
            position=last + 1,
            name=name,
            serves=list(new.serves),
        )
        session.add(row)
        session.about("counters", row.id)
        return row.id


def change_counter(store: Store, actor: Actor, counter_id: str, change: CounterChange, now: int) -> None:
    """Rename a window, say what it serves, or take it out of use (`active=False`; never deleted).

    Raises:
        DeskError: as `add_counter`, `counter.busy` when somebody is being served at a window to be switched off,
            `counter.last` when it is the last one in use; `counter.elsewhere`.
    """
    with store.write(actor, "counter.change", now) as session:
        row = _own(session, counter_id)
        name = row.name if change.name is None else rules.check_name(change.name, "窗口名称", longest=20)
        if name != row.name:
            _check_free(session, name, but=counter_id)
            row.name = name
        if change.serves is not None:
            row.serves = list(change.serves)
        if change.active is not None and change.active != row.active:
            if not change.active:
                _check_can_close(session, row)
                _check_not_last(session, counter_id)
                row.clerk_id = row.opened_at = None
            row.active = change.active
        session.about("counters", counter_id)


def open_counter(store: Store, actor: Actor, counter_id: str, now: int, take_over: bool = False) -> Actor:
    """Sit down at a window; idle ones the person still held are closed.

    Args:
        take_over: take the window from whoever opened it today and has not closed it.

    Returns:
        The actor, at this window.

    Raises:
        DeskError: `counter.taken` with `name` and `since`, `counter.not_active`, `counter.elsewhere`.
    """
    with store.write(actor, "counter.open", now) as session:
        row = _own(session, counter_id)
        if not row.active:
            raise DeskError("counter.not_active", counter=row.name)
        holder = row.clerk_id if row.clerk_id != actor.user_id else None
        today = row.opened_at is not None and day_of(row.opened_at) == day_of(now)
        if holder and today and not take_over:
            since = hm(row.opened_at) if row.opened_at else ""
            raise DeskError("counter.taken", counter=row.name, name=_name_of(session, holder), since=since)
        release_idle(session, actor.user_id, but=counter_id)
        if row.clerk_id != actor.user_id or not today:
            row.clerk_id, row.opened_at = actor.user_id, now
        session.about("counters", counter_id, "接管" if holder else "")
    return replace(actor, counter_id=counter_id)


def close_counter(store: Store, actor: Actor, counter_id: str, now: int) -> Actor:
    """Pause a window.

    Returns:
        The actor, at no window.

    Raises:
        DeskError: `counter.busy` when somebody is being called or served there; `counter.elsewhere`.
    """
    with store.write(actor, "counter.close", now) as session:
        row = _own(session, counter_id)
        _check_can_close(session, row)
        row.clerk_id = row.opened_at = None
        session.about("counters", counter_id)
    return replace(actor, counter_id=None) if actor.counter_id == counter_id else actor


def release_idle(session: WriteSession, user_id: str, but: str = "") -> None:
    """Close the windows a person holds at this station where nobody is being called or served, except `but`."""
    held = select(Counter).where(Counter.clerk_id == user_id, Counter.id != but)
    for row in session.scalars(held.where(Counter.station_id == session.station_id)):
        if _label_at(session, row.id) is None:
            row.clerk_id = row.opened_at = None


def _own(session: WriteSession, counter_id: str) -> Counter:
    """A window of this station: two machines at one window would call two people to it."""
    row = session.get_one(Counter, counter_id)
    if row.station_id != session.station_id:
        raise DeskError("counter.elsewhere", counter=row.name)
    return row


def _check_can_close(session: WriteSession, row: Counter) -> None:
    if (label := _label_at(session, row.id)) is not None:
        raise DeskError("counter.busy", counter=row.name, label=label)


def _check_not_last(session: WriteSession, counter_id: str) -> None:
    others = select(Counter.id).where(Counter.active, Counter.id != counter_id)
    if session.scalar(others.where(Counter.station_id == session.station_id).limit(1)) is None:
        raise DeskError("counter.last")


def _check_free(session: WriteSession, name: str, but: str) -> None:
    """Also other stations of the hall must not have it: visitors would not know where to go."""
    with session.no_autoflush:
        taken = session.scalar(select(Counter.id).where(Counter.name == name, Counter.id != but).limit(1))
    if taken is not None:
        raise DeskError("counter.name_taken", counter=name)


def _label_at(session: WriteSession, counter_id: str) -> str | None:
    """The ticket (or, without one, the word for it) of who is at a window, None when nobody is."""
    found = select(Visit.label).where(Visit.counter_id == counter_id, Visit.state.in_(AT_COUNTER))
    label = session.scalar(found.order_by(Visit.since, Visit.id).limit(1))
    return None if label is None else label or "来访者"


def _name_of(session: WriteSession, user_id: str) -> str:
    user = session.get(User, user_id)
    return user.name if user else ""

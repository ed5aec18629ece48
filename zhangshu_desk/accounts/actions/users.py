"""Accounts of people: made and changed by the supervisor, passwords changed by their owner.

A supervisor and an administrator have the same say over accounts, of each other too: nothing at the desk is open to one
and closed to the other, so a ladder between them would protect nothing. What is protected: nobody changes their own
role or switches themselves off, and one active account of the two kinds always remains.
"""

from __future__ import annotations

from sqlalchemy import select

from zhangshu_desk.accounts import passwords, rules
from zhangshu_desk.accounts.actions.login import look_up, prove, welcome
from zhangshu_desk.accounts.inputs import NewUser, UserChange
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.errors import DeskError, sentence
from zhangshu_desk.db.site import stations
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.accounts import Counter, Credential, User

_HEADS = (Role.SUPERVISOR.value, Role.ADMINISTRATOR.value)


def add_user(store: Store, actor: Actor, new: NewUser, now: int) -> str:
    """Make an account; its owner must change the password at the first log-in. Returns its id.

    Raises:
        DeskError: `account.login_spelling`, `account.login_taken`, `account.name_missing`, `account.name_long`,
            `account.password_weak`.
    """
    login, name = rules.check_login(new.login), rules.check_name(new.name, "姓名", longest=30)
    check_password(new.password, login, name, station_name(store))
    verifier = passwords.hashed(new.password)
    with store.write(actor, "user.add", now) as session:
        if session.scalar(select(User.id).where(User.login == login).limit(1)) is not None:
            raise DeskError("account.login_taken", login=login)
        user = User(id=session.new_id(), login=login, name=name, role=new.role.value, created_at=now)
        session.add(user)
        session.flush()
        session.add(Credential(user_id=user.id, password_hash=verifier, changed_at=now, must_change=True))
        session.about("users", user.id)
        return user.id


def change_user(store: Store, actor: Actor, user_id: str, change: UserChange, now: int) -> None:
    """Correct a name, give another role, switch an account off or on again (never deleted).

    Raises:
        DeskError: `account.name_missing`, `account.name_long`, `account.yourself`, `account.last_head`: nobody could
            log in here any more who manages the station.
    """
    with store.write(actor, "user.change", now) as session:
        user = session.get_one(User, user_id)
        if change.name is not None:
            user.name = rules.check_name(change.name, "姓名", longest=30)
        loses = user.active and user.role in _HEADS
        if change.role is not None and change.role.value != user.role:
            _check_other(actor, user_id)
            user.role = change.role.value
        if change.active is not None and change.active != user.active:
            _check_other(actor, user_id)
            user.active = change.active
            if not change.active:
                _leave_counters(session, user_id)
        session.flush()
        if loses and not (user.active and user.role in _HEADS):
            _check_head_left(session)
        session.about("users", user_id)


def reset_password(store: Store, actor: Actor, user_id: str, new_password: str, now: int) -> None:
    """Give a person a new password, to be changed at the next log-in; ends a lock as well.

    It is the first one for somebody whose account came from elsewhere.

    Raises:
        DeskError: `account.password_weak`, `account.own_reset` (one's own is changed by knowing the old one).
    """
    if user_id == actor.user_id:
        raise DeskError("account.own_reset")
    with store.read() as session:
        user = session.get_one(User, user_id)
        login, name = user.login, user.name
    check_password(new_password, login, name, station_name(store))
    verifier = passwords.hashed(new_password)
    with store.write(actor, "user.reset_password", now) as session:
        credential = session.merge(Credential(user_id=user_id, password_hash=verifier, changed_at=now))
        credential.must_change, credential.failures, credential.locked_until = True, 0, None
        session.about("users", user_id)


def change_password(store: Store, actor: Actor, old: str, new: str, now: int) -> None:
    """Change one's own password.

    Raises:
        DeskError: `account.wrong_password` (counted as a failed log-in), `account.locked`, `account.password_same`,
            `account.password_weak`.
    """
    with store.read() as session:
        user = session.get_one(User, actor.user_id)
        login, name = user.login, user.name
        known = look_up(session, actor.user_id, now)
    if old == new:
        raise DeskError("account.password_same")
    check_password(new, login, name, station_name(store))
    prove(store, known, old, now, "account.wrong_password")
    verifier = passwords.hashed(new)
    with store.write(actor, "user.change_password", now) as session:
        credential = welcome(session, actor.user_id, verifier)
        credential.changed_at, credential.must_change = now, False
        session.about("users", actor.user_id)


def check_password(password: str, login: str, name: str, station: str) -> None:
    """Raises `DeskError("account.password_weak")` with all that is wrong in `problems`."""
    problems = rules.password_problems(password, login, name, station)
    if problems:
        facts: dict[str, object] = {
            "shortest": rules.MIN_LENGTH,
            "longest": rules.MAX_LENGTH,
            "long": rules.LONG_ENOUGH,
        }
        said = "；".join(sentence(code, facts) for code in problems)
        raise DeskError("account.password_weak", problems=said)


def station_name(store: Store) -> str:
    """The name of this station, empty before it was set up."""
    with store.read() as session:
        return next((one.name for one in stations(session)), "")


def _check_other(actor: Actor, user_id: str) -> None:
    if actor.user_id == user_id:
        raise DeskError("account.yourself")


def _check_head_left(session: WriteSession) -> None:
    """Heads of other stations do not count as long as they cannot log in here."""
    heads = select(User.id).join(Credential, Credential.user_id == User.id)
    if session.scalar(heads.where(User.active, User.role.in_(_HEADS)).limit(1)) is None:
        raise DeskError("account.last_head")


def _leave_counters(session: WriteSession, user_id: str) -> None:
    for row in session.scalars(select(Counter).where(Counter.clerk_id == user_id)):
        row.clerk_id = row.opened_at = None

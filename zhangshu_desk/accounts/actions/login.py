"""Logging in and out, locking and unlocking the desk; wrong passwords are counted and kept over restarts."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import select

from zhangshu_desk.accounts import passwords, rules
from zhangshu_desk.accounts.actions.counters import release_idle
from zhangshu_desk.accounts.inputs import LoggedIn
from zhangshu_desk.core.actors import SYSTEM, Actor, Role
from zhangshu_desk.core.clock import MINUTE, hm
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.capture import DeskSession
from zhangshu_desk.db.site import station_id
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.accounts import Counter, Credential, User
from zhangshu_desk.db.tables.ledger import Audit

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Known:
    """What was on file about one person when a password was typed."""

    user_id: str
    name: str
    role: Role
    active: bool
    verifier: str
    left: int


def log_in(store: Store, login: str, password: str, now: int) -> LoggedIn:
    """Who the person is, if the password is right; every attempt is an audit entry.

    Stations that never met may have given the same login to several people: then it is the one whose password it is.

    Raises:
        DeskError: `account.wrong` (the same, and as slowly, for an unknown login), `account.locked` with `until` and
            `minutes`, `account.inactive` (only told to who knows the password).
    """
    with store.read() as session:
        found = [look_up(session, user_id, now) for user_id in _namesakes(session, login)]
    if not found:
        passwords.pretend(password)
        with store.write(SYSTEM, "user.log_in_failed", now) as session:
            session.about("users", "", f"未知账户 {_masked_login(login)}")
        raise DeskError("account.wrong")
    known, verifier = _whose(store, found, password, now)
    actor = Actor(known.user_id, known.name, known.role)
    if not known.active:
        with store.write(SYSTEM, "user.log_in_failed", now) as session:
            session.about("users", known.user_id, "账户已停用")
        raise DeskError("account.inactive")
    with _even_on_a_full_disk(), store.write(actor, "user.log_in", now) as session:
        welcome(session, known.user_id, verifier).last_login_at = now
        session.about("users", known.user_id)
    with store.read() as session:
        held = select(Counter.id).where(Counter.clerk_id == known.user_id)
        counter = session.scalar(held.where(Counter.station_id == station_id(session)).limit(1))
        must_change = session.get_one(Credential, known.user_id).must_change
    return LoggedIn(Actor(known.user_id, known.name, known.role, counter), must_change)


def log_out(store: Store, actor: Actor, now: int) -> None:
    """The person leaves; windows they hold are closed unless somebody is being called or served there."""
    with store.write(actor, "user.log_out", now) as session:
        release_idle(session, actor.user_id)
        session.about("users", actor.user_id)


def lock(store: Store, actor: Actor, now: int, idle: bool = False) -> None:
    """The desk was locked, by key or (`idle`) because nobody touched it."""
    with store.write(actor, "user.lock", now) as session:
        session.about("users", actor.user_id, "无操作自动锁定" if idle else "")


def unlock(store: Store, actor: Actor, password: str, now: int) -> None:
    """The same person is back.

    Raises:
        DeskError: `account.wrong_password`, `account.locked`, `account.inactive` (switched off meanwhile).
    """
    with store.read() as session:
        known = look_up(session, actor.user_id, now)
    verifier = prove(store, known, password, now, "account.wrong_password")
    if not known.active:
        raise DeskError("account.inactive")
    with _even_on_a_full_disk(), store.write(actor, "user.unlock", now) as session:
        welcome(session, actor.user_id, verifier)
        session.about("users", actor.user_id)


def _namesakes(session: DeskSession, login: str) -> list[str]:
    """Who has this login and a password here, active ones first; the others cannot log in here."""
    query = select(User.id).join(Credential, Credential.user_id == User.id)
    chosen = query.where(User.login == rules.clean_login(login))
    return list(session.scalars(chosen.order_by(User.active.desc(), User.created_at, User.id)))


def _whose(store: Store, namesakes: list[Known], password: str, now: int) -> tuple[Known, str]:
    """Whose password it is, with the verifier to keep. Raises as `prove`, after it was counted against all of them."""
    for known in namesakes:
        if verifier := _fitting(known, password):
            return known, verifier
    refused = [_refuse(store, known, now, "account.wrong") for known in namesakes]
    # As long as one of them is not locked, nothing is told of the others.
    raise next((one for one in refused if one.code == "account.wrong"), refused[0])


@contextmanager
def _even_on_a_full_disk() -> Iterator[None]:
    """Let a person whose password is right in although that cannot be written: they may look things up.

    Nothing else can be written then either, so no act is missing from the audit log.
    """
    try:
        yield
    except DeskError as error:
        if error.code not in ("store.disk_full", "store.disk_failed", "store.read_only"):
            raise
        _log.warning("a log-in could not be written: %s", error.code)


def look_up(session: DeskSession, user_id: str, now: int) -> Known:
    """What is on file about a person who has an account."""
    user, credential = session.get_one(User, user_id), session.get(Credential, user_id)
    verifier = credential.password_hash if credential else ""
    left = rules.lock_left(credential.locked_until if credential else None, now, last_seen(session))
    return Known(user.id, user.name, Role(user.role), user.active, verifier, left)


def prove(store: Store, known: Known, password: str, now: int, wrong: str) -> str:
    """The verifier to keep if the password is right (a new one when the parameters have risen).

    Raises:
        DeskError: `wrong`, after the failure was counted and audited; `account.locked`.
    """
    if verifier := _fitting(known, password):
        return verifier
    raise _refuse(store, known, now, wrong)


def _fitting(known: Known, password: str) -> str:
    """The verifier to keep if the password is right and the account not locked, else empty."""
    if known.left or not passwords.matches(known.verifier, password):
        return ""
    return passwords.hashed(password) if passwords.is_outdated(known.verifier) else known.verifier


def _refuse(store: Store, known: Known, now: int, wrong: str) -> DeskError:
    """Count a wrong password, or an attempt while locked; what the person is told."""
    if known.left:
        with store.write(SYSTEM, "user.log_in_failed", now) as session:
            _rebase(session, known, now)
            session.about("users", known.user_id, "账户锁定中")
        return _locked(now, known.left)
    if left := _count_failure(store, known, now):
        return _locked(now, left)
    return DeskError(wrong)


def welcome(session: WriteSession, user_id: str, verifier: str) -> Credential:
    """Forget the failures of a person who has proved to be one.

    Raises:
        DeskError: `account.locked`: meanwhile another program counted the last failure.
    """
    credential = session.get_one(Credential, user_id)
    if left := rules.lock_left(credential.locked_until, session.now, last_seen(session)):
        raise _locked(session.now, left)
    credential.failures, credential.locked_until, credential.password_hash = 0, None, verifier
    return credential


def last_seen(session: DeskSession) -> int:
    """The moment of the newest audit entry, 0 before the first."""
    return session.scalar(select(Audit.at).order_by(Audit.seq.desc()).limit(1)) or 0


def _count_failure(store: Store, known: Known, now: int) -> int:
    """Count one wrong password; how long the account is locked by it, ms, or 0."""
    with store.write(SYSTEM, "user.log_in_failed", now) as session:
        moment = max(now, last_seen(session))
        credential = session.get_one(Credential, known.user_id)
        credential.failures += 1
        note = f"密码错误，连续第 {credential.failures} 次"
        locked = credential.failures >= rules.LOCK_AFTER
        if locked:
            credential.failures, credential.locked_until = 0, moment + rules.LOCK_MINUTES * MINUTE
            note += f"，锁定 {rules.LOCK_MINUTES} 分钟"
        session.about("users", known.user_id, note)
    return rules.LOCK_MINUTES * MINUTE if locked else 0


def _rebase(session: WriteSession, known: Known, now: int) -> None:
    """After the clock was set back the lock ends when its own length has passed, not a day later."""
    credential = session.get_one(Credential, known.user_id)
    credential.locked_until = max(now, last_seen(session)) + known.left


def _locked(now: int, left: int) -> DeskError:
    return DeskError("account.locked", until=hm(now + left), minutes=-(-left // MINUTE))


def _masked_login(login: str) -> str:
    """Its first character only: what stands there may be a password typed into the wrong field."""
    clean = rules.clean_login(login)
    return f"{clean[:1]}***"

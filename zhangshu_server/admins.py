"""The people of the centre: accounts, log-in with lock-out, and the sessions of the supervision page.

There is no account until somebody makes one with `zhangshu-server admin add`.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, delete, func, select, update

from zhangshu_desk.core.clock import HOUR, MINUTE, hm
from zhangshu_desk.core.errors import DeskError
from zhangshu_server import acts
from zhangshu_server.tables import admins, sessions

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MOST_FAILURES = 5
LOCKED_MS = 15 * MINUTE
IDLE_MS = 30 * MINUTE
"""A session that was not used for so long is over."""
LONGEST_MS = 12 * HOUR
"""A session ends after so long in any case."""
_SHORTEST = 12
_LONGEST = 200
_TOUCH_MS = MINUTE  # `used_at` is written no oftener than this
_at_once = threading.Semaphore(2)  # a check takes 64 MiB: strangers must not fill the memory


@dataclass(frozen=True)
class Session:
    """Who is logged in; `csrf` must come back with every form."""

    login: str
    csrf: str


# -- accounts ---------------------------------------------------------------------------------------------------------


def random_password() -> str:
    """A password nobody would think of, in five groups one can copy from paper."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"  # without l, o, 0, 1
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5))


def add(engine: Engine, login: str, password: str, now: int) -> bool:
    """Make an account, or give an existing one a new password; ends its sessions. True when it is new.

    Raises:
        DeskError: `centre.login_spelling`, `centre.password_short`.
    """
    login = _spelled(login)
    if not 2 <= len(login) <= 32 or not all(letter.isalnum() or letter in "._-" for letter in login):
        raise DeskError("centre.login_spelling")
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise DeskError("centre.password_short", shortest=_SHORTEST, longest=_LONGEST)
    verifier = _hasher().hash(_plain(password))
    with engine.begin() as connection:
        known = connection.execute(select(admins.c.login).where(admins.c.login == login)).first() is not None
        if known:
            values = {"password_hash": verifier, "failures": 0, "locked_until": None}
            connection.execute(update(admins).where(admins.c.login == login).values(**values))
            connection.execute(delete(sessions).where(sessions.c.login == login))
        else:
            connection.execute(admins.insert().values(login=login, password_hash=verifier, created_at=now))
        acts.record(connection, acts.COMMAND_LINE, "admin.password" if known else "admin.add", {"login": login}, now)
    return not known


def exist(connection: Connection) -> bool:
    """Whether there is any account."""
    return connection.execute(select(func.count()).select_from(admins)).scalar_one() > 0


# -- log-in -----------------------------------------------------------------------------------------------------------


def log_in(engine: Engine, login: str, password: str, now: int) -> str:
    """Check a password and return the token of a new session, to be kept by the browser only.

    Raises:
        DeskError: `centre.wrong_login`; `centre.locked` after too many failures.
    """
    login = _spelled(login)[:64]
    with engine.connect() as connection:
        row = connection.execute(select(admins).where(admins.c.login == login)).first()
    if row is not None and row.locked_until is not None and row.locked_until > now:
        raise DeskError("centre.locked", until=hm(row.locked_until))
    fits = _matches(row.password_hash if row else _nobody(), password[: _LONGEST + 1])
    if row is None or not fits:
        if row is not None:
            _count_failure(engine, login, now)
        raise DeskError("centre.wrong_login")
    return _open_session(engine, login, row.password_hash, password, now)


def _count_failure(engine: Engine, login: str, now: int) -> None:
    with engine.begin() as connection:
        failures = connection.execute(
            update(admins)
            .where(admins.c.login == login)
            .values(failures=admins.c.failures + 1)
            .returning(admins.c.failures)
        ).scalar_one()
        if failures < MOST_FAILURES:
            acts.record(connection, login, "admin.log_in_failed", {"failures": failures}, now)
            return
        values = {"failures": 0, "locked_until": now + LOCKED_MS}
        connection.execute(update(admins).where(admins.c.login == login).values(**values))
        acts.record(connection, login, "admin.locked", {"minutes": LOCKED_MS // MINUTE}, now)


def _open_session(engine: Engine, login: str, verifier: str, password: str, now: int) -> str:
    token = secrets.token_urlsafe(32)
    values: dict[str, object] = {"failures": 0, "locked_until": None}
    if _hasher().check_needs_rehash(verifier):
        values["password_hash"] = _hasher().hash(_plain(password))
    with engine.begin() as connection:
        # Only while the password is still the one that was checked, and nobody locked the account meanwhile.
        allowed = connection.execute(
            update(admins)
            .where(
                admins.c.login == login,
                admins.c.password_hash == verifier,
                func.coalesce(admins.c.locked_until, 0) <= now,
            )
            .values(**values)
            .returning(admins.c.login)
        ).first()
        if allowed is None:
            raise DeskError("centre.wrong_login")
        connection.execute(delete(sessions).where(_ended(now)))
        connection.execute(
            sessions.insert().values(
                token_hash=_hash(token), login=login, csrf=secrets.token_urlsafe(24), made_at=now, used_at=now
            )
        )
        acts.record(connection, login, "admin.log_in", {}, now)
    return token


# -- sessions ---------------------------------------------------------------------------------------------------------


def session(engine: Engine, token: str, now: int) -> Session | None:
    """The session of a token, unless it is over; using it keeps it alive."""
    with engine.begin() as connection:
        row = connection.execute(select(sessions).where(sessions.c.token_hash == _hash(token), ~_ended(now))).first()
        if row is None:
            return None
        if now - row.used_at >= _TOUCH_MS:
            connection.execute(update(sessions).where(sessions.c.token_hash == row.token_hash).values(used_at=now))
    return Session(row.login, row.csrf)


def log_out(engine: Engine, token: str, now: int) -> None:
    """End the session of a token."""
    with engine.begin() as connection:
        login = connection.execute(
            delete(sessions).where(sessions.c.token_hash == _hash(token)).returning(sessions.c.login)
        ).scalar()
        if login is not None:
            acts.record(connection, login, "admin.log_out", {}, now)


def _ended(now: int):  # type: ignore[no-untyped-def]  # a condition of SQLAlchemy
    return (sessions.c.used_at <= now - IDLE_MS) | (sessions.c.made_at <= now - LONGEST_MS)


# -- passwords --------------------------------------------------------------------------------------------------------


@cache
def _hasher() -> PasswordHasher:
    import argon2

    return argon2.PasswordHasher()


@cache
def _nobody() -> str:
    """The verifier of a password nobody knows: an unknown login takes as long as a known one."""
    return _hasher().hash(secrets.token_urlsafe(32))


def _spelled(login: str) -> str:
    return unicodedata.normalize("NFKC", login).strip().lower()


def _plain(password: str) -> str:
    """One spelling of what was typed: an input method in full-width mode must not lock anybody out."""
    return unicodedata.normalize("NFKC", password)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _matches(verifier: str, password: str) -> bool:
    from argon2.exceptions import InvalidHashError, VerificationError

    with _at_once:
        try:
            return _hasher().verify(verifier, _plain(password))
        except (VerificationError, InvalidHashError):
            return False

"""People with passwords for tests of log-in, lock and administration; the hash is made once per run."""

from __future__ import annotations

from functools import cache

from tests import make
from zhangshu_desk.accounts import passwords
from zhangshu_desk.core.actors import SYSTEM
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import Credential

PASSWORD = "Guan8-tiexiang"
OTHER_PASSWORD = "Huan9-damen!"
CLERK_LOGIN, HEAD_LOGIN = "clerk", "head"


@cache
def verifier() -> str:
    """What is kept of `PASSWORD`."""
    return passwords.hashed(PASSWORD)


def give_passwords(store: Store, now: int, *, must_change: bool = False) -> None:
    """Let the clerk and the supervisor of the test station log in with `PASSWORD`."""
    with store.write(SYSTEM, "user.reset_password", now) as session:
        for actor in (make.CLERK, make.SUPERVISOR):
            session.add(
                Credential(user_id=actor.user_id, password_hash=verifier(), changed_at=now, must_change=must_change)
            )
        session.about("users", make.CLERK.user_id)

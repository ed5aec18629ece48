"""A made-up station to try the program on: a park, its past week, and a queue of today.

Everything is done by the same actions a clerk uses, at the moments they would have done it, so that every screen, the
audit log and `verify` have something true to show. Firms and people are invented; the same seed invents the same ones.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.demo.station import move_in, password
from zhangshu_desk.demo.story import DEFAULT, Size, first_moment, tell

__all__ = ["DEFAULT", "Size", "fill", "fill_open_store"]

Progress = Callable[[int, int], None]


def fill(
    where: Paths, now: int, secret: str = "", size: Size = DEFAULT, progress: Progress | None = None
) -> tuple[str, str]:
    """Fill an empty data directory.

    Args:
        now: ms UTC; its day is today of the demo.
        secret: password of every account; empty = a random one.

    Returns:
        Login and password of the supervisor.

    Raises:
        DeskError: `demo.not_empty`; `account.password_weak`; `store.*`.
    """
    if where.database.exists():
        raise DeskError("demo.not_empty", path=where.data)
    with closing(open_store(where, now)) as store:
        return fill_open_store(store, now, progress or (lambda done, total: None), secret, size)


def fill_open_store(
    store: Store, now: int, progress: Progress, secret: str = "", size: Size = DEFAULT
) -> tuple[str, str]:
    """The same for a store that is open and was never set up. What `progress` raises ends it half-filled."""
    people = move_in(store, secret or password(), first_moment(now, size))
    tell(store, people, now, size, progress)
    return people.login, people.password

"""What the gate asks of the store, run on the database thread; that is where the store's slow imports happen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import hm, stamp
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.ui.session.login import Attempt, CounterChoice

if TYPE_CHECKING:
    from zhangshu_desk.accounts.inputs import LoggedIn, SetUp
    from zhangshu_desk.db.store import Store
    from zhangshu_desk.ui.session.recovery import BackupChoice


@dataclass(frozen=True)
class Around:
    """What the log-in page shows: the station's name (empty = not set up) and its windows in use."""

    station: str
    counters: tuple[CounterChoice, ...]


def look_around(store: Store) -> Around:
    """The station and who is at which window."""
    from zhangshu_desk.accounts import queries

    if not queries.is_set_up(store):
        return Around("", ())
    active = [row for row in queries.counters(store) if row.active]
    choices = [CounterChoice(row.id, f"{row.name} · {_who(row.clerk_name, row.opened_at)}") for row in active]
    return Around(queries.station(store).name, tuple(choices))


def log_in(store: Store, attempt: Attempt, now: int) -> LoggedIn:
    """Prove who somebody is; refusals as `accounts.actions.log_in`."""
    from zhangshu_desk.accounts import actions

    return actions.log_in(store, attempt.login, attempt.password, now)


def change_password(store: Store, actor: Actor, old: str, new: str, now: int) -> None:
    """Set one's own password; refusals as `accounts.actions.change_password`."""
    from zhangshu_desk.accounts import actions

    actions.change_password(store, actor, old, new, now)


def sit_down(store: Store, actor: Actor, counter_id: str, take_over: bool, now: int) -> Actor:
    """Open a window; refusals as `accounts.actions.open_counter`."""
    from zhangshu_desk.accounts import actions

    return actions.open_counter(store, actor, counter_id, now, take_over=take_over)


def lock(store: Store, actor: Actor, idle: bool, now: int) -> None:
    """Note that the desk was locked."""
    from zhangshu_desk.accounts import actions

    actions.lock(store, actor, now, idle)


def unlock(store: Store, actor: Actor, password: str, now: int) -> Actor:
    """Let somebody back, as things are now: name or role may have been changed, the window taken over meanwhile."""
    from zhangshu_desk.accounts import actions, queries

    actions.unlock(store, actor, password, now)
    held = [row.id for row in queries.counters(store) if row.clerk_id == actor.user_id]
    counter = actor.counter_id if actor.counter_id in held else next(iter(held), None)
    me = next(row for row in queries.users(store, now) if row.id == actor.user_id)
    return Actor(me.id, me.name, me.role, counter)


def log_out(store: Store, actor: Actor, now: int) -> None:
    """Note that somebody left; their idle window is closed."""
    from zhangshu_desk.accounts import actions

    actions.log_out(store, actor, now)


def set_up(store: Store, wishes: SetUp, now: int) -> Actor:
    """Make the station; refusals as `accounts.actions.set_up`."""
    from zhangshu_desk.accounts import actions

    return actions.set_up(store, wishes, now)


def backup_choices(paths: Paths) -> tuple[BackupChoice, ...]:
    """The backups of a desk, newest first, in words."""
    from zhangshu_desk.accounts import housekeeping
    from zhangshu_desk.ui.session.recovery import BackupChoice

    found = housekeeping.backups(paths)
    return tuple(BackupChoice(one.path, stamp(one.at), size_words(one.size), one.path.name) for one in found)


def restore(paths: Paths, file: Path, now: int) -> None:
    """Put a backup in the place of the database, which is kept."""
    from zhangshu_desk.accounts import housekeeping

    housekeeping.restore(paths, file, now)


def set_aside(paths: Paths, now: int) -> None:
    """Move an unreadable database out of the way; it is kept."""
    from zhangshu_desk.accounts import housekeeping

    housekeeping.set_aside(paths, now)


def size_words(size: int) -> str:
    """Bytes in words: `512 KB`, `12.4 MB`."""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(size // 1024, 1)} KB"


def _who(clerk: str, since: int | None) -> str:
    return f"{clerk} {hm(since)} 起" if clerk and since else clerk or "空闲"

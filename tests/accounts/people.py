"""A station with people who can really log in."""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.accounts import actions
from zhangshu_desk.accounts.inputs import NewUser, SetUp
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.ledger import Audit

HEAD_PASSWORD = "Maple7-river"
CLERK_PASSWORD = "Bridge4-cloud"
WISHES = SetUp("樟树金属家具产业园工作站", "zs", ("1号窗口", "2号窗口"), "Head", "李站长", HEAD_PASSWORD)


@dataclass(frozen=True)
class People:
    """The first supervisor, logged in, and the id of a clerk who has not been yet."""

    head: Actor
    clerk_id: str


def move_in(store: Store, now: int) -> People:
    """Set a bare store up and add a clerk."""
    head = actions.set_up(store, WISHES, now)
    clerk_id = actions.add_user(store, head, NewUser("clerk", "王芳", Role.CLERK, CLERK_PASSWORD), now)
    return People(head, clerk_id)


def log(store: Store) -> list[tuple[str, str, str]]:
    """(act, actor's name, note) of every audit entry, oldest first."""
    with store.read() as session:
        entries = session.query(Audit).order_by(Audit.seq).all()
        return [(entry.act, entry.actor_name, entry.note) for entry in entries]

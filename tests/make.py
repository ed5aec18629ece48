"""Factories with defaults, so that a new column does not edit every test."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.newcomer import move_in
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Enterprise, EnterpriseName
from zhangshu_desk.enterprises.rules import order_key

STATION = "01930000-0000-7000-8000-000000000001"


def set_up(store: Store, now: int, counters: int = 3) -> None:
    """A station with its counters and two people, without the cost of a password."""
    names = {counter_id(position): f"{position}号窗口" for position in range(1, counters + 1)}
    move_in(store, now, STATION, "樟树金属家具产业园工作站", names, {"clerk": CLERK, "head": SUPERVISOR})


def counter_id(position: int) -> str:
    """Id of the counter at `position` (1, 2, 3 …) of the test station."""
    return f"01930000-0000-7000-8000-0000000001{position:02d}"


CLERK = Actor("01930000-0000-7000-8000-000000000201", "操作员01", Role.CLERK, counter_id(1))
SUPERVISOR = Actor("01930000-0000-7000-8000-000000000202", "站长01", Role.SUPERVISOR, counter_id(1))
LABEL_CLERK = Actor("01930000-0000-7000-8000-000000000203", "贴标01", Role.LABEL)
"""Not among the accounts of `set_up`; whoever needs a row of it adds one."""


def at(actor: Actor, position: int) -> Actor:
    """The same person at another counter."""
    return replace(actor, counter_id=counter_id(position))


def enterprise(store: Store, now: int, name: str = "江西锦湖保险设备集团有限公司", **columns: Any) -> str:
    """One enterprise, straight into its table; returns its id."""
    with store.write(SUPERVISOR, "enterprise.add", now) as session:
        key = same_name_key(name)
        row = Enterprise(id=new_id(now), name=name, name_key=key, order_key=order_key(name), created_at=now, **columns)
        session.add(row)
        session.flush()
        session.add(EnterpriseName(id=new_id(now), enterprise_id=row.id, name=name, name_key=key))
        session.about("enterprises", row.id)
        return row.id

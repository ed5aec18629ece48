"""A desk in a process of its own: registers and calls on a data directory, and tells what it has shown to a visitor."""

from __future__ import annotations

from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.reception import actions, queries
from zhangshu_desk.reception.rules import State, WalkIn

FORM = WalkIn(("NB",), enterprise_name="江西锦湖保险设备集团有限公司", visitor="张三", phone="13812345678")


def register_many(folder: str, position: int, how_many: int, tell: Connection) -> None:
    """Register `how_many` walk-ins at a counter, as fast as it goes; tell each number."""
    store = open_store(paths.of(Path(folder)), NINE)
    for number in range(how_many):
        ticket = actions.register(store, make.at(make.CLERK, position), FORM, NINE + number)
        tell.send_bytes(ticket.label.encode())
    store.close()
    tell.close()


def work_until_killed(folder: str, position: int, tell: Connection) -> None:
    """Register, call, serve and finish without end; tell every number and call as soon as it was committed."""
    store = open_store(paths.of(Path(folder)), NINE)
    actor = make.at(make.CLERK, position)
    for moment in count(NINE, 7):
        ticket = actions.register(store, actor, FORM, moment)
        tell.send_bytes(f"{ticket.visit_id} register".encode())
        _serve(store, actor, moment + 1, tell)


def _serve(store: Store, actor: Actor, now: int, tell: Connection) -> None:
    """One step for the person at the counter; calls the next one when nobody is there."""
    current = queries.current(store, actor.counter_id, now)
    if current is None:
        called = actions.call_next(store, actor, now)
        if called is not None:
            tell.send_bytes(f"{called.visit_id} call".encode())
    elif current.state is State.CALLED:
        actions.arrive(store, actor, current.id, now)
        tell.send_bytes(f"{current.id} arrive".encode())
    else:
        actions.finish(store, actor, current.id, now, {"NB": 1})
        tell.send_bytes(f"{current.id} finish".encode())

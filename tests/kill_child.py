"""Kills a desk at work again and again, at random moments, and looks each time at what is left; run by test_kills.py.

`python -m tests.kill_child DIR ROUNDS SEED` prints one JSON object. The worker is forked from here, so that no time
goes into imports and the kill falls into the work itself.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import SECOND
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import open_store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import WalkIn

LONGEST_S = 0.12
AT_WORK = 0.8
"""So many kills come after the first ticket; the others may come while the desk is being opened."""


def work(where: Paths, now: int, shown: int) -> None:
    """Register and call for ever; a ticket's id and label go to the pipe `shown` as soon as its number is known."""
    store = open_store(where, now)
    while True:
        ticket = actions.register(store, make.CLERK, WalkIn(("NB",), visitor="张三"), now)
        os.write(shown, f"{ticket.visit_id} {ticket.label}\n".encode())
        current = actions.call_next(store, make.CLERK, now + SECOND)
        if current is not None:
            actions.arrive(store, make.CLERK, current.visit_id, now + 2 * SECOND)
            actions.finish(store, make.CLERK, current.visit_id, now + 3 * SECOND, {"NB": 1})
        now += 4 * SECOND


def free_counter(where: Paths, now: int) -> None:
    """Let go whom a killed desk held at its window, as the next clerk would."""
    with closing(open_store(where, now)) as store, store.read() as session:
        held = (
            session.connection()
            .exec_driver_sql("SELECT id, state FROM visits WHERE state IN ('叫号中', '办理中')")
            .all()
        )
    with closing(open_store(where, now)) as store:
        for visit_id, state in held:
            if state == "叫号中":
                actions.arrive(store, make.CLERK, visit_id, now)
            actions.finish(store, make.CLERK, visit_id, now, {"NB": 1})


def killed_once(where: Paths, now: int, dice: random.Random) -> list[str]:
    """What one worker had shown when it was killed."""
    reading, writing = os.pipe()
    worker = os.fork()
    if worker == 0:
        os.close(reading)
        work(where, now, writing)
    os.close(writing)
    if dice.random() < AT_WORK:
        select.select([reading], [], [], 60)
    time.sleep(dice.uniform(0.0, LONGEST_S))
    os.kill(worker, signal.SIGKILL)
    _, status = os.waitpid(worker, 0)
    with os.fdopen(reading) as pipe:
        shown = [line for line in pipe.read().split("\n") if line]
    assert os.WIFSIGNALED(status), "the worker must not end by itself"
    return shown


def look(where: Paths, now: int, shown: list[str]) -> list[str]:
    """Everything that is wrong with what is left."""
    wrong = []
    with closing(open_store(where, now)) as store:
        wrong += [str(problem) for problem in verify(store).problems]
        wrong += [finding.code for finding in store.findings]
    with closing(sqlite3.connect(where.database)) as connection:
        there = connection.execute("SELECT id || ' ' || label FROM visits").fetchall()
        captured = {row[0] for row in connection.execute("SELECT row_id FROM outbox WHERE tbl = 'visits'")}
    tickets = [ticket for (ticket,) in there]
    labels = [ticket.split()[1] for ticket in tickets]
    wrong += [f"shown but not there: {ticket}" for ticket in set(shown) - set(tickets)]
    wrong += [f"not captured: {ticket}" for ticket in tickets if ticket.split()[0] not in captured]
    if len(set(labels)) != len(labels):
        wrong.append("a number was given twice")
    return wrong


def main(folder: Path, rounds: int, seed: int) -> dict[str, Any]:
    where, dice, now = paths.of(folder), random.Random(seed), NINE
    with closing(open_store(where, now)) as store:
        make.set_up(store, now - 1)
    shown: list[str] = []
    empty = 0
    for number in range(rounds):
        killed = killed_once(where, now, dice)
        empty += not killed
        shown += killed
        now += 600 * SECOND
        wrong = look(where, now, shown)
        if wrong:
            return {"round": number, "shown": len(shown), "wrong": wrong}
        free_counter(where, now)
    return {"rounds": rounds, "shown": len(shown), "empty": empty, "wrong": []}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])), ensure_ascii=False))

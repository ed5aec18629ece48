"""What a station sends: its pending transactions, whole, with the proof of what came before them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from zhangshu_desk.sync import books, wire
from zhangshu_desk.sync.books import Life

_CHUNK = wire.MAX_PUSH_OPS + 1
_BETWEEN = tuple(name for name in wire.OPERATION if name != "h")


@dataclass
class Budget:
    """What may still go into a push."""

    ops: int = wire.MAX_PUSH_OPS
    size: int = wire.MAX_PUSH_BYTES
    full: bool = False

    def take(self, ops: int, size: int, *, first: bool) -> bool:
        """Whether a transaction still goes in; one that is too large alone goes in when it is the first."""
        if self.full or ((ops > self.ops or size > self.size) and not first):
            self.full = True
            return False
        self.ops -= ops
        self.size -= size
        return True


@dataclass(frozen=True)
class Push:
    """The logs of one push, how many operations it carries, and whether more wait behind it."""

    logs: list[dict[str, Any]]
    count: int
    more: bool


def push(db: sqlite3.Connection, budget: Budget | None = None) -> Push:
    """What to send next; without a budget as much as one request carries."""
    budget, logs, count = budget or Budget(), [], 0
    everything = books.lives(db)
    for life in everything:
        ops = _pending(db, life, budget, first=count == 0)
        count += len(ops)
        logs.append(_log(db, life, ops, current=life is everything[-1]))
    return Push(logs, count, budget.full)


def _pending(db: sqlite3.Connection, life: Life, budget: Budget, *, first: bool) -> list[dict[str, Any]]:
    """Whole transactions of a life that the centre does not have, as many as go in."""
    taken: list[dict[str, Any]] = []
    after = life.acked
    while after < life.tip and not budget.full:
        for _, group in groupby(_whole(db, life, after), key=lambda op: op["tx"]):
            ops = list(group)
            size = sum(len(op["sets"]) + len(op["olds"]) + 300 for op in ops)
            if not budget.take(len(ops), size, first=first and not taken):
                break
            taken += ops
            after = ops[-1]["n"]
    return taken


def _whole(db: sqlite3.Connection, life: Life, after: int) -> list[dict[str, Any]]:
    """A chunk of operations that ends where a transaction ends."""
    size = _CHUNK
    while True:
        found = books.operations(db, life, after, size)
        if len(found) < size:
            return found
        last = found[-1]["tx"]
        if found[0]["tx"] != last:
            return [op for op in found if op["tx"] != last]
        size *= 4  # one transaction larger than the chunk


def _log(db: sqlite3.Connection, life: Life, ops: list[dict[str, Any]], *, current: bool) -> dict[str, Any]:
    return {
        "inc": life.inc,
        "first": life.acked + 1,
        "prev_h": books.hash_at(db, life, life.acked),
        "own": [[n, books.hash_at(db, life, n)] for n in _points(life.tip)],
        "cap": [life.cap_n, life.cap_base] if life.cap_n else None,
        "current": current,
        # the hash of the last one proves those before it; all of them would be a third of the message
        "ops": [{name: op[name] for name in _BETWEEN} for op in ops[:-1]]
        + [{name: op[name] for name in wire.OPERATION} for op in ops[-1:]],
    }


def _points(tip: int) -> list[int]:
    """The tip and places before it, each twice as far away as the last."""
    points, back = [], 0
    while tip - back > 0:
        points.append(tip - back)
        back = back * 2 or 1
    return points

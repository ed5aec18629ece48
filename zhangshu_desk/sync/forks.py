"""When the centre knows another history than ours: operations are sent again, or numbered anew in a new life."""

from __future__ import annotations

import sqlite3

from zhangshu_desk.core.operations import operation_hash
from zhangshu_desk.sync import books
from zhangshu_desk.sync.books import Life


def send_again(db: sqlite3.Connection, inc: str, last: int) -> None:
    """The centre has a life only up to `last`: what comes after is pending again.

    It was restored, or a message got lost. Refused operations are judged anew too.
    """
    for life in books.lives(db):
        if life.inc == inc and last < life.acked:
            books.mark(db, life, last, life.tip, acked=False)
            books.set_life(db, inc, acked=last)


def part(db: sqlite3.Connection, inc: str, common: int, new_inc: str) -> tuple[int, str]:
    """Our history and the centre's part after operation `common` of life `inc`: what follows begins a new life.

    Up to there the old life stays as it was and is kept, else a restored station followed by a restored centre would
    lose it (`sync.md` §2.7). The same operations under new numbers keep their ids, by which the centre knows them.

    Returns:
        Number and hash of the last re-keyed operation: where the new life goes on.
    """
    life = next(one for one in books.lives(db) if one.inc == inc)
    common = _end_of_transaction(db, life, common)
    n, h = 0, ""
    for op in books.operations(db, life, common, life.tip):
        n += 1
        prev_h, h = h, operation_hash({**op, "inc": new_inc, "n": n}, h)
        db.execute("INSERT INTO rekeyed VALUES (?, ?, ?, ?, ?)", (new_inc, n, op["seq"], prev_h, h))
        db.execute("UPDATE outbox SET state = 'pending' WHERE seq = ?", (op["seq"],))
    books.set_life(db, inc, cut=common, acked=min(life.acked, common))
    for other in books.lives(db):
        if other.cut is None:
            books.set_life(db, other.inc, cut=other.tip)
    books.add_life(db, new_inc, n, h)
    books.say(db, incarnation=new_inc, life_n=n, life_h=h)
    return n, h


def _end_of_transaction(db: sqlite3.Connection, life: Life, at: int) -> int:
    """The last operation not after `at` with which a transaction ends: none is ever sent in two parts."""
    while 0 < at < life.tip:
        here, after = books.operations(db, life, at - 1, 2)
        if here["tx"] != after["tx"]:
            break
        at -= 1
    return min(at, life.tip)

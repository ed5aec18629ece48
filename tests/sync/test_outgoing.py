"""What a station sends: whole transactions, oldest life first, each log proved by its hashes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.operations import operation_hash
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.sync import books, forks, outgoing
from zhangshu_desk.sync.outgoing import Budget


@pytest.fixture
def db(store: Store) -> Iterator[sqlite3.Connection]:
    """The database of a station with ten enterprises, inside one transaction."""
    for number in range(10):
        make.enterprise(store, NINE, f"企业{number}有限公司")
    with store.merge() as merge:
        books.ensure_lives(merge.db)
    with store.merge() as merge:
        yield merge.db


def chain(log: dict[str, Any], h: str) -> str:
    """Follow the hashes of a log as the centre does; its last hash."""
    for at, op in enumerate(log["ops"], log["first"]):
        assert op["n"] == at
        h = operation_hash({**op, "inc": log["inc"]}, h)
        assert h == op.get("h", h)
    assert not log["ops"] or h == log["ops"][-1]["h"], "the last one proves all"
    return h


def test_everything_waiting_goes_in_one_chain(db: sqlite3.Connection) -> None:
    push = outgoing.push(db)
    (log,) = push.logs
    assert (log["first"], log["prev_h"], log["current"], push.more) == (1, "", True, False)
    assert push.count == len(log["ops"]) == books.lives(db)[0].tip
    assert chain(log, "") == log["own"][0][1]


def test_the_own_points_reach_from_the_tip_back_to_the_beginning(db: sqlite3.Connection) -> None:
    (log,) = outgoing.push(db).logs
    tip = books.lives(db)[0].tip
    numbers = [n for n, _ in log["own"]]
    assert numbers[0] == tip
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] <= tip // 2 + 1
    assert len(numbers) <= 2 + tip.bit_length()


@pytest.mark.parametrize("ops", [1, 2, 3, 5, 8, 13])
def test_a_push_ends_where_a_transaction_ends(db: sqlite3.Connection, ops: int) -> None:
    sent, pushes = [], 0
    while True:
        push = outgoing.push(db, Budget(ops=ops))
        if not push.count:
            break
        taken = push.logs[0]["ops"]
        pushes += 1
        assert push.more == (taken[-1]["n"] < books.lives(db)[0].tip)
        following = db.execute("SELECT tx FROM outbox WHERE n = ?", (taken[-1]["n"] + 1,)).fetchone()
        assert following is None or following[0] != taken[-1]["tx"]
        sent += [op["n"] for op in taken]
        books.set_life(db, push.logs[0]["inc"], acked=taken[-1]["n"])
    assert sent == list(range(1, books.lives(db)[0].tip + 1))
    assert pushes > 1


def test_a_transaction_larger_than_a_push_goes_alone(store: Store) -> None:
    with store.merge() as merge:
        books.ensure_lives(merge.db)
    with store.read() as session:
        db = session.connection().connection.driver_connection
        assert isinstance(db, sqlite3.Connection)
        set_up = outgoing.push(db, Budget(ops=1))
    assert {op["tx"] for op in set_up.logs[0]["ops"]} == {set_up.logs[0]["ops"][0]["tx"]}
    assert set_up.count > 1


def test_parting_numbers_what_follows_anew_and_keeps_the_rest(db: sqlite3.Connection) -> None:
    before = {op["op_id"]: op for op in outgoing.push(db).logs[0]["ops"]}
    (life,) = books.lives(db)
    books.mark(db, life, 0, life.tip, acked=True)
    books.set_life(db, life.inc, acked=life.tip)
    new_inc = new_id(NINE)
    asked = life.tip - 4  # in the middle of a transaction of four operations
    n, h = forks.part(db, life.inc, asked, new_inc)
    old, new = books.lives(db)
    assert old.cut == old.tip == old.acked <= asked
    assert (
        db.execute("SELECT count(DISTINCT tx) FROM outbox WHERE n IN (?, ?)", (old.tip, old.tip + 1)).fetchone()[0] == 2
    )
    assert (new.inc, new.start_n, new.start_h, new.tip) == (new_inc, n, h, n)
    first, second = outgoing.push(db).logs
    assert first["ops"] == []
    assert chain(second, "") == h
    assert [op["op_id"] for op in second["ops"]] == list(before)[old.tip :]
    assert all(before[op["op_id"]]["sets"] == op["sets"] for op in second["ops"])
    states = dict(db.execute("SELECT state, count(*) FROM outbox GROUP BY state"))
    assert states == {"acked": old.tip, "pending": n}


def test_what_is_done_after_parting_goes_on_in_the_new_life_and_verifies(store: Store) -> None:
    make.enterprise(store, NINE)
    new_inc = new_id(NINE)
    with store.merge() as merge:
        books.ensure_lives(merge.db)
        (life,) = books.lives(merge.db)
        n, h = forks.part(merge.db, life.inc, 0, new_inc)
    store.begin_life(new_inc, n, h)
    make.enterprise(store, NINE, "第二家有限公司")
    with store.merge() as merge:
        push = outgoing.push(merge.db)
    assert chain(push.logs[1], "") == push.logs[1]["own"][0][1]
    assert push.count == push.logs[1]["own"][0][0] > n
    assert not verify(store).problems


def test_places_in_the_feed_thin_out_with_their_age(db: sqlite3.Connection) -> None:
    for seq in range(1, 2_000, 3):
        books.add_feed_point(db, seq, f"h{seq}")
    points = books.feed_points(db)
    assert points[0] == (1999, "h1999") or points[0][0] == max(range(1, 2_000, 3))
    assert points[-1][0] == 1
    assert len(points) < 40

"""Two hundred desks killed while they number and print: no number twice, none lost, every ledger even."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.labels import child
from tests.labels.shop import Shop, open_shop
from tests.nursery import nursery
from tests.store_fixtures import NINE
from zhangshu_desk.db import own_serials
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.ledger import balance
from zhangshu_desk.labels.rules.spans import Span

KILLS = 200
CHECKS = 10
LONGEST_LIFE_S = 0.12


@pytest.mark.slow
def test_two_hundred_kills_lose_no_number_and_give_none_twice(store: Store, tmp_path: Path) -> None:
    shop = open_shop(store, tmp_path)
    folder = store.paths.data
    store.close()
    dice = random.Random(20261126)
    told: list[str] = []
    for number in range(KILLS):
        told += _one_life(folder, shop, number, dice)
        if number % (KILLS // CHECKS) == 0:
            _check(store, told)
    _check(store, told)
    acts = Counter(one.split()[0] for one in told)
    assert acts["number"] >= KILLS
    assert min(acts[act] for act in ("begin", "reprint", "hand_out")) > KILLS // 4, acts


def _one_life(folder: Path, shop: Shop, seed: int, dice: random.Random) -> list[str]:
    """A desk at work, killed some moments after its first numbers; what it told."""
    context = nursery()
    listen, tell = context.Pipe(duplex=False)
    process = context.Process(target=child.work_until_killed, args=(str(folder), shop, seed, tell))
    process.start()
    tell.close()  # the end is heard when the child's copy goes
    told = [_heard(listen)]
    process.join(dice.uniform(0, LONGEST_LIFE_S))
    process.kill()
    try:
        while True:
            told.append(_heard(listen))
    except EOFError:
        listen.close()
    process.join()
    assert process.exitcode == -9, "it ended by itself"
    return told


def _heard(listen: Connection) -> str:
    return listen.recv_bytes().decode()


def _check(closed: Store, told: list[str]) -> None:
    store = open_store(closed.paths, NINE)
    try:
        assert store.findings == []
        assert verify(store).problems == ()
        with store.read() as session:
            kept = [(int(a), int(b)) for a, b in bare(session).execute("SELECT first, last FROM label_ranges")]
            batches = [str(one) for (one,) in bare(session).execute("SELECT id FROM label_batches")]
            histories = reading.histories(session, batches)
            left = own_serials.left(bare(session), "LABEL")
    finally:
        store.close()
    assert not [pair for pair in pairwise(sorted(kept)) if pair[1][0] <= pair[0][1]], "a number twice"
    assert spans.size(kept) == own_serials.SIZE - left, "a number lost"
    assert not spans.minus(_shown(told), kept), "told and lost"
    for history in histories.values():
        found = balance(history, date.min, date.max)
        assert found.is_even, found.said()


def _shown(told: list[str]) -> list[Span]:
    found: list[Span] = []
    for one in told:
        numbers = one.split()[2]
        if "-" in numbers and numbers != "-" and one.split()[0] in ("number", "reprint"):
            found += [(int(a), int(b)) for a, b in (span.split("-") for span in numbers.split(","))]
    return found

"""A desk in a process of its own that numbers, prints and hands out labels, and tells each act, until it is killed."""

from __future__ import annotations

import random
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from tests.labels.shop import CLERK, Shop
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.labels import actions, templates
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.jobs import JobState


def work_until_killed(folder: str, shop: Shop, seed: int, tell: Connection) -> None:
    """Batches without end, each through everything that uses numbers; tell every act as soon as it was committed."""
    dice = random.Random(seed)
    store = open_store(paths.of(Path(folder)), NINE)
    for moment in count(NINE, 13):
        form = shop.traced_form(quantity=dice.randrange(1, 400) * 1_000, batch_no=f"{seed}-{moment - NINE}")
        batch = actions.make_batch(store, CLERK, form, moment).id
        numbered = actions.number_batch(store, CLERK, batch, moment + 1)
        tell.send_bytes(f"number {batch} {spans_text(numbered.ranges)}".encode())
        _use(store, batch, dice, moment + 2, tell)


def _use(store: Store, batch: str, dice: random.Random, now: int, tell: Connection) -> None:
    with store.read() as session:
        known = reading.numbers(session, batch)
    template = templates.load(store.paths.labels, "traced-60x40")
    last = dice.randrange(known.count)
    job = actions.begin_job(store, CLERK, batch, template, 0, last, "打印机", now)
    tell.send_bytes(f"begin {batch} {job}".encode())
    actions.progress(store, CLERK, job, now + 1, state=JobState.DONE)
    old = known.at_places(0, dice.randrange(last + 1))
    found = actions.reprint(store, CLERK, batch, old, "卡纸", now + 2, destroyed=dice.random() < 0.5)
    fresh = spans.union([(one.new, one.new) for one in found])
    tell.send_bytes(f"reprint {batch} {spans_text(fresh)}".encode())
    try:
        actions.hand_out(store, CLERK, batch, "李四", now + 3)
    except DeskError:
        return  # everything that was printed was replaced
    tell.send_bytes(f"hand_out {batch} -".encode())
    actions.close_batch(store, CLERK, batch, now + 4)
    tell.send_bytes(f"close {batch} -".encode())


def spans_text(ranges: spans.Spans) -> str:
    """`1-5,9-9`."""
    return ",".join(f"{first}-{last}" for first, last in ranges)

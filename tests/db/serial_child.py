"""A desk in a process of its own that uses up ranges of serial numbers and tells them, until it is killed."""

from __future__ import annotations

import random
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db import serials
from zhangshu_desk.db.store import open_store
from zhangshu_desk.db.tables.labels import LabelRange

KIND = "LABEL"


def number_until_killed(folder: str, seed: int, tell: Connection) -> None:
    """Take ranges without end, each written down in its act as batches do; tell them once they were committed."""
    dice = random.Random(seed)
    store = open_store(paths.of(Path(folder)), NINE)
    for moment in count(NINE, 7):
        with store.write(make.SUPERVISOR, "label.number", moment) as session:
            taken = serials.take_range(session, KIND, dice.randrange(1, 2_000))
            for first, last in taken:
                session.insert(
                    LabelRange(
                        id=new_id(moment), batch_id=str(seed), kind=KIND, first=first, last=last, issued_at=moment
                    )
                )
        tell.send_bytes(" ".join(f"{first}-{last}" for first, last in taken).encode())

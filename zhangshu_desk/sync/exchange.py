"""A week without a line: what waits goes to the centre on a USB stick, and its answer comes back the same way.

The file holds the body of a push, sealed; the centre judges it as it would over the line and knows every operation by
its id, so a file that is handed in twice, or late, changes nothing.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import orjson

from zhangshu_desk.core import exchange
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.failpoints import reach
from zhangshu_desk.core.files import write_atomic
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.sync import incoming, labels, outgoing
from zhangshu_desk.sync.cycle import request
from zhangshu_desk.sync.outgoing import Budget

_EVERYTHING = 1 << 62


def write_outbox(store: Store, secret: str, target: Path, now: int) -> int:
    """Write everything that waits into a file; returns the number of operations.

    Raises:
        DeskError: `sync.nothing_waiting`. OSError: the stick is full or gone; the file is not there then.
    """
    with store.read() as session:
        db = bare(session)
        push = outgoing.push(db, Budget(_EVERYTHING, _EVERYTHING))
        if not push.count:
            raise DeskError("sync.nothing_waiting")
        body = request(db, push, now, since=None)
        body["label_key"] = labels.key_to_send(db, store.paths)
    sealed = exchange.seal(exchange.Kind.OUTBOX, body["station"], now, _material(secret), orjson.dumps(body))
    write_atomic(target, sealed, private=True)
    return push.count


def read_answer(store: Store, secret: str, source: Path, now: int) -> int:
    """Take in the centre's answer; returns how many operations wait less than before.

    Raises:
        DeskError: `sync.not_an_exchange`, `sync.exchange_broken`, `sync.not_an_answer`, `sync.other_station`. OSError.
    """
    data = source.read_bytes()
    head = exchange.header(data)
    with store.read() as session:
        station = session.connection().exec_driver_sql("SELECT value FROM meta WHERE key = 'station_id'").scalar()
    if head.kind is not exchange.Kind.ANSWER:
        raise DeskError("sync.not_an_answer")
    if head.station != station:
        raise DeskError("sync.other_station")
    answer = orjson.loads(exchange.open_(data, _material(secret)).payload)
    if "acked" not in answer:
        raise DeskError("sync.answer_refused", detail=str(answer.get("error", "")))
    with store.merge() as merge:
        pending = "SELECT count(*) FROM outbox WHERE state = 'pending'"
        before = merge.db.execute(pending).fetchone()[0]
        incoming.take_receipts(merge, answer, now, late=True)
        after = merge.db.execute(pending).fetchone()[0]
        reach("desk.exchange.before_commit")
    return int(before - after)


def _material(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()

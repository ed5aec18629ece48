"""Whether a log that a station sends goes on where the centre's copy of it ends (`sync.md` §2.4, step 2). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from zhangshu_desk.core.operations import operation_hash
from zhangshu_server.refusals import Refusal, bad_request
from zhangshu_server.shapes import Log

_CONTROL = re.compile(r"[\x00-\x1f]")  # canonical JSON has none of them


@dataclass(frozen=True)
class Life:
    """One incarnation of a station as the centre has it: number and hash of its last operation, what a backup holds,
    and how far its audit log was followed."""

    n: int = 0
    h: str = ""
    durable: int = 0
    audit_seq: int = 0
    audit_h: str = ""


class Fork(Refusal):
    """The log is not a continuation of ours. `common`: the last number both agree on; `restored`: it is behind."""

    def __init__(self, inc: str, common: int, last: int, *, restored: bool) -> None:
        super().__init__(409, "fork", inc=inc, common=common)
        self.inc, self.common, self.last, self.restored = inc, common, last, restored


class Gap(Refusal):
    """Operations between ours and the first that was sent are missing here."""

    def __init__(self, inc: str, last: int) -> None:
        super().__init__(409, "gap", inc=inc, last=last)


def check_hashes(log: Log) -> None:
    """Every operation has the next number, and the last one the hash that follows from all of them.

    Hashes that were not sent (the chain makes those between unnecessary) are filled in.

    Raises:
        Refusal: 400.
    """
    if log.ops and "h" not in log.ops[-1]:
        raise bad_request(f"log {log.inc}: no hash at the end")
    if log.first == 1 and log.prev_h:
        raise bad_request(f"log {log.inc}: a hash before the first operation")
    prev = log.prev_h
    for n, op in enumerate(log.ops, log.first):
        if op["n"] != n:
            raise bad_request(f"log {log.inc}: number {op['n']} where {n} is due")
        if _CONTROL.search(op["sets"]) or _CONTROL.search(op["olds"]):
            raise bad_request(f"log {log.inc}: not canonical at {n}")
        prev = operation_hash({**op, "inc": log.inc}, prev)
        if op.setdefault("h", prev) != prev:
            raise bad_request(f"log {log.inc}: wrong hash at {n}")


def points(log: Log) -> dict[int, str]:
    """The places of its history that a log names, number → hash."""
    return {**dict(log.own), log.first - 1: log.prev_h, **{op["n"]: op["h"] for op in log.ops}}


def check_history(log: Log, life: Life, ours: Mapping[int, str]) -> int:
    """Compare a log with our copy.

    Args:
        ours: our hashes at the log's `points`, as far as we have them.

    Returns:
        The number up to which the log is known to be ours once its new operations are taken in; what was not compared
        is not acknowledged.

    Raises:
        Fork, Gap
    """
    named = points(log)
    tip, top = log.first - 1 + len(log.ops), max(named)
    agreed = [0]
    differs = False
    for n, h in named.items():
        if n <= life.n:
            if h == (life.h if n == life.n else ours.get(n, "")):
                agreed.append(n)
            else:
                differs = True
    common = max(agreed)
    if differs:
        raise Fork(log.inc, common, life.n, restored=False)
    if log.current and top < life.n:
        raise Fork(log.inc, common, life.n, restored=True)
    if log.first - 1 > life.n:
        raise Gap(log.inc, life.n)
    return max(tip, common)

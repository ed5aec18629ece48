"""What every route needs, in one place; the supervision pages find it as `app.state.centre`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from zhangshu_desk.core.clock import Clock
from zhangshu_desk.sync.wire import PROTOCOLS
from zhangshu_server.epochs import Identity
from zhangshu_server.limits import Limiter
from zhangshu_server.refusals import Refusal
from zhangshu_server.shapes import SyncRequest
from zhangshu_server.waiting import Watch


@dataclass(frozen=True)
class Centre:
    """The parts of a running centre.

    Attributes:
        state_dir: what is kept outside the database (epoch, serial numbers).
        min_client: oldest version of the desk that may receive; empty = any.
        label_domain: what links on labels begin with, empty = not decided.
    """

    engine: Engine
    state_dir: Path
    clock: Clock
    identity: Identity
    ca_pem: str
    min_client: str
    stations: Limiter
    enrolments: Limiter
    watch: Watch
    label_domain: str = ""

    def check_version(self, request: SyncRequest) -> None:
        """A station that is too old to receive may still send.

        Raises:
            Refusal: 426.
        """
        oldest, newest = PROTOCOLS
        fits = oldest <= request.proto <= newest and version(request.client) >= version(self.min_client)
        if not fits and request.since is not None:
            raise Refusal(426, "upgrade", min_client=self.min_client)


def version(text: str) -> tuple[int, ...]:
    """`1.4.2` as numbers that compare; what is no number ends it."""
    found: list[int] = []
    for part in text.split("."):
        if not (part.isascii() and part.isdecimal()):
            break
        found.append(int(part[:9]))
    return tuple(found)

"""A desk for tests of the kit: real parts, jobs that run at once, no store (the kit never looks into it)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import FixedClock, parse_moment
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.tour.stand_in import StandIn
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.page import Desk, Session
from zhangshu_desk.ui.printing import Printing
from zhangshu_desk.ui.work import Immediate, Work

if TYPE_CHECKING:
    from zhangshu_desk.db.store import Store

CLERK = Actor("u1", "李秋", Role.CLERK, "c1")


def nowhere(title: str, payload: object) -> None:
    """An `open` that goes nowhere."""


def desk(
    folder: Path,
    actor: Actor = CLERK,
    work: Work | None = None,
    go: Callable[[str, object], None] = nowhere,
) -> Desk:
    """A desk whose files are in `folder`; its clock stands at 2026-11-23 09:00."""
    clock = FixedClock(parse_moment("2026-11-23T09:00"))
    settings = Settings(folder / "settings.json")
    work = work or Work(Immediate(), Immediate())
    printing = Printing(work, settings, clock, folder / "papers")
    return Desk(cast("Store", None), work, Bus(), clock, settings, Session(actor), printing, go, StandIn())

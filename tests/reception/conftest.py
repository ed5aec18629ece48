"""The desk that the tests of reception act on."""

from __future__ import annotations

import pytest

from tests.elsewhere import Elsewhere
from tests.reception.desk import Desk
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store


@pytest.fixture
def desk(store: Store, clock: FixedClock) -> Desk:
    """Three counters, nobody waiting, Monday 2026-11-23 09:00."""
    return Desk(store, clock)


@pytest.fixture
def elsewhere(desk: Desk) -> Elsewhere:
    """A second station in the same hall, with 3号 and 4号窗口; the third counter here is called otherwise."""
    return Elsewhere(desk.store).join(desk.now, ("5号窗口", "6号窗口"))

"""The link that is made a moment later: off the window's thread, and without a hole for what is asked before."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import Link, LinkState, LinkStatus
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.db import serials
from zhangshu_desk.db.store import Store
from zhangshu_desk.linking import LateLink, make
from zhangshu_desk.tour.stand_in import StandIn


@pytest.fixture
def real() -> StandIn:
    return StandIn(LinkStatus(LinkState.OFFLINE))


@pytest.fixture
def late(real: StandIn) -> Iterator[LateLink]:
    made = LateLink(lambda: real)
    yield made
    made.close()


def names(real: StandIn) -> list[str]:
    return [name for name, _ in real.asked]


def test_it_comes_by_itself_and_tells(qtbot: QtBot, real: StandIn) -> None:
    made_on = list[str]()

    def slowly() -> Link:
        made_on.append(threading.current_thread().name)
        return real

    late, told = LateLink(slowly), list[LinkStatus]()
    late.listen(told.append)
    assert late.status().state is LinkState.BUSY
    qtbot.waitUntil(lambda: bool(told))
    assert told == [LinkStatus(LinkState.OFFLINE)]
    assert late.status().state is LinkState.OFFLINE
    real.become(waiting=2)
    assert told[-1].waiting == 2
    late.close()
    assert made_on == ["link"]
    assert names(real) == ["close"], "nobody started it"


def test_starting_does_not_wait(qtbot: QtBot, late: LateLink, real: StandIn) -> None:
    late.start()
    qtbot.waitUntil(lambda: names(real) == ["start"])
    late.nudge()
    late.sync_now()
    assert names(real) == ["start", "nudge", "sync_now"]


def test_what_a_worker_asks_makes_it_at_once(late: LateLink, real: StandIn) -> None:
    assert late.waiting_acts(7) == ()
    assert late.has_keyring()
    assert late.probe("x").address == "x"
    assert ("waiting_acts", 7) in real.asked


def test_closed_before_it_was_made(real: StandIn) -> None:
    late = LateLink(lambda: real)
    late.close()
    late.close()
    late.nudge()
    assert names(real) == []
    with pytest.raises(DeskError):
        late.waiting_acts()


def test_the_real_one_of_a_desk(store: Store, where: Paths, clock: FixedClock) -> None:
    link = make(store, where, Settings(where.settings), clock)
    try:
        waiting = link.waiting_acts()
        assert [one.act for one in waiting] == ["station.set_up"]
        assert link.status().state is LinkState.ALONE
        assert link.status().waiting == store.waiting() > 0
    finally:
        link.close()


def test_a_desk_that_starts_wishes_for_labels_numbers(store: Store, where: Paths, clock: FixedClock) -> None:
    settings = Settings(where.settings)
    settings.change(label_stock=5_000)
    link = make(store, where, settings, clock)
    try:
        link.waiting_acts()
        with store.merge() as merge:
            merge.db.execute("INSERT INTO meta VALUES ('server_id', 'a centre')")
        with store.read() as session:
            assert serials.wanted(session) == {"LABEL": 5_000}
    finally:
        link.close()


def test_a_desk_that_was_never_set_up_wishes_for_nothing(bare_store: Store, where: Paths, clock: FixedClock) -> None:
    link = make(bare_store, where, Settings(where.settings), clock)
    try:
        link.waiting_acts()
        assert bare_store.meta("serial_kinds") == ""
    finally:
        link.close()

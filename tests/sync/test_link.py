"""The link as the windows know it: its threads, its states, what it says when something is wrong."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.faults import Lost
from tests.sync.park import FINGERPRINT, Rig, new_station
from tests.sync.test_exchange_between_stations import change, new_enterprise, value
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import LinkState, LinkStatus, Probe
from zhangshu_desk.db.tables.accounts import User
from zhangshu_desk.db.verify import verify
from zhangshu_desk.sync.link import DeskLink
from zhangshu_desk.sync.transport import Centre

PATIENCE_S = 20.0


class Switch(httpx.BaseTransport):
    """A line that can be pulled out."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.open = True

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self.open:
            raise Lost("the line is pulled out")
        return self._inner.handle_request(request)


class Desk:
    """A station with its link over a line that can be pulled out."""

    def __init__(self, centre: CentreRig, name: str) -> None:
        self.rig: Rig = new_station(centre.park.folder, name, NINE)
        centre.park.rigs.append(self.rig)
        self.line = Switch(centre.park.transport())
        self._park = centre.park
        self.link = DeskLink(self.rig.store, self.rig.vault, self.rig.clock, self._reach)
        self.heard: list[LinkStatus] = []
        self.link.listen(self.heard.append)
        self.rig.store.listen(self._committed)

    def _reach(self, _address: str, _ca: str, station: str, secret: str) -> Centre:
        return self._park.reach(station, secret, self.line)

    def _committed(self, tables: frozenset[str]) -> None:
        if "audit" in tables:
            self.link.nudge()

    def join(self, centre: CentreRig, site: str = "樟树园区") -> None:
        """Enrol by a code."""
        probe = Probe("https://centre.test", "", FINGERPRINT, "")
        self.link.enrol(probe, centre.park.make_code(site, self.rig.name))

    def until(self, true: Callable[[LinkStatus], bool]) -> LinkStatus:
        """Wait until the status is so."""
        ends = time.monotonic() + PATIENCE_S
        while not true(self.link.status()):
            assert time.monotonic() < ends, self.link.status()
            time.sleep(0.01)
        return self.link.status()

    def settle(self) -> LinkStatus:
        """Wait until everything is up; what was committed just now is not in the status yet."""
        return self.until(lambda status: at_rest(status) and not self.rig.store.waiting())


@pytest.fixture
def desks(centre: CentreRig) -> Iterator[tuple[Desk, Desk]]:
    """Two desks that have not joined."""
    made = Desk(centre, "甲"), Desk(centre, "乙")
    yield made
    for desk in made:
        desk.line.open = True
        desk.link.close()


def at_rest(status: LinkStatus) -> bool:
    """Everything is up, and nothing runs."""
    return status.state is LinkState.RESTING and not status.waiting


def test_a_station_alone_says_so_and_counts_what_it_keeps(desks: tuple[Desk, Desk]) -> None:
    desk, _ = desks
    desk.link.start()
    status = desk.link.status()
    assert (status.state, status.address, status.last_contact_at) == (LinkState.ALONE, "", None)
    assert status.waiting == desk.rig.store.waiting() > 0
    for refused in (lambda: desk.link.check_now(lambda _d, _t: None), lambda: desk.link.claim("x", "", "")):
        with pytest.raises(DeskError):
            refused()


def test_after_joining_all_goes_up_by_itself_and_what_is_done_follows_soon(
    centre: CentreRig, desks: tuple[Desk, Desk]
) -> None:
    desk, other = desks
    for one in desks:
        one.link.start()
        one.join(centre)
    for one in desks:
        one.settle()
    row_id = new_enterprise(desk.rig, "江西宏远校具有限公司")
    desk.settle()
    # nobody asks the other one: the centre tells it
    ends = time.monotonic() + PATIENCE_S
    while not _has(other.rig, row_id):
        assert time.monotonic() < ends
        time.sleep(0.01)
    assert value(other.rig, row_id, "name") == "江西宏远校具有限公司"


def _has(rig: Rig, row_id: str) -> bool:
    with sqlite3.connect(rig.where.database) as db:
        found = db.execute("SELECT count(*) FROM enterprises WHERE id = ?", (row_id,)).fetchone()[0]
    db.close()
    return bool(found)


def test_without_a_line_it_says_so_and_goes_on_when_the_line_is_back(
    centre: CentreRig, desks: tuple[Desk, Desk]
) -> None:
    desk, _ = desks
    desk.link.start()
    desk.join(centre)
    desk.settle()
    desk.line.open = False
    new_enterprise(desk.rig, "断网期间有限公司")
    status = desk.until(lambda one: one.state is LinkState.OFFLINE and one.waiting > 0)
    assert (status.waiting, status.oldest_at, status.trouble) == (2, desk.rig.clock.now(), "sync.unreachable")
    acts = desk.link.waiting_acts()
    assert [(act.act, act.actor, act.ops, act.state) for act in acts] == [
        ("enterprise.add", desk.rig.clerk.name, 2, "pending")
    ]
    desk.line.open = True
    desk.link.sync_now()
    assert desk.settle().last_contact_at == desk.rig.clock.now()
    assert desk.link.waiting_acts() == ()
    assert LinkState.BUSY in {one.state for one in desk.heard}


def test_a_revoked_station_keeps_everything_and_sends_it_once_it_is_reinstated(
    centre: CentreRig, desks: tuple[Desk, Desk]
) -> None:
    desk, _ = desks
    desk.link.start()
    desk.join(centre)
    desk.settle()
    centre.revoke(desk.rig.station, NINE)
    new_enterprise(desk.rig, "停用期间有限公司")
    status = desk.until(lambda one: one.state is LinkState.REVOKED)
    assert (status.trouble, dict(status.trouble_facts)) == ("sync.revoked", {"reason": "试验"})
    assert desk.rig.store.waiting() == 2
    centre.reinstate(desk.rig.station)
    desk.link.sync_now()
    desk.settle()


def test_a_secret_the_centre_does_not_know_asks_for_joining_anew(centre: CentreRig, desks: tuple[Desk, Desk]) -> None:
    desk, _ = desks
    desk.join(centre)
    desk.link.run_cycle()
    desk.rig.vault.secrets[desk.rig.station] = "0" * 43
    desk.link._drop()
    with pytest.raises(DeskError) as refusal:
        desk.link.run_cycle()
    assert refusal.value.code == "sync.unknown"
    assert desk.link.status().state is LinkState.UNKNOWN
    new_enterprise(desk.rig, "没有密钥有限公司")
    desk.join(centre)
    desk.link.run_cycle()
    assert desk.rig.store.waiting() == 0
    assert not verify(desk.rig.store).problems


def test_what_the_centre_refuses_stays_with_its_reason_and_goes_through_later(
    centre: CentreRig, desks: tuple[Desk, Desk]
) -> None:
    desk, head = desks
    for one in desks:
        one.join(centre)
        one.link.run_cycle()
    desk.link.run_cycle()
    row_id = new_enterprise(desk.rig, "正常有限公司")
    desk.link.run_cycle()
    head.link.run_cycle()
    head.rig.clock.forward(MINUTE)
    with head.rig.store.write(head.rig.head, "user.change", head.rig.clock.now()) as session:
        session.get_one(User, desk.rig.clerk.user_id).active = False
    head.link.run_cycle()
    desk.rig.clock.forward(5 * MINUTE)  # it has not heard of that yet
    centre.clock.forward(10 * MINUTE)
    change(desk.rig, row_id, notes="停用之后写的")
    desk.link.run_cycle()
    (act,) = desk.link.waiting_acts()
    assert (act.state, act.code, act.act) == ("rejected", "actor_revoked", "enterprise.change")
    assert desk.link.status().rejected == 2
    assert desk.rig.store.waiting() == 0
    head.link.run_cycle()
    with head.rig.store.write(head.rig.head, "user.change", head.rig.clock.now()) as session:
        session.get_one(User, desk.rig.clerk.user_id).active = True
    head.link.run_cycle()
    desk.link.retry(act.tx)
    desk.link.run_cycle()
    assert desk.link.waiting_acts() == ()
    assert value(desk.rig, row_id, "notes") == "停用之后写的"
    head.link.run_cycle()
    assert value(head.rig, row_id, "notes") == "停用之后写的"
    assert not verify(desk.rig.store).problems


def test_checking_finds_and_mends_what_was_changed_past_the_program(
    centre: CentreRig, desks: tuple[Desk, Desk]
) -> None:
    desk, _ = desks
    desk.join(centre)
    row_id = new_enterprise(desk.rig, "原名有限公司")
    other = new_enterprise(desk.rig, "会被删掉有限公司")
    desk.link.run_cycle()
    with sqlite3.connect(desk.rig.where.database) as db:
        db.execute("UPDATE enterprises SET notes = '手改' WHERE id = ?", (row_id,))
        db.execute("DELETE FROM enterprises WHERE id = ?", (other,))
    db.close()
    told: list[tuple[int, int]] = []
    report = desk.link.check_now(lambda done, total: told.append((done, total)))
    assert (report.repaired, report.differing_tables, report.agrees, report.waiting) == (2, 1, True, 0)
    assert told[-1][0] == report.rows > 0
    assert value(desk.rig, row_id, "notes") == ""
    assert value(desk.rig, other, "name") == "会被删掉有限公司"
    assert desk.link.check_now(lambda _d, _t: None).repaired == 0


def test_a_ticket_of_another_station_is_claimed_by_one(centre: CentreRig, desks: tuple[Desk, Desk]) -> None:
    from zhangshu_desk.reception import actions
    from zhangshu_desk.reception.rules import WalkIn

    desk, other = desks
    for one in desks:
        one.link.start()
        one.join(centre)
        one.settle()
    ticket = actions.register(desk.rig.store, desk.rig.clerk, WalkIn(("NB",), visitor="张三"), desk.rig.clock.now())
    desk.settle()
    first = other.link.claim(ticket.visit_id, other.rig.clerk.name, "乙1号窗口")
    assert first.granted
    second = desk.link.claim(ticket.visit_id, desk.rig.clerk.name, "甲1号窗口")
    assert (second.granted, second.by, second.counter) == (False, other.rig.clerk.name, "乙1号窗口")
    other.line.open = False
    with pytest.raises(DeskError) as refusal:
        other.link.claim(ticket.visit_id, other.rig.clerk.name, "乙1号窗口")
    assert refusal.value.code == "sync.unreachable"


def test_closing_does_not_wait_for_the_line(centre: CentreRig, desks: tuple[Desk, Desk]) -> None:
    desk, _ = desks
    desk.link.start()
    desk.join(centre)
    desk.settle()
    desk.until(lambda one: one.live)
    started = time.monotonic()
    desk.link.close()
    assert time.monotonic() - started < 10

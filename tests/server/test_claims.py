"""Calling a visit of another station: one gets it, the other is told who has it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.server.rig import Desk, Rig

GRANTED = {"granted": True, "by": "", "counter": ""}


@pytest.fixture
def visit(a: Desk) -> str:
    """A visit that waits."""
    a.log.insert("visits", station_id=a.id, state="等候").end()
    a.sync()
    return a.log.last_row


def claim(desk: Desk, visit: str) -> dict[str, Any]:
    answer = desk.post("/v1/claim", {"visit": visit, "actor_name": f"人{desk.letter}", "counter_name": "1号"})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_one_gets_it_for_half_a_minute(a: Desk, b: Desk, rig: Rig, visit: str) -> None:
    assert claim(b, visit) == GRANTED
    assert claim(a, visit) == {"granted": False, "by": "人K", "counter": "1号"}
    assert claim(b, visit) == GRANTED
    rig.clock.forward(30_000)
    assert claim(a, visit) == GRANTED
    assert claim(b, visit)["by"] == "人"


@pytest.mark.parametrize("state", ["叫号中", "办理中", "已办结", "弃号", "已取消"])
def test_what_somebody_attends_to_or_is_over_is_taken(a: Desk, b: Desk, visit: str, state: str) -> None:
    a.log.insert("users", login="an", name="安娜", role="窗口人员", active=1)
    user = a.log.last_row
    a.log.insert("counters", name="三号", station_id=a.id)
    a.log.update("visits", visit, state=state, clerk_id=user, counter_id=a.log.last_row).end()
    a.sync()
    assert claim(b, visit) == {"granted": False, "by": "安娜", "counter": "三号"}


@pytest.mark.parametrize("state", ["过号", "挂起"])
def test_who_was_missed_or_parked_can_be_called(a: Desk, b: Desk, visit: str, state: str) -> None:
    a.log.update("visits", visit, state=state).end()
    a.sync()
    assert claim(b, visit) == GRANTED


def test_an_unknown_visit_is_not_granted(a: Desk, visit: str) -> None:
    assert claim(a, visit[:-2] + "00") == {"granted": False, "by": "", "counter": ""}


def test_of_many_at_once_one_gets_it(a: Desk, rig: Rig, visit: str) -> None:
    desks = [a, *(rig.desk(name=str(i)) for i in range(5))]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda desk: claim(desk, visit), desks))
    assert sum(one["granted"] for one in answers) == 1

"""Blocks of serial numbers: lent once and for ever, also after the database was restored."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server.rig import Desk, Rig
from tests.server.test_histories import Backup
from zhangshu_server import serials


def want(**kinds: int) -> dict[str, object]:
    return {"serials": kinds, "secret": False}


def block(desk: Desk, **kinds: int) -> list[tuple[str, int, int]]:
    return [(one["kind"], one["first"], one["last"]) for one in desk.sync(want=want(**kinds))["blocks"]]


def test_each_block_goes_on_where_the_last_one_ended(a: Desk, b: Desk, rig: Rig) -> None:
    assert block(a, gi=500) == [("gi", 1, 500)]
    assert block(b, gi=10, green=5) == [("gi", 501, 510), ("green", 1, 5)]
    assert block(a, gi=10**9) == [("gi", 511, 510 + serials.MOST)]
    rows = rig.all("SELECT station_id, inc, kind, first, last FROM blocks ORDER BY kind, first")
    assert rows[0] == (a.id, a.log.inc, "gi", 1, 500)
    assert json.loads((rig.state_dir / serials.FILE).read_text()) == {"gi": 510 + serials.MOST, "green": 5}


def test_a_restored_database_lends_nothing_twice(a: Desk, b: Desk, rig: Rig) -> None:
    backup = Backup(rig)
    block(a, gi=500)
    backup.restore()
    assert block(b, gi=10) == [("gi", 501, 510)]


def test_a_lost_file_is_made_good_by_the_database(a: Desk, rig: Rig) -> None:
    block(a, gi=500)
    (rig.state_dir / serials.FILE).unlink()
    assert block(a, gi=10) == [("gi", 501, 510)]


@pytest.mark.parametrize("content", ["", "[]", '{"gi": "x"}', "{"])
@pytest.mark.expect_log("no serial numbers are lent")
def test_nothing_is_lent_while_the_file_cannot_be_read(a: Desk, rig: Rig, content: str) -> None:
    (rig.state_dir / serials.FILE).write_text(content)
    assert block(a, gi=10) == []
    assert rig.all("SELECT 1 FROM blocks") == []


def test_a_station_without_a_life_borrows_nothing(a: Desk) -> None:
    request = {**a.log.request(0), "logs": [], "want": want(gi=5)}
    assert a.post("/v1/sync", request).json()["blocks"] == []


def test_many_at_once_get_different_numbers(a: Desk, rig: Rig) -> None:
    desks = [a, *(rig.desk(name=str(i)) for i in range(3))]

    def borrow(desk: Desk) -> list[tuple[str, int, int]]:
        return [found for _ in range(5) for found in block(desk, gi=7)]

    with ThreadPoolExecutor(4) as pool:
        found = sorted(one for part in pool.map(borrow, desks) for one in part)
    assert [first for _, first, _ in found] == list(range(1, 141, 7))

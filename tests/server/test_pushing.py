"""A push and a pull on the real centre: what one station did reaches the other, once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.server.rig import Desk, Rig, rows_of
from zhangshu_server import database


def test_what_one_station_did_reaches_the_other(a: Desk, b: Desk, rig: Rig) -> None:
    a.log.insert("enterprises", name="甲公司", credit_code="").end()
    row = a.log.last_row
    answer = a.sync()
    assert [one["status"] for one in answer["results"]] == ["ok"]
    assert answer["acked"] == {a.log.inc: 1}
    assert rows_of(answer)["enterprises", row]["name"] == "甲公司"
    assert b.pull()["enterprises", row]["name"] == "甲公司"
    assert b.since == rig.head()
    assert not b.pull()


def test_only_a_contact_that_brings_nothing_does_not_wait_for_the_disk(
    a: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    run = database.run

    def spied(connection: Any, sql: str, values: Any = ()) -> int:
        said.append(sql)
        return run(connection, sql, values)

    monkeypatch.setattr(database, "run", spied)
    a.sync()
    assert any("synchronous_commit" in one for one in said)
    said.clear()
    a.log.insert("enterprises", name="宏远校具").end()
    a.sync(brief=True)
    assert said
    assert not any("synchronous_commit" in one for one in said)

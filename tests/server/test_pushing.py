"""A push and a pull on the real centre: what one station did reaches the other, once."""

from __future__ import annotations

from tests.server.rig import Desk, Rig, rows_of


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

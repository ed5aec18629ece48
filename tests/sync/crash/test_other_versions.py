"""Stations and a centre of different versions: nothing is stuck, nothing that one does not know is lost."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.server.log import Log
from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.crash import children
from tests.sync.crash.other_centre import MISSING_TABLE, UNKNOWN_COLUMN, UNKNOWN_TABLE
from tests.sync.crash.yard import PATIENCE_S, Yard
from tests.sync.park import Park, Rig
from zhangshu_desk.core.clock import MINUTE
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.core.link import LinkState
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.reception import actions
from zhangshu_desk.sync import books, checking, outgoing, wire
from zhangshu_desk.sync.outgoing import Budget
from zhangshu_server.app import create_app


class Newer:
    """A station of a newer version, as the wire sees it."""

    def __init__(self, yard: Yard) -> None:
        now = yard.clock.now()
        self.log = Log(new_id(now), now=now)
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{yard.port}", trust_env=False, timeout=PATIENCE_S)
        body = {
            "code": yard.park.make_code("樟树园区", "丁"),
            "station": self.log.station,
            "name": "丁",
            "client": "9.0",
        }
        found = self._http.post("/v1/enrol", json=body, headers={"Idempotency-Key": self.log.station}).json()
        self._headers = {"Authorization": f"Bearer {self.log.station}.{found['secret']}"}

    def sync(self) -> dict[str, Any]:
        """Push what is new and pull everything."""
        request = self.log.end().request(since=0, schema=wire.SCHEMA + 1, client="9.0")
        answer = self._http.post("/v1/sync", json=request, headers=self._headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        self.log.acked, self.log.base = len(self.log.ops), found["head"]
        return found

    def close(self) -> None:
        """Hang up."""
        self._http.close()


def test_an_older_station_leaves_alone_what_it_does_not_know(yard: Yard) -> None:
    rig, other = yard.park.rigs
    with yard.of_version("newer"):
        newer = Newer(yard)
        newer.log.insert("enterprises", name="新版企业")
        row_id = newer.log.last_row
        newer.log.update("enterprises", row_id, **{UNKNOWN_COLUMN: "https://example.cn"})
        newer.log.add(UNKNOWN_TABLE, new_id(NINE), "insert", {"title": "包裹"})
        assert {one["status"] for one in newer.sync()["results"]} == {"ok"}
        for one in (rig, other, rig):
            one.cycle()
        _change(rig, row_id, notes="老版改的")
        assert rig.cycle().pushed > 0
        assert rig.cycle().rounds == 1, "it goes on asking although it has everything"
        assert other.cycle().applied > 0
        for one in (rig, other):
            assert _value(one, row_id, "notes") == "老版改的"
            assert one.centre is not None
            assert checking.repair(one.store, one.centre, "enterprises") == (0, 0)
        pulled = {(row["t"], row["id"]): row["f"] for row in newer.sync()["rows"]}
        assert pulled["enterprises", row_id][UNKNOWN_COLUMN] == "https://example.cn"
        assert pulled["enterprises", row_id]["notes"] == "老版改的"
        newer.close()
    assert yard.rows("enterprises")[row_id][UNKNOWN_COLUMN] == "https://example.cn"
    assert [row["title"] for row in yard.rows(UNKNOWN_TABLE).values()] == ["包裹"]
    assert yard.rejected() == []


def test_what_an_older_centre_does_not_know_waits_until_it_does(yard: Yard) -> None:
    rig, other = yard.park.rigs
    visit = _served(rig)
    with yard.of_version("older"):
        rig.cycle()
        actions.rate(rig.store, visit, "满意", (), "", rig.clock.forward(MINUTE))
        later = children.work(rig.store, rig.clerk, rig.clock.forward(MINUTE))
        for _ in range(2):
            rig.cycle()
        assert {row[2] for row in yard.rejected()} == {"table_unknown"}
        assert later in yard.rows("enterprises"), "what came after it does not wait for it"
        other.cycle()
        with rig.store.read() as session:
            db = bare(session)
            assert db.execute("SELECT DISTINCT code FROM rejections").fetchall() == [("table_unknown",)]
            assert db.execute("SELECT count(*) FROM ratings").fetchone() == (1,), "it is still here"
            assert db.execute("SELECT DISTINCT tbl FROM outbox WHERE state = 'rejected' ORDER BY 1").fetchall() == [
                ("audit",), (MISSING_TABLE,)
            ]  # fmt: skip
    link = yard.park.link(rig)
    try:
        (waiting,) = link.waiting_acts()
        assert (waiting.state, waiting.code) == ("rejected", "table_unknown")
        link.retry(waiting.tx)
        link.run_cycle()
        assert link.waiting_acts() == ()
    finally:
        link.close()
    assert len(yard.rows(MISSING_TABLE)) == 1
    yard.recover()


def test_a_station_too_old_to_receive_still_sends(centre: CentreRig, park: Park) -> None:
    rig, other = park.station("甲", NINE), park.station("乙", NINE)
    park.quiet()
    made = children.work(other.store, other.clerk, other.clock.forward(MINUTE))
    other.cycle()
    mine = children.work(rig.store, rig.clerk, rig.clock.forward(MINUTE))
    base = _base(rig)
    link = park.link(rig)
    try:
        park.app = create_app(centre.engine, centre.state_dir, centre.clock, min_client="99.0")
        for _ in range(2):
            result = link.run_cycle()
            assert result.too_old
            assert (link.status().state, link.status().waiting) == (LinkState.TOO_OLD, 0)
            assert (result.applied, _base(rig)) == (0, base)
        assert mine in centre.rows("enterprises")
        assert _firms(rig) == {mine}
        park.restart()
        link.run_cycle()
        assert link.status().state is LinkState.RESTING
        assert _firms(rig) == {mine, made}
    finally:
        link.close()


def test_a_station_too_old_sends_everything_also_while_it_was_reading_everything(
    centre: CentreRig, park: Park, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = park.station("甲", NINE)
    park.quiet()
    with rig.store.merge() as merge:
        books.begin_snapshot(merge.db)
    mine = [children.work(rig.store, rig.clerk, rig.clock.forward(MINUTE)) for _ in range(5)]
    monkeypatch.setattr(outgoing, "Budget", lambda: Budget(ops=2))
    park.app = create_app(centre.engine, centre.state_dir, centre.clock, min_client="99.0")
    result = rig.cycle()
    assert result.too_old
    assert result.rounds > len(mine)
    assert set(mine) <= set(centre.rows("enterprises"))
    assert rig.store.waiting() == 0


def _served(rig: Rig) -> str:
    """Somebody came and was served."""
    visit = actions.register(rig.store, rig.clerk, children.FORM, rig.clock.forward(MINUTE)).visit_id
    actions.call_next(rig.store, rig.clerk, rig.clock.forward(MINUTE))
    actions.arrive(rig.store, rig.clerk, visit, rig.clock.forward(MINUTE))
    actions.finish(rig.store, rig.clerk, visit, rig.clock.forward(MINUTE), {"NB": 1})
    return visit


def _change(rig: Rig, row_id: str, **fields: str) -> None:
    with rig.store.write(rig.clerk, "enterprise.change", rig.clock.forward(MINUTE)) as session:
        row = session.get_one(Enterprise, row_id)
        for name, value in fields.items():
            setattr(row, name, value)
        session.about("enterprises", row_id)


def _value(rig: Rig, row_id: str, name: str) -> str:
    with rig.store.read() as session:
        return str(getattr(session.get_one(Enterprise, row_id), name))


def _base(rig: Rig) -> int:
    with rig.store.read() as session:
        return books.number(bare(session), "feed_base")


def _firms(rig: Rig) -> set[str]:
    with rig.store.read() as session:
        return {row_id for (row_id,) in bare(session).execute("SELECT id FROM enterprises")}

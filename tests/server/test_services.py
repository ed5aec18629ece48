"""Services that the centre hands down: what a loading writes, and that nobody else writes them."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from tests.server.log import START
from tests.server.rig import Desk, Rig, rows_of
from tests.server.test_waiting import in_thread, running, until
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.ids import id_of
from zhangshu_desk.core.services import Catalogue, Group, Service, shipped
from zhangshu_desk.sync.wire import TABLES
from zhangshu_server import catalogue, checking
from zhangshu_server.catalogue import Loaded

A = Group("A", "综合", "A", 1, 999, False)
B = Group("B", "检验", "B", 1, 500, True)
NB = Service("NB", "年度报告报送公示（辅导）", "年报", "A", 0, 15, 1, False)
JY = Service("JY", "产品检验检测委托", "检验检测", "B", 20, 30, 2, True)
TWO = Catalogue((NB, JY), (A, B))


def load(rig: Rig, wanted: Catalogue) -> Loaded:
    return catalogue.load(rig.engine, wanted, rig.clock.forward(1))


def operations(rig: Rig) -> list[Any]:
    """What the centre wrote of services: (table, kind, sets), in its order."""
    sql = "SELECT tbl, kind, sets FROM oplog WHERE tbl IN ('services', 'service_groups') ORDER BY seq"
    return [(tbl, kind, json.loads(sets)) for tbl, kind, sets in rig.all(sql)]


def test_a_file_becomes_one_row_for_each_service_and_group(rig: Rig, a: Desk) -> None:
    done = load(rig, TWO)
    assert (done.added, done.changed, done.voided, done.head) == (4, 0, 0, rig.head())
    assert rig.fields("services", id_of("services", "JY")) == {
        "code": "JY",
        "name": "产品检验检测委托",
        "short": "检验检测",
        "group": "B",
        "daily_cap": 20,
        "usual_minutes": 30,
        "frequent": 2,
        "verified": 1,
        "position": 2,
        "changed_at": START + 1,
    }
    assert rig.fields("service_groups", id_of("service_groups", "B"))["last"] == 500
    assert {tbl for tbl, _ in a.pull()} == {"services", "service_groups"}
    assert catalogue.handed_down(rig.engine) == catalogue.HandedDown(TWO, START + 1)


def test_a_loading_is_one_transaction_in_the_feed(rig: Rig) -> None:
    load(rig, TWO)
    assert rig.all("SELECT count(DISTINCT tx), count(*), count(DISTINCT seq), max(seq) FROM oplog") == [(1, 4, 4, 4)]
    assert rig.all("SELECT DISTINCT station_id, actor, status FROM oplog") == [("centre", "system", "ok")]
    assert checking.check(rig.engine).problems == []


def test_only_what_differs_is_written(rig: Rig, a: Desk) -> None:
    load(rig, TWO)
    a.pull()
    assert not load(rig, TWO).any
    assert len(operations(rig)) == 4
    done = load(rig, replace(TWO, services=(replace(NB, short="年度报告"), JY)))
    assert (done.added, done.changed, done.voided) == (0, 1, 0)
    assert operations(rig)[4:] == [("services", "update", {"short": "年度报告", "changed_at": rig.clock.now()})]
    assert [fields["short"] for fields in a.pull().values()] == ["年度报告"]


def test_what_is_gone_is_voided_and_may_come_back(rig: Rig, a: Desk) -> None:
    load(rig, TWO)
    done = load(rig, Catalogue((NB,), (A,)))
    assert (done.added, done.changed, done.voided) == (0, 0, 2)
    assert rig.fields("services", id_of("services", "JY"))["voided_at"] == rig.clock.now()
    assert catalogue.handed_down(rig.engine).catalogue == Catalogue((NB,), (A,))
    assert a.pull()["services", id_of("services", "JY")]["voided_at"] == rig.clock.now()
    assert not load(rig, Catalogue((NB,), (A,))).any
    done = load(rig, TWO)
    assert (done.added, done.changed, done.voided) == (2, 0, 0)
    assert catalogue.handed_down(rig.engine).catalogue == TWO
    assert "voided_at" not in rig.fields("services", id_of("services", "JY"))
    assert checking.check(rig.engine).problems == []


def test_the_order_of_the_file_is_kept(rig: Rig) -> None:
    load(rig, TWO)
    load(rig, Catalogue((JY, NB), (B, A)))
    assert catalogue.handed_down(rig.engine).catalogue == Catalogue((JY, NB), (B, A))


def test_resetting_hands_nothing_down_any_more(rig: Rig) -> None:
    assert catalogue.handed_down(rig.engine) == catalogue.HandedDown(None, None)
    assert not catalogue.reset(rig.engine, START).any
    load(rig, TWO)
    done = catalogue.reset(rig.engine, rig.clock.forward(5))
    assert (done.added, done.changed, done.voided) == (0, 0, 4)
    assert catalogue.handed_down(rig.engine) == catalogue.HandedDown(None, rig.clock.now())
    assert not catalogue.reset(rig.engine, rig.clock.forward(5)).any


def test_every_site_has_them_and_no_station_counts_otherwise(rig: Rig, a: Desk) -> None:
    other = rig.desk(site="药都", name="C")
    load(rig, TWO)
    for desk in (a, other):
        answer = desk.sync()
        assert len(rows_of(answer)) == 4
        assert answer["digests"]["services"][0] == 2
        assert [row["t"] for row in desk.get("/v1/snapshot").json()["rows"]] == [
            "service_groups", "service_groups", "services", "services",
        ]  # fmt: skip


def test_every_waiting_station_hears_of_it(rig: Rig, a: Desk, b: Desk) -> None:
    other = rig.desk(site="药都", name="C")

    async def work() -> None:
        async with running(rig) as (ask, watch):
            tasks = {desk.id: asyncio.create_task(ask(desk, 0)) for desk in (a, b, other)}
            await until(lambda: sum(watch.waiting_of(desk) for desk in tasks) == 3 and watch.listening)
            await in_thread(lambda: load(rig, TWO))
            async with asyncio.timeout(2):
                assert [(await task).json() for task in tasks.values()] == [{"head": 4}] * 3

    asyncio.run(work())


def test_two_loadings_at_once_follow_one_another(rig: Rig) -> None:
    wanted = [Catalogue((replace(NB, name=f"第{at}份"), JY), (A, B)) for at in range(4)]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda one: catalogue.load(rig.engine, one, START), wanted))
    assert sorted(one.added for one in done) == [0, 0, 0, 4]
    assert sorted(one.changed for one in done) == [0, 1, 1, 1]
    assert catalogue.handed_down(rig.engine).catalogue in wanted
    assert checking.check(rig.engine).problems == []


@pytest.mark.parametrize("kind", ["insert", "update", "rescue"])
@pytest.mark.parametrize("tbl", ["services", "service_groups"])
def test_no_station_writes_them(rig: Rig, a: Desk, kind: str, tbl: str) -> None:
    load(rig, TWO)
    row_id = id_of(tbl, "NB" if tbl == "services" else "A")
    before = rig.fields(tbl, row_id)
    a.log.add(tbl, row_id, kind, {"name": "自定"}).end()
    assert a.status() == "centre_only"
    new = id_of(tbl, "XX")
    if kind != "update":
        a.log.add(tbl, new, kind, {name: before.get(name) for name in before}).end()
        assert a.status() == "centre_only"
    assert rig.fields(tbl, row_id) == before
    assert rig.all("SELECT 1 FROM records WHERE id = :i", i=new) == []
    assert TABLES[tbl].centre_only


def test_the_shipped_file_can_be_loaded(rig: Rig) -> None:
    assert load(rig, shipped()).added == 17
    assert catalogue.handed_down(rig.engine).catalogue == shipped()


def test_rows_that_do_not_fit_together_are_told(rig: Rig) -> None:
    load(rig, TWO)
    rig.run("UPDATE records SET fields = fields || '{\"group\": \"Z\"}' WHERE fields->>'code' = 'JY'")
    with pytest.raises(DeskError) as refused:
        catalogue.handed_down(rig.engine)
    assert refused.value.code == "centre.services_unusable"
    assert "没有「Z」组" in str(refused.value)
    assert load(rig, TWO).changed == 1


def test_a_wrong_file_is_refused_with_file_field_and_remedy() -> None:
    with pytest.raises(DeskError) as refused:
        catalogue.read_file("[[group]]\nletter = 1\n", "事项.toml")
    assert refused.value.code == "centre.services_wrong"
    said = str(refused.value)
    assert "事项.toml" in said
    assert "group[1].letter" in said
    assert "services load" in said

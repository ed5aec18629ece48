"""Counting scans: what is one, what is unusual, what the desks hear of it, and that nobody can be found out from it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.server.labels import PHONE, Press, look, look_at_once, public
from tests.server.rig import Desk, Rig
from zhangshu_desk.core.clock import DAY, HOUR, MINUTE
from zhangshu_desk.labels.rules.scans import MANY_AN_HOUR, MANY_PLACES, SAME_SCAN_MS, TOLD_EVERY_MS
from zhangshu_server import checking
from zhangshu_server.verification import counting, telling
from zhangshu_server.verification.visitors import Visitors, is_person, network_of

KEY = b"\x07" * 32


@pytest.fixture
def app(rig: Rig) -> FastAPI:
    """What consumers reach."""
    return public(rig)


@pytest.fixture
def press(a: Desk) -> Press:
    """A station with a batch of 500 that the centre knows."""
    made = Press(a, KEY)
    made.certify()
    made.batch(1, 500)
    a.sync()
    return made


def phone(number: int) -> dict[str, str]:
    """Another phone."""
    return {**PHONE, "User-Agent": f"{PHONE['User-Agent']} {number}"}


def told(rig: Rig) -> dict[int, dict[str, Any]]:
    """What the desks were told, by number."""
    found = [fields for (fields,) in rig.all("SELECT fields FROM records WHERE tbl = 'label_scans' AND whole")]
    return {one["serial"]: one for one in found}


def counts(rig: Rig) -> dict[int, int]:
    """What was counted, by number."""
    return dict(map(tuple, rig.all("SELECT serial, count FROM scans ORDER BY serial")))


# -- what a scan is ---------------------------------------------------------------------------------------------------


def test_several_loads_by_the_same_phone_are_one_scan(app: FastAPI, press: Press, rig: Rig) -> None:
    for _ in range(3):
        assert "现在是第一次查询" in look(app, press.path(7)).text
        rig.clock.forward(SAME_SCAN_MS)
    rig.clock.forward(1)
    assert "第 2 次查询" in look(app, press.path(7)).text
    assert "第 3 次查询" in look(app, press.path(7), phone(2)).text
    assert "第 4 次查询" in look(app, press.path(7), at="198.51.100.1").text
    assert "第 4 次查询" in look(app, press.path(7), at="198.51.100.1").text
    assert counts(rig) == {7: 4}


@pytest.mark.parametrize(
    "other",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"},
        {"User-Agent": "WhatsApp/2.23"},
        {"User-Agent": "curl/8.5"},
        {"User-Agent": ""},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
    ],
)
def test_robots_and_what_is_fetched_ahead_count_for_nothing(
    app: FastAPI, press: Press, rig: Rig, other: Mapping[str, str]
) -> None:
    seen = look(app, press.path(7), {**PHONE, **other})
    assert (seen.status, seen.title) == (200, "标签真实")
    assert "还没有查询过" in seen.text
    assert counts(rig) == {}
    look(app, press.path(7))
    assert "现在是第一次查询" in look(app, press.path(7), {**PHONE, **other}).text


def test_asking_for_the_head_counts_for_nothing(app: FastAPI, press: Press, rig: Rig) -> None:
    assert look(app, press.path(7), method="HEAD").status == 200
    assert look(app, "/t/x", method="HEAD").status == 404
    assert counts(rig) == {}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 MicroMessenger/8.0.44 NetType/WIFI",
        "Mozilla/5.0 (Linux; Android 12; HarmonyOS) AppleWebKit/537.36 Chrome/99 HuaweiBrowser/12",
        "Mozilla/5.0 (Linux; U; Android 13) AppleWebKit/537.36 MQQBrowser/14 AlipayClient/10.5",
    ],
)
def test_what_people_scan_with_counts(agent: str) -> None:
    assert is_person({"user-agent": agent})


def test_wrong_codes_are_not_counted(app: FastAPI, press: Press, rig: Rig) -> None:
    look(app, "/t/" + "A" * 24)
    assert counts(rig) == {}
    assert rig.all("SELECT 1 FROM scan_visits") == []


def test_a_phone_that_looks_all_day_fills_no_table(
    app: FastAPI, press: Press, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_OF_A_PLACE", 5)
    for number in range(8):
        look(app, press.path(7), phone(number), at=f"198.51.100.{number}")
    assert counts(rig) == {7: 5}
    look(app, press.path(7), phone(9), at="192.0.2.1")
    assert counts(rig) == {7: 6}


def test_many_at_once_are_all_counted(app: FastAPI, press: Press, rig: Rig) -> None:
    looks = [(press.path(7), phone(number), f"192.0.2.{number}") for number in range(20)]
    assert look_at_once(app, looks) == [200] * 20
    assert counts(rig) == {7: 20}
    assert rig.all("SELECT count(*) FROM scan_visits") == [(20,)]
    assert checking.check(rig.engine).problems == []


# -- what is unusual --------------------------------------------------------------------------------------------------


def test_many_places_on_one_day(app: FastAPI, press: Press, rig: Rig) -> None:
    for number in range(1, MANY_PLACES + 1):
        seen = look(app, press.path(7), at=f"10.0.{number}.1")
        rig.clock.forward(20 * MINUTE)
    assert (seen.tone, seen.title) == ("warn", "编号真实，但查询异常")
    assert (told(rig)[7]["alert"], told(rig)[7]["places"]) == ("一天内多地查询", MANY_PLACES)
    rig.clock.forward(3 * DAY)
    assert look(app, press.path(7)).tone == "warn"  # that it happened stays true


def test_a_few_places_on_every_day_are_nothing(app: FastAPI, press: Press, rig: Rig) -> None:
    for day in range(4):
        for number in range(2):
            look(app, press.path(7), at=f"10.{day}.{number}.1")
            rig.clock.forward(HOUR)
        rig.clock.forward(DAY)
    assert (told(rig)[7]["alert"], told(rig)[7]["places"]) == ("", 2)


def test_a_burst(app: FastAPI, press: Press, rig: Rig) -> None:
    for number in range(MANY_AN_HOUR):
        look(app, press.path(7), phone(number))
    assert told(rig)[7]["alert"] == "短时间内大量查询"
    assert told(rig)[7]["count"] == MANY_AN_HOUR


def test_a_void_label_is_told_at_the_first_look(app: FastAPI, press: Press, rig: Rig) -> None:
    (batch,) = press.batches
    look(app, press.path(3))
    press.fate(batch, 3, 3, "作废")
    press.fate(batch, 4, 4, "已补打", replaced_by=5)
    press.fate(batch, 6, 6, "退回")
    press.desk.sync()
    for serial in (3, 4, 6):
        look(app, press.path(serial), phone(2))
    assert {serial: one["alert"] for serial, one in told(rig).items()} == {
        3: "作废后仍被查询", 4: "补打后旧标签仍被查询", 6: "退回后仍被查询"}  # fmt: skip
    assert {one["batch_id"] for one in told(rig).values()} == {batch}


def test_an_unreported_number_is_told_and_cleared_up(app: FastAPI, press: Press, rig: Rig) -> None:
    look(app, press.path(700))
    assert (told(rig)[700]["alert"], told(rig)[700]["batch_id"]) == ("编号未上报", "")
    batch = press.batch(700, 710)
    assert telling.tidy(rig.engine, rig.clock.forward(MINUTE)) == 0
    press.desk.sync()
    assert telling.tidy(rig.engine, rig.clock.forward(MINUTE)) == 1
    assert (told(rig)[700]["alert"], told(rig)[700]["batch_id"], told(rig)[700]["count"]) == ("", batch, 1)
    assert telling.tidy(rig.engine, rig.clock.forward(DAY)) == 0


def test_what_a_revoked_station_s_key_proves_is_noted(app: FastAPI, press: Press, rig: Rig) -> None:
    """Somebody prints labels with the key of a stolen machine: the page does not believe it, the desks hear of it."""
    rig.run("UPDATE stations SET revoked_at = 1")
    assert look(app, press.path(900)).status == 404
    assert told(rig)[900]["alert"] == "编号未上报"


# -- what the desks hear ----------------------------------------------------------------------------------------------


def test_the_desks_of_the_site_hear_of_it_and_no_others(app: FastAPI, press: Press, b: Desk, rig: Rig) -> None:
    far = rig.desk(site="药都", name="C")
    look(app, press.path(7))
    (batch,) = press.batches
    now = rig.clock.now()
    for desk in (press.desk, b):
        found = [fields for (tbl, _), fields in desk.pull().items() if tbl == "label_scans"]
        assert found == [
            {"batch_id": batch, "serial": 7, "count": 1, "places": 1, "first_at": now, "last_at": now, "alert": ""}
        ]
    assert all(tbl != "label_scans" for tbl, _ in far.pull())
    assert checking.check(rig.engine).problems == []


def test_not_every_scan_is_told(app: FastAPI, press: Press, rig: Rig) -> None:
    before = rig.head()
    for number in range(16):
        look(app, press.path(7), phone(number))
    assert (rig.head() - before, told(rig)[7]["count"]) == (5, 16)  # 1, 2, 4, 8, 16
    look(app, press.path(7), phone(17))
    assert telling.tidy(rig.engine, rig.clock.forward(TOLD_EVERY_MS - 1)) == 0
    assert telling.tidy(rig.engine, rig.clock.forward(1)) == 1
    assert told(rig)[7]["count"] == 17
    assert telling.tidy(rig.engine, rig.clock.forward(DAY)) == 0
    assert rig.all("SELECT DISTINCT station_id, actor FROM oplog WHERE tbl = 'label_scans'") == [("centre", "system")]


def test_what_could_not_be_told_is_told_later(
    app: FastAPI, press: Press, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(telling, "tell", lambda *_: 0)
        look(app, press.path(7))
    assert told(rig) == {}
    assert telling.tidy(rig.engine, rig.clock.now()) == 1
    assert told(rig)[7]["count"] == 1


def test_very_many_are_told_in_few_transactions(press: Press, rig: Rig) -> None:
    rig.run(
        "INSERT INTO scans (station_id, serial, count, first_at, last_at, places, hour, in_hour, busiest, batch_id)"
        " SELECT :s, n, 1, 1, 1, 1, 1, 1, 1, 'x' FROM generate_series(1, 501) AS n",
        s=press.desk.id,
    )
    assert [telling.tidy(rig.engine, rig.clock.now()) for _ in range(3)] == [telling.AT_ONCE, 1, 0]
    assert rig.all("SELECT count(DISTINCT tx) FROM oplog WHERE tbl = 'label_scans'") == [(2,)]
    assert checking.check(rig.engine).problems == []


def test_telling_and_looking_do_not_stand_in_each_other_s_way(app: FastAPI, press: Press, rig: Rig) -> None:
    def tidy(_: int) -> None:
        telling.tidy(rig.engine, rig.clock.now() + TOLD_EVERY_MS)

    looks = [(press.path(number % 5 + 1), phone(number), "") for number in range(40)]
    with ThreadPoolExecutor(4) as pool:
        tidied = [pool.submit(tidy, number) for number in range(10)]
        assert look_at_once(app, looks) == [200] * 40
        for one in tidied:
            one.result()
    assert sum(counts(rig).values()) == 40
    tidy(0)
    assert sum(one["count"] for one in told(rig).values()) == 40
    assert checking.check(rig.engine).problems == []


@pytest.mark.parametrize("kind", ["insert", "rescue"])
def test_no_station_writes_them(press: Press, kind: str) -> None:
    press.desk.log.add("label_scans", telling.row_id(press.desk.id, 7), kind, {"serial": 7, "count": 1_000}).end()
    assert press.desk.status() == "centre_only"


# -- who it was -------------------------------------------------------------------------------------------------------


def test_nothing_kept_says_who_it_was(app: FastAPI, press: Press, rig: Rig) -> None:
    address = "198.51.100.77"
    look(app, press.path(7), at=address)
    kept = ""
    for (table,) in rig.all("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"):
        kept += "".join(str(row) for row in rig.all(f"SELECT to_jsonb(t) FROM {table} t"))  # noqa: S608
    for hidden in (address, network_of(address), PHONE["User-Agent"], "198.51"):
        assert hidden not in kept
    (key,) = (rig.state_dir / "run" / "scan-keys").iterdir()
    assert key.read_bytes().hex() not in kept
    assert key.stat().st_mode & 0o777 == 0o600


def test_yesterday_s_key_and_visits_are_thrown_away(app: FastAPI, press: Press, rig: Rig) -> None:
    people, folder = Visitors(rig.state_dir), rig.state_dir / "run" / "scan-keys"
    look(app, press.path(7))
    first = people.visit("198.51.100.77", PHONE, rig.clock.now())
    assert people.visit("198.51.100.77", PHONE, rig.clock.now()) == first
    assert Visitors(rig.state_dir).visit("198.51.100.77", PHONE, rig.clock.now()) == first  # another worker's
    now = rig.clock.forward(DAY)
    people.forget(now)
    telling.tidy(rig.engine, now)
    assert list(folder.iterdir()) == []
    assert rig.all("SELECT 1 FROM scan_visits") == []
    later = people.visit("198.51.100.77", PHONE, now)
    assert later.place != first.place
    assert later.phone != first.phone
    people.forget(now)
    assert [path.stem for path in folder.iterdir()] == [later.day]
    assert counts(rig) == {7: 1}


def test_workers_that_begin_a_day_at_once_have_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: Visitors(tmp_path).visit("192.0.2.1", PHONE, 1_795_000_000_000), range(32)))
    assert len(found) == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unix", ""),
    ],
)
def test_a_place_is_a_neighbourhood(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.expect_log("scans are not counted")
def test_a_label_is_answered_for_where_nothing_can_be_counted(app: FastAPI, press: Press, rig: Rig) -> None:
    (rig.state_dir / "run").mkdir()
    (rig.state_dir / "run" / "scan-keys").write_text("in the way")
    seen = look(app, press.path(7))
    assert (seen.status, seen.title) == (200, "标签真实")
    assert counts(rig) == {}

"""The demo: a week and a queue, made by real actions, the same for the same seed, and clean."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from zhangshu_desk import cli, demo
from zhangshu_desk.accounts import actions
from zhangshu_desk.accounts.rules import password_problems
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import parse_moment
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.demo import Size
from zhangshu_desk.demo.station import password
from zhangshu_desk.labels import queries as labels
from zhangshu_desk.reception.queries import queue
from zhangshu_desk.reception.rules import State

NOW = parse_moment("2026-11-23T10:30")
SMALL = Size(enterprises=30, days=2, visits=14)
ONE_DAY = Size(enterprises=12, days=1, visits=4)
SECRET = "Garden8-stone"


def rows(where: Paths, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(where.database)) as connection:
        return connection.execute(query).fetchall()


def fill(folder: Path, now: int = NOW, size: Size = SMALL) -> Paths:
    where = paths.of(folder)
    assert demo.fill(where, now, SECRET, size) == ("zhanzhang", SECRET)
    return where


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    return fill(tmp_path_factory.mktemp("demo") / "desk")


def test_it_is_clean_and_somebody_can_log_in(filled: Paths) -> None:
    with closing(open_store(filled, NOW)) as store:
        assert verify(store).problems == ()
        assert store.findings == []
        assert not actions.log_in(store, "zhanzhang", SECRET, NOW).must_change
        assert actions.log_in(store, "wangfang", SECRET, NOW).must_change


@pytest.mark.parametrize("now", ["2026-11-23T10:30", "2026-11-25T00:10", "2026-11-22T16:30", "2026-11-24T08:40"])
def test_twelve_wait_at_whatever_time_of_day(tmp_path: Path, now: str) -> None:
    moment = parse_moment(now)
    where = fill(tmp_path / "desk", moment, ONE_DAY)
    with closing(open_store(where, moment)) as store:
        found = queue(store, moment, None)
    assert (len(found.waiting), len(found.parked), len(found.missed)) == (12, 1, 1)
    assert {row.priority for row in found.waiting} == {"", "老弱病残孕", "预约"}
    states = rows(where, "SELECT state, count(*) FROM visits WHERE state IN ('叫号中', '办理中') GROUP BY state")
    assert sorted(states) == [("办理中", 1), ("叫号中", 1)]
    ((last,),) = rows(where, "SELECT max(at) FROM audit")
    assert moment - 60_000 < int(str(last)) <= moment


def test_the_days_before_are_closed(filled: Paths) -> None:
    assert rows(filled, "SELECT day FROM day_closes ORDER BY day") == [("2026-11-19",), ("2026-11-20",)]
    assert rows(filled, "SELECT count(*) FROM visits WHERE day < '2026-11-21' AND number IS NOT NULL") == [(14,)]


def test_the_same_seed_tells_the_same_story(filled: Paths, tmp_path: Path) -> None:
    story = (
        "SELECT day, label, enterprise_name, visitor, state, arrived_at, waited_ms, served_ms FROM visits ORDER BY 1, 2"
    )
    again, other = fill(tmp_path / "a"), fill(tmp_path / "b", size=replace(SMALL, seed=2))
    assert rows(again, story) == rows(filled, story)
    assert rows(other, story) != rows(filled, story)


def test_labels_have_something_true_to_show(filled: Paths) -> None:
    with closing(open_store(filled, NOW)) as store:
        unknown, known = labels.products(store)
        assert (known.form.name, known.form.verified, known.missing) == ("樟树吴茱萸", True, ())
        assert (unknown.form.name, unknown.form.verified, unknown.users) == ("清江枳壳", False, 0)
        assert [(one.usable, one.left) for one in labels.users(store, NOW)] == [(True, 5_495), (False, None)]
        assert labels.marks(store)[0].file_name == "示例标志 非官方.png"
        states = sorted((row.state.value, row.labels) for row in labels.page(store).rows)
        assert states == [("已编号", 48), ("已编号", 505), ("待批准", 2_405)]
        gi, traced = labels.year(store, 2026, NOW)
        assert (gi.balance.printed, gi.balance.handed_out, gi.balance.held) == (506, 300, 118)
        assert traced.product_name == "钢制更衣柜 GY-6M"
        assert gi.balance.is_even
        assert traced.balance.is_even


def test_only_an_empty_place_is_filled(filled: Paths) -> None:
    before = filled.database.read_bytes()
    with pytest.raises(DeskError) as refused:
        demo.fill(filled, NOW, SECRET, SMALL)
    assert refused.value.code == "demo.not_empty"
    assert filled.database.read_bytes() == before


def test_a_weak_password_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    where = paths.of(tmp_path / "desk")
    with pytest.raises(DeskError) as refused:
        demo.fill(where, NOW, "demo", SMALL)
    assert refused.value.code == "account.password_weak"
    assert rows(where, "SELECT count(*) FROM stations") == [(0,)]


def test_progress_is_told(bare_store: Store) -> None:
    told: list[tuple[int, int]] = []
    demo.fill_open_store(bare_store, NOW, lambda done, total: told.append((done, total)), SECRET, ONE_DAY)
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_random_passwords_are_sound_and_differ() -> None:
    made = {password() for _ in range(200)}
    assert len(made) > 195
    assert all(password_problems(one, "zhanzhang", "陈建国", "樟树金属家具产业园工作站（演示）") == () for one in made)


@pytest.mark.slow
def test_the_whole_demo_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = paths.of(tmp_path / "desk")
    assert cli.main(["--data-dir", str(where.data), "--now", "2026-11-23T10:30", "demo"]) == 0
    said = capsys.readouterr().out
    assert "账号 zhanzhang（站长），密码 " in said
    secret = said.split("密码 ")[1].split("\n")[0]
    with closing(open_store(where, NOW)) as store:
        assert verify(store).problems == ()
        assert actions.log_in(store, "zhanzhang", secret, NOW)
    assert rows(where, "SELECT count(*) FROM enterprises") == [(402,)]  # and two that grow herbs
    assert {state for (state,) in rows(where, "SELECT DISTINCT state FROM visits")} == {state.value for state in State}
    assert len(rows(where, "SELECT DISTINCT level FROM ratings")) >= 4
    assert rows(where, "SELECT count(*) FROM enterprise_names WHERE valid_until IS NOT NULL") == [(1,)]

"""The command `zhangshu-server` as a person or a script meets it, on a PostgreSQL of its own and on another one."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, update

from tests.server.rig import Rig
from tests.server_ops.conftest import Cluster, folder_for_postgres
from tests.server_ops.filled import FRONT, SIDE, fill
from tests.server_ops.program import run
from tests.server_ops.test_exchanges import opened, outbox
from tests.store_fixtures import NINE
from zhangshu_desk import __version__
from zhangshu_desk.core.clock import SystemClock
from zhangshu_server import cli
from zhangshu_server.tables import admins, feed_head, stations

COMMANDS = ("serve", "migrate", "stations", "services", "admin", "backup", "restore", "check", "exchange")


def test_help_is_chinese_and_names_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(command in said for command in (*COMMANDS, "ZHANGSHU_DATABASE_URL", "ZHANGSHU_STATE_DIR", "退出状态"))
    assert "用法：zhangshu-server" in said
    assert "usage" not in said


@pytest.mark.parametrize(
    "command",
    [[c] for c in COMMANDS] + [["stations", "code"], ["stations", "revoke"], ["admin", "add"], ["services", "load"]],
)
def test_each_command_has_help(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert cli.run([*command, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"用法：zhangshu-server {' '.join(command)} ")


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"zhangshu-server {__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["stations"],
        ["stations", "code"],
        ["services", "load"],
        ["restore"],
        ["exchange", "a"],
        ["backup", "--fast"],
    ],
)
def test_wrong_use_is_told_in_chinese(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert cli.run(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("命令写法不对：")
    assert "required" not in said


def test_a_wrong_setting_is_told(tmp_path: Path) -> None:
    done = run(tmp_path, "check", PORT="high")
    assert (done.returncode, done.stdout) == (1, "")
    assert "ZHANGSHU_PORT" in done.stderr


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path: Path) -> None:
    done = run(tmp_path, "check", DATABASE_URL="postgresql://me:topsecret@127.0.0.1:1/centre")
    assert done.returncode == 1
    assert done.stderr.startswith("未完成：数据库连接不上")
    assert "topsecret" not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_centre_with_a_postgres_of_its_own_from_nothing() -> None:
    with folder_for_postgres() as folder:
        state = folder / "state"
        assert run(state, "stations", "list").stdout == "还没有工作站。\n"
        assert not (state / "postgres" / "postmaster.pid").exists()  # whoever leaves last stops it
        assert run(state, "migrate").stdout.startswith("数据库结构已是 ")
        _makes_a_code(state)
        _makes_an_admin(state)
        _backs_up_and_restores(state)


def _makes_a_code(state: Path) -> None:
    done = run(state, "stations", "code", "--site", "樟树", "--name", "前台一", NAMES="centre.example.cn")
    assert done.returncode == 0
    fingerprint = re.search(r"CA 指纹 +((?:[0-9A-F]{2}:){31}[0-9A-F]{2})", done.stdout)
    code = re.search(r"一次性代码 +([A-Z2-7-]{30,}[0-9A-F]{8})", done.stdout)
    assert fingerprint
    assert code
    assert code[1].endswith(fingerprint[1].replace(":", "")[:8])
    assert "https://centre.example.cn:8843" in done.stdout


def _makes_an_admin(state: Path) -> None:
    done = run(state, "admin", "add", "head")
    assert done.returncode == 0
    password = re.search(r"密码（只显示这一次）：(\S{20,})", done.stdout)
    assert password
    assert "已新增管理员：head" in done.stdout
    again = run(state, "admin", "add", "head")
    assert "已重设密码：head" in again.stdout
    assert password[1] not in again.stdout


def _backs_up_and_restores(state: Path) -> None:
    done = run(state, "backup")
    assert done.returncode == 0, done.stderr
    (file,) = (state / "backups").glob("*.dump")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run(state, "check").returncode == 0
    assert "已新增" in run(state, "admin", "add", "second").stdout
    done = run(state, "restore", file)
    assert done.returncode == 0, done.stderr
    assert "原来的数据库保留为：zhangshu_before_" in done.stdout
    done = run(state, "check")
    assert done.returncode == 3
    assert "不是同一时刻" in done.stderr
    assert "已新增" in run(state, "admin", "add", "second").stdout  # it was gone again


def test_a_database_without_tables_must_be_migrated_first(cluster: Cluster, state: Path) -> None:
    cluster.execute("CREATE DATABASE ops_bare")
    url = cluster.at("ops_bare")
    try:
        done = run(state, "stations", "list", DATABASE_URL=url)
        assert done.returncode == 1
        assert "zhangshu-server migrate" in done.stderr
        assert run(state, "serve", DATABASE_URL=url).returncode == 1
        assert "从 空 升级到" in run(state, "migrate", DATABASE_URL=url).stdout
        assert run(state, "stations", "list", DATABASE_URL=url).returncode == 0
    finally:
        cluster.execute("DROP DATABASE ops_bare WITH (FORCE)")
    assert not (state / "postgres").exists()


def test_stations(engine: Engine, database: str, state: Path) -> None:
    fill(engine, NINE)
    listed = run(state, "stations", "list", DATABASE_URL=database).stdout
    assert re.search(rf"{SIDE} +樟树金属家具产业园 · 前台二 .*待上报 3 条", listed)
    assert "已停用（笔记本电脑遗失）" in listed
    rows = json.loads(run(state, "stations", "list", "--json", DATABASE_URL=database).stdout)
    assert {row["name"] for row in rows} == {"前台一", "前台二", "药都前台", "流动服务车"}

    ambiguous = run(state, "stations", "revoke", FRONT[:8], "--reason", "丢失", DATABASE_URL=database)
    assert ambiguous.returncode == 1
    assert run(state, "stations", "revoke", FRONT, "--reason", " ", DATABASE_URL=database).returncode == 1
    done = run(state, "stations", "revoke", FRONT, "--reason", "丢失", DATABASE_URL=database)
    assert (done.returncode, done.stdout) == (0, "已停用：前台一\n")
    with engine.connect() as connection:
        assert connection.execute(select(stations.c.revoked_reason).where(stations.c.id == FRONT)).scalar() == "丢失"
    assert run(state, "stations", "reinstate", FRONT, DATABASE_URL=database).stdout == "已恢复：前台一\n"


def test_services(engine: Engine, database: str, state: Path, tmp_path: Path) -> None:
    rig = Rig(engine, state)
    file = tmp_path / "事项.toml"

    def services(*arguments: object) -> tuple[int, str, str]:
        done = run(state, "services", *arguments, DATABASE_URL=database)
        return done.returncode, done.stdout, done.stderr

    assert services("show") == (0, "中心没有下发办理事项，各工作站使用程序自带的。\n", "")
    assert services("reset")[1] == "本来就没有下发办理事项，没有改动。\n"
    assert rig.head() == 0
    shipped = services("show", "--toml")[1]
    file.write_text("\ufeff" + shipped, encoding="utf-8")
    assert services("load", file)[1].startswith("已下发：新增 17 项、修改 0 项、停用 0 项（到变更第 17 号）。\n")
    assert services("load", file)[1] == "与已下发的一致，没有改动。\n"
    changed = shipped.replace('short = "年报"', 'short = "年度报告"').replace("daily_cap = 0", "daily_cap = 30", 1)
    file.write_text(changed, encoding="utf-8")
    assert "新增 0 项、修改 1 项、停用 0 项" in services("load", file)[1]
    shown = services("show")[1]
    assert "中心下发的办理事项：13 项" in shown
    assert "A 组  综合，A001～A999（待核实）\n  NB  年度报告  年度报告报送公示（辅导），" in shown
    assert "，约 15 分钟，每日 30 号，常用第 2，待核实\n" in shown
    assert services("show", "--toml")[1] == changed

    file.write_text(changed.replace('group = "D"', 'group = "Z"'), encoding="utf-8")
    status, said, wrong = services("load", file)
    assert (status, said) == (1, "")
    assert f"事项文件 {file} 有误：service.RZ.group 没有「Z」组" in wrong
    file.write_bytes(changed.encode("gb18030"))
    assert "不是 UTF-8" in services("load", file)[2]
    assert services("load", tmp_path / "none.toml")[0] == 1
    assert rig.head() == 18
    assert services("reset")[1] == "不再下发办理事项，各工作站改用程序自带的。\n"
    acts = rig.all("SELECT act, facts->>'changed', facts->>'voided' FROM centre_acts ORDER BY id")
    assert acts == [("services.load", "0", "0"), ("services.load", "1", "0"), ("services.reset", "0", "17")]
    assert run(state, "check", "--json", DATABASE_URL=database).stdout.count('"code"') == 1  # no backup yet


def test_check_finds_and_tells(engine: Engine, database: str, state: Path) -> None:
    Rig(engine, state)
    with engine.begin() as connection:
        connection.execute(update(feed_head).values(seq=5))
    done = run(state, "check", "--json", DATABASE_URL=database)
    assert done.returncode == 3
    codes = [one["code"] for one in json.loads(done.stdout)["problems"]]
    assert {"check.feed_tail", "check.no_backup"} <= set(codes)
    assert "发现问题：" in run(state, "check", DATABASE_URL=database).stderr


def test_a_backup_elsewhere_and_back(engine: Engine, database: str, state: Path, tmp_path: Path) -> None:
    done = run(state, "backup", "--to", tmp_path / "stick", DATABASE_URL=database)
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "stick").glob("*.dump")
    with engine.begin() as connection:
        connection.execute(insert(admins).values(login="late", password_hash="x", created_at=NINE))
    refused = run(state, "restore", file, DATABASE_URL=database)
    assert refused.returncode == 1
    assert "连接在用" in refused.stderr
    engine.dispose()
    assert run(state, "restore", file, DATABASE_URL=database).returncode == 0
    with engine.connect() as connection:
        assert not connection.execute(select(admins)).all()
        acts = connection.exec_driver_sql("SELECT act FROM centre_acts").scalars().all()
    assert acts == ["backup.restore"]


def test_a_broken_or_tampered_backup_is_not_restored(
    engine: Engine, database: str, state: Path, tmp_path: Path
) -> None:
    with engine.begin() as connection:
        connection.execute(update(feed_head).values(seq=5))  # whoever wrote it did not go by the rules
    (tmp_path / "text.dump").write_text("nonsense")
    run(state, "backup", "--to", tmp_path, DATABASE_URL=database)
    engine.dispose()
    for file in tmp_path.glob("*.dump"):
        done = run(state, "restore", file, DATABASE_URL=database)
        assert done.returncode == 1
        assert "不能恢复" in done.stderr
    with engine.connect() as connection:
        assert connection.execute(select(feed_head.c.seq)).scalar() == 5


def test_an_exchange_file(engine: Engine, database: str, state: Path, tmp_path: Path) -> None:
    rig = Rig(engine, state)
    rig.clock.moment = SystemClock().now()
    desk = rig.desk()
    desk.log.now = rig.clock.now()
    desk.log.insert("enterprises", name="甲公司").end()
    file, answer = tmp_path / "out.zsx", tmp_path / "answer.zsx"
    file.write_bytes(outbox(desk))
    for _ in range(2):
        done = run(state, "exchange", file, "--out", answer, DATABASE_URL=database)
        assert done.returncode == 0, done.stderr
        assert opened(desk, answer.read_bytes())["acked"] == {desk.log.inc: 1}
    assert rig.all("SELECT count(*) FROM records WHERE tbl = 'enterprises'") == [(1,)]
    assert run(state, "exchange", tmp_path / "none", "--out", answer, DATABASE_URL=database).returncode == 1
    wrong = run(state, "exchange", answer, "--out", file, DATABASE_URL=database)
    assert "拿到工作站上导入" in wrong.stderr

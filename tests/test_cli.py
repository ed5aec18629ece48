"""The command line as a person or a script meets it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk import __version__, cli
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import Store, open_store

COMMANDS = ("demo", "import-enterprises", "search", "backup", "restore", "verify", "tour")
ROOT = Path(__file__).parents[1]


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """(exit status, standard output, standard error) of a command run in this process."""
    status = cli.main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


@pytest.fixture
def desk(store: Store) -> Paths:
    """A closed desk with one firm and one contact."""
    make.enterprise(store, NINE, credit_code="91360982000000019L")
    store.close()
    return store.paths


def test_help_is_chinese_and_names_everything(capsys: pytest.CaptureFixture[str]) -> None:
    status, said, _ = run(capsys, "--help")
    assert status == 0
    assert all(command in said for command in (*COMMANDS, "--data-dir", "--now", "--version"))
    assert "用法：zhangshu-desk" in said
    assert "usage" not in said


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    status, said, _ = run(capsys, command, "--help")
    assert status == 0
    assert said.startswith(f"用法：zhangshu-desk {command} ")
    assert "--data-dir" in said
    assert "退出状态" in said


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version")[:2] == (0, f"zhangshu-desk {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nonsense"], "没有 'nonsense'，可用"),
        (["restore"], "缺少 备份文件"),
        (["backup", "--fast"], "不认识 --fast"),
        (["--data-dir"], "--data-dir 后面缺少内容"),
        (["--now", "yesterday"], "「yesterday」不是日期"),
        (["search", "x", "--limit", "-3"], "--limit"),
        (["verify", "--json=1"], "--json 后面不能写 '1'"),
    ],
)
def test_a_wrong_command_line_is_explained(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert words in err
    assert "--help」查看用法" in err


def test_search_finds_by_initials(capsys: pytest.CaptureFixture[str], desk: Paths) -> None:
    status, said, _ = run(capsys, "--data-dir", desk.data, "search", "jhbx", "--json")
    (hit,) = json.loads(said)
    assert status == 0
    assert set(hit) == {"kind", "id", "title", "subtitle"}
    assert (hit["kind"], hit["title"]) == ("enterprise", "江西锦湖保险设备集团有限公司")
    assert run(capsys, "search", "江西锦湖", "--data-dir", desk.data)[1].startswith(
        "企业  江西锦湖保险设备集团有限公司  9136"
    )
    assert "没有找到" in run(capsys, "search", "没有这家", "--data-dir", desk.data)[1]
    assert run(capsys, "search", "没有这家", "--data-dir", desk.data, "--json")[1] == "[]\n"


def test_a_command_makes_the_database_of_a_fresh_place(capsys: pytest.CaptureFixture[str], where: Paths) -> None:
    assert run(capsys, "--data-dir", where.data, "search", "x", "--json")[:2] == (0, "[]\n")
    assert where.database.exists()


LIST = """企业名录,,
企业名称,统一社会信用代码,联系人
江西云柏金属家具有限公司,91360982MA6339749P,李梅
江西禾畴保险柜有限公司,91360982MA5673913J,刘杰
宜春阁山货架有限公司,91360982MA8608770A,黄琴
"""


def test_a_list_is_imported_into_a_fresh_place_and_not_twice(
    capsys: pytest.CaptureFixture[str], where: Paths, tmp_path: Path
) -> None:
    file = tmp_path / "企业.csv"
    file.write_text(LIST, encoding="gb18030")
    command = ("--data-dir", where.data, "import-enterprises", file)
    dry = json.loads(run(capsys, *command, "--dry-run", "--json")[1])
    assert (dry["new"], dry["changed"], dry["same"]) == (2, 0, 0)
    assert [refused["row"] for refused in dry["refused"]] == [5]
    assert "第 18 位校验不符" in dry["refused"][0]["reason"]
    assert json.loads(run(capsys, "--data-dir", where.data, "search", "云柏", "--json")[1]) == []

    status, said, _ = run(capsys, *command)
    assert status == 0
    assert "新增 2，更新 0，相同 0，未导入 1。\n第 5 行未导入：" in said
    again = json.loads(run(capsys, *command, "--json")[1])
    assert (again["new"], again["changed"], again["same"], len(again["refused"])) == (0, 0, 2, 1)
    assert json.loads(run(capsys, *command, "--accept-bad-codes", "--json")[1])["new"] == 1
    found = json.loads(run(capsys, "search", "limei", "--json", "--data-dir", where.data)[1])
    assert [(hit["kind"], hit["title"]) for hit in found] == [("person", "李*")]

    store = open_store(where, NINE)
    make.set_up(store, NINE)
    store.close()
    assert run(capsys, "--data-dir", where.data, "verify")[0] == 0


def test_a_file_that_is_no_list_is_explained(capsys: pytest.CaptureFixture[str], where: Paths, tmp_path: Path) -> None:
    wrong = tmp_path / "a.xlsx"
    wrong.write_bytes(b"hello")
    for file in (wrong, tmp_path / "none.csv"):
        status, out, err = run(capsys, "--data-dir", where.data, "import-enterprises", file, "--json")
        assert (status, out) == (1, "")
        assert err.startswith("未完成：")
        assert file.name in err


def test_the_demo_is_refused_where_there_is_a_desk(capsys: pytest.CaptureFixture[str], desk: Paths) -> None:
    status, _, err = run(capsys, "--data-dir", desk.data, "demo")
    assert status == 1
    assert "只能建在空目录里" in err


@pytest.mark.parametrize("command", ["verify", "backup"])
def test_nothing_to_check_or_back_up(capsys: pytest.CaptureFixture[str], where: Paths, command: str) -> None:
    status, _, err = run(capsys, "--data-dir", where.data, command)
    assert status == 1
    assert f"未完成：还没有数据库：{where.database}" in err
    assert not where.data.exists()


def test_verify_of_a_clean_desk(capsys: pytest.CaptureFixture[str], desk: Paths) -> None:
    status, said, err = run(capsys, "--data-dir", desk.data, "verify")
    assert (status, err) == (0, "")
    assert said.startswith("已检查：审计记录 2，操作记录 ")
    assert said.endswith("没有发现问题。\n")
    found = json.loads(run(capsys, "--data-dir", desk.data, "verify", "--json")[1])
    assert (found["problems"], found["checked"]["audit"]) == ([], 2)


def test_verify_finds_a_change_by_hand(capsys: pytest.CaptureFixture[str], desk: Paths) -> None:
    with closing(sqlite3.connect(desk.database)) as connection:
        connection.execute("UPDATE enterprises SET name = 'x'")
        connection.execute("UPDATE audit SET note = 'x' WHERE seq = 1")
        connection.commit()
    status, said, _ = run(capsys, "--data-dir", desk.data, "verify")
    assert status == 3
    assert "发现问题：审计日志第 1 条被改动过。" in said
    assert "被绕过程序修改：name。" in said
    status, said, _ = run(capsys, "--data-dir", desk.data, "verify", "--json")
    assert (status, json.loads(said)["counts"]["verify.audit_changed"]) == (3, 1)


def test_a_damaged_file_is_a_finding_of_verify_and_a_refusal_elsewhere(
    capsys: pytest.CaptureFixture[str], desk: Paths
) -> None:
    desk.database.write_bytes(b"no database" * 1000)
    for command, expected in ((["verify"], 3), (["search", "x"], 1), (["backup"], 1)):
        status, _, err = run(capsys, "--data-dir", desk.data, *command)
        assert status == expected
        assert "restore" in err
        assert "Traceback" not in err
    assert desk.database.read_bytes().startswith(b"no database")


def test_backup_and_restore(capsys: pytest.CaptureFixture[str], desk: Paths) -> None:
    status, said, _ = run(capsys, "--data-dir", desk.data, "--now", "2026-11-23T10:00", "backup")
    made = desk.backups / "desk-20261123-100000.db"
    assert (status, said) == (0, f"备份已完成并通过检查：{made}\n")
    store = open_store(desk, NINE)
    make.enterprise(store, NINE, "乙")
    store.close()
    status, said, _ = run(capsys, "--data-dir", desk.data, "--now", "2026-11-23T11:00", "restore", made)
    assert status == 0
    assert f"原来的数据库保存在：{desk.damaged / 'replaced-20261123-110000'}" in said
    assert json.loads(run(capsys, "--data-dir", desk.data, "search", "乙", "--json")[1]) == []
    status, said, _ = run(capsys, "--data-dir", desk.data, "verify")
    assert status == 0
    assert "数据库曾从备份恢复或更换电脑 1 次" in said
    with closing(sqlite3.connect(desk.database)) as connection:
        last = connection.execute("SELECT act, actor_name, note FROM audit ORDER BY seq DESC").fetchone()
    assert last == ("backup.restore", "命令行", "原数据库保存为 replaced-20261123-110000")


def test_restoring_is_refused_while_a_desk_is_open(capsys: pytest.CaptureFixture[str], desk: Paths) -> None:
    run(capsys, "--data-dir", desk.data, "--now", "2026-11-23T10:00", "backup")
    program = (
        "import sys; from pathlib import Path; from zhangshu_desk.core import paths\n"
        "from zhangshu_desk.instance import Instance\n"
        "held = Instance.acquire(paths.of(Path(sys.argv[1])), listen=False)\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(desk.data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as desk_program:
        assert desk_program.stdout is not None
        assert desk_program.stdin is not None
        assert desk_program.stdout.readline() == b"held\n"
        status, _, err = run(capsys, "--data-dir", desk.data, "restore", desk.backups / "desk-20261123-100000.db")
        desk_program.stdin.close()
    assert status == 1
    assert "数据库正在使用" in err
    assert not desk.damaged.exists()


def test_restoring_what_is_not_there(capsys: pytest.CaptureFixture[str], desk: Paths, tmp_path: Path) -> None:
    status, _, err = run(capsys, "--data-dir", desk.data, "restore", tmp_path / "none.db")
    assert status == 1
    assert "找不到文件" in err


def test_a_place_that_cannot_be_written_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, _, err = run(capsys, "--data-dir", tmp_path / "file" / "desk", "search", "x")
    assert status == 1
    assert "不能写入" in err


@pytest.mark.expect_log("bug")
def test_a_bug_is_logged_and_told_without_a_traceback(
    capsys: pytest.CaptureFixture[str], desk: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError("this is a bug")

    monkeypatch.setattr("zhangshu_desk.commands.search", broken)
    status, _, err = run(capsys, "--data-dir", desk.data, "search", "x")
    assert status == 1
    assert err.startswith("程序内部错误")
    assert "this is a bug" not in err
    assert "this is a bug" in (desk.logs / "desk.log").read_text(encoding="utf-8")


def test_chinese_comes_through_a_pipe_in_any_locale(desk: Paths) -> None:
    called = [sys.executable, "-m", "zhangshu_desk", "--data-dir", str(desk.data), "search", "锦湖"]
    done = subprocess.run(
        called, cwd=ROOT, env={**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "gbk"}, capture_output=True, check=True
    )
    assert done.stdout.decode().startswith("企业  江西锦湖")
    assert done.stderr == b""


def test_a_reader_that_leaves_early_is_no_error(desk: Paths) -> None:
    called = [sys.executable, "-m", "zhangshu_desk", "--data-dir", str(desk.data), "search", "江西"]
    with subprocess.Popen(called, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
    assert program.returncode == 0


def test_help_imports_nothing_slow() -> None:
    program = (
        "import sys; from zhangshu_desk import cli; cli.main(['--version'])\n"
        "print([m for m in ('sqlalchemy', 'PySide6', 'argon2', 'alembic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1] == "[]"

"""The PostgreSQL of our own: shared by processes, private to its owner, and back after kills and power cuts."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg
import pytest

from tests.server_ops.conftest import folder_for_postgres
from zhangshu_desk.core.errors import DeskError
from zhangshu_server import embedded

_OTHER = """
import sys
from pathlib import Path
from zhangshu_server import embedded
with embedded.running(Path(sys.argv[1])) as found:
    print(found.url, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def state() -> Iterator[Path]:
    """A state directory that its account can reach."""
    with folder_for_postgres() as folder:
        yield folder / "state"


def postmaster(state: Path) -> int:
    """The number of the server process, as its own note says."""
    return int((state / "postgres" / "postmaster.pid").read_text().splitlines()[0])


def ask(url: str, question: str) -> object:
    """One value from the database."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


def is_running(pid: int) -> bool:
    """Whether a process lives."""
    return bool(psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)


def test_it_listens_on_a_private_socket_only(state: Path) -> None:
    with embedded.running(state) as found:
        assert ask(found.url, "SHOW listen_addresses") == ""
        folder = Path(str(ask(found.url, "SHOW unix_socket_directories")))
        (path,) = folder.glob(".s.PGSQL.*[0-9]")
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert ask(found.url, "SELECT current_database()") == embedded.DATABASE
        assert (found.programs / "pg_dump").exists()
    assert not (state / "postgres" / "postmaster.pid").exists()


def test_what_was_written_is_there_again(state: Path) -> None:
    with embedded.running(state) as found, psycopg.connect(found.url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE t AS SELECT 42 AS answer")
    with embedded.running(state) as found:
        assert ask(found.url, "SELECT answer FROM t") == 42


def test_whoever_leaves_last_stops_it(state: Path) -> None:
    with embedded.running(state) as ours:
        pid = postmaster(state)
        with subprocess.Popen(
            [sys.executable, "-c", _OTHER, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            assert other.stdout.readline().strip() == ours.url
            other.communicate("\n")
        assert other.returncode == 0
        assert postmaster(state) == pid
        assert ask(ours.url, "SELECT 1") == 1
    assert not is_running(pid)


def test_a_killed_user_does_not_keep_it_running_for_ever(state: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER, str(state)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline()
        other.kill()
    pid = postmaster(state)
    assert is_running(pid)
    with embedded.running(state):
        assert postmaster(state) == pid
    assert not is_running(pid)


def test_it_comes_back_after_it_was_killed(state: Path) -> None:
    with embedded.running(state) as found:
        with psycopg.connect(found.url.replace("+psycopg", "")) as connection:
            connection.execute("CREATE TABLE t AS SELECT 42 AS answer")
        pid = postmaster(state)
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=0)
    with embedded.running(state) as found:
        assert postmaster(state) != pid
        assert ask(found.url, "SELECT answer FROM t") == 42


def test_another_process_with_the_noted_number_is_not_taken_for_it(state: Path) -> None:
    """After a power cut the number of the server process may be anybody's."""
    with embedded.running(state):
        note = (state / "postgres" / "postmaster.pid").read_text().splitlines()
    note[0] = str(os.getpid())
    (state / "postgres" / "postmaster.pid").write_text("\n".join(note) + "\n")
    with embedded.running(state) as found:
        assert ask(found.url, "SELECT 1") == 1


def test_a_folder_of_something_else_is_refused_and_left_alone(state: Path) -> None:
    (state / "postgres").mkdir(parents=True)
    (state / "postgres" / "letter.txt").write_text("dear")
    with pytest.raises(DeskError) as refused, embedded.running(state):
        pass
    assert refused.value.code == "centre.postgres"
    assert (state / "postgres" / "letter.txt").read_text() == "dear"


def test_a_long_path_is_no_hindrance(state: Path) -> None:
    with embedded.running(state / ("long" * 20)) as found:
        folder = Path(str(ask(found.url, "SHOW unix_socket_directories")))
        (path,) = folder.glob(".s.PGSQL.*[0-9]")
        assert stat.S_IMODE(path.stat().st_mode) == 0o700

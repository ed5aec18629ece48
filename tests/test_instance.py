"""One desk per data directory, whatever happened to the one before."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from zhangshu_desk.core import paths
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.instance import Instance, call_first, socket_name

ROOT = Path(__file__).parents[1]
HOLDER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from zhangshu_desk.core import paths
from zhangshu_desk.instance import Instance
app = QCoreApplication([])
held = Instance.acquire(paths.of(Path(sys.argv[1])))
print('held' if held else 'taken', flush=True)
if held is None:
    sys.exit(0)
held.raised.connect(lambda: print('raised', flush=True))
app.exec()
"""


@pytest.fixture(params=["desk", "樟树·数据 目录", "l" + "ong" * 60], ids=["plain", "chinese", "long"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Paths:
    return paths.of(tmp_path / str(request.param))


@contextmanager
def holder(where: Paths) -> Iterator[subprocess.Popen[str]]:
    """Another process that tries to take the data directory; killed at the end."""
    program = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(where.data)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with program:
        try:
            yield program
        finally:
            program.kill()


def line(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return program.stdout.readline().strip()


def test_a_second_start_raises_the_first(qtbot: QtBot, place: Paths) -> None:
    with holder(place) as first:
        assert line(first) == "held"
        assert Instance.acquire(place) is None
        assert call_first(place)
        assert line(first) == "raised"


def test_what_a_killed_desk_left_behind_is_taken_over(qtbot: QtBot, place: Paths) -> None:
    with holder(place) as first:
        assert line(first) == "held"
    assert (place.data / "desk.lock").exists()
    mine = Instance.acquire(place)
    assert mine is not None
    with holder(place) as late:
        assert line(late) == "taken"
    mine.release()


def test_the_first_hears_of_the_second(qtbot: QtBot, place: Paths) -> None:
    mine = Instance.acquire(place)
    assert mine is not None
    call = (
        "import sys; from pathlib import Path; from zhangshu_desk.core import paths\n"
        "from zhangshu_desk.instance import call_first\n"
        "print(call_first(paths.of(Path(sys.argv[1]))))"
    )
    with qtbot.waitSignal(mine.raised, timeout=10_000):
        second = subprocess.Popen(
            [sys.executable, "-c", call, str(place.data)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
    with second:
        assert line(second) == "True"
    mine.release()
    assert not call_first(place)


def test_after_a_release_the_place_is_free(qtbot: QtBot, place: Paths) -> None:
    for _ in range(2):
        mine = Instance.acquire(place)
        assert mine is not None
        mine.release()
    assert not (place.data / "desk.lock").exists()


def test_of_many_starts_at_once_one_wins(tmp_path: Path) -> None:
    where = paths.of(tmp_path / "desk")
    paths.make(where)
    with holder(where) as a, holder(where) as b, holder(where) as c:
        assert sorted(line(program) for program in (a, b, c)) == ["held", "taken", "taken"]


def test_two_places_do_not_meet(qtbot: QtBot, tmp_path: Path) -> None:
    one, other = (Instance.acquire(paths.of(tmp_path / name)) for name in ("a", "b"))
    assert one is not None
    assert other is not None
    one.release()
    other.release()
    assert socket_name(paths.of(tmp_path / "a")) != socket_name(paths.of(tmp_path / "b"))
    (tmp_path / "c").symlink_to(tmp_path / "a")
    assert socket_name(paths.of(tmp_path / "c")) == socket_name(paths.of(tmp_path / "a"))


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DeskError) as refused:
        Instance.acquire(paths.of(tmp_path / "file" / "desk"))
    assert refused.value.code == "store.read_only"

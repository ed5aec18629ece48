"""The station's label key: made once, private, the same for whoever asks at the same moment."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from zhangshu_desk.core import label_key, paths
from zhangshu_desk.core.files import write_atomic


def test_it_is_made_once_and_private(tmp_path: Path) -> None:
    path = paths.of(tmp_path / "data").label_key
    assert label_key.read(path) is None
    key = label_key.read_or_make(path)
    assert len(key) == label_key.LENGTH
    assert label_key.read_or_make(path) == label_key.read(path) == key
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_two_stations_have_two(tmp_path: Path) -> None:
    one, other = label_key.read_or_make(tmp_path / "a"), label_key.read_or_make(tmp_path / "b")
    assert one != other
    assert label_key.id_of(one) != label_key.id_of(other)
    assert one.hex() not in label_key.id_of(one)


def test_what_is_not_a_key_is_neither_used_nor_replaced(tmp_path: Path) -> None:
    path = tmp_path / "label.key"
    path.write_bytes(b"short")
    with pytest.raises(ValueError, match="not a label key"):
        label_key.read_or_make(path)
    assert path.read_bytes() == b"short"


def test_all_threads_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(label_key.read_or_make, [tmp_path / "label.key"] * 16))) == 1


def test_a_key_that_another_process_makes_meanwhile_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, theirs = tmp_path / "label.key", b"t" * label_key.LENGTH

    def meanwhile(target: Path, content: bytes, *, private: bool) -> None:
        path.write_bytes(theirs)
        write_atomic(target, content, private=private)

    monkeypatch.setattr(label_key, "write_atomic", meanwhile)
    assert label_key.read_or_make(path) == theirs
    assert list(tmp_path.iterdir()) == [path]


def test_all_processes_get_the_same(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from zhangshu_desk.core import label_key;"
        " sys.stdin.read(1); print(label_key.read_or_make(Path(sys.argv[1])).hex())"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "label.key")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = {one.communicate("x", timeout=60)[0] for one in started}
    assert len(said) == 1
    assert len(said.pop().strip()) == 2 * label_key.LENGTH


def test_a_disk_without_hard_links_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "label.key"
    assert label_key.read_or_make(path) == path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]

"""A PDF file instead of a printer."""

from __future__ import annotations

from pathlib import Path

import pytest

from zhangshu_desk.labels.printers.files import FileOutput
from zhangshu_desk.labels.printers.outputs import Known, NotSent, Trouble, Word


def test_the_file_is_in_its_place_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"%PDF-1.4")
    output = FileOutput(tmp_path / "papers")
    assert output.find("标签 A/1") == ""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "标签 A_1.part").write_bytes(b"what a dead program left")
    assert output.find("标签 A/1") == ""
    assert list((tmp_path / "papers").iterdir()) == []
    ticket = output.send("标签 A/1", tmp_path / "part")
    assert ticket == str(tmp_path / "papers" / "标签 A_1.pdf") == output.find("标签 A/1")
    assert Path(ticket).read_bytes() == b"%PDF-1.4"
    assert output.look(ticket) == Word(Known.SAVED)
    output.take_back(ticket)
    output.close()
    assert [one.name for one in (tmp_path / "papers").iterdir()] == ["标签 A_1.pdf"]


def test_a_folder_that_refuses(tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"%PDF-1.4")
    (tmp_path / "papers").write_text("a file is in the way")
    with pytest.raises(NotSent) as refusal:
        FileOutput(tmp_path / "papers").send("标签", tmp_path / "part")
    assert refusal.value.trouble is Trouble.FOLDER


def test_what_is_known_is_said_in_words() -> None:
    assert str(Word(Known.STUCK, frozenset({Trouble.PAPER_OUT, Trouble.HEAD_OPEN}))).startswith("等待处理、")
    assert [one for one in Known if Word(one).over] == [Known.PRINTED, Known.SAVED, Known.SENT, Known.GIVEN_BACK]

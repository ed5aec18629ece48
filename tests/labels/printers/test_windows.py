"""What is made of the words of the Windows spooler.

The spooler here is made up: these tests show the decisions, not that Windows speaks as its documentation says.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from zhangshu_desk.labels.printers.outputs import HalfSent, Known, NotSent, Trouble, Word
from zhangshu_desk.labels.printers.windows import SpoolerOutput, WinSpooler

PAUSED, ERROR, DELETING, PRINTING, PAPER_OUT, PRINTED, DELETED = 0x1, 0x2, 0x4, 0x10, 0x40, 0x80, 0x100


class MadeUp:
    """A spooler of one printer, `labels`."""

    def __init__(self) -> None:
        self.printer = 0
        self.statuses: dict[int, int] = {}
        self.titles: dict[str, int] = {}
        self.written: list[bytes] = []
        self.breaks = False

    def printer_status(self, queue: str) -> int | None:
        return self.printer if queue == "labels" else None

    def write(self, queue: str, title: str, content: bytes) -> int:
        if self.breaks:
            raise OSError(5, "refused")
        self.written.append(content)
        job = self.titles[title] = len(self.written)
        self.statuses[job] = 0
        return job

    def job_status(self, queue: str, job: int) -> int | None:
        return self.statuses.get(job)

    def jobs(self, queue: str) -> dict[str, int]:
        return {title: job for title, job in self.titles.items() if job in self.statuses}

    def delete(self, queue: str, job: int) -> None:
        self.statuses[job] |= DELETING


@pytest.fixture
def spooler() -> MadeUp:
    return MadeUp()


@pytest.fixture
def output(spooler: MadeUp) -> SpoolerOutput:
    return SpoolerOutput("labels", spooler)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    (tmp_path / "part").write_bytes(b"\x00\x1a\r\n\xff")
    return tmp_path / "part"


def test_bytes_go_as_they_are_and_leave_the_queue_printed(spooler: MadeUp, output: SpoolerOutput, part: Path) -> None:
    ticket = output.send("标签 1", part)
    assert spooler.written == [b"\x00\x1a\r\n\xff"]
    assert output.look(ticket) == Word(Known.WAITING)
    spooler.statuses[1] = PRINTING
    assert output.look(ticket) == Word(Known.WAITING)
    del spooler.statuses[1]
    assert output.look(ticket) == Word(Known.PRINTED)


def test_a_queue_that_keeps_its_jobs_says_printed(spooler: MadeUp, output: SpoolerOutput, part: Path) -> None:
    ticket = output.send("标签 1", part)
    spooler.statuses[1] = PRINTED
    assert output.look(ticket) == Word(Known.PRINTED)
    assert output.find("标签 1") == ticket
    assert output.find("标签 2") is None


def test_what_was_deleted_or_in_error_is_not_printed(spooler: MadeUp, output: SpoolerOutput, part: Path) -> None:
    first, second = output.send("标签 1", part), output.send("标签 2", part)
    output.take_back(first)
    assert output.look(first) == Word(Known.GIVEN_BACK, frozenset({Trouble.CANCELED}))
    spooler.statuses[2] = ERROR
    assert output.look(second) == Word(Known.STUCK, frozenset({Trouble.OTHER}))
    spooler.statuses.clear()
    assert output.look(first) == Word(Known.GIVEN_BACK, frozenset({Trouble.CANCELED}))
    assert output.look(second) == Word(Known.SENT)
    output.take_back(first)
    assert not spooler.statuses


def test_troubles_of_the_printer(spooler: MadeUp, output: SpoolerOutput, part: Path) -> None:
    ticket = output.send("标签 1", part)
    spooler.printer, spooler.statuses[1] = 0x10, PRINTING
    assert output.look(ticket) == Word(Known.STUCK, frozenset({Trouble.PAPER_OUT}))
    with pytest.raises(NotSent) as refusal:
        output.send("标签 2", part)
    assert refusal.value.trouble is Trouble.PAPER_OUT
    assert len(spooler.written) == 1


def test_no_such_printer(spooler: MadeUp, part: Path) -> None:
    with pytest.raises(NotSent) as refusal:
        SpoolerOutput("gone", spooler).send("标签 1", part)
    assert refusal.value.trouble is Trouble.NO_QUEUE


def test_a_write_that_breaks_off(spooler: MadeUp, output: SpoolerOutput, part: Path) -> None:
    spooler.breaks = True
    with pytest.raises(HalfSent):
        output.send("标签 1", part)
    output.close()


def test_only_windows_has_it() -> None:
    if sys.platform != "win32":
        with pytest.raises(OSError, match="Windows"):
            WinSpooler()


def test_the_spooler_says_how_the_printer_is(output: SpoolerOutput, spooler: MadeUp) -> None:
    assert output.troubles() == frozenset()
    spooler.printer = 0x10 | 0x40_0000
    assert output.troubles() == frozenset({Trouble.PAPER_OUT, Trouble.HEAD_OPEN})
    assert SpoolerOutput("gone", spooler).troubles() == frozenset({Trouble.NO_QUEUE})

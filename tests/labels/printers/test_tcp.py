"""A label printer on the network: printed, sent, refused, silent, cut in the middle, out of paper, told apart."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.labels.printers import label_printer
from tests.labels.printers.label_printer import LabelPrinter
from tests.print_server import until
from zhangshu_desk.labels.printers import tcp, tspl, zpl
from zhangshu_desk.labels.printers.media import Media
from zhangshu_desk.labels.printers.outputs import HalfSent, Known, NotSent, Trouble, Word
from zhangshu_desk.labels.printers.raster import from_dots
from zhangshu_desk.labels.printers.status import Status, read_status
from zhangshu_desk.labels.printers.tcp import TcpOutput
from zhangshu_desk.labels.rules.printers import Language

MEDIA = Media(60_000, 40_000, 2_000)
RASTER = from_dots(np.random.default_rng(1).random((320, 480)) < 0.1)
LABELS = {Language.TSPL: tspl.label(RASTER, MEDIA), Language.ZPL: zpl.label(RASTER, MEDIA)}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "ANSWER_S", 0.2)


@pytest.fixture(params=list(Language))
def printer(request: pytest.FixtureRequest) -> Iterator[LabelPrinter]:
    made = LabelPrinter(request.param)
    yield made
    made.close()


@pytest.fixture
def output(printer: LabelPrinter) -> Iterator[TcpOutput]:
    made = TcpOutput(printer.language, printer.address)
    yield made
    made.close()


@pytest.fixture
def part(printer: LabelPrinter, tmp_path: Path) -> Path:
    """Three labels."""
    file = tmp_path / "part"
    file.write_bytes(LABELS[printer.language] * 3)
    return file


def told(output: TcpOutput) -> Word:
    """What is known in the end, or what a person must do."""
    words = list[Word]()

    def settled() -> bool:
        words.append(output.look(""))
        return words[-1].known is not Known.WAITING

    until(settled)
    return words[-1]


def refused(output: TcpOutput, part: Path) -> Trouble:
    """The trouble for which nothing was sent."""
    with pytest.raises(NotSent) as refusal:
        output.send("标签", part)
    return refusal.value.trouble


def half(output: TcpOutput, part: Path) -> Trouble:
    """The trouble in the middle of sending."""
    with pytest.raises(HalfSent) as refusal:
        output.send("标签", part)
    return refusal.value.trouble


def test_a_printer_that_answers_has_printed(printer: LabelPrinter, output: TcpOutput, part: Path) -> None:
    for count in (3, 6):
        output.send("标签", part)
        assert told(output) == Word(Known.PRINTED)
        assert printer.paper == [LABELS[printer.language]] * count


def test_it_is_not_called_printed_before_it_is(printer: LabelPrinter, output: TcpOutput, part: Path) -> None:
    printer.trouble = label_printer.PAUSED
    output.look("")
    printer.trouble, printer.label_s = 0, 60
    output.send("标签", part)
    until(lambda: printer.busy)
    assert output.look("") == Word(Known.WAITING)
    assert not printer.paper


def test_one_that_does_not_answer_has_only_got_it(printer: LabelPrinter, output: TcpOutput, part: Path) -> None:
    printer.answers = False
    for _ in range(2):
        output.send("标签", part)
        assert output.look("") == Word(Known.SENT)
    until(lambda: len(printer.paper) == 6)


def test_one_that_answers_and_never_works_has_not_understood(
    printer: LabelPrinter, output: TcpOutput, tmp_path: Path
) -> None:
    (tmp_path / "part").write_bytes(b"%!PS of another language\r\n")
    output.send("标签", tmp_path / "part")
    assert told(output) == Word(Known.SENT)


@pytest.mark.parametrize(
    ("bit", "trouble"),
    [
        (label_printer.PAPER_OUT, Trouble.PAPER_OUT),
        (label_printer.HEAD_OPEN, Trouble.HEAD_OPEN),
        (label_printer.RIBBON_OUT, Trouble.RIBBON_OUT),
        (label_printer.PAUSED, Trouble.PAUSED),
    ],
)
def test_a_trouble_is_said_before_anything_is_sent(
    printer: LabelPrinter, output: TcpOutput, part: Path, bit: int, trouble: Trouble
) -> None:
    printer.trouble = bit
    assert refused(output, part) is trouble
    printer.trouble = 0
    output.send("标签", part)
    assert told(output).known is Known.PRINTED
    assert len(printer.paper) == 3


def test_the_roll_ends_in_the_middle(printer: LabelPrinter, output: TcpOutput, part: Path) -> None:
    printer.roll = 2
    output.send("标签", part)
    assert told(output) == Word(Known.STUCK, frozenset({Trouble.PAPER_OUT}))
    assert len(printer.paper) == 2
    printer.roll = 100
    assert told(output) == Word(Known.PRINTED)
    assert len(printer.paper) == 3


def test_switched_off(printer: LabelPrinter, output: TcpOutput, part: Path) -> None:
    printer.close()
    assert refused(output, part) is Trouble.REFUSED


def test_a_name_nobody_has(part: Path) -> None:
    assert refused(TcpOutput(Language.TSPL, "no-such-printer.invalid"), part) is Trouble.UNREACHABLE


def test_nobody_answers_the_connection(part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "CONNECT_S", 0.2)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        assert refused(TcpOutput(Language.TSPL, f"127.0.0.1:{address[1]}"), part) is Trouble.SILENT
        for one in waiting:
            one.close()


def test_the_connection_is_cut_in_the_middle(printer: LabelPrinter, output: TcpOutput, tmp_path: Path) -> None:
    label = LABELS[printer.language]
    (tmp_path / "part").write_bytes(label * (20_000_000 // len(label)))
    printer.cut_after = len(label) + len(label) // 2
    assert half(output, tmp_path / "part") is Trouble.CUT
    until(lambda: not printer.busy)
    assert len(printer.paper) < 20_000_000 // len(label)


def test_a_cut_that_shows_only_later(printer: LabelPrinter, output: TcpOutput, part: Path) -> None:
    printer.answers = False
    output.send("标签", part)
    assert output.look("") == Word(Known.SENT)
    printer.cut_after = 0
    second = part.with_name("second")
    second.write_bytes(b"\r\n")
    with contextlib.suppress(HalfSent):
        output.send("标签", second)
        until(lambda: output.look("") == Word(Known.GIVEN_BACK, frozenset({Trouble.CUT})))
    printer.cut_after = None
    output.send("标签", part)
    assert output.look("") == Word(Known.SENT)


def test_a_connection_that_the_printer_ends_in_good_order(printer: LabelPrinter, output: TcpOutput, part: Path) -> None:
    output.send("标签", part)
    assert told(output).known is Known.PRINTED
    printer.hang_up = True
    until(lambda: not printer.hang_up)
    output.send("标签", part)
    assert told(output).known is Known.PRINTED
    assert len(printer.paper) == 6


def test_it_takes_nothing_any_more(
    printer: LabelPrinter, output: TcpOutput, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer.reads = False
    monkeypatch.setattr(tcp, "STALL_S", 0.3)
    (tmp_path / "part").write_bytes(b" " * 30_000_000)
    assert half(output, tmp_path / "part") is Trouble.STALLED


def test_one_that_falls_silent_needs_somebody(
    printer: LabelPrinter, output: TcpOutput, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tcp, "SILENCE_S", 0.3)
    printer.label_s = 60
    output.send("标签", part)
    assert output.look("").known is Known.WAITING
    printer.answers = False
    assert told(output) == Word(Known.STUCK, frozenset({Trouble.SILENT}))


def test_closing_lets_the_printer_go_on(printer: LabelPrinter, output: TcpOutput, part: Path) -> None:
    output.send("标签", part)
    output.take_back("")
    output.close()
    until(lambda: len(printer.paper) == 3)
    assert output.find("标签") is None
    assert output.look("").known is Known.SENT


def test_answers_are_read_whole_or_not_at_all() -> None:
    line = b"\x02030,1,0,0320,002,0,0,0,000,0,0,0\x03\r\n\x02000,0,1,0,0,2,4,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"
    assert read_status(Language.ZPL, line) == Status(True, frozenset({Trouble.PAPER_OUT, Trouble.HEAD_OPEN}))
    assert read_status(Language.ZPL, line[:60]) is None
    assert read_status(Language.ZPL, b"") is None
    assert read_status(Language.TSPL, b"") is None
    assert read_status(Language.TSPL, b"\x20\x00") == Status(False)
    assert read_status(Language.TSPL, b"\xa0") == Status(True, frozenset({Trouble.OTHER}))

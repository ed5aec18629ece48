"""Real queues: a raw one into a socket, and a label printer that speaks IPP. Printed, refused, stuck, told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from PySide6.QtWidgets import QApplication

from tests.labels.printers import ipp_printer as ipp
from tests.labels.printers.ipp_printer import IppPrinter
from tests.print_server import QUEUE, PrintServer, print_server, until
from zhangshu_desk.core import cups
from zhangshu_desk.core.cups import State
from zhangshu_desk.labels.printers.cups import RAW, CupsOutput, pages_of
from zhangshu_desk.labels.printers.drawn import DrawnOutput
from zhangshu_desk.labels.printers.outputs import Known, NotSent, Trouble, Word

SIZE = (60.0, 40.0)


@dataclass(frozen=True)
class Place:
    """The print server and its printers."""

    server: PrintServer
    printer: IppPrinter


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with print_server() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUPS_SERVER", server.address)
        with ipp.ipp_printer(server, tmp_path_factory.mktemp("ipp")) as printer:
            yield Place(server, printer)


@pytest.fixture
def raw(place: Place) -> CupsOutput:
    return CupsOutput(QUEUE, RAW)


@pytest.fixture
def labels(place: Place) -> CupsOutput:
    return CupsOutput(ipp.QUEUE, pages_of(*SIZE))


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    """Bytes that no filter of CUPS would leave as they are."""
    file = tmp_path / "part"
    file.write_bytes(b"SIZE 60 mm,40 mm\r\n" + bytes(range(256)) * 40 + b"\r\nPRINT 1,1\r\n")
    return file


@pytest.fixture
def page(tmp_path: Path, qapp: QApplication) -> Path:
    """A label as PDF."""
    writer = QPdfWriter(str(tmp_path / "page.pdf"))
    writer.setPageSize(QPageSize(QSizeF(*SIZE), QPageSize.Unit.Millimeter))
    writer.setPageMargins(QMarginsF())
    painter = QPainter(writer)
    painter.drawText(300, 300, "A023")
    painter.end()
    return tmp_path / "page.pdf"


def told(output: CupsOutput, ticket: str) -> Word:
    """What is known in the end, or what a person must do."""
    words = list[Word]()

    def settled() -> bool:
        words.append(output.look(ticket))
        return words[-1].known is not Known.WAITING

    until(settled)
    return words[-1]


def refused(output: CupsOutput | DrawnOutput, part: Path) -> Trouble:
    """The trouble for which nothing was sent."""
    with pytest.raises(NotSent) as refusal:
        output.send("标签", part)
    return refusal.value.trouble


# ---- a raw queue -----------------------------------------------------------------------------------------------------


def test_bytes_arrive_as_they_are(place: Place, raw: CupsOutput, stream: Path) -> None:
    ticket = raw.send("标签 1", stream)
    assert told(raw, ticket) == Word(Known.PRINTED)
    until(lambda: stream.read_bytes() in place.server.sink.jobs)
    assert raw.find("标签 1") == ticket
    assert raw.find("标签 2") is None


def test_a_queue_that_is_stopped_is_not_filled(place: Place, raw: CupsOutput, stream: Path) -> None:
    place.server.command("/usr/sbin/cupsdisable", QUEUE)
    assert refused(raw, stream) is Trouble.STOPPED
    place.server.command("/usr/sbin/cupsenable", QUEUE)
    place.server.command("/usr/sbin/cupsreject", QUEUE)
    assert refused(raw, stream) is Trouble.NOT_ACCEPTING
    place.server.command("/usr/sbin/cupsaccept", QUEUE)
    assert told(raw, raw.send("标签 3", stream)) == Word(Known.PRINTED)


def test_a_queue_that_is_not_there(place: Place, stream: Path) -> None:
    assert cups.queue("gone") is None
    assert refused(CupsOutput("gone", RAW), stream) is Trouble.NO_QUEUE


def test_a_job_that_is_held_and_one_that_is_taken_back(place: Place, stream: Path) -> None:
    held = CupsOutput(QUEUE, (*RAW, "job-hold-until=indefinite"))
    ticket = held.send("标签 4", stream)
    assert held.look(ticket) == Word(Known.STUCK, frozenset({Trouble.HELD}))
    held.take_back(ticket)
    assert held.look(ticket) == Word(Known.GIVEN_BACK, frozenset({Trouble.CANCELED}))


def test_a_job_that_cups_does_not_know(raw: CupsOutput) -> None:
    assert raw.look("99999") == Word(Known.SENT)


# ---- a label printer that speaks IPP ---------------------------------------------------------------------------------


def test_a_label_is_printed(place: Place, labels: CupsOutput, page: Path) -> None:
    before = len(place.printer.pages)
    assert told(labels, labels.send("标签 11", page)) == Word(Known.PRINTED)
    assert len(place.printer.pages) == before + 1
    assert place.printer.pages[-1].startswith(b"%PDF")


def test_a_page_that_the_printer_refuses_is_not_called_printed(place: Place, page: Path) -> None:
    before = len(place.printer.pages)
    wrong = CupsOutput(ipp.QUEUE, pages_of(210, 297))
    assert told(wrong, wrong.send("标签 12", page)) == Word(Known.GIVEN_BACK, frozenset({Trouble.CANCELED}))
    assert len(place.printer.pages) == before


def test_no_paper(place: Place, labels: CupsOutput, page: Path) -> None:
    before = len(place.printer.pages)
    place.printer.take_paper()
    ticket = labels.send("标签 13", page)
    assert told(labels, ticket) == Word(Known.STUCK, frozenset({Trouble.PAPER_OUT}))
    assert len(place.printer.pages) == before
    place.printer.give_paper()
    until(lambda: labels.look(ticket) == Word(Known.PRINTED))
    assert len(place.printer.pages) == before + 1


def test_switched_off(place: Place, labels: CupsOutput, page: Path) -> None:
    before = len(place.printer.pages)
    place.printer.switch_off()
    ticket = labels.send("标签 14", page)
    assert told(labels, ticket) == Word(Known.STUCK, frozenset({Trouble.SILENT}))
    labels.take_back(ticket)
    until(lambda: labels.look(ticket).known is Known.GIVEN_BACK)
    place.printer.switch_on()
    assert told(labels, labels.send("标签 15", page)) == Word(Known.PRINTED)
    assert len(place.printer.pages) == before + 1


def test_a_queue_says_how_its_printer_is(place: Place, raw: CupsOutput) -> None:
    assert raw.troubles() == frozenset()
    place.server.command("/usr/sbin/cupsdisable", QUEUE)
    place.server.command("/usr/sbin/cupsreject", QUEUE)
    assert raw.troubles() == frozenset({Trouble.STOPPED, Trouble.NOT_ACCEPTING})
    place.server.command("/usr/sbin/cupsaccept", QUEUE)
    place.server.command("/usr/sbin/cupsenable", QUEUE)
    assert CupsOutput("gone", RAW).troubles() == frozenset({Trouble.NO_QUEUE})


def test_sizes_of_pages() -> None:
    assert pages_of(210, 297)[0] == "media=A4"
    assert pages_of(63.5, 38.1)[0] == "media=Custom.63.5x38.1mm"


# ---- without CUPS's tools --------------------------------------------------------------------------------------------


def test_qt_draws_the_pages(place: Place, page: Path, qapp: QApplication) -> None:
    before = len(place.server.sink.jobs)
    output = DrawnOutput(QUEUE, *SIZE, None)
    ticket = output.send("标签 21", page)
    assert output.look(ticket) == Word(Known.SENT)
    output.take_back(ticket)
    until(lambda: len(place.server.sink.jobs) > before)
    assert refused(DrawnOutput("gone", *SIZE, None), page) is Trouble.NO_QUEUE


def test_without_its_library_nothing_is_known(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cups.queue(QUEUE) is not None
    monkeypatch.setattr(cups, "_LIBRARY", "libcups.so.none")
    assert cups.queue(QUEUE) is None
    assert cups.jobs(QUEUE) == []
    assert cups.state_of(1, QUEUE) is State.UNKNOWN

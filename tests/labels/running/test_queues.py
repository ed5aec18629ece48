"""Jobs through real queues of CUPS: followed to their end, also by a program that was not there when they were sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pytest

from tests.labels.printers import ipp_printer as ipp
from tests.labels.printers.ipp_printer import IppPrinter
from tests.labels.running.press import CLERK, ROLL, SHEET, Background, Press, read_paper, read_pdf
from tests.print_server import QUEUE, PrintServer, print_server, until
from zhangshu_desk.labels import running, sheets
from zhangshu_desk.labels.printers.outputs import Trouble
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way

RAW = PrinterSettings("USB 标签机", Way.TSPL_QUEUE, queue=QUEUE)
IPP = PrinterSettings("IPP 标签机", Way.SYSTEM, dpi=203, queue=ipp.QUEUE)
OFFICE = PrinterSettings("办公打印机", Way.SYSTEM, dpi=600, queue=QUEUE)


@dataclass(frozen=True)
class Place:
    """The print server and its label printer."""

    server: PrintServer
    printer: IppPrinter

    def sent_after(self, before: int) -> list[bytes]:
        """What came through the raw queue since."""
        return self.server.sink.jobs[before:]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with print_server() as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUPS_SERVER", server.address)
        with ipp.ipp_printer(server, tmp_path_factory.mktemp("ipp")) as printer:
            yield Place(server, printer)


def places_of(press: Press, pdf: bytes, folder: Path) -> list[list[int]]:
    """The places on each page of a PDF."""
    (folder / "read.pdf").write_bytes(pdf)
    return [press.places(page) for page in read_pdf(folder / "read.pdf")]


def test_a_raw_queue(place: Place, press: Press) -> None:
    before = len(place.server.sink.jobs)
    ending = press.go(press.begin(press.printer(RAW)))
    assert (ending.state, ending.good) == (JobState.DONE, 40)
    until(lambda: len(place.sent_after(before)) == 1)
    assert press.places(read_paper(place.sent_after(before))) == list(range(40))


def test_a_label_printer_that_speaks_ipp(place: Place, press: Press, tmp_path: Path) -> None:
    before = len(place.printer.pages)
    ending = press.go(press.begin(press.printer(IPP), 0, 24, ROLL))
    assert (ending.state, ending.good) == (JobState.DONE, 25)
    parts = [places_of(press, one, tmp_path) for one in place.printer.pages[before:]]
    assert parts == [[[one] for one in range(20)], [[one] for one in range(20, 25)]]
    with pypdfium2.PdfDocument(place.printer.pages[-1]) as document:
        assert [round(one / 72 * 25.4) for one in document[0].get_size()] == [60, 40]


def test_what_the_printer_refuses_is_not_called_printed(place: Place, press: Press) -> None:
    """A4 sheets, which this printer does not have."""
    before = len(place.printer.pages)
    wrong = PrinterSettings("IPP 标签机", Way.SYSTEM, dpi=203, queue=ipp.QUEUE)
    job = press.begin(press.printer(wrong), 0, 3, "traced-a4-2x5")
    ending = press.go(job)
    assert (ending.state, ending.good, ending.waiting) == (JobState.STOPPED, 0, 4)
    assert ending.result == Trouble.CANCELED.value
    assert len(place.printer.pages) == before
    assert press.confirm(job, None) == "已中断"
    assert running.open_jobs(press.store)[0].todo == 4


def test_no_paper_and_paper_again(place: Place, press: Press, tmp_path: Path) -> None:
    before = len(place.printer.pages)
    place.printer.take_paper()
    job = press.begin(press.printer(IPP), 0, 4, ROLL)
    background = Background(press, job)
    until(lambda: any(Trouble.PAPER_OUT in one.troubles for one in press.told))
    place.printer.give_paper()
    assert background.wait().state is JobState.DONE
    assert places_of(press, place.printer.pages[before], tmp_path) == [[one] for one in range(5)]


def test_stopped_while_it_waits_for_paper(place: Place, press: Press) -> None:
    before = len(place.printer.pages)
    place.printer.take_paper()
    job = press.begin(press.printer(IPP), 0, 4, ROLL)
    background = Background(press, job)
    until(lambda: any(Trouble.PAPER_OUT in one.troubles for one in press.told))
    background.stop.set()
    ending = background.wait()
    place.printer.give_paper()
    assert (ending.state, ending.waiting) == (JobState.STOPPED, 5)
    assert running.open_jobs(press.store)[0].must_confirm
    assert press.confirm(job, None) == "已中断"
    until(lambda: len(place.printer.pages) > before or not place.printer.busy)
    assert press.go(job).state is JobState.DONE


def test_a_stopped_queue_is_not_filled(place: Place, press: Press) -> None:
    place.server.command("/usr/sbin/cupsdisable", QUEUE)
    try:
        job = press.begin(press.printer(RAW), 0, 9)
        ending = press.go(job)
    finally:
        place.server.command("/usr/sbin/cupsenable", QUEUE)
    assert (ending.state, ending.result, ending.waiting) == (JobState.STOPPED, Trouble.STOPPED.value, 0)
    assert press.go(job).state is JobState.DONE


def test_a_queue_that_is_gone(place: Place, press: Press) -> None:
    gone = PrinterSettings("旧打印机", Way.TSPL_QUEUE, queue="gone")
    ending = press.go(press.begin(press.printer(gone)))
    assert (ending.state, ending.result) == (JobState.STOPPED, Trouble.NO_QUEUE.value)


# ---- sheets ----------------------------------------------------------------------------------------------------------


def halfway(place: Place, press: Press) -> str:
    """A job of two sheets that somebody cancelled in the queue."""
    hold = ("/usr/sbin/lpadmin", "-p", QUEUE, "-o")
    place.server.command(*hold, "job-hold-until-default=indefinite")
    job = press.begin(press.printer(OFFICE), template=SHEET)
    background = Background(press, job)
    until(lambda: any(Trouble.HELD in one.troubles for one in press.told))
    place.server.command("cancel", "-a", QUEUE)
    ending = background.wait()
    place.server.command(*hold, "job-hold-until-default=no-hold")
    assert (ending.state, ending.waiting) == (JobState.STOPPED, 40)
    return job


def started(press: Press) -> list[list[int]]:
    return [sorted(one.used) for one in sheets.started(press.store, "a4-3x8")]


def test_sheets_are_printed_and_the_last_one_is_started(place: Place, press: Press, tmp_path: Path) -> None:
    before = len(place.server.sink.jobs)
    assert press.go(press.begin(press.printer(OFFICE), template=SHEET)).state is JobState.DONE
    until(lambda: len(place.sent_after(before)) == 1)
    assert places_of(press, place.sent_after(before)[0], tmp_path) == [list(range(24)), list(range(24, 40))]
    assert started(press) == [list(range(16))]


@pytest.mark.parametrize(
    ("last_good", "sheet_kept", "pages"),
    [
        (None, False, [list(range(24)), list(range(24, 40))]),
        (23, False, [list(range(24, 40))]),
        (29, False, [list(range(30, 40))]),
        (29, True, [list(range(30, 40))]),
    ],
)
def test_after_a_jam_on_sheets(
    place: Place, press: Press, tmp_path: Path, last_good: int | None, sheet_kept: bool, pages: list[list[int]]
) -> None:
    job = halfway(place, press)
    assert press.confirm(job, last_good, sheet_kept=sheet_kept) == "已中断"
    assert started(press) == ([list(range(6))] if sheet_kept else [])
    before = len(place.server.sink.jobs)
    assert press.go(job).state is JobState.DONE
    until(lambda: len(place.sent_after(before)) == 1)
    assert places_of(press, place.sent_after(before)[0], tmp_path) == pages
    used = range(16) if sheet_kept or last_good in (None, 23) else range(10)
    assert started(press) == [list(used)]


# ---- a program that died ---------------------------------------------------------------------------------------------


def test_the_queue_is_asked_about_what_a_dead_program_sent(place: Place, press: Press) -> None:
    """The part is in the queue; its ticket was not written down any more."""
    before = len(place.server.sink.jobs)
    at = press.printer(RAW)
    assert press.go(press.begin(at, 0, 4)).state is JobState.DONE
    job = press.begin(at, 5, 9)
    assert press.go(job).state is JobState.DONE
    title = f"标签 G-2611-07 {job[-12:]}-1"
    with press.store.merge() as merge:
        merge.db.execute("UPDATE print_jobs SET state = '打印中', good_until = 4 WHERE id = ?", (job,))
        merge.db.execute(
            "INSERT INTO label_runs (job_id, inc, printer_id, used, todo, unsure, part, parts, reached, changed_at)"
            " VALUES (?, ?, ?, '[]', '[]', '[]', ?, 1, -1, 0)",
            (job, press.store.incarnation, at, f'{{"places": [[5, 9]], "title": "{title}", "ticket": ""}}'),
        )
    waits = running.open_jobs(press.store)[0]
    assert (waits.can_be_asked, waits.must_confirm) == (True, False)
    assert press.go(job).state is JobState.DONE
    until(lambda: len(place.sent_after(before)) == 2)


def test_nobody_knows_what_became_of_the_part_of_a_dead_program(place: Place, press: Press) -> None:
    at = press.printer(RAW)
    job = press.begin(at, 0, 9)
    with press.store.merge() as merge:
        merge.db.execute(
            "UPDATE label_runs SET todo = '[[5, 9]]', part = ?, parts = 1",
            ('{"places": [[0, 4]], "title": "never sent", "ticket": ""}',),
        )
    ending = press.go(job)
    assert (ending.state, ending.waiting) == (JobState.STOPPED, 5)
    assert "不明" in ending.result
    waits = running.open_jobs(press.store)[0]
    assert (waits.can_be_asked, waits.must_confirm) == (False, True)
    assert press.confirm(job, press.places([press.numbers[2]])[0]) == "已中断"
    assert press.go(job).state is JobState.DONE


def dead_part(press: Press, printer_id: str, title: str, ticket: str = "") -> str:
    """A job of ten labels whose program died when it had handed over the first five."""
    job = press.begin(printer_id, 0, 9)
    part = f'{{"places": [[0, 4]], "title": "{title}", "ticket": "{ticket}"}}'
    with press.store.merge() as merge:
        merge.db.execute("UPDATE label_runs SET todo = '[[5, 9]]', part = ?, parts = 1", (part,))
    return job


def test_asking_the_queue_instead_of_a_person(place: Place, press: Press, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"\r\n")
    place.server.command("lp", "-d", QUEUE, "-t", "known to the queue", "-o", "raw", str(tmp_path / "part"))
    at = press.printer(RAW)
    job = dead_part(press, at, "known to the queue")
    until(lambda: not place.server.command("lpstat", "-o", QUEUE).strip())
    running.inquire(press.store, CLERK, job, press.clock.now())
    assert running.open_jobs(press.store)[0].waiting == ()
    assert press.row(job).good_until == 4
    assert press.row(job).state is JobState.STOPPED
    assert press.go(job).state is JobState.DONE
    running_before = press.begin(at, 10, 19)
    running.inquire(press.store, CLERK, running_before, press.clock.now())
    assert press.go(running_before).state is JobState.DONE


def test_asking_a_queue_that_knows_nothing(place: Place, press: Press) -> None:
    job = dead_part(press, press.printer(RAW), "never heard of")
    running.inquire(press.store, CLERK, job, press.clock.now())
    assert running.open_jobs(press.store)[0].can_be_asked
    with press.store.merge() as merge:
        merge.db.execute("DELETE FROM label_printers")
    running.inquire(press.store, CLERK, job, press.clock.now())
    assert press.confirm(job, None) == "已中断"


def test_what_still_waits_is_not_printed_after_a_persons_word(place: Place, press: Press, tmp_path: Path) -> None:
    before = len(place.server.sink.jobs)
    (tmp_path / "part").write_bytes(b"late\r\n")
    hold = ("-o", "job-hold-until=indefinite")
    place.server.command("lp", "-d", QUEUE, "-t", "still waits", "-o", "raw", *hold, str(tmp_path / "part"))
    job = dead_part(press, press.printer(RAW), "still waits")
    running.inquire(press.store, CLERK, job, press.clock.now())
    assert running.open_jobs(press.store)[0].waiting
    assert press.confirm(job, None) == "已中断"
    assert not place.server.command("lpstat", "-o", QUEUE).strip()
    assert press.go(job).state is JobState.DONE
    until(lambda: len(place.sent_after(before)) == 1)
    assert b"late" not in place.sent_after(before)[0]


def test_giving_up_takes_back_what_still_waits(place: Place, press: Press, tmp_path: Path) -> None:
    (tmp_path / "part").write_bytes(b"late\r\n")
    hold = ("-o", "job-hold-until=indefinite")
    place.server.command("lp", "-d", QUEUE, "-t", "given up", "-o", "raw", *hold, str(tmp_path / "part"))
    job = dead_part(press, press.printer(RAW), "given up")
    running.give_up(press.store, CLERK, job, "改用别的打印机", press.clock.now())
    assert not place.server.command("lpstat", "-o", QUEUE).strip()
    assert (press.row(job).state, press.row(job).last) == (JobState.ENDED, 4)

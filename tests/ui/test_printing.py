"""Papers, PDF files, real print queues, and what is said about them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.print_server import QUEUE, PrintServer, print_server
from tests.ui import kit
from tests.ui.hands import in_front
from zhangshu_desk.core.clock import FixedClock, parse_moment
from zhangshu_desk.core.cups import State, state_of
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.printing import Fate, Kind, Outcome, Paper, Printing, slip
from zhangshu_desk.ui.printing.paper import Layout, pictures, write_pdf
from zhangshu_desk.ui.printing.preview import Preview
from zhangshu_desk.ui.printing.send import _followed, printers, send, send_by_qt
from zhangshu_desk.ui.work import Immediate, Work

SLIP = Paper(
    "号票 A015",
    "<p align='center'>樟树一站式服务工作站</p><p align='center' style='font-size:40px'><b>A015</b></p>"
    "<p>年报 · 前面 3 人 · 10:42</p>",
    Kind.SLIP_80,
)
REPORT = Paper("日结单 2026-11-23", "<h2>日结单</h2>" + "<p>第一窗口 办结 12 人次</p>" * 80, Kind.A4)


@pytest.fixture
def owner(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.json")


@pytest.fixture
def printing(settings: Settings, tmp_path: Path) -> Printing:
    clock = FixedClock(parse_moment("2026-11-23T10:42"))
    return Printing(Work(Immediate(), Immediate()), settings, clock, tmp_path / "papers")


@pytest.fixture(scope="module")
def server() -> Iterator[PrintServer]:
    with print_server() as made, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUPS_SERVER", made.address)
        yield made


def text_of(file: Path | bytes) -> str:
    """The text of a PDF as a reader copies it."""
    with pypdfium2.PdfDocument(file) as document:
        copied = "".join(page.get_textpage().get_text_range() for page in document)
    # Noto Sans CJK draws 一 and the radical ⼀ with one glyph; a PDF then names the radical.
    return unicodedata.normalize("NFKC", copied)


def arrived(server: PrintServer, before: int, words: str) -> bool:
    """Whether one of the jobs after the first `before` has `words` on it."""
    return any(words in text_of(job) for job in server.sink.jobs[before:])


def ink(image: QImage) -> list[tuple[int, int]]:
    """The dark points."""
    return [
        (x, y) for y in range(image.height()) for x in range(image.width()) if image.pixelColor(x, y).lightness() < 128
    ]


# ---- papers ----------------------------------------------------------------------------------------------------------


def test_a_slip_is_as_wide_as_the_roll_and_as_long_as_its_text(qapp: QApplication) -> None:
    short, long = Layout(SLIP), Layout(Paper("x", SLIP.html + "<p>一行</p>" * 10, Kind.SLIP_80))
    assert short.size_mm.width() == 80
    assert 25 < short.size_mm.height() < 70
    assert long.size_mm.height() > short.size_mm.height() + 30
    assert (short.pages, long.pages) == (1, 1)
    assert Layout(Paper("x", SLIP.html, slip(58))).size_mm.width() == 58


def test_a_sheet_breaks_into_numbered_pages(qapp: QApplication, tmp_path: Path) -> None:
    layout = Layout(REPORT)
    assert (layout.size_mm.width(), layout.size_mm.height()) == (210, 297)
    assert layout.pages > 1
    write_pdf(REPORT, tmp_path / "r.pdf")
    assert f"第 {layout.pages} / {layout.pages} " in text_of(tmp_path / "r.pdf")
    assert len(pictures(REPORT)) == layout.pages


def test_a_pdf_has_the_right_size_and_text_that_can_be_copied(qapp: QApplication, tmp_path: Path) -> None:
    write_pdf(SLIP, tmp_path / "s.pdf")
    with pypdfium2.PdfDocument(tmp_path / "s.pdf") as document:
        width, height = document[0].get_size()
    assert width / 72 * 25.4 == pytest.approx(80, abs=0.5)
    assert height / 72 * 25.4 == pytest.approx(Layout(SLIP).size_mm.height(), abs=0.5)
    text = text_of(tmp_path / "s.pdf")
    assert "A015" in text
    assert "樟树一站式服务工作站" in text


def test_chinese_is_printed_as_characters_and_not_as_boxes(qapp: QApplication) -> None:
    def drawn(text: str) -> list[tuple[int, int]]:
        return ink(pictures(Paper("x", f"<p style='font-size:60px'>{text}</p>", Kind.SLIP_80))[0])

    characters = [drawn(one) for one in "樟树国"]
    assert all(len(points) > 300 for points in characters)
    assert characters[0] != characters[1] != characters[2]
    assert drawn("\U000f0000") not in characters


def test_nothing_is_cut_off_at_the_right(qapp: QApplication) -> None:
    image = pictures(Paper("x", "<p>" + "江西锦湖保险设备集团有限公司" * 6 + "</p>", Kind.SLIP_58), dpi=203)[0]
    right = max(x for x, _ in ink(image)) / image.width() * 58
    assert 48 < right < 55


# ---- outcomes --------------------------------------------------------------------------------------------------------


def outcome(printing: Printing, owner: QWidget, paper: Paper) -> Outcome:
    told = list[Outcome]()
    printing.print(owner, paper, told.append)
    assert len(told) == 1
    return told[0]


def test_no_printer_is_an_outcome_and_no_error(printing: Printing, owner: QWidget) -> None:
    assert outcome(printing, owner, SLIP) == Outcome(Fate.NONE, "没有设置打印机，未打印。")


def test_pdf_instead_of_a_printer(printing: Printing, owner: QWidget, settings: Settings, tmp_path: Path) -> None:
    settings.change(slip_printer="pdf")
    made = outcome(printing, owner, Paper("号票 A/015", SLIP.html, printing.slip_kind()))
    assert made.kind is Fate.SAVED
    assert made.path == tmp_path / "papers" / "20261123-104200 号票 A_015.pdf"
    assert "A015" in text_of(made.path)
    assert outcome(printing, owner, REPORT).kind is Fate.NONE


def test_a_folder_that_refuses_is_said(printing: Printing, owner: QWidget, settings: Settings, tmp_path: Path) -> None:
    settings.change(sheet_printer="pdf")
    (tmp_path / "papers").write_text("a file is in the way")
    made = outcome(printing, owner, REPORT)
    assert made.kind is Fate.NONE
    assert "不能写入" in made.detail


def test_printing_does_not_hold_up_the_window(settings: Settings, owner: QWidget, tmp_path: Path, qtbot: QtBot) -> None:
    settings.change(sheet_printer="pdf")
    work, told = Work(), list[Outcome]()
    clock = FixedClock(parse_moment("2026-11-23T10:42"))
    Printing(work, settings, clock, tmp_path / "papers").print(owner, REPORT, told.append)
    assert not told
    qtbot.waitUntil(lambda: bool(told))
    work.close()
    assert told[0].kind is Fate.SAVED


# ---- a real queue ----------------------------------------------------------------------------------------------------


def test_a_slip_arrives_at_the_printer(
    server: PrintServer, printing: Printing, owner: QWidget, settings: Settings, qtbot: QtBot
) -> None:
    settings.change(slip_printer=QUEUE)
    before = len(server.sink.jobs)
    made = outcome(printing, owner, SLIP)
    assert made.kind is Fate.PRINTED
    qtbot.waitUntil(lambda: arrived(server, before, "A015"), timeout=20_000)


def test_a_printer_that_holds_the_job_has_not_printed(server: PrintServer, qapp: QApplication) -> None:
    server.command("/usr/sbin/cupsdisable", QUEUE)
    try:
        made = send(SLIP, QUEUE)
    finally:
        server.command("cancel", "-a", QUEUE)
        server.command("/usr/sbin/cupsenable", QUEUE)
    assert made.kind is Fate.SENT
    assert "尚未确认" in made.detail


def test_a_printer_that_is_not_there(server: PrintServer, qapp: QApplication) -> None:
    assert send(SLIP, "gone").kind is Fate.NONE
    assert send_by_qt(SLIP, "gone").kind is Fate.NONE


def test_without_the_system_tools_qt_prints(
    server: PrintServer, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    before = len(server.sink.jobs)
    assert QUEUE in printers()
    made = send(REPORT, QUEUE)
    assert made.kind is Fate.SENT
    qtbot.waitUntil(lambda: arrived(server, before, "第一窗口"), timeout=60_000)  # CUPS may rest before it tries again


def test_the_printers_of_the_system_are_listed(server: PrintServer, printing: Printing, owner: QWidget) -> None:
    found = list[list[str]]()
    printing.find_printers(owner, found.append)
    assert found == [[QUEUE]]


def test_a_job_that_was_given_back_is_not_called_printed(
    server: PrintServer, tmp_path: Path, qapp: QApplication
) -> None:
    write_pdf(SLIP, tmp_path / "s.pdf")
    server.command("/usr/sbin/cupsdisable", QUEUE)
    job = int(server.command("lp", "-d", QUEUE, str(tmp_path / "s.pdf")).split("-")[1].split()[0])
    assert state_of(job, QUEUE) is State.PENDING
    server.command("cancel", "-a", QUEUE)
    server.command("/usr/sbin/cupsenable", QUEUE)
    assert state_of(job, QUEUE) is State.CANCELED
    assert _followed(QUEUE, job).kind is Fate.NONE
    assert state_of(9999, QUEUE) is State.UNKNOWN


# ---- preview ---------------------------------------------------------------------------------------------------------


def test_the_preview_shows_every_page_and_prints(
    printing: Printing, settings: Settings, owner: QWidget, qtbot: QtBot
) -> None:
    settings.change(sheet_printer="pdf")
    told = list[Outcome]()
    in_front(qtbot, owner)
    printing.preview(owner, REPORT, told.append)
    preview = owner.findChild(Preview)
    assert preview is not None
    in_front(qtbot, preview)
    assert len(preview.pages) == Layout(REPORT).pages
    assert preview.pages[0].pixmap().deviceIndependentSize().width() == pytest.approx(210 / 25.4 * 96, abs=1)
    QTest.keyClick(preview, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(preview, Qt.Key.Key_Return)
    assert [one.kind for one in told] == [Fate.SAVED, Fate.SAVED]
    assert not preview.isVisible()


def test_a_desk_hands_printing_to_its_pages(tmp_path: Path, qapp: QApplication) -> None:
    assert kit.desk(tmp_path).printing.slip_kind() is Kind.SLIP_80

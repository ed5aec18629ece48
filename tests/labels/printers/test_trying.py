"""How a printer is now, and what becomes of a trial label and a calibration page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.labels.printers.label_printer import HEAD_OPEN, PAPER_OUT, LabelPrinter
from tests.labels.tspl_reader import printed
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.painting.label import image_of
from zhangshu_desk.labels.painting.marks import grey_of
from zhangshu_desk.labels.pdf_pages import PdfPages
from zhangshu_desk.labels.printers import tcp
from zhangshu_desk.labels.printers.files import FileOutput
from zhangshu_desk.labels.printers.outputs import Known, Trouble, Word
from zhangshu_desk.labels.printers.raster import to_dots
from zhangshu_desk.labels.printers.trying import condition, print_calibration, print_trial
from zhangshu_desk.labels.reading import _codes
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.elements import KEYS
from zhangshu_desk.labels.rules.geometries import shipped_geometries
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way

ROLL, SHEET = shipped_geometries()["roll-60x40"], shipped_geometries()["a4-3x8"]
CODE = codes.link(bytes(32), "labels.example.invalid", 7)
DATA = {**dict.fromkeys(KEYS, "试"), "code": CODE, "serial": "00000007", "made_on": "2026-11-20"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "ANSWER_S", 0.2)


@pytest.fixture
def printer() -> Iterator[LabelPrinter]:
    made = LabelPrinter()
    made.label_s = 0.3  # long enough to be seen at work
    yield made
    made.close()


@pytest.fixture
def settings(printer: LabelPrinter) -> PrinterSettings:
    return PrinterSettings("标签机", Way.TSPL_TCP, address=printer.address)


def test_a_network_printer_says_how_it_is(printer: LabelPrinter, settings: PrinterSettings, tmp_path: Path) -> None:
    assert condition(settings, ROLL, tmp_path) == frozenset()
    printer.trouble = PAPER_OUT | HEAD_OPEN
    assert condition(settings, ROLL, tmp_path) == frozenset({Trouble.PAPER_OUT, Trouble.HEAD_OPEN})
    printer.answers = False
    assert condition(settings, ROLL, tmp_path) is None
    off = replace(settings, address="127.0.0.1:1")
    assert condition(off, ROLL, tmp_path) == frozenset({Trouble.REFUSED})


def test_a_folder_says_whether_it_can_be_written(tmp_path: Path) -> None:
    pdf = PrinterSettings("文件", Way.PDF, 600)
    assert condition(pdf, SHEET, tmp_path / "not" / "yet") == frozenset()
    (tmp_path / "file").write_text("")
    assert condition(pdf, SHEET, tmp_path / "file") == frozenset({Trouble.FOLDER})
    assert FileOutput(tmp_path / "file" / "below").troubles() == frozenset({Trouble.FOLDER})


def test_a_trial_label_comes_out_and_scans(
    qapp: QApplication, printer: LabelPrinter, settings: PrinterSettings, tmp_path: Path
) -> None:
    template = templates.load(tmp_path, "traced-60x40")
    assert print_trial(settings, template, DATA, "试打", tmp_path) == Word(Known.PRINTED)
    labels, rest = printed(b"".join(printer.paper))
    assert not rest
    picture = image_of(to_dots(labels[0].raster))
    assert [str(one.text) for one in _codes(grey_of(picture), patient=True)] == [CODE]


def test_a_trial_that_did_not_come_out_says_why(
    qapp: QApplication, printer: LabelPrinter, settings: PrinterSettings, tmp_path: Path
) -> None:
    template = templates.load(tmp_path, "traced-60x40")
    printer.trouble = PAPER_OUT
    assert print_trial(settings, template, DATA, "试打", tmp_path) == Word(
        Known.GIVEN_BACK, frozenset({Trouble.PAPER_OUT})
    )
    sheet = templates.load(tmp_path, "traced-a4-3x8")
    with pytest.raises(DeskError) as refused:
        print_trial(settings, sheet, DATA, "试打", tmp_path)
    assert refused.value.code == "label.printer_paper"


def test_a_trial_into_a_file_has_one_page(qapp: QApplication, tmp_path: Path) -> None:
    template = templates.load(tmp_path, "traced-a4-3x8")
    pdf = PrinterSettings("文件", Way.PDF, 600)
    assert print_trial(pdf, template, DATA, "试打", tmp_path / "papers") == Word(Known.SAVED)
    with PdfPages(next((tmp_path / "papers").glob("*.pdf"))) as pages:
        assert pages.count == 1


def test_a_calibration_page_goes_the_way_of_labels(
    qapp: QApplication, printer: LabelPrinter, settings: PrinterSettings, tmp_path: Path
) -> None:
    assert print_calibration(settings, ROLL, "校准页", tmp_path) == Word(Known.PRINTED)
    labels, _ = printed(b"".join(printer.paper))
    assert to_dots(labels[0].raster).any()
    pdf = replace(settings, way=Way.PDF)
    assert print_calibration(pdf, SHEET, "校准页", tmp_path / "papers") == Word(Known.SAVED)
    with pytest.raises(DeskError):
        print_calibration(settings, SHEET, "校准页", tmp_path)

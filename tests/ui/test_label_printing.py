"""Printing a batch from its dialog: true pages, sheets that were begun, real printers, and who says it is on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.labels.printers.label_printer import PAPER_OUT, LabelPrinter
from tests.labels.shop import Shop, numbered, numbers, open_shop
from tests.labels.tspl_reader import printed
from tests.store_fixtures import NINE
from tests.ui.admin import dialog_of
from tests.ui.hands import in_front, type_in
from tests.ui.labels_kit import open_part, pick
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions, pages, queries, sheets, templates
from zhangshu_desk.labels.actions.printers import keep_printer
from zhangshu_desk.labels.actions.templates import copy_template, save_template
from zhangshu_desk.labels.keys import key_of
from zhangshu_desk.labels.painting.label import image_of
from zhangshu_desk.labels.painting.marks import grey_of
from zhangshu_desk.labels.pdf_pages import PdfPages
from zhangshu_desk.labels.printers import tcp
from zhangshu_desk.labels.printers.raster import to_dots
from zhangshu_desk.labels.reading import _codes, read_back
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.elements import Area, Qr, Text
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.ui.dialogs.reason import ReasonDialog
from zhangshu_desk.ui.pages.labels.printers_part import PrintersPart
from zhangshu_desk.ui.pages.labels.printing.again_dialog import AgainDialog
from zhangshu_desk.ui.pages.labels.printing.dialog import PrintDialog, Stage
from zhangshu_desk.ui.pages.labels.printing.job_panel import Said
from zhangshu_desk.ui.pages.labels.printing.sheet_map import Place
from zhangshu_desk.ui.work import Work

SHEET = "gi-product-a4-3x8"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "ANSWER_S", 0.2)


@pytest.fixture
def thermal() -> Iterator[LabelPrinter]:
    made = LabelPrinter()
    yield made
    made.close()


@pytest.fixture
def work(qtbot: QtBot) -> Iterator[Work]:
    made = Work()
    yield made
    made.close()


class Bench:
    """A shop with printers, and the window in which its batches are printed."""

    def __init__(self, qtbot: QtBot, part: PrintersPart, shop: Shop, thermal: LabelPrinter) -> None:
        self.qtbot, self.part, self.shop, self.thermal = qtbot, part, shop, thermal
        self.store = part.desk.store

    def keep(self, settings: PrinterSettings) -> str:
        return keep_printer(self.store, make.SUPERVISOR, settings, NINE)

    def network_printer(self) -> str:
        return self.keep(PrinterSettings("佳博", Way.TSPL_TCP, address=self.thermal.address))

    def pdf_printer(self) -> str:
        return self.keep(PrinterSettings("存为 PDF", Way.PDF, 600))

    def batch(self, labels: int = 12, template: str = "gi-product-60x40") -> str:
        return numbered(self.store, self.shop.form(quantity=labels * 500, template_id=template))

    def open(self, batch: str) -> PrintDialog:
        """The dialog, when it knows what there is and shows the first page."""
        dialog = PrintDialog(self.part.window(), self.part.desk, batch)
        dialog.open()
        in_front(self.qtbot, dialog)
        self.wait(lambda: dialog.stage is not Stage.LOADING)
        return dialog

    def wait(self, is_so: Callable[[], bool | None]) -> None:
        self.qtbot.waitUntil(is_so, timeout=20_000)

    def ready(self, batch: str) -> PrintDialog:
        """The dialog before anything was begun, with its first page and without problems."""
        dialog = self.open(batch)
        assert dialog.stage is Stage.SETUP
        self.wait(lambda: dialog.pages.problems is not None)
        return dialog

    def press(self, dialog: PrintDialog) -> None:
        QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def till(self, dialog: PrintDialog, stage: Stage) -> None:
        self.wait(lambda: dialog.stage is stage and not dialog.is_busy())

    def paper(self) -> list[int]:
        """The numbers of the labels that came out of the network printer, in their order, from their codes."""
        labels, rest = printed(b"".join(self.thermal.paper))
        assert not rest
        texts = [_codes(grey_of(image_of(to_dots(one.raster))), patient=True) for one in labels]
        return [self.genuine(str(one[0].text)) for one in texts]

    def genuine(self, text: str) -> int:
        scanned = codes.read(text)
        assert codes.is_genuine(key_of(self.store.paths), scanned)
        return scanned.serial

    def numbers(self, batch: str) -> list[int]:
        return [number for first, last in numbers(self.store, batch) for number in range(first, last + 1)]

    def state(self, batch: str) -> JobState:
        card = queries.card(self.store, batch)
        assert card is not None
        return card.jobs[-1].state


@pytest.fixture
def bench(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    store: Store,
    tmp_path: Path,
    clock: FixedClock,
    work: Work,
    thermal: LabelPrinter,
) -> Bench:
    part = open_part(qtbot, monkeypatch, store, tmp_path, clock, PrintersPart, work)
    return Bench(qtbot, part, open_shop(store, tmp_path), thermal)


# -- before it begins ----------------------------------------------------------------------------------------------


def test_the_first_page_is_the_page_that_goes_out(bench: Bench) -> None:
    bench.pdf_printer()
    batch = bench.batch(30, SHEET)
    dialog = bench.ready(batch)
    assert dialog.primary.text() == "打印 30 张"
    assert dialog.pages.where.text() == "第 1 / 2 页"
    seen = [bench.genuine(str(one.text)) for one in _codes(grey_of(dialog.pages.page.image()), patient=True)]
    assert sorted(seen) == bench.numbers(batch)[:24]
    first = dialog.pages.page.image()
    QTest.keyClick(dialog, Qt.Key.Key_PageDown)
    bench.wait(lambda: dialog.pages.page.image() is not first)
    bench.wait(lambda: dialog.pages.where.text() == "第 2 / 2 页")
    seen = [bench.genuine(str(one.text)) for one in _codes(grey_of(dialog.pages.page.image()), patient=True)]
    assert sorted(seen) == bench.numbers(batch)[24:]
    assert not dialog.pages.on.isEnabled()


def test_a_label_printer_s_page_is_its_dots(bench: Bench) -> None:
    bench.network_printer()
    dialog = bench.ready(bench.batch(3))
    image = dialog.pages.page.image()
    assert (image.width(), image.height(), image.depth()) == (480, 320, 1)


def test_a_started_sheet_comes_first_and_damaged_positions_are_skipped(bench: Bench) -> None:
    bench.pdf_printer()
    geometry = templates.load(bench.store.paths.labels, SHEET).geometry
    sheets.set_used(bench.store, make.SUPERVISOR, geometry, range(7), NINE)
    batch = bench.batch(20, SHEET)
    dialog = bench.ready(batch)
    bench.wait(lambda: bool(dialog.setup.sheet.key()))
    assert dialog.setup.start.value() == 8
    QTest.mouseClick(dialog.setup.map.places[9], Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.setup.map.places[3], Qt.MouseButton.LeftButton)
    said = [one.place for one in dialog.setup.map.places]
    assert said[:7] == [Place.USED] * 7
    assert (said[7], said[9]) == (Place.PRINTED, Place.SKIPPED)
    assert said.count(Place.PRINTED) == 16
    dialog.setup.start.set_value(12)
    assert [one.place for one in dialog.setup.map.places].count(Place.PRINTED) == 13
    bench.press(dialog)
    bench.till(dialog, Stage.OVER)
    left = sheets.started(bench.store, geometry.id)
    assert [len(one.used) for one in left] == [7]  # of a new sheet; the old one is used up
    file = next(bench.store.paths.papers.glob("*.pdf"))
    with PdfPages(file) as found:
        marks = [len(_codes(found.grey(page, 300))) for page in range(found.count)]
    assert marks == [13, 7]


def test_a_sheet_that_is_not_there_any_more_is_forgotten(bench: Bench) -> None:
    bench.pdf_printer()
    geometry = templates.load(bench.store.paths.labels, SHEET).geometry
    sheets.set_used(bench.store, make.SUPERVISOR, geometry, range(7), NINE)
    dialog = bench.ready(bench.batch(3, SHEET))
    bench.wait(dialog.setup.away.isVisible)
    dialog.setup.away.click()
    bench.wait(lambda: not dialog.setup.sheet.key())
    assert dialog.setup.start.value() == 1
    assert not sheets.started(bench.store, geometry.id)


def test_only_printers_that_can_have_the_paper_are_offered(bench: Bench) -> None:
    bench.network_printer()
    dialog = bench.open(bench.batch(3, SHEET))
    assert dialog.setup.printer.choices() == []
    assert "没有能用这种纸的打印机" in dialog.setup.condition.text()
    assert not dialog.primary.isEnabled()
    pick(dialog.setup.template, "地理标志产品 60×40")
    bench.wait(dialog.primary.isEnabled)


def test_some_labels_now_and_the_others_later(bench: Bench) -> None:
    bench.network_printer()
    batch = bench.batch(6)
    dialog = bench.ready(batch)
    dialog.setup.last.set_value(2)
    assert dialog.primary.text() == "打印 2 张"
    bench.press(dialog)
    bench.till(dialog, Stage.OVER)
    assert bench.paper() == bench.numbers(batch)[:2]
    bench.wait(dialog.primary.isVisible)
    assert dialog.primary.text() == "打印其余的"
    bench.press(dialog)
    bench.till(dialog, Stage.SETUP)
    assert (dialog.setup.first.value(), dialog.setup.last.value()) == (3, 6)
    bench.wait(dialog.primary.isEnabled)
    bench.press(dialog)
    bench.till(dialog, Stage.OVER)
    assert bench.paper() == bench.numbers(batch)
    dialog.close()
    again = bench.open(batch)
    assert again.stage is Stage.OVER
    assert "都已经打印过" in again.job.why.text()
    assert not again.primary.isVisible()


# -- what is refused -----------------------------------------------------------------------------------------------


def test_a_code_too_small_for_the_printer_is_told_before_anything_is_printed(bench: Bench) -> None:
    bench.network_printer()
    folder = bench.store.paths.labels
    own = copy_template(bench.store, make.SUPERVISOR, templates.load(folder, "gi-product-60x40"), "小码", NINE)
    small = tuple(replace(one, area=Area(47, 26, 11, 11)) if isinstance(one, Qr) else one for one in own.elements)
    batch = bench.batch(3, own.id)
    save_template(bench.store, make.SUPERVISOR, replace(own, elements=small), NINE)
    dialog = bench.ready(batch)
    assert "至少要" in dialog.pages.trouble.text()
    assert not dialog.primary.isEnabled()


def test_a_character_that_no_font_has_is_named(bench: Bench) -> None:
    bench.network_printer()
    folder = bench.store.paths.labels
    own = copy_template(bench.store, make.SUPERVISOR, templates.load(folder, "gi-product-60x40"), "怪字", NINE)
    odd = tuple(
        replace(one, text=f"{one.text}\U000f0000") if isinstance(one, Text) and "batch_no" in one.keys else one
        for one in own.elements
    )
    batch = bench.batch(3, own.id)
    save_template(bench.store, make.SUPERVISOR, replace(own, elements=odd), NINE)
    dialog = bench.ready(batch)
    assert "U+F0000" in dialog.pages.trouble.text()
    assert not dialog.primary.isEnabled()


def test_a_mark_that_is_not_at_this_machine_is_told(bench: Bench) -> None:
    bench.network_printer()
    batch = bench.batch(3)
    for file in bench.store.paths.marks.iterdir():
        file.unlink()
    dialog = PrintDialog(bench.part.window(), bench.part.desk, batch)
    dialog.open()
    bench.wait(lambda: "不在本机" in dialog.notices.text.text())
    assert not dialog.primary.isVisible()


def test_a_printer_that_is_off_is_told_and_nothing_is_lost(bench: Bench) -> None:
    bench.keep(PrinterSettings("A 旧机", Way.TSPL_TCP, address="127.0.0.1:1"))
    batch = bench.batch(3)
    dialog = bench.ready(batch)
    bench.wait(lambda: "请打开打印机" in dialog.setup.condition.text())
    bench.press(dialog)
    bench.till(dialog, Stage.WORD)
    assert "打印机拒绝连接" in dialog.job.why.text()
    assert "请打开打印机" in dialog.job.why.text()
    assert not dialog.job.needs_word()
    bench.network_printer()
    dialog.load()
    bench.till(dialog, Stage.WORD)
    bench.wait(lambda: len(dialog.job.printer.choices()) == 2)
    pick(dialog.job.printer, "佳博")
    bench.press(dialog)
    bench.till(dialog, Stage.OVER)
    assert bench.paper() == bench.numbers(batch)


def test_a_right_that_has_ended_is_told_and_nothing_is_begun(bench: Bench) -> None:
    bench.network_printer()
    batch = bench.batch(3)
    dialog = bench.ready(batch)
    actions.void_user(bench.store, make.SUPERVISOR, bench.shop.user, "授权被撤销", NINE)
    bench.press(dialog)
    bench.wait(lambda: dialog.notices.text.text().startswith("没有打印："))
    assert dialog.stage is Stage.SETUP
    card = queries.card(bench.store, batch)
    assert card is not None
    assert not card.jobs


def test_two_windows_watch_one_job(bench: Bench, qtbot: QtBot) -> None:
    bench.thermal.label_s = 0.05
    bench.network_printer()
    batch = bench.batch(30)
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.till(dialog, Stage.RUNNING)
    other = QWidget()
    qtbot.addWidget(other)
    second = PrintDialog(other, bench.part.desk, batch)
    second.open()
    bench.till(second, Stage.RUNNING)
    bench.till(dialog, Stage.OVER)
    bench.till(second, Stage.OVER)
    assert bench.paper() == bench.numbers(batch)


def test_a_code_that_is_not_read_back_stops_the_job(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def one_is_bad(image: object, dpi: float, expected: object, page: int = 0) -> None:
        if page == 4:
            raise DeskError("label.not_readable", page=5, place=1, serial="00000005")
        read_back(image, dpi, expected, page)  # type: ignore[arg-type]

    monkeypatch.setattr(pages, "read_back", one_is_bad)
    bench.network_printer()
    batch = bench.batch(12)
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.till(dialog, Stage.WORD)
    assert "读不出来" in dialog.notices.text.text()
    assert bench.state(batch) is JobState.STOPPED
    assert bench.paper() == []


# -- printed, sent, stopped ----------------------------------------------------------------------------------------


def test_a_printer_that_answers_has_printed(bench: Bench) -> None:
    bench.network_printer()
    batch = bench.batch(12)
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.till(dialog, Stage.OVER)
    assert dialog.job.title.text() == "已打印"
    assert bench.paper() == bench.numbers(batch)
    assert bench.state(batch) is JobState.DONE


def test_a_printer_that_says_nothing_has_only_been_sent_to(bench: Bench) -> None:
    bench.thermal.answers = False
    bench.network_printer()
    batch = bench.batch(4)
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.till(dialog, Stage.WORD)
    assert dialog.job.title.text() == "已发送，请核对"
    assert bench.state(batch) is JobState.SENT
    bench.press(dialog)  # without a word
    assert dialog.stage is Stage.WORD
    dialog.job.said.chip(Said.ALL).click()
    assert dialog.primary.text() == "确认"
    bench.press(dialog)
    bench.till(dialog, Stage.OVER)
    assert bench.state(batch) is JobState.DONE


def test_after_a_jam_it_goes_on_behind_the_last_good_label(bench: Bench) -> None:
    bench.thermal.answers = False
    bench.network_printer()
    batch = bench.batch(6)
    wanted = bench.numbers(batch)
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.till(dialog, Stage.WORD)
    bench.wait(lambda: len(bench.thermal.paper) == 6)
    dialog.job.said.chip(Said.SOME).click()
    assert dialog.job.last.editor.hasFocus()
    type_in(dialog.job.last.editor, str(wanted[-1] + 40))
    bench.press(dialog)
    assert "不在待核对的标签中" in dialog.job.last.problem.text()
    scanned = codes.link(key_of(bench.store.paths), "labels.example.invalid", wanted[2])
    dialog.job.last.set_text("")
    type_in(dialog.job.last.editor, scanned)
    QTest.keyClick(dialog.job.last.editor, Qt.Key.Key_Return)  # as a scanner gun ends
    assert dialog.stage is Stage.WORD
    assert dialog.job.heard.text() == "待核对的第 3 张，其后的 3 张重打。"
    bench.press(dialog)
    assert dialog.job.reason.problem.text()
    dialog.job.reasons.chip("卡纸").click()
    assert dialog.primary.text() == "确认，继续打印"
    bench.press(dialog)
    bench.wait(lambda: len(bench.thermal.paper) == 9)
    bench.till(dialog, Stage.WORD)
    assert bench.paper() == [*wanted, *wanted[3:]]
    dialog.job.said.chip(Said.ALL).click()
    bench.press(dialog)
    bench.till(dialog, Stage.OVER)
    card = queries.card(bench.store, batch)
    assert card is not None
    assert [(one["first"], one["last"], one["reason"]) for one in card.jobs[0].repeats] == [(3, 5, "卡纸")]


def test_paper_out_is_waited_for_and_said(bench: Bench) -> None:
    bench.thermal.label_s = 0.05
    bench.network_printer()
    batch = bench.batch(24)
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.wait(lambda: len(bench.thermal.paper) > 3)
    bench.thermal.trouble = PAPER_OUT
    bench.wait(lambda: "缺纸：请装好标签纸。处理好以后自动接着打。" in dialog.job.trouble.text())
    assert dialog.job.bar.maximum() == 24
    bench.thermal.trouble = 0
    bench.till(dialog, Stage.OVER)
    assert bench.paper() == bench.numbers(batch)


def test_a_stop_and_going_on(bench: Bench) -> None:
    bench.thermal.label_s = 0.05
    bench.network_printer()
    batch = bench.batch(60)
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.wait(lambda: len(bench.thermal.paper) > 3)
    QTest.keyClick(dialog, Qt.Key.Key_F9)
    bench.till(dialog, Stage.WORD)
    assert bench.state(batch) is JobState.STOPPED
    assert 3 < len(bench.thermal.paper) < 60
    assert "已停止" in dialog.job.why.text()
    assert not dialog.job.needs_word()  # the printer said that it printed what it had
    assert dialog.primary.text() == "继续打印"
    bench.press(dialog)
    bench.till(dialog, Stage.OVER)
    assert bench.paper() == bench.numbers(batch)


def test_closing_the_dialog_does_not_stop_the_printer(bench: Bench, work: Work) -> None:
    bench.thermal.label_s = 0.05
    bench.network_printer()
    batch = bench.batch(40)
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.till(dialog, Stage.RUNNING)
    bench.wait(lambda: len(bench.thermal.paper) > 2)
    slips = list[str]()
    work.do_slow(bench.part, lambda: "号票", slips.append)
    bench.wait(lambda: slips == ["号票"])
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    bench.wait(bench.part.page.progress.isVisible)
    again = bench.open(batch)
    assert again.stage is Stage.RUNNING
    bench.till(again, Stage.OVER)
    assert bench.paper() == bench.numbers(batch)
    assert not bench.part.page.notices.isVisible()  # the dialog has said it


def test_the_window_says_how_a_job_ended_that_nobody_watched(bench: Bench) -> None:
    bench.thermal.answers = False
    bench.network_printer()
    batch = bench.batch(40)
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.till(dialog, Stage.RUNNING)
    dialog.reject()
    bench.wait(bench.part.page.notices.isVisible)
    assert "确认最后一张完好的标签" in bench.part.page.notices.text.text()
    bench.till(bench.open(batch), Stage.WORD)


# -- into a file ---------------------------------------------------------------------------------------------------


def test_a_pdf_is_saved_read_back_and_copied(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bench.network_printer()
    batch = bench.batch(5)
    dialog = bench.ready(batch)
    QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    bench.till(dialog, Stage.OVER)
    assert dialog.job.title.text() == "已保存为 PDF"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(tmp_path / "标签"), ""))
    QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    bench.wait((tmp_path / "标签.pdf").exists)
    with PdfPages(tmp_path / "标签.pdf") as found:
        seen = [bench.genuine(str(_codes(found.grey(page, 300))[0].text)) for page in range(found.count)]
    assert seen == bench.numbers(batch)
    assert not bench.thermal.paper


# -- once more, given up -------------------------------------------------------------------------------------------


def test_soiled_labels_are_printed_once_more_while_the_job_is_open(bench: Bench) -> None:
    bench.network_printer()
    batch = bench.batch(24)
    wanted = bench.numbers(batch)
    bench.thermal.roll = 12
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.wait(lambda: "缺纸" in dialog.job.trouble.text())
    dialog.job.stop.click()
    bench.till(dialog, Stage.WORD)
    assert dialog.again.isVisible()
    dialog.again.click()
    asking = dialog_of(dialog, AgainDialog)
    asking.first.set_text(str(wanted[2]))
    asking.last.set_text(str(wanted[3]))
    asking.primary.click()
    assert asking.reason.problem.text()
    asking.reasons.chip("沾污").click()
    asking.primary.click()
    bench.wait(lambda: "确认打好 8 张" in dialog.job.figures.text())
    assert "已记下" in dialog.notices.text.text()
    bench.thermal.roll = 1_000  # it prints what it had, then what it gets
    dialog.job.said.chip(Said.ALL).click()
    dialog.primary.click()
    bench.till(dialog, Stage.OVER)
    paper = bench.paper()
    assert set(paper) == set(wanted)
    assert [paper.count(one) for one in wanted[2:4]] == [2, 2]


def test_a_job_is_given_up_with_a_reason_and_the_rest_can_be_printed_by_another(bench: Bench) -> None:
    bench.keep(PrinterSettings("佳博", Way.TSPL_TCP, address="127.0.0.1:1"))
    batch = bench.batch(3)
    dialog = bench.ready(batch)
    bench.press(dialog)
    bench.till(dialog, Stage.WORD)
    dialog.end.click()
    asking = dialog_of(dialog, ReasonDialog)
    asking.chips.chip("改用别的打印机另打").click()
    asking.primary.click()
    bench.till(dialog, Stage.SETUP)
    assert (dialog.setup.first.value(), dialog.setup.last.value()) == (1, 3)
    assert bench.state(batch) is JobState.ENDED

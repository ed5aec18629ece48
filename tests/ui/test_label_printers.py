"""Printers of labels: the list, how each is now, adding and changing one, a trial, and calibration by a ruler."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests import make
from tests.labels.printers.label_printer import PAPER_OUT, LabelPrinter
from tests.labels.tspl_reader import printed
from tests.store_fixtures import NINE
from tests.ui.admin import dialog_of
from tests.ui.hands import in_front, type_in
from tests.ui.labels_kit import open_part, pick
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.actions.printers import keep_printer
from zhangshu_desk.labels.pdf_pages import PdfPages
from zhangshu_desk.labels.printers import tcp
from zhangshu_desk.labels.printers.outputs import Known, Trouble, Word
from zhangshu_desk.labels.queries.printers import printers
from zhangshu_desk.labels.rules.calibration import crosses
from zhangshu_desk.labels.rules.geometries import shipped_geometries
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.pages.labels import trouble_words
from zhangshu_desk.ui.pages.labels.printers_part import PrintersPart
from zhangshu_desk.ui.pages.labels.printers_part.calibration import CalibrationDialog
from zhangshu_desk.ui.pages.labels.printers_part.dialog import PrinterDialog
from zhangshu_desk.ui.pages.labels.printers_part.trial import TrialDialog
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.work import Work

PDF = PrinterSettings("存为 PDF", Way.PDF, 600)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "ANSWER_S", 0.2)


@pytest.fixture
def thermal() -> Iterator[LabelPrinter]:
    made = LabelPrinter()
    made.label_s = 0.3  # long enough to be seen at work
    yield made
    made.close()


@pytest.fixture
def part(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, store: Store, tmp_path: Path, clock: FixedClock
) -> PrintersPart:
    return open_part(qtbot, monkeypatch, store, tmp_path, clock, PrintersPart)


def keep(part: PrintersPart, settings: PrinterSettings) -> str:
    """A printer that is there already, chosen in the list."""
    printer_id = keep_printer(part.desk.store, make.SUPERVISOR, settings, NINE)
    part.receive(printer_id)
    return printer_id


def kept(store: Store) -> list[PrinterSettings]:
    return [one.settings for one in printers(store)]


# -- adding and changing -------------------------------------------------------------------------------------------


def test_a_printer_is_added_by_keyboard(part: PrintersPart, store: Store, thermal: LabelPrinter, qtbot: QtBot) -> None:
    QTest.keyClick(part, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = dialog_of(part, PrinterDialog)
    in_front(qtbot, dialog)
    assert not dialog.queue.isVisible()
    type_in(dialog.name.editor, "贴标间 佳博")
    type_in(dialog.address.editor, thermal.address)
    pick(dialog.dpi, "300")
    pick(dialog.darkness, "8")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    expected = PrinterSettings("贴标间 佳博", Way.TSPL_TCP, 300, thermal.address, darkness=8)
    assert kept(store) == [expected]
    assert part.state.text() == "就绪"
    assert "试打" in part.page.notices.text.text()


def test_what_is_missing_is_shown_at_its_field_and_nothing_typed_is_lost(part: PrintersPart, store: Store) -> None:
    part._add()
    dialog = dialog_of(part, PrinterDialog)
    type_in(dialog.address.editor, "192.168.1.50:99999")
    dialog.primary.click()
    assert dialog.name.problem.text() == "没有填写。"
    assert "主机:端口" in dialog.address.problem.text()
    type_in(dialog.name.editor, "佳博")
    assert not dialog.name.problem.text()
    assert dialog.isVisible()
    assert not kept(store)
    pick(dialog.way, "PDF 文件")
    dialog.primary.click()
    assert kept(store) == [PrinterSettings("佳博", Way.PDF, address="192.168.1.50:99999")]


def test_a_name_that_another_printer_has_is_refused_in_the_dialog(part: PrintersPart) -> None:
    keep(part, PDF)
    part._add()
    dialog = dialog_of(part, PrinterDialog)
    type_in(dialog.name.editor, "存为 PDF")
    pick(dialog.way, "PDF 文件")
    dialog.primary.click()
    assert dialog.isVisible()
    assert "存为 PDF" in dialog.notices.text.text()


def test_each_way_asks_for_what_it_needs(part: PrintersPart) -> None:
    part._add()
    dialog = dialog_of(part, PrinterDialog)
    shown = {}
    for way in Way:
        pick(dialog.way, way.label)
        fields = {name for name, field in dialog.fields.items() if field.isVisible()}
        shown[way] = fields & {"address", "queue", "gap", "darkness", "scale_x"}
    assert shown[Way.TSPL_TCP] == shown[Way.ZPL_TCP] == {"address", "gap", "darkness"}
    assert shown[Way.TSPL_QUEUE] == shown[Way.ZPL_QUEUE] == {"queue", "gap", "darkness"}
    assert shown[Way.SYSTEM] == {"queue", "scale_x"}
    assert shown[Way.PDF] == {"scale_x"}


def test_a_gap_is_that_of_the_roll_or_ones_own(part: PrintersPart, store: Store) -> None:
    keep(part, PrinterSettings("佳博", Way.TSPL_TCP, address="127.0.0.1:1", gap=3_000))
    QTest.keyClick(part, Qt.Key.Key_F4)
    dialog = dialog_of(part, PrinterDialog)
    assert dialog.gap.editor.text() == "3.0 毫米"
    dialog.gap.set_value(-0.5)
    assert dialog.gap.editor.text() == "按模板的标签卷"
    dialog.primary.click()
    assert kept(store)[0].gap is None


def test_a_printer_is_deleted_after_asking(part: PrintersPart, store: Store) -> None:
    keep(part, PDF)
    QTest.keyClick(part, Qt.Key.Key_Delete, Qt.KeyboardModifier.ControlModifier)
    dialog_of(part, Ask).primary.click()
    assert not kept(store)
    assert not part.change.isEnabled()


# -- how they are --------------------------------------------------------------------------------------------------


def test_how_a_printer_is_says_what_to_do(part: PrintersPart, thermal: LabelPrinter) -> None:
    keep(part, PrinterSettings("佳博", Way.TSPL_TCP, address=thermal.address))
    assert (part.state.text(), part.state.property("tone")) == ("就绪", Tone.GOOD.value)
    thermal.trouble = PAPER_OUT
    QTest.keyClick(part, Qt.Key.Key_F6)
    assert part.state.text() == "缺纸：请装好标签纸。"
    assert part.table.rows.columns[3].text(part.table.rows.rows[0]) == part.state.text()
    thermal.trouble, thermal.answers = 0, False
    part.ask.click()
    assert "不报告状态" in part.state.text()


def test_a_printer_that_says_nothing_holds_up_neither_window_nor_slips(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, store: Store, tmp_path: Path, clock: FixedClock
) -> None:
    gate, asked = threading.Event(), threading.Event()

    def silent(*_: object) -> frozenset[Trouble]:
        asked.set()
        gate.wait(30)
        return frozenset({Trouble.SILENT})

    monkeypatch.setattr("zhangshu_desk.labels.printers.trying.condition", silent)
    keep_printer(store, make.SUPERVISOR, PDF, NINE)
    work, slips = Work(), list[str]()
    part = open_part(qtbot, monkeypatch, store, tmp_path, clock, PrintersPart, work)
    qtbot.waitUntil(asked.is_set)
    assert part.state.text() == "正在查询…"
    work.do_slow(part, lambda: "号票", slips.append)
    qtbot.waitUntil(lambda: slips == ["号票"])
    gate.set()
    qtbot.waitUntil(lambda: "没有响应" in part.state.text())
    work.close()


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_has_its_remedy(trouble: Trouble) -> None:
    assert trouble_words.in_words([trouble]) == f"{trouble.value}：{trouble_words.REMEDIES[trouble]}。"
    assert trouble_words.of_trial(Word(Known.GIVEN_BACK, frozenset({trouble})), "样张")[1] is False


# -- trial ---------------------------------------------------------------------------------------------------------


def test_a_trial_label_is_printed(part: PrintersPart, thermal: LabelPrinter, qtbot: QtBot) -> None:
    keep(part, PrinterSettings("佳博", Way.TSPL_TCP, address=thermal.address))
    QTest.keyClick(part, Qt.Key.Key_F7)
    dialog = dialog_of(part, TrialDialog)
    assert all("A4" not in words for _, words in dialog.template.choices())
    in_front(qtbot, dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert "样张已打印" in part.page.notices.text.text()
    assert len(printed(b"".join(thermal.paper))[0]) == 1


def test_a_trial_that_is_not_printed_leaves_the_question_open(part: PrintersPart, thermal: LabelPrinter) -> None:
    keep(part, PrinterSettings("佳博", Way.TSPL_TCP, address=thermal.address))
    thermal.trouble = PAPER_OUT
    part.trial.click()
    dialog = dialog_of(part, TrialDialog)
    dialog.primary.click()
    assert dialog.isVisible()
    assert "没有打印。缺纸：请装好标签纸。" in dialog.notices.text.text()
    thermal.trouble = 0
    dialog.primary.click()
    assert not dialog.isVisible()


def test_a_trial_into_a_file_is_a_sheet_first(part: PrintersPart, store: Store) -> None:
    keep(part, PDF)
    part.trial.click()
    dialog = dialog_of(part, TrialDialog)
    assert "A4" in dialog.template.choices()[0][1]
    dialog.primary.click()
    assert "papers" in part.page.notices.text.text()
    with PdfPages(next(store.paths.papers.glob("*.pdf"))) as pages:
        assert pages.size(0) == pytest.approx((210 / 25.4 * 72, 297 / 25.4 * 72), abs=1)


# -- calibration ---------------------------------------------------------------------------------------------------


def test_the_ruler_s_words_become_offset_and_scale(part: PrintersPart, store: Store, qtbot: QtBot) -> None:
    keep(part, PDF)
    QTest.keyClick(part, Qt.Key.Key_F8)
    dialog = dialog_of(part, CalibrationDialog)
    in_front(qtbot, dialog)
    QTest.keyClick(dialog, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert "校准页已保存" in dialog.notices.text.text()
    assert len(list(store.paths.papers.glob("校准页*.pdf"))) == 1
    assert not dialog.primary.isEnabled()
    wanted = crosses(210, 297)
    dialog.fields["left"].set_value(wanted.left / 1_000 + 1.5)
    dialog.fields["across"].set_value(wanted.across / 1_000 * 1.005)
    assert "保存后偏移：横 0 → -1.39 毫米，纵 0 → 0 毫米。" in dialog.outcome.text()
    assert "比例：横 100% → 99.5%，纵 100% → 100%。" in dialog.outcome.text()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    found = kept(store)[0]
    # so: 0.995 · 21.5 mm - 1.39 mm = 20 mm, where the line should be
    assert (found.offset_x, found.offset_y, found.scale_x, found.scale_y) == (-1_392, 0, 995, 1_000)
    assert "校准已保存" in part.page.notices.text.text()


def test_a_ruler_that_cannot_be_right_is_told_and_nothing_is_kept(part: PrintersPart, store: Store) -> None:
    keep(part, PDF)
    part.calibrate.click()
    dialog = dialog_of(part, CalibrationDialog)
    dialog.fields["across"].set_value(100)
    assert dialog.fields["across"].problem.text()
    assert not dialog.primary.isEnabled()
    dialog.act()
    assert kept(store) == [PDF]


def test_a_roll_is_measured_from_two_edges(part: PrintersPart, thermal: LabelPrinter) -> None:
    keep(part, PrinterSettings("佳博", Way.TSPL_TCP, address=thermal.address))
    part.calibrate.click()
    dialog = dialog_of(part, CalibrationDialog)
    QApplication.processEvents()
    assert [name for name, field in dialog.fields.items() if field.isVisible()] == ["left", "top"]
    assert len(dialog.paper.choices()) == sum(one.places == 1 for one in shipped_geometries().values())
    dialog.print.click()
    assert "校准页已打印" in dialog.notices.text.text()
    assert len(thermal.paper) == 1

"""How templates, printers and printing look: nothing cut off, everything named, also where room is scarce."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.labels.shop import numbered, open_shop
from tests.store_fixtures import NINE
from tests.ui.admin import dialog_of
from tests.ui.labels_kit import open_part
from tests.ui.render import settle
from tests.ui.test_look import cut_off
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.actions.printers import keep_printer
from zhangshu_desk.labels.actions.templates import copy_template
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.pages.labels.printers_part import PrintersPart
from zhangshu_desk.ui.pages.labels.printers_part.calibration import CalibrationDialog
from zhangshu_desk.ui.pages.labels.printers_part.dialog import PrinterDialog
from zhangshu_desk.ui.pages.labels.printers_part.trial import TrialDialog
from zhangshu_desk.ui.pages.labels.printing.dialog import PrintDialog
from zhangshu_desk.ui.pages.labels.templates_part import TemplatesPart
from zhangshu_desk.ui.pages.labels.templates_part.dialog import EditTemplate

SMALL, COMMON = QSize(1188, 560), QSize(1274, 636)
"""The page in the smallest window we promise (1280 × 720), and at 1366 × 768."""


@pytest.fixture
def show(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, store: Store, tmp_path: Path, clock: FixedClock
) -> Callable[[type[Part]], Part]:
    """Shows a part on a station with printers and a template of its own."""
    copy_template(store, make.SUPERVISOR, templates.load(store.paths.labels, "traced-60x40"), "更衣柜标签", NINE)
    keep_printer(store, make.SUPERVISOR, PrinterSettings("办公室激光打印机", Way.SYSTEM, 600, queue="office"), NINE)
    keep_printer(store, make.SUPERVISOR, PrinterSettings("存为 PDF", Way.PDF, 600), NINE)
    (store.paths.labels / "old.toml").write_text('id = "old"\n', "utf-8")
    return lambda kind: open_part(qtbot, monkeypatch, store, tmp_path, clock, kind)


def wrong(widget: QWidget) -> list[str]:
    """What is cut off, and what one can reach that has no name."""
    settle()
    reachable = [
        one
        for one in widget.findChildren(QWidget)
        if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and one.focusProxy() is None
    ]
    inner = [one for one in reachable if not isinstance(one.parentWidget(), QAbstractSpinBox)]
    nameless = [type(one).__name__ for one in inner if not one.accessibleName() and not isinstance(one, QScrollBar)]
    return [*cut_off(widget), *nameless]


@pytest.mark.parametrize("size", [SMALL, COMMON], ids=["1280", "1366"])
@pytest.mark.parametrize("kind", [TemplatesPart, PrintersPart])
def test_a_part_shows_everything(show: Callable[[type[Part]], Part], kind: type[Part], size: QSize) -> None:
    part = show(kind)
    part.window().resize(size)
    settle()
    assert part.window().size() == size
    assert not wrong(part)
    if isinstance(part, TemplatesPart):
        part.table.choose("old")
        assert not wrong(part)


def test_dialogs_of_printers_show_everything(show: Callable[[type[Part]], Part]) -> None:
    part = show(PrintersPart)
    assert isinstance(part, PrintersPart)
    asks: list[tuple[Callable[[], object], type[Dialog]]] = [
        (part.change.click, PrinterDialog),
        (part.trial.click, TrialDialog),
        (part.calibrate.click, CalibrationDialog),
    ]
    for open_it, kind in asks:
        open_it()
        dialog = dialog_of(part, kind)
        assert not wrong(dialog), kind
        if isinstance(dialog, PrinterDialog):
            dialog.name.set_text("")
            dialog.act()  # with everything that is wrong
            assert not wrong(dialog)
        dialog.reject()
        settle()


def test_the_editor_fits_a_small_screen(show: Callable[[type[Part]], Part]) -> None:
    part = show(TemplatesPart)
    part.receive("traced-60x40-2")
    assert isinstance(part, TemplatesPart)
    part.change.click()
    editor = dialog_of(part, EditTemplate)
    editor.resize(1240, 640)
    assert not wrong(editor)
    assert editor.width() <= 1280
    assert editor.minimumSizeHint().height() <= 660
    for number in range(len(editor.template.elements)):
        editor.choose(number)
        assert not wrong(editor), editor.template.elements[number]


@pytest.mark.parametrize("template", ["gi-product-a4-3x8", "gi-product-60x40"])
def test_printing_fits_a_small_screen(
    show: Callable[[type[Part]], Part], store: Store, tmp_path: Path, template: str
) -> None:
    part = show(PrintersPart)
    shop = open_shop(store, tmp_path)
    batch = numbered(store, shop.form(quantity=10_000, template_id=template))
    dialog = PrintDialog(part.window(), part.desk, batch)
    dialog.open()
    dialog.resize(1200, 640)
    assert not wrong(dialog)
    assert dialog.minimumSizeHint().width() <= 1240
    assert dialog.minimumSizeHint().height() <= 660

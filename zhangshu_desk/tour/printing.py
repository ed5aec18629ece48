"""The part of the tour that shows how labels come onto paper: templates, printers, printing on a socket."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TypeVar

from PySide6.QtWidgets import QDialog

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions, queries, sheets, templates
from zhangshu_desk.labels.actions.printers import keep_printer
from zhangshu_desk.labels.actions.templates import copy_template
from zhangshu_desk.labels.rules.batches import WITH_NUMBERS
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.labels.rules.rights import Family
from zhangshu_desk.labels.rules.sheets import PDF_DPI
from zhangshu_desk.tour import PASSWORD
from zhangshu_desk.tour.guide import Guide
from zhangshu_desk.ui.pages.labels import LabelsPage
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.pages.labels.printers_part import PrintersPart
from zhangshu_desk.ui.pages.labels.printers_part.calibration import CalibrationDialog
from zhangshu_desk.ui.pages.labels.printing.dialog import PrintDialog, Stage
from zhangshu_desk.ui.pages.labels.printing.job_panel import Said
from zhangshu_desk.ui.pages.labels.templates_part import TemplatesPart
from zhangshu_desk.ui.pages.labels.templates_part.dialog import EditTemplate

ON_SHEETS, ON_A_ROLL = "gi-product-a4-3x8", "gi-product-60x40"
P = TypeVar("P", bound=Part)
D = TypeVar("D", bound=QDialog)


def printing(guide: Guide) -> None:
    """A supervisor looks at templates and printers, and prints a batch on sheets and one on a label printer."""
    guide.log_in("zhanzhang", PASSWORD)
    actor, store = guide.program.seats[0].actor(), guide.program.store
    assert actor is not None
    assert store is not None
    with silent_printer() as address:
        settle_in(store, actor, guide.program.clock.now(), address)
        look_at_templates(guide)
        look_at_printers(guide)
        print_on_sheets(guide, batch(store, actor, guide.program.clock.now(), ON_SHEETS))
        print_on_a_roll(guide, batch(store, actor, guide.program.clock.now(), ON_A_ROLL))


def settle_in(store: Store, actor: Actor, now: int, address: str) -> None:
    """Printers, a template of the site's own and one that is broken, a sheet that was begun."""
    for settings in (
        PrinterSettings("贴标间 佳博 3120", Way.TSPL_TCP, address=address),
        PrinterSettings("仓库 TTP-244", Way.TSPL_TCP, address="127.0.0.1:1", darkness=8),
        PrinterSettings("办公室激光打印机", Way.SYSTEM, PDF_DPI, queue="office", offset_x=-1_200, scale_x=1_003),
        PrinterSettings("PDF 文件", Way.PDF, PDF_DPI),
    ):
        keep_printer(store, actor, settings, now)
    folder = store.paths.labels
    copy_template(store, actor, templates.load(folder, "traced-60x40"), "更衣柜标签（本站）", now)
    (folder / "old.toml").write_text('id = "old"\ntitle = "旧模板"\nfamily = "追溯"\n', "utf-8")
    sheets.set_used(store, actor, templates.load(folder, ON_SHEETS).geometry, range(7), now)


def batch(store: Store, actor: Actor, now: int, template_id: str) -> str:
    """A batch like one that is there already, numbered, with labels of this template."""
    numbered = queries.page(store, states=WITH_NUMBERS, family=Family.GI.value).rows
    card = queries.card(store, numbered[0].id)
    assert card is not None
    batch_no = f"{card.form.batch_no.partition('-')[0]}-{'张' if template_id == ON_SHEETS else '卷'}"
    form = replace(card.form, template_id=template_id, batch_no=batch_no, quantity=20_000, spare=0, labels=None)
    made = actions.make_batch(store, actor, form, now).id
    actions.number_batch(store, actor, made, now)
    return made


def look_at_templates(guide: Guide) -> None:
    """The list with a label at its true size, what is wrong with a broken one, and changing one."""
    part = part_in_front(guide, TemplatesPart)
    guide.until(lambda: part.proof.proof is not None)
    guide.shoot("40-label-templates")
    part.table.choose("old")
    guide.shoot("41-label-template-broken")
    part.table.choose("traced-60x40-2")
    part.change.click()
    editor = dialog(guide, EditTemplate)
    editor.choose(1)
    guide.shoot("42-label-template-edit")
    place = editor.form.fields["x"].editor
    before = place.value()
    place.setValue(40)
    guide.shoot("43-label-template-problems")
    place.setValue(before)
    editor.close()


def look_at_printers(guide: Guide) -> None:
    """The list with how each is, the form of one, and calibration."""
    part = part_in_front(guide, PrintersPart)
    guide.until(lambda: all(part.condition_of(one) for one in part.table.rows.rows))
    guide.shoot("44-label-printers")
    part.change.click()
    guide.shoot("45-label-printer")
    guide.press("Escape")
    part.calibrate.click()
    found = dialog(guide, CalibrationDialog)
    guide.until(lambda: bool(found.paper.choices()))
    found.fields["left"].set_value(21.3)
    found.fields["across"].set_value(169.2)
    guide.shoot("46-label-printer-calibration")
    found.close()


def print_on_sheets(guide: Guide, batch_id: str) -> None:
    """A begun sheet, some positions skipped, and the file that comes of it."""
    found = print_dialog(guide, batch_id)
    choose(found, "PDF 文件")
    for position in (9, 13):
        found.setup.map.toggled.emit(position)
    guide.shoot("47-label-print-sheets")
    found.pages.turn(1)
    guide.shoot("48-label-print-next-page")
    found.act()
    guide.until(lambda: found.stage is Stage.OVER)
    guide.shoot("49-label-print-saved")
    found.close()


def print_on_a_roll(guide: Guide, batch_id: str) -> None:
    """A label printer that says nothing, and the person's word."""
    found = print_dialog(guide, batch_id)
    choose(found, "贴标间")
    guide.until(lambda: found.pages.problems is not None)
    guide.shoot("50-label-print-roll")
    found.act()
    guide.until(lambda: found.stage is Stage.WORD)
    found.job.said.chip(Said.SOME).click()
    job = found.open_job
    assert job is not None
    found.job.last.editor.setText(str(job.waiting[0][0] + 17))
    found.job.last.submitted.emit()
    guide.shoot("51-label-print-word")
    found.close()


def choose(found: PrintDialog, name: str) -> None:
    """Choose the printer whose name begins so."""
    at = next(at for at, (_, words) in enumerate(found.setup.printer.choices()) if words.startswith(name))
    found.setup.printer.editor.setCurrentIndex(at)
    found.setup.printer.editor.activated.emit(at)


def print_dialog(guide: Guide, batch_id: str) -> PrintDialog:
    """The dialog of a batch with its first page."""
    page = guide.program.seats[0].page()
    assert page is not None
    found = PrintDialog(page.window(), page.desk, batch_id)
    found.open()
    guide.until(lambda: found.stage is Stage.SETUP and not found.pages.page.image().isNull())
    return found


def part_in_front(guide: Guide, kind: type[P]) -> P:
    """A part of the labels' page, brought to the front."""
    guide.press("Alt+4")
    page = guide.program.seats[0].page()
    assert isinstance(page, LabelsPage)
    page.receive(kind.title)
    guide.settle()
    return page.part_of(kind)


def dialog(guide: Guide, kind: type[D]) -> D:
    """The open dialog of this kind."""
    guide.settle()
    return next(one for one in guide.window.findChildren(kind) if one.isVisible())


@contextmanager
def silent_printer() -> Iterator[str]:
    """A label printer that takes everything and never answers; gives its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        with suppress(OSError):
            while True:
                line, _ = server.accept()
                with line, suppress(OSError):
                    while line.recv(65_536):
                        pass

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)

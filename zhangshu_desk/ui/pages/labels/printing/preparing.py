"""What the panel before printing asks of the desk: begun sheets, how a printer is, a printer that is a file."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from zhangshu_desk.labels import sheets
from zhangshu_desk.labels.actions.printers import keep_printer
from zhangshu_desk.labels.printers.trying import condition
from zhangshu_desk.labels.queries.printers import PrinterRow
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.labels.rules.sheets import PDF_DPI
from zhangshu_desk.labels.rules.templates import Template
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels import trouble_words
from zhangshu_desk.ui.pages.labels.printing.plan import Situation, pdf_printer, started_sheets
from zhangshu_desk.ui.pages.labels.printing.setup_panel import SetupPanel
from zhangshu_desk.ui.theme import Tone

_PDF_NAME = "PDF 文件"


class Preparing(QObject):
    """Answers what `panel` asks; refusals are shown by the dialog around it."""

    def __init__(self, panel: SetupPanel, desk: Desk) -> None:
        super().__init__(panel)
        self._panel, self._desk = panel, desk
        panel.asks_sheets.connect(self._look_at_sheets)
        panel.gone.connect(self._sheet_gone)
        panel.asks_condition.connect(self._look_at_printer)

    def with_pdf_printer(self, situation: Situation, then: Callable[[str], None], ended: Callable[[], None]) -> None:
        """Call `then` with the id of a printer that is a file, made where there is none."""
        there, desk, now = pdf_printer(situation.printers), self._desk, self._desk.clock.now()
        if there is not None:
            ended()
            then(there.id)
            return
        settings = PrinterSettings(_PDF_NAME, Way.PDF, PDF_DPI)
        desk.work.do(self, lambda: keep_printer(desk.store, desk.session.actor, settings, now), then, ended=ended)

    def _look_at_sheets(self, template: Template) -> None:
        store = self._desk.store
        self._desk.work.do(self, lambda: started_sheets(store, template), self._panel.show_sheets)

    def _sheet_gone(self, sheet_id: str) -> None:
        desk, template, now = self._desk, self._panel.template.key(), self._desk.clock.now()
        if template is not None:
            desk.work.do(
                self,
                lambda: sheets.throw_away(desk.store, desk.session.actor, sheet_id, now),
                lambda _: self._look_at_sheets(template),
            )

    def _look_at_printer(self, printer: PrinterRow) -> None:
        template, folder = self._panel.template.key(), self._desk.store.paths.papers
        if template is None:
            return

        def answer(words: str, tone: Tone) -> None:
            if self._panel.printer.key() == printer:
                self._panel.show_condition(words, tone)

        self._desk.work.do_apart(
            self,
            lambda: condition(printer.settings, template.geometry, folder),
            lambda found: answer(*trouble_words.of_condition(found)),
            lambda error: answer(str(error), Tone.BAD),
        )

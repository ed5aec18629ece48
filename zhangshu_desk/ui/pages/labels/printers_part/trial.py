"""Printing one label of nobody, to see whether a printer prints well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.clock import file_stamp
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.printers.outputs import Word
from zhangshu_desk.labels.rules.geometries import Medium
from zhangshu_desk.labels.rules.printers import PrinterSettings
from zhangshu_desk.labels.rules.templates import Template
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels import trouble_words
from zhangshu_desk.ui.pages.labels.templates_part.proof import samples
from zhangshu_desk.ui.widgets import ComboField, Text

_WHAT = "打一张样张：内容是示例，二维码扫得出网址，但中心会答「不是本站签发」。请选打印机里装的那种纸。"


class TrialDialog(Dialog):
    """Asks for a template and prints it with made-up data.

    Args:
        tried: called with what became of it in words, and whether it may be on paper.
    """

    def __init__(
        self, parent: QWidget, desk: Desk, settings: PrinterSettings, tried: Callable[[str, bool], object]
    ) -> None:
        super().__init__(parent, f"试打 · {settings.name}", "打印", width=520)
        self._desk, self._settings, self._tried = desk, settings, tried
        self.template = ComboField[Template]("模板")
        self.add(Text(_WHAT, wrap=True), self.template)
        self.primary.setEnabled(False)
        folder = desk.store.paths.labels
        desk.work.do_apart(self, lambda: _for_trial(settings, folder), self._offer)

    def act(self) -> None:
        from zhangshu_desk.labels.printers.trying import print_trial

        template = self.template.key()
        if template is None or not self.primary.isEnabled():
            return
        desk, settings, folder = self._desk, self._settings, self._desk.store.paths.papers
        title = f"试打 {file_stamp(desk.clock.now())}"
        data = {**samples(template, desk.settings.values.label_domain)[0].data, "product_name": "试打样张"}
        self.primary.setEnabled(False)
        desk.work.do_apart(
            self,
            lambda: print_trial(settings, template, data, title, folder),
            self._printed,
            ended=lambda: self.primary.setEnabled(True),
        )

    def _offer(self, found: list[Template]) -> None:
        self.template.set_choices([(one, one.title) for one in found])
        self.primary.setEnabled(bool(found))
        self.template.setFocus()

    def _printed(self, word: Word) -> None:
        said, may_be_on_paper = trouble_words.of_trial(word, "样张")
        if may_be_on_paper:
            self.accept()
            self._tried(f"{said}文字清楚、二维码能扫出来，就可以用。", True)
        else:
            self.notices.failed(said)


def _for_trial(settings: PrinterSettings, folder: Path) -> list[Template]:
    """Templates that need no mark of anybody, for papers of this printer; sheets first where it takes them."""
    usable = [one.template for one in templates.listed(folder) if one.template is not None]
    plain = [one for one in usable if one.mark is None]
    rolls = [one for one in plain if one.medium is Medium.ROLL]
    return rolls if settings.way.language is not None else [one for one in plain if one not in rolls] + rolls

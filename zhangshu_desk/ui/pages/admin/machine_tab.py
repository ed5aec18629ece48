"""Printing and display 打印与显示 of this machine."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.admin.display_card import DisplayCard
from zhangshu_desk.ui.pages.admin.labels_card import LabelsCard
from zhangshu_desk.ui.pages.admin.printing_card import PrintingCard
from zhangshu_desk.ui.pages.admin.tab import Tab, halves


class MachineTab(Tab):
    """Paper and labels at the left, screens and sounds at the right."""

    title: ClassVar[str] = "打印与显示"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.printing, self.labels, self.display = PrintingCard(self), LabelsCard(self), DisplayCard(self)
        self.body.addWidget(halves(self.printing, self.labels), 1)
        self.body.addWidget(halves(self.display), 1)
        self._asked = False

    def load(self) -> None:
        self.display.look()
        self.labels.look()
        if not self._asked:  # printers on a bad network take seconds: once, then by the button
            self._asked = True
            self.printing.look_for_printers()

    def begin(self) -> None:
        self.printing.slip.setFocus()

"""台账: where every label went, in two balances."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.widgets import Card


class LedgerPart(Part):
    """List and card."""

    title: ClassVar[str] = "台账"
    key: ClassVar[str] = "Ctrl+3"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.list = Card("台账")
        self.body.addWidget(self.list)

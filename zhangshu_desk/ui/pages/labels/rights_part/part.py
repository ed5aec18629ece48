"""权利: who may have which labels, and how many."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.widgets import Card


class RightsPart(Part):
    """List and card."""

    title: ClassVar[str] = "权利"
    key: ClassVar[str] = "Ctrl+2"
    roles = None

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.list = Card("权利")
        self.body.addWidget(self.list)

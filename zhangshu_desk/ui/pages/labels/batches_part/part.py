"""批次: the batches of labels and what becomes of them."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.widgets import Card


class BatchesPart(Part):
    """List and card."""

    title: ClassVar[str] = "批次"
    key: ClassVar[str] = "Ctrl+1"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.list = Card("批次")
        self.body.addWidget(self.list)

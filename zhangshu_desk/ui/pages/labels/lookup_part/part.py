"""查码: scan, paste or type what stands on a label; its whole life is shown, also without a network."""

from __future__ import annotations

from typing import ClassVar

from zhangshu_desk.ui.page import Page
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.widgets import Card, TextField


class LookupPart(Part):
    """One field, and below it what is known of the label."""

    title: ClassVar[str] = "查码"
    key: ClassVar[str] = "Ctrl+6"
    roles = None

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.asked = TextField("标签的码或编号", hint="扫描标签、粘贴链接，或输入编号")
        self.card = Card("查一枚标签")
        self.card.add(self.asked)
        self.card.fill()
        self.body.addWidget(self.card)

    def begin(self) -> None:
        self.asked.setFocus()

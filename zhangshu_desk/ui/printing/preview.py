"""The preview of a paper: its true pages, with print and save."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.printing.paper import Paper, pictures
from zhangshu_desk.ui.widgets.buttons import PlainButton

_DPI = 96
_WIDTH, _HEIGHT = 900, 640


class Preview(Dialog):
    """Shows `paper` page by page at its true size; `print_it` and `save_it` do the rest."""

    def __init__(
        self,
        parent: QWidget | None,
        paper: Paper,
        print_it: Callable[[], object],
        save_it: Callable[[], object],
    ) -> None:
        super().__init__(parent, f"预览 · {paper.title}", "打印", cancel="关闭")
        self._print_it = print_it
        self.save = PlainButton("存为 PDF", "Ctrl+S", save_it)
        self.foot.insertWidget(0, self.save)
        self.pages = [Sheet(image, self.devicePixelRatioF()) for image in self._drawn(paper)]
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setSpacing(16)
        for number, sheet in enumerate(self.pages, 1):
            sheet.setAccessibleName(f"第 {number} 页，共 {len(self.pages)} 页")
            column.addWidget(sheet, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName("预览")
        self.add(area, stretch=1)
        area.setFocus()
        self.resize(_WIDTH, _HEIGHT)

    def act(self) -> None:
        self._print_it()
        self.accept()

    def _drawn(self, paper: Paper) -> list[QImage]:
        return pictures(paper, _DPI * self.devicePixelRatioF())


class Sheet(QLabel):
    """One page, `ratio` device pixels per pixel."""

    def __init__(self, image: QImage, ratio: float) -> None:
        super().__init__()
        image.setDevicePixelRatio(ratio)
        self.setPixmap(QPixmap.fromImage(image))

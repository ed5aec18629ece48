"""The official mark on the screen: its user's own file on white paper, in its proportions, never anything else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.theme import SMALL, colour, font

_PAD = 8


class MarkPicture(QWidget):
    """Shows a file, or says why there is none to show.

    Args:
        side: of its square, in pixels.
    """

    def __init__(self, desk: Desk, side: int = 132) -> None:
        super().__init__()
        self._desk = desk
        self._file: Path | None = None
        self.image = QImage()
        self.words = ""
        self.setFixedSize(QSize(side, side))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_file(None, "没有标志文件")

    def show_file(self, file: Path | None, words: str = "") -> None:
        """Show the mark in this file; without one `words` say why."""
        self._file, self.image = file, QImage()
        self._say("正在读取…" if file is not None else words)
        if file is None:
            return
        side = round((self.width() - 2 * _PAD) * self.devicePixelRatioF())
        self._desk.work.do_slow(self, lambda: _loaded(file, side), lambda image: self._show(file, image), self._failed)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = self.rect().adjusted(0, 0, -1, -1)
        painter.setPen(colour("line"))
        painter.setBrush(colour("ground") if self.image.isNull() else Qt.GlobalColor.white)
        painter.drawRect(area)
        if self.image.isNull():
            painter.setPen(colour("muted"))
            painter.setFont(font(SMALL))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(_PAD, _PAD, -_PAD, -_PAD), flags, self.words)
        else:
            seen = QRect(area)
            seen.setSize((self.image.deviceIndependentSize()).toSize())
            seen.moveCenter(area.center())
            painter.drawImage(seen, self.image)
        painter.end()

    def _show(self, file: Path, image: QImage) -> None:
        if file == self._file:
            image.setDevicePixelRatio(self.devicePixelRatioF())
            self.image = image
            self._say("官方标志")

    def _failed(self, error: DeskError) -> None:
        self._say(str(error))

    def _say(self, words: str) -> None:
        self.words = words
        self.setAccessibleName(f"专用标志：{words}")
        self.setToolTip("" if not self.image.isNull() else words)
        self.update()


def _loaded(file: Path, side: int) -> QImage:
    """Thread for slow things."""
    from zhangshu_desk.labels.painting import marks

    return marks.load(file, side, side)

"""A system printer through Qt, where there is no CUPS: pages of a PDF are drawn dot by dot at the printer's resolution.

Qt reports success also for a job that the printer refuses, so only the spooler's word counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from zhangshu_desk.labels.printers.outputs import HalfSent, Known, NotSent, Trouble, Word
from zhangshu_desk.labels.printers.windows import Spooler, SpoolerOutput

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtPrintSupport import QPrinter


class DrawnOutput:
    """The printer of this name, with pages of this size; without a `spooler` it is only known that they were sent."""

    def __init__(self, queue: str, width_mm: float, height_mm: float, spooler: Spooler | None) -> None:
        self._queue, self._size = queue, (width_mm, height_mm)
        self._spooler = None if spooler is None else SpoolerOutput(queue, spooler)

    def send(self, title: str, part: Path) -> str:
        """Draw the pages of the part on the printer.

        Raises:
            NotSent, HalfSent.
        """
        from PySide6.QtGui import QPainter

        device = self._device(title)
        painter = QPainter()
        if not painter.begin(device):
            raise NotSent(Trouble.OTHER)
        whole = _draw(painter, device, part)
        if not (painter.end() and whole):
            raise HalfSent(Trouble.OTHER)
        return self.find(title) or ""

    def look(self, ticket: str) -> Word:
        """What the spooler says of the job."""
        return self._spooler.look(ticket) if self._spooler is not None and ticket else Word(Known.SENT)

    def find(self, title: str) -> str | None:
        """The job of this title, while it is in the queue."""
        return None if self._spooler is None else self._spooler.find(title)

    def take_back(self, ticket: str) -> None:
        """Delete the job, if it is still in the queue."""
        if self._spooler is not None and ticket:
            self._spooler.take_back(ticket)

    def troubles(self) -> frozenset[Trouble] | None:
        """What the spooler knows of the printer; without one only whether there is a printer of this name."""
        if self._spooler is not None:
            return self._spooler.troubles()
        from PySide6.QtPrintSupport import QPrinterInfo

        return frozenset({Trouble.NO_QUEUE}) if QPrinterInfo.printerInfo(self._queue).isNull() else None

    def close(self) -> None:
        """Nothing is held."""

    def _device(self, title: str) -> QPrinter:
        from PySide6.QtCore import QMarginsF, QSizeF
        from PySide6.QtGui import QPageLayout, QPageSize
        from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

        info = QPrinterInfo.printerInfo(self._queue)
        if info.isNull():
            raise NotSent(Trouble.NO_QUEUE)
        device = QPrinter(info, QPrinter.PrinterMode.HighResolution)
        device.setDocName(title)
        device.setFullPage(True)
        size = QPageSize(QSizeF(*self._size), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
        device.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
        return device


def _draw(painter: QPainter, device: QPrinter, part: Path) -> bool:
    """Draw every page; False when the printer would not have one more."""
    from PySide6.QtGui import QImage

    from zhangshu_desk.labels.pdf_pages import PdfPages

    with PdfPages(part) as pages:
        for number in range(pages.count):
            if number and not device.newPage():
                return False
            colours = pages.colours(number, device.resolution())  # the official mark keeps its own
            height, width, _ = colours.shape
            painter.drawImage(0, 0, QImage(colours.data, width, height, 3 * width, QImage.Format.Format_RGB888))
    return True

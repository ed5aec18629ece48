"""打印机: the printers of this machine that labels go to."""

from zhangshu_desk.ui.pages.labels.printers_part.part import PrintersPart

__all__ = ["PrintersPart"]

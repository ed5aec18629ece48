"""Makes the demo's stand-in for an official mark: a grey box that says that it is none.

An official mark is never drawn by us, not even alike: `python scripts/demo_mark.py resources/demo/mark.png`.
"""

import sys

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QGuiApplication, QImage, QPainter, QPen

SIDE = 480
LINES = (("示例标志", 76), ("非官方", 76), ("EXAMPLE ONLY", 40))


def main(target: str) -> None:
    """Write the picture."""
    app = QGuiApplication(sys.argv[:1])
    image = QImage(SIDE, SIDE, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setPen(QPen(Qt.GlobalColor.gray, 8, Qt.PenStyle.DashLine))
    painter.drawRect(QRect(8, 8, SIDE - 16, SIDE - 16))
    painter.setPen(Qt.GlobalColor.black)
    top = 70
    for text, size in LINES:
        font = QFont("Noto Sans CJK SC")
        font.setPixelSize(size)
        painter.setFont(font)
        painter.drawText(QRect(0, top, SIDE, size + 24), Qt.AlignmentFlag.AlignCenter, text)
        top += size + 44
    painter.end()
    image.save(target, quality=0)  # of a PNG: the smallest file
    del app


if __name__ == "__main__":
    main(sys.argv[1])

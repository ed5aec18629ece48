"""Our own line icons (`resources/icons/*.svg`), tinted with a token and sharp at every scale."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap

from zhangshu_desk.core import resources

_SCALES = (1.0, 1.25, 1.5, 2.0, 3.0)


def pixmap(name: str, colour: QColor, size: int = 20, ratio: float | None = None) -> QPixmap:
    """The icon `name` in `colour`, `size` device-independent pixels square.

    Args:
        ratio: device pixels per pixel; by default the largest of the screens.
    """
    scale = ratio or QGuiApplication.primaryScreen().devicePixelRatio()
    return _drawn(name, colour.name(), size, scale)


def icon(name: str, colour: QColor, size: int = 20) -> QIcon:
    """The same as a QIcon, holding a picture for each usual scale."""
    made = QIcon()
    for scale in _SCALES:
        made.addPixmap(_drawn(name, colour.name(), size, scale))
    return made


@cache
def _source(name: str) -> str:
    return resources.text(f"icons/{name}.svg")


@cache
def _drawn(name: str, colour: str, size: int, scale: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    drawing = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    side = round(size * scale)
    picture = QPixmap(QSize(side, side))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    drawing.render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(scale)
    return picture

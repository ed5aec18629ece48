"""The official mark from its user's own file: as large as its place allows, in its proportions and its colours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.pdf_pages import POINTS_PER_INCH, PdfPages

_PDF = b"%PDF"
_HALF = 128
_COLOURFUL, _SOME = 60, 0.005
"""A pixel has a colour when its red, green and blue differ by more; a mark has one when this share of it does."""
_DARK, _LIGHT = 110, 240


def load(file: Path, width: int, height: int) -> QImage:
    """The mark on white, as large as fits into `width` × `height` dots.

    Raises:
        DeskError: `label.mark_unreadable`; `label.mark_gone` when there is no such file.
    """
    if not file.is_file():
        raise DeskError("label.mark_gone")
    image = _of_pdf(file, width, height) if file.read_bytes()[:4] == _PDF else _of_picture(file, width, height)
    if image.isNull():
        raise DeskError("label.mark_unreadable")
    return _on_white(image)


def inside(size: QSize, width: int, height: int) -> QSize:
    """The largest size with the proportions of `size` in `width` × `height`."""
    return size.scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def _of_picture(file: Path, width: int, height: int) -> QImage:
    reader = QImageReader(str(file))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    if reader.format() == b"svg":
        reader.setScaledSize(inside(reader.size(), width, height))
        return reader.read()
    image = reader.read()
    if image.isNull():
        return image
    return image.scaled(
        inside(image.size(), width, height),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _of_pdf(file: Path, width: int, height: int) -> QImage:
    try:
        with PdfPages(file) as pages:
            wide, high = pages.size(0)
            pixels = pages.colours(0, POINTS_PER_INCH * min(width / wide, height / high))
    except ValueError:
        return QImage()
    rows, columns = pixels.shape[:2]
    return QImage(pixels.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _on_white(image: QImage) -> QImage:
    flat = QImage(image.size(), QImage.Format.Format_RGB32)
    flat.fill(Qt.GlobalColor.white)
    with QPainter(flat) as painter:
        painter.drawImage(0, 0, image)
    return flat


def is_coloured(mark: QImage) -> bool:
    """Whether the mark is not just black on white, so that a printer of black dots cannot show it as it is."""
    pixels = np.frombuffer(mark.constBits(), np.uint8, count=mark.sizeInBytes()).reshape(mark.height(), mark.width(), 4)
    colours = pixels[:, :, :3].astype(np.int16)
    return bool(np.mean(colours.max(axis=2) - colours.min(axis=2) > _COLOURFUL) > _SOME)


def dots_of(mark: QImage) -> NDArray[np.bool_]:
    """The mark as black dots: what is dark is black, what is light is a raster, so that no part of it is lost."""
    grey = grey_of(mark)
    if not is_coloured(mark):
        return grey < _HALF
    spread = np.clip((grey.astype(np.float32) - _DARK) * (255 / (_LIGHT - _DARK)), 0, 255).astype(np.uint8)
    height, width = spread.shape
    image = QImage(spread.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
    return grey_of(image.convertToFormat(QImage.Format.Format_Mono, Qt.ImageConversionFlag.DiffuseDither)) < _HALF


def grey_of(image: QImage) -> NDArray[np.uint8]:
    """An image as rows of grey values, 0 = black; a copy."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    line = grey.bytesPerLine()
    rows = np.frombuffer(grey.constBits(), np.uint8, count=line * grey.height()).reshape(grey.height(), line)
    return rows[:, : grey.width()].copy()

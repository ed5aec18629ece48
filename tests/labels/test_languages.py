"""What goes over the line to a label printer, read back dot by dot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QApplication

from tests.labels import zpl as renderer
from tests.labels.tspl_reader import printed
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.printers import tspl, zpl
from zhangshu_desk.labels.printers.media import Media, dots, media_of
from zhangshu_desk.labels.printers.raster import Raster, from_dots, from_image, shifted, to_dots
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way

MEDIA = Media(60_000, 40_000, 2_000)


def chinese_label(width: int = 480, height: int = 320) -> Raster:
    """A label with Chinese, a frame and fine lines, as Qt paints it without grey."""
    image = QImage(width, height, QImage.Format.Format_Mono)
    image.fill(1)
    painter = QPainter(image)
    painter.setFont(QFont("Noto Sans CJK SC", 24))
    painter.drawText(QRect(10, 10, width - 20, height // 2), Qt.AlignmentFlag.AlignCenter, "樟树吴茱萸 𠮷")
    painter.drawRect(0, 0, width - 1, height - 1)
    for x in range(10, width // 2, 3):
        painter.drawLine(x, height // 2, x, height - 10)
    painter.end()
    return from_image(image)


def noise(width: int, height: int, black: float, seed: int = 1) -> Raster:
    """Dots thrown by dice."""
    return from_dots(np.random.default_rng(seed).random((height, width)) < black)


SHAPES = [
    noise(480, 320, 0.5),
    noise(481, 7, 0.02),
    noise(9, 3, 0.9),
    from_dots(np.zeros((40, 104), np.bool_)),
    from_dots(np.ones((40, 104), np.bool_)),
    from_dots(np.ones((2, 8_000), np.bool_)),
    from_dots(np.tile(np.arange(480) % 400 < 200, (60, 1))),
]


# ---- rasters ---------------------------------------------------------------------------------------------------------


def test_a_painted_label_becomes_the_same_dots(qapp: QApplication) -> None:
    image = QImage(21, 2, QImage.Format.Format_Mono)
    image.fill(1)
    for x, y in ((0, 0), (7, 0), (8, 0), (20, 1)):
        image.setPixel(x, y, 0)
    raster = from_image(image)
    assert (raster.width, raster.height, raster.row_bytes) == (21, 2, 3)
    assert raster.rows == bytes([0b10000001, 0b10000000, 0, 0, 0, 0b00001000])
    assert np.argwhere(to_dots(raster)).tolist() == [[0, 0], [0, 7], [0, 8], [1, 20]]


def test_chinese_is_there(qapp: QApplication) -> None:
    assert 0.02 < to_dots(chinese_label()).mean() < 0.3


@given(st.integers(1, 40), st.integers(1, 20), st.integers(-50, 50), st.integers(-50, 50))
def test_moving_a_label_loses_nothing_or_is_refused(width: int, height: int, right: int, down: int) -> None:
    raster = noise(width, height, 0.1, width)
    ink = np.argwhere(to_dots(raster)) + np.array((down, right))
    inside = ((ink >= 0) & (ink < (height, width))).all()
    if inside:
        assert np.argwhere(to_dots(shifted(raster, right, down))).tolist() == ink.tolist()
    else:
        with pytest.raises(DeskError) as refusal:
            shifted(raster, right, down)
        assert refusal.value.code == "label.offset_cuts"


# ---- TSPL ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raster", SHAPES)
def test_tspl_comes_back_dot_by_dot(raster: Raster) -> None:
    labels, rest = printed(tspl.label(raster, MEDIA))
    assert not rest
    assert len(labels) == 1
    found = labels[0].raster
    assert to_dots(found)[:, : raster.width].tolist() == to_dots(raster).tolist()
    assert not to_dots(found)[:, raster.width :].any(), "ink beyond the edge"


def test_tspl_of_a_chinese_label_comes_back_dot_by_dot(qapp: QApplication) -> None:
    raster = chinese_label()
    labels, rest = printed(tspl.label(raster, MEDIA) * 3)
    assert [one.raster for one in labels] == [raster] * 3
    assert not rest


def test_tspl_says_what_the_printer_must_know() -> None:
    media = Media(100_000, 38_100, 0, turned=True, darkness=8, speed=4)
    raster = noise(16, 4, 0.5)
    assert printed(tspl.label(raster, MEDIA))[0][0].commands == (
        "SIZE 60 mm,40 mm",
        "GAP 2 mm,0 mm",
        "DIRECTION 1",
        "REFERENCE 0,0",
        "CLS",
    )
    assert printed(tspl.label(raster, media))[0][0].commands == (
        "SIZE 100 mm,38.1 mm",
        "GAP 0 mm,0 mm",
        "SPEED 4",
        "DENSITY 8",
        "DIRECTION 0",
        "REFERENCE 0,0",
        "CLS",
    )


def test_half_a_tspl_label_is_no_label() -> None:
    whole = tspl.label(noise(480, 320, 0.5), MEDIA)
    for cut in (1, 40, 90, 10_000, len(whole) - 1):
        labels, rest = printed(whole + whole[:cut])
        assert len(labels) == 1
        assert rest == whole[:cut]


# ---- ZPL -------------------------------------------------------------------------------------------------------------


def test_zpl_is_drawn_dot_by_dot_by_a_renderer_that_is_not_ours(qapp: QApplication) -> None:
    shapes = [one for one in (*SHAPES, chinese_label()) if one.width % 8 == 0]
    labels = [(zpl.label(one, MEDIA, compressed=packed), one) for one in shapes for packed in (False, True)]
    for found, (_, raster) in zip(renderer.drawn(labels), labels, strict=True):
        assert (found.width, found.height) == (raster.width, raster.height)
        assert (to_dots(found) != to_dots(raster)).sum() == 0


def test_compressed_zpl_is_much_shorter(qapp: QApplication) -> None:
    raster = chinese_label()
    assert len(zpl.label(raster, MEDIA)) < len(zpl.label(raster, MEDIA, compressed=False)) / 4


def test_zpl_says_what_the_printer_must_know() -> None:
    text = zpl.label(noise(16, 4, 0.5), Media(100_000, 38_100, 0, turned=True, darkness=8, speed=4)).decode("ascii")
    assert text.startswith("~SD16^XA^PW16^LL4^LH0,0^LS0^POI^MNN^PR4^FO0,0^GFA,8,8,2,")
    assert text.endswith("^FS^PQ1^XZ\r\n")
    plain = zpl.label(noise(16, 4, 0.5), MEDIA).decode("ascii")
    assert plain.startswith("^XA^PW16^LL4^LH0,0^LS0^PON^MNW^FO0,0^GFA,")


def test_media_of_a_printer() -> None:
    settings = PrinterSettings("标签机", Way.TSPL_TCP, gap=3_000, turned=True, darkness=10, speed=5)
    assert media_of(settings, 63.5, 38.1, 2) == Media(63_500, 38_100, 3_000, turned=True, darkness=10, speed=5)
    assert media_of(replace(settings, gap=None), 50, 30, 2.5).gap == 2_500
    assert media_of(replace(settings, gap=0), 50, 30, 2.5).gap == 0
    assert [dots(60_000, dpi) for dpi in (203, 300, 600)] == [480, 709, 1_417]

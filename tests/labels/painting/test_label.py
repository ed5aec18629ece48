"""One label, dot by dot: letters that are letters, a code of whole dots, the mark as its file has it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter

from tests.labels import sample
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import symbols
from zhangshu_desk.labels.painting import marks
from zhangshu_desk.labels.painting.label import LabelPainter, Placed, image_of
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.elements import Area, Box, Line, Qr, Style, Text, Weight
from zhangshu_desk.labels.rules.templates import Template

pytestmark = pytest.mark.usefixtures("qapp")
DPIS = (203, 300, 600)
Grey = NDArray[np.uint8]


def painted(template: Template, dpi: float, mark: Path | None = None, /, **changes: str) -> tuple[QImage, Placed]:
    """A label drawn by a painter onto a white image."""
    painter = LabelPainter(template, dpi, mark)
    image = QImage(*painter.size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    with QPainter(image) as brush:
        brush.setRenderHint(QPainter.RenderHint.TextAntialiasing)
        placed = painter.paint(brush, 0, 0, sample.data(template, **changes))
    return image, placed


def area_of(grey: Grey, area: Area, dpi: float) -> Grey:
    """A part of an image, given in millimetres."""
    x, y, right, bottom = (
        round(one * dpi / 25.4) for one in (area.x, area.y, area.x + area.width, area.y + area.height)
    )
    return grey[y:bottom, x:right]


def with_text(text: str, size: float, width: float = 56, height: float = 12) -> Template:
    """A label with one text."""
    template = sample.template("traced-60x40")
    style = Style(size=size, weight=Weight.BOLD)
    return replace(template, elements=(Text(Area(2, 2, width, height), text, style), Qr(Area(36, 16, 22.6, 22.6))))


@pytest.mark.parametrize("size", [6, 8, 14, 24, 32])
@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("by_dots", [True, False])
def test_letters_are_drawn_and_are_not_boxes(size: float, dpi: int, by_dots: bool) -> None:
    text = "樟树药地"
    template = with_text(text, size)
    if by_dots:
        dots, _ = LabelPainter(template, dpi, hinted=True).dots(sample.data(template))
        grey = np.where(dots, 0, 255).astype(np.uint8)
    else:
        grey = marks.grey_of(painted(template, dpi)[0])
    em = size * dpi / 72
    left, top = (round(2 * dpi / 25.4) for _ in "xy")
    cells = [grey[top : top + int(em), left + int(n * em) : left + int((n + 1) * em)] < 128 for n in range(len(text))]
    assert all(0.15 < cell.mean() < 0.6 for cell in cells)  # a box is nearly empty, nothing is empty
    small = min(cell.shape[1] for cell in cells)
    pictures = [cell[:, :small] for cell in cells]
    assert all((a != b).mean() > 0.1 for n, a in enumerate(pictures) for b in pictures[:n])  # and all boxes are alike


@pytest.mark.parametrize("dpi", DPIS)
def test_a_module_is_a_whole_number_of_dots(dpi: int) -> None:
    template = sample.template("traced-60x40")
    data = sample.data(template)
    dots, placed = LabelPainter(template, dpi, hinted=True).dots(data)
    symbol = symbols.symbol(data["code"], "M", symbols.version_of(codes.widest(data["code"])))
    across = symbols.modules_across(symbol.version) + 8
    assert placed.side == across * placed.module
    found = dots[placed.y : placed.y + placed.side, placed.x : placed.x + placed.side]
    modules = np.pad(symbol.modules, 4)  # the quiet zone
    assert np.array_equal(found, modules.repeat(placed.module, axis=0).repeat(placed.module, axis=1))
    area = template.qr.area
    dot = 25.4 / dpi
    assert area.x <= placed.x * dot + 0.001
    assert (placed.x + placed.side) * dot <= area.x + area.width + 0.001
    assert (placed.module + 1) * across * dot > area.width  # as large as it can be


@pytest.mark.parametrize("dpi", DPIS)
def test_a_painter_draws_the_same_modules(dpi: int) -> None:
    template = sample.template("traced-60x40")
    image, placed = painted(template, dpi)
    dots, same = LabelPainter(template, dpi, hinted=True).dots(sample.data(template))
    assert placed == same
    code = np.s_[placed.y : placed.y + placed.side, placed.x : placed.x + placed.side]
    grey = marks.grey_of(image)[code]
    assert set(np.unique(grey)) == {0, 255}
    assert np.array_equal(grey == 0, dots[code])


def test_codes_of_a_batch_are_of_one_size() -> None:
    template = sample.template("traced-60x40")
    painter = LabelPainter(template, 203, hinted=True)
    assert len({painter.dots(sample.data(template, serial))[1] for serial in range(1, 60)}) == 1


def png(tmp_path: Path, size: int, black: bool = False) -> Path:
    """The made-up mark as a bitmap."""
    reader = QImageReader(str(sample.MARK))
    reader.setScaledSize(QSize(size, size * 420 // 400))
    image = reader.read()
    flat = QImage(image.size(), QImage.Format.Format_RGB32)
    flat.fill(Qt.GlobalColor.white)
    with QPainter(flat) as brush:
        brush.drawImage(0, 0, image)
    if black:
        flat = flat.convertToFormat(QImage.Format.Format_Mono, Qt.ImageConversionFlag.ThresholdDither)
    file = tmp_path / f"mark{size}.png"
    assert flat.save(str(file))
    return file


@pytest.mark.parametrize("size", [90, 345, 1200])
def test_the_mark_is_the_scaled_file_pixel_by_pixel(tmp_path: Path, size: int) -> None:
    template = sample.template("gi-product-60x40")
    assert template.mark is not None
    file, dpi = png(tmp_path, size), 300
    image, _ = painted(template, dpi, file)
    area = template.mark.area
    room = QSize(int(area.width * dpi / 25.4), int(area.height * dpi / 25.4))
    source = QImage(str(file))
    mode = Qt.TransformationMode.SmoothTransformation
    expected = source.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, mode).convertToFormat(image.format())
    assert abs(expected.width() / expected.height() - 400 / 420) < 0.01
    x = int(np.ceil(area.x * dpi / 25.4)) + (room.width() - expected.width()) // 2
    y = int(np.ceil(area.y * dpi / 25.4)) + (room.height() - expected.height()) // 2
    assert image.copy(x, y, expected.width(), expected.height()) == expected


def test_a_drawing_in_ink_stays_one_on_a_label_printer(tmp_path: Path) -> None:
    file = png(tmp_path, 120, black=True)
    mark = marks.load(file, 120, 126)
    assert not marks.is_coloured(mark)
    assert np.array_equal(marks.dots_of(mark), marks.grey_of(mark) < 128)


def test_no_part_of_a_coloured_mark_is_lost_in_black_dots() -> None:
    mark = marks.load(sample.MARK, 400, 420)
    assert marks.is_coloured(mark)
    dots, grey = marks.dots_of(mark), marks.grey_of(mark)
    assert dots[grey < 100].mean() > 0.99  # the red and the green are black
    gold = (grey > 130) & (grey < 170)
    assert 0.3 < dots[gold].mean() < 0.95  # the gold ring is a raster
    assert dots[grey > 250].mean() < 0.01  # white stays white


def test_the_mark_of_a_pdf_is_drawn_too(tmp_path: Path) -> None:
    from PySide6.QtCore import QMarginsF, QSizeF
    from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter

    file = tmp_path / "mark.pdf"
    writer = QPdfWriter(str(file))
    size = QPageSize(QSizeF(100, 100), QPageSize.Unit.Point)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    with QPainter(writer) as brush:
        brush.fillRect(0, 0, writer.width() // 2, writer.height(), Qt.GlobalColor.black)
    mark = marks.load(file, 200, 80)
    assert (mark.width(), mark.height()) == (80, 80)
    grey = marks.grey_of(mark)
    assert grey[:, :39].max() == 0
    assert grey[:, 41:].min() == 255


@pytest.mark.parametrize("content", [b"", b"no picture", b"%PDF-1.7 broken", b"\x89PNG\r\n\x1a\n broken"])
def test_a_file_that_is_no_mark_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mark").write_bytes(content)
    with pytest.raises(DeskError, match="专用标志文件读不出来"):
        marks.load(tmp_path / "mark", 100, 100)
    with pytest.raises(DeskError, match="专用标志文件不在本机"):
        marks.load(tmp_path / "none", 100, 100)


def test_lines_and_boxes_are_sharp() -> None:
    template = replace(
        sample.template("traced-60x40"),
        elements=(
            Line(2, 10, 30, 10, 0.25),
            Line(5, 12, 5, 30, 0.25),
            Box(Area(8, 12, 20, 10), 0.25),
            Qr(Area(36, 2, 22.6, 22.6)),
        ),
    )
    image, _ = painted(template, 203)
    grey = marks.grey_of(image)
    assert set(np.unique(grey)) == {0, 255}
    assert (area_of(grey, Area(2, 9.9, 28, 0.5), 203) == 0).sum() == 2 * 224
    dots, _ = LabelPainter(template, 203, hinted=True).dots(sample.data(template))
    assert np.array_equal(dots, grey == 0)


def test_dots_become_an_image_of_one_bit() -> None:
    dots = np.zeros((3, 37), np.bool_)
    dots[1, 36] = dots[2, 0] = True
    image = image_of(dots)
    assert image.format() is QImage.Format.Format_Mono
    assert np.array_equal(marks.grey_of(image) == 0, dots)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"enterprise_name": "樟" * 90}, "label.text_long"),
        ({"place": "\U0010fffd"}, "label.glyph_missing"),
    ],
)
def test_what_cannot_be_printed_whole_is_not_printed(changes: dict[str, str], code: str) -> None:
    template = sample.template("traced-60x40")
    for draw in (
        lambda data: LabelPainter(template, 203, hinted=True).dots(data),
        lambda data: painted(template, 203, **changes),
    ):
        with pytest.raises(DeskError) as caught:
            draw(sample.data(template, **changes))
        assert caught.value.code == code


def test_only_what_differs_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    template = sample.template("traced-60x40")
    painter = LabelPainter(template, 203, hinted=True)
    painter.dots(sample.data(template, 1))
    from zhangshu_desk.labels.painting.setting import Setting, Typesetter

    texts: list[str] = []
    set_text = Typesetter.set

    def watched(self: Typesetter, text: str, area: Area, style: Style) -> Setting:
        texts.append(text)
        return set_text(self, text, area, style)

    monkeypatch.setattr(Typesetter, "set", watched)
    second, _ = painter.dots(sample.data(template, 2))
    assert texts == ["No. 00000002"]
    monkeypatch.undo()
    alone, _ = LabelPainter(template, 203, hinted=True).dots(sample.data(template, 2))
    assert np.array_equal(second, alone)
    other, _ = painter.dots(sample.data(template, 2, product_name="更衣柜"))
    assert not np.array_equal(other, second)

"""From data to paper: every label that goes out has been read, on sheets and on a label printer."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2  # type: ignore[import-untyped]  # has no types
import pytest
import zxingcpp

from tests.labels import sample
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import symbols
from zhangshu_desk.labels.pages import Run, parts, rasters, write_pdf
from zhangshu_desk.labels.painting.label import LabelPainter
from zhangshu_desk.labels.painting.pages import PagePainter
from zhangshu_desk.labels.pdf_pages import PdfPages
from zhangshu_desk.labels.reading import Expected, read_back, read_back_pdf
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.elements import LabelData
from zhangshu_desk.labels.rules.sheets import Layout, Outline

pytestmark = pytest.mark.usefixtures("qapp")
MANY = 500
SHEET = "traced-a4-3x8"


def pages_of(file: Path, dpi: float = 300) -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """The pages of a PDF in grey, whole, as anybody would render them."""
    with pypdfium2.PdfDocument(file) as document:
        for page in document:
            yield page.render(scale=dpi / 72, grayscale=True).to_numpy()


def read(image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> list[str]:
    """The codes on an image, read as a phone reads them."""
    return [one.text for one in zxingcpp.read_barcodes(image)]


def proved(texts: list[str], count: int) -> None:
    """All codes are there, each once, each of this station."""
    scanned = [codes.read(text) for text in texts]
    assert sorted(one.serial for one in scanned) == list(range(1, count + 1))
    assert all(codes.is_genuine(sample.KEY, one) for one in scanned)


@pytest.mark.parametrize("name", sample.shipped_names())
def test_every_shipped_template_is_painted_and_its_code_read(name: str, tmp_path: Path) -> None:
    template = sample.template(name)
    count = template.geometry.places + 1  # two pages
    assert write_pdf(sample.run(template, count), tmp_path / "labels.pdf") == 2
    proved([text for page in pages_of(tmp_path / "labels.pdf") for text in read(page)], count)
    for dpi in (203, 300):
        for dots in rasters(sample.run(template, 2, Layout(dpi))):
            assert len(read(np.where(dots, 0, 255).astype(np.uint8))) == 1


def test_500_codes_of_a_pdf_are_read_at_300_dpi(tmp_path: Path) -> None:
    template = sample.template("gi-product-a4-3x8")
    assert write_pdf(sample.run(template, MANY), tmp_path / "labels.pdf") == 21
    proved([text for page in pages_of(tmp_path / "labels.pdf") for text in read(page)], MANY)


def test_500_codes_are_read_from_the_dots_of_a_label_printer() -> None:
    template = sample.template("gi-product-60x40")
    found = [read(np.where(dots, 0, 255).astype(np.uint8)) for dots in rasters(sample.run(template, MANY, Layout(203)))]
    assert all(len(one) == 1 for one in found)
    proved([text for one in found for text in one], MANY)


def test_in_a_pdf_too_a_module_is_a_whole_number_of_printer_dots(tmp_path: Path) -> None:
    template = sample.template(SHEET)
    layout = Layout(offset_x=0.7, offset_y=-0.4, scale_x=1.004, scale_y=0.998)
    write_pdf(sample.run(template, 24, layout), tmp_path / "labels.pdf")
    with PdfPages(tmp_path / "labels.pdf") as pages:
        page = pages.grey(0, layout.dpi)
    painter = LabelPainter(template, layout.dpi)
    for place in (0, 11, 23):
        data = sample.data(template, place + 1)
        _, code = painter.dots(data)
        symbol = symbols.symbol(data["code"], "M", symbols.version_of(codes.widest(data["code"])))
        x, y = (round(one * layout.dpi / 25.4) for one in layout.corner(template.geometry, place))
        left, top = x + code.x, y + code.y
        modules = np.pad(symbol.modules, 4).repeat(code.module, axis=0).repeat(code.module, axis=1)
        assert np.array_equal(page[top : top + code.side, left : left + code.side] < 128, modules)


def test_the_mark_in_a_pdf_is_the_users_file_without_loss(tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    template = sample.template("gi-product-a4-3x8")
    write_pdf(sample.run(template, 48), tmp_path / "labels.pdf")
    from zhangshu_desk.labels.painting import marks

    assert template.mark is not None
    with pypdfium2.PdfDocument(tmp_path / "labels.pdf") as document:
        found = [one for one in document[0].get_objects() if one.type == 3 and one.get_px_size()[0] > 100]
        pixels = found[0].get_bitmap().to_numpy()[:, :, ::-1]  # blue first
    assert len(found) == 24
    height, width = pixels.shape[:2]
    assert height == int(template.mark.area.height * 600 / 25.4) - 1  # on whole dots within its area
    expected = marks.load(sample.MARK, height, height).convertToFormat(QImage.Format.Format_RGB888)
    assert expected.width() == width
    line = expected.bytesPerLine()
    rows = np.frombuffer(expected.constBits(), np.uint8).reshape(expected.height(), line)
    assert np.array_equal(pixels, rows[:, : 3 * expected.width()].reshape(pixels.shape))
    assert (tmp_path / "labels.pdf").stat().st_size < 200_000  # it is there once, not 48 times


def test_texts_of_a_pdf_are_letters(tmp_path: Path) -> None:
    write_pdf(sample.run(sample.template(SHEET), 1), tmp_path / "labels.pdf")
    with pypdfium2.PdfDocument(tmp_path / "labels.pdf") as document:
        text = document[0].get_textpage().get_text_range()
    assert "型号 MJJ-1850" in text
    assert "No. 00000001" in text


def test_the_preview_is_the_page(tmp_path: Path) -> None:
    template = sample.template(SHEET)
    write_pdf(sample.run(template, 24), tmp_path / "labels.pdf")
    (page,) = pages_of(tmp_path / "labels.pdf", 150)
    labels = [(place, sample.data(template, place + 1)) for place in range(24)]
    from zhangshu_desk.labels.painting import marks

    preview = marks.grey_of(PagePainter(template, Layout()).picture(labels, 150))
    height, width = (min(sides) for sides in zip(preview.shape, page.shape, strict=True))
    a, b = preview[:height, :width].astype(int), page[:height, :width].astype(int)
    # Every square of 5 mm has as much ink in both: nothing is missing, nothing stands elsewhere.
    size = 30
    blocks = [
        one[: height // size * size, : width // size * size].reshape(height // size, size, -1, size) for one in (a, b)
    ]
    assert abs(blocks[0].mean(axis=(1, 3)) - blocks[1].mean(axis=(1, 3))).max() < 20


def test_used_places_stay_empty(tmp_path: Path) -> None:
    template = sample.template(SHEET)
    used = frozenset(range(20)) | {21}
    assert write_pdf(sample.run(template, 4, used=used), tmp_path / "labels.pdf") == 2
    first, second = pages_of(tmp_path / "labels.pdf")
    assert len(read(first)) == 3
    assert len(read(second)) == 1
    x, y = (int(one * 300 / 25.4) for one in template.geometry.corner(21))
    assert first[y + 5 : y + 430, x + 5 : x + 820].min() == 255


@pytest.mark.parametrize("outline", Outline)
def test_outlines_leave_the_codes_alone(outline: Outline, tmp_path: Path) -> None:
    template = replace(sample.template("traced-a4-5x13"))
    write_pdf(sample.run(template, 65, Layout(outline=outline)), tmp_path / "labels.pdf")
    (page,) = pages_of(tmp_path / "labels.pdf")
    assert len(read(page)) == 65
    x, y = template.geometry.corner(0)
    edge = page[int((y + 5) * 300 / 25.4), int((x - 0.3) * 300 / 25.4) : int((x + 0.3) * 300 / 25.4)].min()
    assert bool(edge < 128) is (outline is Outline.BOX)
    margin = page[int((y - 2) * 300 / 25.4), int((x - 0.3) * 300 / 25.4) : int((x + 0.3) * 300 / 25.4)].min()
    assert bool(margin < 128) is (outline is Outline.CROP)


def test_parts_are_whole_files_that_follow_each_other(tmp_path: Path) -> None:
    template = sample.template(SHEET)
    told: list[tuple[int, int]] = []
    found = list(parts(sample.run(template, 100), tmp_path, 2, lambda *counts: told.append(counts)))
    assert [(part.pages, part.labels, part.first) for part in found] == [(2, 48, 0), (2, 48, 48), (1, 4, 96)]
    proved([text for part in found for page in pages_of(part.file) for text in read(page)], 100)
    assert told[-1] == (100, 100)
    assert told == sorted(told)


def test_progress_is_told_and_a_stopped_run_leaves_nothing(tmp_path: Path) -> None:
    class Stopped(Exception):
        pass

    told: list[int] = []

    def report(done: int, total: int) -> None:
        assert total == 100
        told.append(done)
        if done >= 60:
            raise Stopped

    with pytest.raises(Stopped):
        write_pdf(sample.run(sample.template(SHEET), 100), tmp_path / "labels.pdf", report)
    assert told == sorted(told)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Stopped):
        list(parts(sample.run(sample.template(SHEET), 100), tmp_path, 2, report))
    assert [one.name for one in tmp_path.iterdir()] == ["00001.pdf"]  # handed on before


def spoil(monkeypatch: pytest.MonkeyPatch, serial: str, noise: bool) -> None:
    """Make one label carry another code than it should, or none that can be read."""
    draw = LabelPainter._symbol

    def wrong(self: LabelPainter, data: LabelData) -> symbols.Symbol:
        if data["serial"] != serial:
            return draw(self, data)
        if not noise:
            return draw(self, {**data, "code": data["code"][:-1] + ("A" if data["code"][-1] != "A" else "B")})
        right = draw(self, data)
        return replace(right, modules=np.random.default_rng(1).random(right.modules.shape) < 0.5)

    monkeypatch.setattr(LabelPainter, "_symbol", wrong)


@pytest.mark.parametrize(("noise", "code"), [(False, "label.reads_otherwise"), (True, "label.not_readable")])
def test_one_wrong_code_stops_everything(
    noise: bool, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(monkeypatch, "00000030", noise)
    template = sample.template(SHEET)
    with pytest.raises(DeskError) as caught:
        write_pdf(sample.run(template, 60), tmp_path / "labels.pdf")
    assert caught.value.code == code
    assert caught.value.facts == {"page": 2, "place": 6, "serial": "00000030"}
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(DeskError) as caught:
        list(parts(sample.run(template, 60), tmp_path, 1))
    assert caught.value.facts == {"page": 2, "place": 6, "serial": "00000030"}
    assert [one.name for one in tmp_path.iterdir()] == ["00001.pdf"]
    out = []
    with pytest.raises(DeskError) as caught:
        out += [*rasters(sample.run(sample.template("traced-60x40"), 60, Layout(203)))]
    assert (caught.value.code, caught.value.facts["page"]) == (code, 30)


def test_a_code_at_the_wrong_place_is_noticed(tmp_path: Path) -> None:
    template = sample.template(SHEET)
    layout = Layout()
    labels = [(place, sample.data(template, place + 1)) for place in range(2)]
    image = PagePainter(template, layout).picture(labels, 300)
    from PySide6.QtGui import QImage, QPainter

    canvas = QImage(image)
    with QPainter(canvas) as painter:
        expected = PagePainter(template, layout).draw(painter, labels)
    from zhangshu_desk.labels.painting import marks

    grey = marks.grey_of(image)
    read_back(grey, 300, expected)
    first, second = expected
    swapped = [replace(first, text=second.text), replace(second, text=first.text)]
    with pytest.raises(DeskError, match="第 1 页第 1 个标签（序号 00000001）的二维码读出的内容不对"):
        read_back(grey, 300, swapped)
    with pytest.raises(DeskError, match="第 1 页第 3 个标签（序号 x）的二维码读不出来"):
        read_back(grey, 300, [*expected, Expected("x", "x", 2, 100, 200, 20)])


def test_a_file_with_other_pages_than_it_should_have_is_refused(tmp_path: Path) -> None:
    template = sample.template(SHEET)
    write_pdf(sample.run(template, 30), tmp_path / "labels.pdf")
    with pytest.raises(DeskError, match=r"labels.pdf 的页数不对（2 页）"):
        list(read_back_pdf(tmp_path / "labels.pdf", [[]]))
    with pytest.raises(DeskError, match=r"labels.pdf 的页数不对（2 页）"):
        list(read_back_pdf(tmp_path / "labels.pdf", [[], [], []]))
    (tmp_path / "half.pdf").write_bytes((tmp_path / "labels.pdf").read_bytes()[:500])
    with pytest.raises(DeskError, match=r"half.pdf 的页数不对（0 页）"):
        list(read_back_pdf(tmp_path / "half.pdf", [[]]))


def test_an_offset_that_loses_ink_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="印到纸外"):
        write_pdf(sample.run(sample.template("traced-60x40"), 1, Layout(offset_x=3)), tmp_path / "labels.pdf")


CHILD = """
import resource, signal, sys
from pathlib import Path
from PySide6.QtGui import QGuiApplication
from tests.labels import sample
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.pages import write_pdf
app = QGuiApplication([])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    write_pdf(sample.run(sample.template("traced-a4-3x8"), 100), Path(sys.argv[1]) / "labels.pdf")
except DeskError as error:
    print(error.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files there")
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("label.pdf_not_written", "label.pages_missing")
    assert list(tmp_path.iterdir()) == []


def test_a_run_takes_its_labels_one_by_one(tmp_path: Path) -> None:
    asked = 0
    template = sample.template(SHEET)

    def labels() -> Iterator[LabelData]:
        nonlocal asked
        for serial in range(1, 241):
            asked += 1
            yield sample.data(template, serial)

    run = Run(template, labels(), 240)
    for number, _ in enumerate(parts(run, tmp_path, 1), 1):
        assert asked == 24 * number


def test_pages_of_a_pdf_have_the_size_of_their_paper(tmp_path: Path) -> None:
    for name, size in (("traced-60x40", (60, 40)), ("gi-trademark-70x50", (70, 50)), (SHEET, (210, 297))):
        write_pdf(sample.run(sample.template(name), 1), tmp_path / "labels.pdf")
        with PdfPages(tmp_path / "labels.pdf") as pages:
            assert pages.size(0) == pytest.approx([side / 25.4 * 72 for side in size], abs=1)

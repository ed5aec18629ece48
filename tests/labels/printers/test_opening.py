"""From settings to the way to a printer; and the calibration page goes the same way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from tests.labels.tspl_reader import printed
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.pdf_pages import PdfPages
from zhangshu_desk.labels.printers import calibration, cups, opening
from zhangshu_desk.labels.printers.cups import CupsOutput
from zhangshu_desk.labels.printers.drawn import DrawnOutput
from zhangshu_desk.labels.printers.files import FileOutput
from zhangshu_desk.labels.printers.opening import check_paper, encoded, layout_of, open_output
from zhangshu_desk.labels.printers.raster import from_dots, to_dots
from zhangshu_desk.labels.printers.tcp import TcpOutput
from zhangshu_desk.labels.rules.calibration import Measured, calibrated, crosses
from zhangshu_desk.labels.rules.geometries import shipped_geometries
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way, from_json

ROLL, SHEET = shipped_geometries()["roll-60x40"], shipped_geometries()["a4-3x8"]
THERMAL = PrinterSettings("标签机", Way.TSPL_TCP, address="127.0.0.1")
LASER = PrinterSettings("激光", Way.SYSTEM, dpi=600, queue="office")


def refusal(settings: PrinterSettings, geometry: object) -> str:
    with pytest.raises(DeskError) as refused:
        check_paper(settings, geometry)  # type: ignore[arg-type]
    return refused.value.code


def test_a_label_printer_has_rolls_only() -> None:
    for way in Way:
        check_paper(replace(LASER, way=way), ROLL)
    check_paper(LASER, SHEET)
    check_paper(replace(LASER, way=Way.PDF), SHEET)
    assert refusal(THERMAL, SHEET) == "label.printer_paper"
    assert refusal(from_json({"name": "x", "way": "tspl-usb"}), ROLL) == "label.printer_way"


def test_each_way_has_its_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def output(way: Way) -> object:
        return type(open_output(replace(LASER, way=way, address="127.0.0.1"), ROLL, tmp_path))

    assert output(Way.PDF) is FileOutput
    assert output(Way.TSPL_TCP) is output(Way.ZPL_TCP) is TcpOutput
    assert output(Way.TSPL_QUEUE) is output(Way.ZPL_QUEUE) is output(Way.SYSTEM) is CupsOutput
    monkeypatch.setattr(cups, "available", lambda: False)
    assert output(Way.SYSTEM) is DrawnOutput
    with pytest.raises(DeskError) as refused:
        output(Way.TSPL_QUEUE)
    assert refused.value.code == "label.no_raw_queue"


def test_the_offset_moves_whole_dots_or_pages() -> None:
    raster = from_dots(np.eye(320, 480, 100, dtype=np.bool_))
    moved = replace(THERMAL, offset_x=1_000, offset_y=-500)
    labels, _ = printed(encoded(moved, ROLL, from_dots(np.pad(np.ones((1, 1), np.bool_), ((100, 219), (100, 379))))))
    assert np.argwhere(to_dots(labels[0].raster)).tolist() == [[96, 108]]
    assert layout_of(moved).offset_x == 0
    with pytest.raises(DeskError) as refused:
        encoded(moved, ROLL, raster)
    assert refused.value.code == "label.offset_cuts"
    layout = layout_of(replace(LASER, offset_x=-300, scale_y=1_002))
    assert (layout.dpi, layout.offset_x, layout.scale_x, layout.scale_y) == (600, -0.3, 1, 1.002)


def test_every_language_has_its_encoder() -> None:
    assert set(opening._LANGUAGES) == {way.language for way in Way} - {None}


# ---- the calibration page --------------------------------------------------------------------------------------------


def lines(
    ink: np.ndarray[tuple[int, int], np.dtype[np.bool_]], dpi: float, near: tuple[float, float]
) -> tuple[float, float]:
    """Where the cross near a place (mm) is: in its middle the longest black row and column; in mm."""
    dots = dpi / 25.4
    left, top = (int((one - 4) * dots) for one in near)
    part = ink[top : top + int(8 * dots), left : left + int(8 * dots)]
    column, row = part.sum(axis=0), part.sum(axis=1)
    x = np.flatnonzero(column >= column.max() * 0.95).mean()
    y = np.flatnonzero(row >= row.max() * 0.95).mean()
    return (left + x + 0.5) / dots, (top + y + 0.5) / dots


def test_the_page_shows_what_the_settings_do(qapp: QApplication, tmp_path: Path) -> None:
    settings = replace(LASER, offset_x=1_500, offset_y=-700, scale_x=1_004, scale_y=998)
    calibration.write_page(settings, SHEET, tmp_path / "page.pdf")
    with PdfPages(tmp_path / "page.pdf") as pages:
        ink = pages.grey(0, 300) < 128
    at = crosses(*SHEET.page)
    x, y = lines(ink, 300, (at.left / 1000 + 1.5, at.top / 1000 - 0.7))
    far_x, far_y = lines(ink, 300, ((at.left + at.across) / 1000 + 2, (at.top + at.down) / 1000 - 1))
    assert x == pytest.approx(20 * 1.004 + 1.5, abs=0.15)
    assert y == pytest.approx(20 * 0.998 - 0.7, abs=0.15)
    measured = Measured(*(round(one * 1000) for one in (x, y, far_x - x, far_y - y)))
    right = calibrated(settings, at, measured)
    assert (right.scale_x, right.scale_y) == (1_000, 1_000)
    assert abs(right.offset_x) < 200
    assert abs(right.offset_y) < 200


def test_the_label_shows_what_the_settings_do(qapp: QApplication) -> None:
    settings = replace(THERMAL, offset_x=1_000, offset_y=2_000, scale_x=1_050)
    ink = to_dots(calibration.raster(settings, ROLL))
    at = crosses(*ROLL.page)
    x, y = lines(ink, 203, (at.left / 1000 + 1, at.top / 1000 + 2))
    assert x == pytest.approx(16, abs=0.15)
    assert y == pytest.approx(12, abs=0.15)
    right = calibrated(settings, at, Measured(round(x * 1000), round(y * 1000)))
    assert abs(right.offset_x) < 200
    assert abs(right.offset_y) < 200


def test_every_geometry_has_its_page(qapp: QApplication, tmp_path: Path) -> None:
    for geometry in shipped_geometries().values():
        calibration.write_page(LASER, geometry, tmp_path / "page.pdf")
        with PdfPages(tmp_path / "page.pdf") as pages:
            assert pages.count == 1
            assert 0.001 < (pages.grey(0, 100) < 128).mean() < 0.3

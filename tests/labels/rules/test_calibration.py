"""A printer that is off, a page that shows it, a ruler, and the settings that put it right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.calibration import Crosses, Measured, calibrated, crosses
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way

A4 = crosses(210, 297)


def printed(
    settings: PrinterSettings, shift: tuple[float, float], stretch: tuple[float, float], x: int, y: int
) -> tuple[float, float]:
    """Where a printer that is off puts what should be at (x, y)."""
    at = settings.offset_x + settings.scale_x / 1000 * x, settings.offset_y + settings.scale_y / 1000 * y
    return shift[0] + stretch[0] * at[0], shift[1] + stretch[1] * at[1]


def ruler(
    settings: PrinterSettings, shift: tuple[float, float], stretch: tuple[float, float], page: Crosses
) -> Measured:
    """What a person reads, to a tenth of a millimetre."""
    x, y = printed(settings, shift, stretch, page.left, page.top)
    far_x, far_y = printed(settings, shift, stretch, page.left + page.across, page.top + page.down)
    left, top, across, down = (round(one / 100) * 100 for one in (x, y, far_x - x, far_y - y))
    return Measured(left, top, across, down)


shifts = st.floats(-8_000, 8_000)
stretches = st.floats(0.985, 1.015)


@given(st.tuples(shifts, shifts), st.tuples(stretches, stretches), st.tuples(shifts, shifts))
def test_what_was_measured_is_put_right(
    shift: tuple[float, float], stretch: tuple[float, float], before: tuple[float, float]
) -> None:
    was = PrinterSettings(
        "激光", Way.SYSTEM, offset_x=round(before[0]), offset_y=round(before[1]), scale_x=1_010, scale_y=995
    )
    now = calibrated(was, A4, ruler(was, shift, stretch, A4))
    for x, y in ((5_000, 5_000), (205_000, 290_000)):
        found = printed(now, shift, stretch, x, y)
        assert abs(found[0] - x) < 300
        assert abs(found[1] - y) < 300


@given(st.integers(-4_000, 4_000), st.integers(-4_000, 4_000))
def test_on_a_roll_only_the_offset_changes(right: int, down: int) -> None:
    roll = crosses(60, 40)
    was = PrinterSettings("标签机", Way.TSPL_TCP, offset_x=500, offset_y=-300, scale_x=1_020)
    now = calibrated(was, roll, Measured(roll.left + 500 + right, roll.top - 300 + down))
    assert (now.offset_x, now.offset_y) == (-right, -down)
    assert (now.scale_x, now.scale_y) == (1_020, 1_000)


def test_a_printer_that_is_right_stays_as_it_is() -> None:
    settings = PrinterSettings("激光", Way.SYSTEM, offset_x=700, scale_y=998)
    assert calibrated(settings, A4, Measured(A4.left, A4.top, A4.across, A4.down)) == settings


def test_crosses_lie_on_the_paper() -> None:
    assert crosses(210, 297) == Crosses(20_000, 20_000, 170_000, 257_000)
    assert crosses(60, 40) == Crosses(15_000, 10_000, 30_000, 20_000)
    assert crosses(38.1, 21.2) == Crosses(9_000, 5_000, 20_100, 11_200)


@pytest.mark.parametrize(
    ("measured", "field"),
    [
        (Measured(20_000, 20_000, 150_000, 257_000), "③"),
        (Measured(20_000, 20_000, 170_000, 0), "④"),
        (Measured(60_000, 20_000, 170_000, 257_000), "①"),
        (Measured(20_000, 200_000), "②"),
    ],
)
def test_a_slip_of_the_finger_is_noticed(measured: Measured, field: str) -> None:
    with pytest.raises(DeskError) as refusal:
        calibrated(PrinterSettings("激光", Way.SYSTEM), A4, measured)
    assert refusal.value.code == "label.ruler_unlikely"
    assert field in str(refusal.value)

"""Which label comes onto which place, and what an offset may move."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.labels.sample import template
from zhangshu_desk.labels.rules.geometries import shipped_geometries
from zhangshu_desk.labels.rules.sheets import Layout, free_places, pages_for, runs_off, spread

SHEET = shipped_geometries()["a4-3x8"]
ROLL = shipped_geometries()["roll-60x40"]


def test_labels_start_on_the_free_places_of_a_sheet_that_was_begun() -> None:
    used = frozenset(range(16)) | {20}
    first, second = spread(SHEET, "ABCDEFGHI", used)
    assert first == [(16, "A"), (17, "B"), (18, "C"), (19, "D"), (21, "E"), (22, "F"), (23, "G")]
    assert second == [(0, "H"), (1, "I")]


def test_a_roll_has_a_label_on_each_page() -> None:
    assert list(spread(ROLL, "AB")) == [[(0, "A")], [(0, "B")]]


@given(st.integers(0, 100), st.frozensets(st.integers(0, 23)))
def test_every_label_has_a_place_of_its_own_that_is_free(count: int, used: frozenset[int]) -> None:
    pages = list(spread(SHEET, range(count), used))
    assert [label for page in pages for _, label in page] == list(range(count))
    assert all(len({place for place, _ in page}) == len(page) for page in pages)
    if free_places(SHEET, used) and pages:
        assert not {place for place, _ in pages[0]} & used
    assert len(pages) == pages_for(SHEET, count, used)


@pytest.mark.parametrize(
    ("offset", "off"), [((0, 0), False), ((1.5, -1.5), False), ((6, 0), True), ((0, -5), True), ((-3, 0), False)]
)
def test_an_offset_must_not_move_ink_off_the_paper(offset: tuple[float, float], off: bool) -> None:
    found = template("traced-a4-3x8")
    assert runs_off(found, Layout(offset_x=offset[0], offset_y=offset[1])) is off


def test_a_scale_moves_the_labels_of_a_sheet_apart() -> None:
    layout = Layout(offset_x=1, offset_y=-0.5, scale_x=1.01, scale_y=0.99)
    assert layout.corner(SHEET, 0) == pytest.approx((1, -0.005))
    assert layout.corner(SHEET, 23) == pytest.approx((1 + 140 * 1.01, -0.5 + 259.5 * 0.99))

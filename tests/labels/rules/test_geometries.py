"""Rolls and sheets: the shipped ones, and what is refused."""

import pytest

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.geometries import Roll, Sheet, parse_geometries, shipped_geometries

SHEET = """
[[sheet]]
id = "own"
title = "自购"
page_width = 210
page_height = 297
columns = 3
rows = 8
width = 70
height = 37
left = 0
top = 0.5
pitch_x = 70
pitch_y = 37
"""


def test_the_common_sizes_are_there() -> None:
    found = shipped_geometries().values()
    rolls = {(one.width, one.height) for one in found if isinstance(one, Roll)}
    assert rolls == {(40, 30), (50, 30), (60, 40), (70, 50), (80, 60), (100, 70), (100, 100), (100, 150)}
    sheets = {(one.columns, one.rows, one.width, one.height) for one in found if isinstance(one, Sheet)}
    assert sheets == {(2, 5, 105, 57), (3, 7, 63.5, 38.1), (3, 8, 70, 37), (5, 13, 38.1, 21.2)}


def test_labels_of_a_sheet_lie_on_it_without_overlapping() -> None:
    for sheet in (one for one in shipped_geometries().values() if isinstance(one, Sheet)):
        corners = [sheet.corner(place) for place in range(sheet.places)]
        assert len(set(corners)) == sheet.places
        assert all(x >= 0 and y >= 0 for x, y in corners)
        assert all(x + sheet.width <= 210.01 and y + sheet.height <= 297.01 for x, y in corners)
        assert sheet.corner(sheet.columns) == (sheet.left, sheet.top + sheet.pitch_y)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "own"', "", "应正好有 id、title、page_width"),
        ("rows = 8", "rows = 8.5", "第 1 个 sheet 的 rows 应为整数"),
        ("rows = 8", "rows = 0", "应有 1～400 个标签"),
        ("rows = 8", "rows = 9", "的标签超出纸张"),
        ("pitch_x = 70", "pitch_x = 60", "标签会重叠"),
        ("left = 0", 'left = "0"', "left 应为数（毫米）"),
        ("page_width = 210", "page_width = 500", "的边长应在 8～400 毫米之间"),
        ("[[sheet]]", "[[page]]", "page 不认识"),
        ("[[sheet]]", "[[sheet]", "TOML 写法有误"),
        ("[[sheet]]", "[sheet]", "sheet 应写成 [[sheet]]"),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, says: str) -> None:
    assert parse_geometries(SHEET, "own.toml")["own"].places == 24
    with pytest.raises(DeskError) as caught:
        parse_geometries(SHEET.replace(old, new), "own.toml")
    assert caught.value.code == "label.bad_geometry"
    assert "own.toml" in str(caught.value)
    assert says in str(caught.value)


def test_an_id_stands_for_one_geometry() -> None:
    with pytest.raises(DeskError, match="own 重复"):
        parse_geometries(SHEET + SHEET, "own.toml")

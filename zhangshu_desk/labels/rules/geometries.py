"""What labels are stuck on: rolls of single labels, and sheets with a grid of them. Lengths are in millimetres."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from zhangshu_desk.core import resources
from zhangshu_desk.core.errors import DeskError

FILE = "labels/geometries.toml"
"""The shipped file, among the resources."""
SMALLEST, LARGEST = 8.0, 400.0
"""A side of a label or page."""
MOST_PLACES = 400
_SLACK = 0.05  # mm; makers round


class Medium(StrEnum):
    """How labels lie on what they are stuck on."""

    ROLL = "roll"
    SHEET = "sheet"


@dataclass(frozen=True)
class Roll:
    """One label after the other; `gap` between two of them, 0 = a continuous roll."""

    id: str
    title: str
    width: float
    height: float
    gap: float

    medium = Medium.ROLL
    places = 1

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of a page: one label."""
        return self.width, self.height

    def corner(self, place: int) -> tuple[float, float]:
        """Where the label begins on its page."""
        return 0.0, 0.0


@dataclass(frozen=True)
class Sheet:
    """A grid of labels on a page.

    Attributes:
        width, height: of a label. left, top: of the first label on the page. pitch_x, pitch_y: from one label to the
            next, both of which a maker prints on the box.
    """

    id: str
    title: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    pitch_x: float
    pitch_y: float

    medium = Medium.SHEET

    @property
    def places(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of the sheet."""
        return self.page_width, self.page_height

    def corner(self, place: int) -> tuple[float, float]:
        """Top left corner of the label at a place, counted from 0 along the rows."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.pitch_x, self.top + row * self.pitch_y


Geometry = Roll | Sheet


@cache
def shipped_geometries() -> Mapping[str, Geometry]:
    """The rolls and sheets that come with the program, by id."""
    return parse_geometries(resources.text(FILE), f"resources/{FILE}")


def parse_geometries(text: str, file: str) -> dict[str, Geometry]:
    """Read a file of geometries: `[[roll]]` and `[[sheet]]`, in their order.

    Raises:
        DeskError: `label.bad_geometry` naming file, place and what to do.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeskError("label.bad_geometry", file=file, at="TOML ", why=f"写法有误（{error}）") from error
    found: dict[str, Geometry] = {}
    for kind, make in (("roll", Roll), ("sheet", Sheet)):
        rows = table.pop(kind, [])
        if not isinstance(rows, list):
            raise DeskError("label.bad_geometry", file=file, at=f"{kind} ", why=f"应写成 [[{kind}]]")
        for number, row in enumerate(rows, 1):
            one = _read(make, row, file, f"第 {number} 个 {kind} ")
            if one.id in found:
                raise DeskError("label.bad_geometry", file=file, at=f"{one.id} ", why="重复，请换一个 id")
            found[one.id] = one
    if table:
        raise DeskError("label.bad_geometry", file=file, at=f"{next(iter(table))} ", why="不认识，只能有 roll 和 sheet")
    return found


def _read(make: type[Roll] | type[Sheet], row: object, file: str, at: str) -> Geometry:
    names = make.__annotations__
    if not isinstance(row, Mapping) or set(row) != set(names):
        raise DeskError("label.bad_geometry", file=file, at=at, why=f"应正好有 {'、'.join(names)}")
    values: dict[str, Any] = {}
    for name, kind in names.items():
        value = row[name]
        right = isinstance(value, str) if kind == "str" else isinstance(value, int if kind == "int" else int | float)
        if not right or isinstance(value, bool) or value == "":
            raise DeskError("label.bad_geometry", file=file, at=f"{at}的 {name} ", why=f"应为{_KINDS[kind]}")
        values[name] = float(value) if kind == "float" else value
    one = make(**values)
    why = _wrong_roll(one) if isinstance(one, Roll) else _wrong_sheet(one)
    if why:
        raise DeskError("label.bad_geometry", file=file, at=f"{at}（{one.id}）", why=why)
    return one


_KINDS = {"str": "文字", "int": "整数", "float": "数（毫米）"}


def _wrong_size(*sides: float) -> str:
    if all(SMALLEST <= side <= LARGEST for side in sides):
        return ""
    return f"的边长应在 {SMALLEST:g}～{LARGEST:g} 毫米之间"


def _wrong_roll(roll: Roll) -> str:
    if not 0 <= roll.gap <= 20:
        return "的 gap 应在 0～20 毫米之间"
    return _wrong_size(roll.width, roll.height)


def _wrong_sheet(sheet: Sheet) -> str:
    if sheet.columns < 1 or sheet.rows < 1 or sheet.places > MOST_PLACES:
        return f"应有 1～{MOST_PLACES} 个标签"
    if sheet.pitch_x < sheet.width - _SLACK or sheet.pitch_y < sheet.height - _SLACK:
        return "的间距（pitch）小于标签，标签会重叠"
    x, y = sheet.corner(sheet.places - 1)
    right, bottom = x + sheet.width, y + sheet.height
    if min(sheet.left, sheet.top) < 0 or right > sheet.page_width + _SLACK or bottom > sheet.page_height + _SLACK:
        return "的标签超出纸张，请核对边距和间距"
    return _wrong_size(sheet.page_width, sheet.page_height, sheet.width, sheet.height)

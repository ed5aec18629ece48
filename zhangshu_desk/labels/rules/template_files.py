"""Template files: read with errors that say where, and written."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from enum import StrEnum
from typing import Any, TypeVar

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels.rules.elements import (
    Align,
    Area,
    Box,
    Date,
    Element,
    Fit,
    Form,
    Line,
    Mark,
    Qr,
    Serial,
    Style,
    Text,
    Upright,
    Weight,
)
from zhangshu_desk.labels.rules.geometries import Geometry, shipped_geometries
from zhangshu_desk.labels.rules.rights import Family, Route
from zhangshu_desk.labels.rules.templates import Flaw, Template, flaws

_ELEMENTS: dict[str, type[Text] | type[Date] | type[Qr] | type[Mark] | type[Line] | type[Box]] = {
    one.kind: one for one in (Text, Serial, Date, Qr, Mark, Line, Box)
}
_WORDS: dict[str, type[StrEnum]] = {
    "Align": Align,
    "Upright": Upright,
    "Weight": Weight,
    "Fit": Fit,
    "Form": Form,
}
_OF_FILE = ("id", "title", "family", "routes", "geometry", "locked", "element")
_NESTED = {"area": Area, "style": Style}
T = TypeVar("T")


def parse_template(text: str, file: str, geometries: Mapping[str, Geometry] | None = None) -> Template:
    """Read a template.

    Args:
        file: its name, for refusals.
        geometries: what it may be printed on, by id; the shipped ones by default.

    Raises:
        DeskError: `label.bad_template` naming file, element and what to do.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeskError("label.bad_template", file=file, at="TOML ", why=f"写法有误（{error}）") from error
    read = _Reader(file)
    known = shipped_geometries() if geometries is None else geometries
    read.only(table, _OF_FILE, "")
    geometry = known.get(read.text(table, "geometry", ""))
    if geometry is None:
        raise DeskError("label.bad_template", file=file, at="geometry ", why=f"应为 {'、'.join(known)} 之一")
    template = Template(
        id=read.text(table, "id", ""),
        title=read.text(table, "title", ""),
        family=Family(read.text(table, "family", "")),
        geometry=geometry,
        elements=tuple(read.element(number, row) for number, row in enumerate(read.rows(table), 1)),
        routes=tuple(Route(one) for one in read.strings(table, "routes")),
        locked=read.truth(table, "locked"),
    )
    for flaw in flaws(template):
        raise DeskError("label.bad_template", file=file, at=where(template, flaw), why=flaw.why)
    return template


def where(template: Template, flaw: Flaw) -> str:
    """`第 3 个元素（text）的 size ` or `title `."""
    if flaw.element is None:
        return "" if flaw.field == "elements" else f"{flaw.field} "
    return f"第 {flaw.element + 1} 个元素（{template.elements[flaw.element].kind}）的 {flaw.field} "


class _Reader:
    """Reads values of one file and refuses those that are not what they should be."""

    def __init__(self, file: str) -> None:
        self._file = file

    def refuse(self, at: str, why: str) -> DeskError:
        return DeskError("label.bad_template", file=self._file, at=f"{at} ", why=why)

    def only(self, row: Mapping[str, Any], names: tuple[str, ...], at: str) -> None:
        if unknown := [name for name in row if name not in names]:
            raise self.refuse(f"{at}{unknown[0]}", f"不认识，可用的有 {'、'.join(names)}")

    def text(self, row: Mapping[str, Any], name: str, at: str) -> str:
        value = row.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.refuse(f"{at}{name}", "应为文字")
        return value

    def strings(self, row: Mapping[str, Any], name: str) -> list[str]:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.refuse(name, '应写成 ["…", "…"]')
        return value

    def truth(self, row: Mapping[str, Any], name: str) -> bool:
        value = row.get(name, False)
        if not isinstance(value, bool):
            raise self.refuse(name, "应为 true 或 false")
        return value

    def rows(self, table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        rows = table.get("element")
        if not isinstance(rows, list) or not rows or not all(isinstance(row, Mapping) for row in rows):
            raise self.refuse("element", "应写成 [[element]]，至少一个")
        return rows

    def element(self, number: int, row: Mapping[str, Any]) -> Element:
        at = f"第 {number} 个元素"
        kind = row.get("kind")
        make = _ELEMENTS.get(kind) if isinstance(kind, str) else None
        if make is None:
            raise self.refuse(f"{at}的 kind", f"应为 {'、'.join(_ELEMENTS)} 之一")
        at = f"{at}（{kind}）的 "
        names = _names(make)
        self.only(row, ("kind", *names), at)
        found: Element = self.made(make, row, at)
        return found

    def made(self, make: type[T], row: Mapping[str, Any], at: str) -> T:
        """An element, or the area or style of one, whose values stand side by side in its row."""
        values: dict[str, Any] = {}
        for one in fields(make):  # type: ignore[arg-type]  # all of them are dataclasses
            if one.name in _NESTED:
                values[one.name] = self.made(_NESTED[one.name], row, at)
            elif one.name in row:
                values[one.name] = self.value(one, row[one.name], f"{at}{one.name}")
            elif one.name == "least" and make is Style:
                # A text that must not shrink, or one that is small already, need not say so twice.
                size = values.get("size", Style.size)
                values["least"] = size if values.get("fit") == Fit.REFUSE else min(Style.least, size)
            elif one.default is MISSING:
                raise self.refuse(f"{at}{one.name}", "没有写")
        return make(**values)

    def value(self, one: Field[Any], value: object, at: str) -> Any:
        kind = str(one.type)
        if kind in _WORDS:
            words = _WORDS[kind]
            if value not in [word.value for word in words]:
                raise self.refuse(at, f"应为 {'、'.join(words)} 之一")
            return words(str(value))
        if kind == "float":
            if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1_000:
                raise self.refuse(at, "应为数")
            return float(value)
        if kind == "bool" and not isinstance(value, bool):
            raise self.refuse(at, "应为 true 或 false")
        if kind == "str" and not isinstance(value, str):
            raise self.refuse(at, "应为文字（写在引号内）")
        return value


def _names(make: type) -> tuple[str, ...]:
    """The keys that a row for this class may have."""
    names: list[str] = []
    for one in fields(make):
        names += _names(_NESTED[one.name]) if one.name in _NESTED else [one.name]
    return tuple(names)


def as_toml(template: Template) -> str:
    """The template as a file that `parse_template` reads."""
    head = {"id": template.id, "title": template.title, "family": str(template.family)}
    if template.routes:
        head["routes"] = [str(one) for one in template.routes]  # type: ignore[assignment]
    head["geometry"] = template.geometry.id
    lines = _lines({**head, **({"locked": True} if template.locked else {})})
    for element in template.elements:
        lines += ["", "[[element]]", *_lines({"kind": element.kind, **_row(element)})]
    return "\n".join(lines) + "\n"


def _row(part: Element | Area | Style) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for one in fields(part):
        value = getattr(part, one.name)
        if one.name in _NESTED:
            row |= _row(value)
        elif one.default is MISSING or value != one.default or one.name == "least":
            row[one.name] = value
    return row


def _lines(row: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {_spelled(value)}" for name, value in row.items()]


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float | int):
        return f"{value:g}"
    if isinstance(value, list):
        return f"[{', '.join(map(_spelled, value))}]"
    return '"' + "".join(_escaped(one) for one in str(value)) + '"'


def _escaped(one: str) -> str:
    if one in '"\\':
        return f"\\{one}"
    return one if one.isprintable() or one == "\u3000" else f"\\U{ord(one):08x}"

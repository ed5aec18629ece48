"""A label template: what it is for, what it is printed on, its elements, and what must be right about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhangshu_desk.labels.rules.elements import (
    CODE_KEY,
    DATE_KEYS,
    KEYS,
    SERIAL_KEY,
    Area,
    Box,
    Date,
    Element,
    LabelData,
    Line,
    Mark,
    Qr,
    Serial,
    Text,
    Words,
    placeholders,
)
from zhangshu_desk.labels.rules.geometries import Geometry, Medium
from zhangshu_desk.labels.rules.rights import PIECES, WORDS, Family, Route

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
LONGEST_TITLE = 40
SIZES = (3.0, 96.0)
"""Type sizes in points."""
MODULES = (0.2, 2.0)
"""Smallest modules a template may ask for, in millimetres."""
LEVELS = ("L", "M", "Q", "H")
THICKEST = 5.0
MM_PER_POINT = 25.4 / 72
_EDGE = 0.05  # mm that an element may lie beyond the label

_GI_WORDS = re.compile("地理标志|地理標誌|专用标志|geographical indication", re.IGNORECASE)


@dataclass(frozen=True)
class Template:
    """How a label looks.

    Attributes:
        routes: the kinds of protection that a GI template is for; none of a traced product.
        locked: only to be used, not to be changed.
    """

    id: str
    title: str
    family: Family
    geometry: Geometry
    elements: tuple[Element, ...]
    routes: tuple[Route, ...] = ()
    locked: bool = False

    @property
    def width(self) -> float:
        """Of a label, in millimetres."""
        return self.geometry.width

    @property
    def height(self) -> float:
        """Of a label, in millimetres."""
        return self.geometry.height

    @property
    def medium(self) -> Medium:
        """Roll or sheet."""
        return self.geometry.medium

    @property
    def qr(self) -> Qr:
        """The code."""
        return next(one for one in self.elements if isinstance(one, Qr))

    @property
    def mark(self) -> Mark | None:
        """The place of the official mark; a traced product has none."""
        return next((one for one in self.elements if isinstance(one, Mark)), None)


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a template.

    Attributes:
        element: its number from 0, None = the template as a whole. field: the attribute. why: in words, with what to
            do, without a full stop.
    """

    element: int | None
    field: str
    why: str


def needs(template: Template) -> frozenset[str]:
    """The keys without which a label cannot be printed."""
    found = (one.keys for one in template.elements if not getattr(one, "optional", False))
    return frozenset().union(*found)


def shows(template: Template) -> frozenset[str]:
    """All keys that a label may show."""
    return frozenset().union(*(one.keys for one in template.elements))


def said(element: Words, data: LabelData) -> str:
    """What an element says on a label; nothing when it is optional and has a value that is empty."""
    if element.optional and not all(data.get(key) for key in element.keys):
        return ""
    return element.resolved(data)


def missing_pieces(template: Template, data: LabelData) -> list[tuple[str, ...]]:
    """The groups of `PIECES` for the label's route of which the template would show nothing with this data."""
    shown = {key for one in template.elements if isinstance(one, Words) and said(one, data) for key in one.keys}
    groups = PIECES.get(Route(data.get("route", "")), ()) if template.family == Family.GI else ()
    return [group for group in groups if not any(key in shown and data.get(key) for key in group)]


def flaws(template: Template) -> tuple[Flaw, ...]:
    """Everything that is wrong with a template, the template as a whole last."""
    found = [
        Flaw(number, field, why)
        for number, element in enumerate(template.elements)
        for field, why in _of_element(template, element)
    ]
    found += _overlaps(template)
    return (*found, *(Flaw(None, field, why) for field, why in _of_whole(template)))


def _of_element(template: Template, element: Element) -> Iterator[tuple[str, str]]:
    area = element.area
    if area.width <= 0 or area.height <= 0:
        yield "width", "宽和高应大于 0"
    elif not Area(-_EDGE, -_EDGE, template.width + 2 * _EDGE, template.height + 2 * _EDGE).holds(area):
        yield "x", f"超出标签（{template.width:g}×{template.height:g} 毫米），请移到标签内或改小"
    if isinstance(element, Words):
        yield from _of_words(element)
    elif isinstance(element, Qr):
        if element.level not in LEVELS:
            yield "level", f"应为 {'、'.join(LEVELS)} 之一"
        if not MODULES[0] <= element.least <= MODULES[1]:
            yield "least", f"应在 {MODULES[0]:g}～{MODULES[1]:g} 毫米之间"
    elif isinstance(element, Line | Box) and not 0 < element.thickness <= THICKEST:
        yield "thickness", f"应大于 0，不超过 {THICKEST:g} 毫米"


def _of_words(element: Words) -> Iterator[tuple[str, str]]:
    style = element.style
    if not SIZES[0] <= style.size <= SIZES[1]:
        yield "size", f"应在 {SIZES[0]:g}～{SIZES[1]:g} 磅之间"
    elif not SIZES[0] <= style.least <= style.size:
        yield "least", f"应在 {SIZES[0]:g} 磅和字号之间"
    elif element.area.height < style.least * MM_PER_POINT - _EDGE:
        yield "height", f"放不下 {style.least:g} 磅的一行字，至少要 {style.least * MM_PER_POINT:.1f} 毫米"
    if not 1 <= style.spacing <= 3:
        yield "spacing", "应在 1～3 之间"
    if not style.font.strip():
        yield "font", "应为 sans、serif 或字体名称"
    if isinstance(element, Date):
        if element.key not in DATE_KEYS:
            yield "key", f"应为 {'、'.join(DATE_KEYS)} 之一"
        return
    try:
        keys = placeholders(element.text)
    except ValueError:
        yield "text", "花括号写法有误，应为 {product_name} 这样的名称；要印花括号时写成 {{ 和 }}"
        return
    if unknown := keys - (KEYS.keys() - {CODE_KEY}):
        yield "text", f"没有「{'」「'.join(sorted(unknown))}」，可用的有 {'、'.join(sorted(KEYS.keys() - {CODE_KEY}))}"
    if not element.text.strip():
        yield "text", "没有内容"
    if isinstance(element, Serial) and SERIAL_KEY not in keys:
        yield "text", "应含有 {serial}"


def _overlaps(template: Template) -> Iterator[Flaw]:
    """The mark and the code have their areas for themselves, except for a box around them."""
    for guarded in template.elements:
        if not isinstance(guarded, Mark | Qr):
            continue
        name = "专用标志" if isinstance(guarded, Mark) else "二维码（含四周静区）"
        for number, other in enumerate(template.elements):
            around = isinstance(other, Box) and other.area.holds(guarded.area)
            if other is not guarded and not around and other.area.overlaps(guarded.area):
                yield Flaw(number, "x", f"压在{name}上，请移开")


def _of_whole(template: Template) -> Iterator[tuple[str, str]]:
    if not ID.fullmatch(template.id):
        yield "id", "只能用小写字母、数字和连字符，最多 40 个字符"
    if not 0 < len(template.title.strip()) <= LONGEST_TITLE:
        yield "title", f"应有名称，最多 {LONGEST_TITLE} 个字"
    marks = sum(isinstance(one, Mark) for one in template.elements)
    if (codes := sum(isinstance(one, Qr) for one in template.elements)) != 1:
        yield "elements", f"应正好有一个二维码（qr），现有 {codes} 个"
    if template.family == Family.GI:
        yield from _of_gi(template, marks)
    elif template.family == Family.TRACE:
        yield from _of_traced(template, marks)
    else:
        yield "family", f"应为 {Family.GI} 或 {Family.TRACE}"


def _of_gi(template: Template, marks: int) -> Iterator[tuple[str, str]]:
    if marks != 1:
        yield "elements", f"是{Family.GI}模板，应正好有一个专用标志（mark），现有 {marks} 个"
    if not template.routes or not all(route in PIECES for route in template.routes):
        yield "routes", f"应写明用于哪种保护方式：{'、'.join(PIECES)}"
        return
    keys = shows(template)
    for route in template.routes:
        for group in PIECES[route]:
            if not keys & set(group):
                yield "elements", f"缺少{route}必须标明的{'或'.join(WORDS[key] for key in group)}（{'、'.join(group)}）"


def _of_traced(template: Template, marks: int) -> Iterator[tuple[str, str]]:
    if marks:
        yield "elements", f"是{Family.TRACE}模板，不能有专用标志（mark），请删去"
    if template.routes:
        yield "routes", f"只用于{Family.GI}模板，请删去"
    words = (
        f"{one.text}" if isinstance(one, Text) else one.before for one in template.elements if isinstance(one, Words)
    )
    if any(_GI_WORDS.search(one) for one in words):
        yield "elements", f"是{Family.TRACE}模板，不能写「地理标志」之类的字样，请删去"

"""Templates in the words of the clerk: kinds, choices, and data in braces by their Chinese names."""

from __future__ import annotations

import re

from zhangshu_desk.labels.rules.elements import (
    KEYS,
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
    Text,
    Upright,
    Weight,
)
from zhangshu_desk.labels.rules.geometries import Geometry, Medium
from zhangshu_desk.labels.rules.templates import LEVELS, Flaw, Template

KINDS = {
    Text.kind: "文字",
    Serial.kind: "序号",
    Date.kind: "日期",
    Qr.kind: "二维码",
    Mark.kind: "专用标志",
    Line.kind: "线",
    Box.kind: "方框",
}
FONTS = {"sans": "黑体", "serif": "宋体"}
WEIGHTS = {Weight.NORMAL: "常规", Weight.BOLD: "粗体"}
ALIGNS = {Align.LEFT: "靠左", Align.CENTER: "居中", Align.RIGHT: "靠右"}
UPRIGHTS = {Upright.TOP: "靠上", Upright.MIDDLE: "居中", Upright.BOTTOM: "靠下"}
FITS = {Fit.SHRINK: "缩小，保持一行", Fit.WRAP: "换行，再缩小", Fit.REFUSE: "不缩小，放不下不印"}
FORMS = {form: form.value for form in Form}
ERRORS = dict(zip(LEVELS, ("L（7%，只用于屏幕）", "M（15%，一般）", "Q（25%，粗糙包装）", "H（30%）"), strict=True))
FIELDS = {
    "x": "左",
    "y": "上",
    "width": "宽",
    "height": "高",
    "x2": "右端",
    "y2": "下端",
    "text": "内容",
    "before": "前面的文字",
    "key": "日期",
    "form": "写法",
    "font": "字体",
    "size": "字号",
    "weight": "粗细",
    "align": "左右",
    "valign": "上下",
    "fit": "太长时",
    "least": "最小字号",
    "spacing": "行距",
    "level": "容错",
    "module": "最小模块",
    "thickness": "线宽",
    "radius": "圆角",
    "title": "名称",
    "family": "类别",
    "routes": "保护方式",
    "geometry": "纸张",
}
"""What the form calls each attribute of an element or template."""
_BY_TITLE = {title: key for key, title in KEYS.items()}
_KEY = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


def in_words(text: str) -> str:
    """`{spec} 装` → `{规格} 装`."""
    return _KEY.sub(lambda found: _named(found, KEYS), text)


def in_keys(text: str) -> str:
    """`{规格} 装` → `{spec} 装`; what is no such name stays, and is a flaw of the template."""
    return _KEY.sub(lambda found: _named(found, _BY_TITLE), text)


def _named(found: re.Match[str], names: dict[str, str]) -> str:
    name = found.group(1)
    return found.group() if name is None else "{" + names.get(name.strip(), name) + "}"


def content(element: Element) -> str:
    """What an element shows, in a word."""
    match element:
        case Text():
            return in_words(element.text)
        case Date():
            return f"{element.before}{{{KEYS.get(element.key, element.key)}}}"
        case Qr():
            return f"容错 {element.level}"
        case Mark():
            return "企业自己的标志文件"
        case Line() | Box():
            return f"线宽 {element.thickness:g} 毫米"


def place(element: Element) -> str:
    """Where an element is: `3, 4 · 20×6`."""
    area = element.area
    x, y, width, height = (f"{round(one, 2):g}" for one in (area.x, area.y, area.width, area.height))
    return f"{x}, {y} · {width}×{height}"


def of_medium(geometry: Geometry) -> str:
    """A geometry in a word: `卷装 60×40 毫米`."""
    size = f"{geometry.width:g}×{geometry.height:g} 毫米"
    return f"卷装 {size}" if geometry.medium is Medium.ROLL else f"每张 {geometry.places} 枚，{size}"


def flaw_words(template: Template, flaw: Flaw) -> str:
    """What is wrong, and where: `第 3 个元素（文字）的「字号」应在 3～96 磅之间。`"""
    if flaw.element is None:
        name = FIELDS.get(flaw.field, "")
        return f"「{name}」{flaw.why}。" if name else f"模板{flaw.why}。"
    element = template.elements[flaw.element]
    field = "module" if flaw.field == "least" and isinstance(element, Qr) else flaw.field
    return f"第 {flaw.element + 1} 个元素（{KINDS[element.kind]}）的「{FIELDS.get(field, field)}」{flaw.why}。"


def fresh(kind: str, width: float, height: float) -> Element:
    """A new element of a kind, near the top left corner of a label of this size in millimetres."""
    left, top = min(2.0, width / 8), min(2.0, height / 8)
    line = Area(left, top, round(width * 0.6, 1), 4.0)
    side = round(min(width, height) * 0.5, 1)
    square = Area(left, top, side, side)
    match kind:
        case Text.kind:
            return Text(line, "文字")
        case Serial.kind:
            return Serial(line, "No. {serial}")
        case Date.kind:
            return Date(line, "made_on", "生产日期 ")
        case Qr.kind:
            return Qr(square)
        case Mark.kind:
            return Mark(square)
        case Line.kind:
            return Line(left, top, round(width * 0.6, 1), top)
    return Box(square)

"""What a label template is made of. Positions and lengths are in millimetres from the label's top left corner, type
sizes in points."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

SERIAL_KEY, CODE_KEY = "serial", "code"
DATE_KEYS = ("made_on", "expires_on")
KEYS = {
    "product_name": "产品名称",
    "enterprise_name": "企业名称",
    "credit_code": "统一社会信用代码",
    "route": "保护方式",
    "announcement_no": "公告号",
    "standard_no": "标准号",
    "trademark_name": "商标",
    "registration_no": "商标注册号",
    "spec": "规格",
    "unit": "单位",
    "batch_no": "批号",
    "made_on": "生产日期",
    "expires_on": "有效期至",
    "place": "产地",
    "inspection_no": "检验报告编号",
    SERIAL_KEY: "序号",
    CODE_KEY: "二维码",
    "model": "型号",
}
"""The data of a label (`LabelData`) with what the clerk calls each."""
LabelData = Mapping[str, str]


class Align(StrEnum):
    """Where a line lies in its area."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Upright(StrEnum):
    """Where the lines lie in the height of their area."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


class Weight(StrEnum):
    """How bold a text is."""

    NORMAL = "normal"
    BOLD = "bold"


class Fit(StrEnum):
    """What happens to a text that is too long for its area; nothing is ever cut off.

    SHRINK: one line, smaller, down to `Style.least`. WRAP: several lines, then smaller as well. REFUSE: neither.
    What still does not fit is a fault that stops the batch.
    """

    SHRINK = "shrink"
    WRAP = "wrap"
    REFUSE = "refuse"


class Form(StrEnum):
    """How a date is written."""

    PLAIN = "2026-11-26"
    CHINESE = "2026年11月26日"
    DOTS = "2026.11.26"
    DIGITS = "20261126"


@dataclass(frozen=True)
class Area:
    """A rectangle on the label."""

    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: Area) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.x + other.width - _TOUCH
            and other.x < self.x + self.width - _TOUCH
            and self.y < other.y + other.height - _TOUCH
            and other.y < self.y + self.height - _TOUCH
        )

    def holds(self, other: Area) -> bool:
        """Whether `other` lies within this one."""
        return (
            self.x <= other.x + _TOUCH
            and self.y <= other.y + _TOUCH
            and other.x + other.width <= self.x + self.width + _TOUCH
            and other.y + other.height <= self.y + self.height + _TOUCH
        )


_TOUCH = 0.01


@dataclass(frozen=True)
class Style:
    """How a text is set.

    Attributes:
        font: `sans`, `serif`, or the name of a family. size: in points. least: how small it may become to fit.
        spacing: from line to line, in sizes.
    """

    font: str = "sans"
    size: float = 8
    weight: Weight = Weight.NORMAL
    align: Align = Align.LEFT
    valign: Upright = Upright.TOP
    fit: Fit = Fit.SHRINK
    least: float = 6
    spacing: float = 1.25


@dataclass(frozen=True)
class Text:
    """Words with `{keys}` of the label's data.

    Attributes:
        optional: left out when one of its values is empty; otherwise an empty value is a fault.
    """

    area: Area
    text: str
    style: Style = field(default_factory=Style)
    optional: bool = False

    kind = "text"

    @property
    def keys(self) -> frozenset[str]:
        """The keys it shows."""
        return placeholders(self.text)

    def resolved(self, data: LabelData) -> str:
        """What it says on one label; a value that is not there is empty."""
        return self.text.format_map({key: data.get(key, "") for key in self.keys})


@dataclass(frozen=True)
class Serial(Text):
    """The number of the label; `text` says what stands around it."""

    text: str = "{serial}"

    kind = "serial"


@dataclass(frozen=True)
class Date:
    """A date of the batch: `before`, then the date in its form."""

    area: Area
    key: str
    before: str = ""
    form: Form = Form.PLAIN
    style: Style = field(default_factory=Style)
    optional: bool = False

    kind = "date"

    @property
    def keys(self) -> frozenset[str]:
        """The key it shows."""
        return frozenset((self.key,))

    def resolved(self, data: LabelData) -> str:
        """What it says on one label."""
        return self.before + written(data.get(self.key, ""), self.form)


@dataclass(frozen=True)
class Qr:
    """The code. The area includes the quiet zone of four modules on each side.

    Attributes:
        level: of error correction. least: the smallest module, in millimetres.
    """

    area: Area
    level: str = "M"
    least: float = 0.25

    kind = "qr"
    keys = frozenset((CODE_KEY,))


@dataclass(frozen=True)
class Mark:
    """The official mark, as its file has it, as large as the area allows."""

    area: Area

    kind = "mark"
    keys: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x: float
    y: float
    x2: float
    y2: float
    thickness: float = 0.2

    kind = "line"
    keys: frozenset[str] = frozenset()

    @property
    def area(self) -> Area:
        """The rectangle that it lies in."""
        left, top = min(self.x, self.x2) - self.thickness / 2, min(self.y, self.y2) - self.thickness / 2
        right, bottom = max(self.x, self.x2) + self.thickness / 2, max(self.y, self.y2) + self.thickness / 2
        return Area(left, top, right - left, bottom - top)


@dataclass(frozen=True)
class Box:
    """A rectangle without filling."""

    area: Area
    thickness: float = 0.2
    radius: float = 0

    kind = "box"
    keys: frozenset[str] = frozenset()


Words = Text | Serial | Date
"""Elements that say something in letters."""
Element = Words | Qr | Mark | Line | Box


def placeholders(text: str) -> frozenset[str]:
    """The keys in a text. Raises `ValueError` for braces that are none."""
    found = []
    for _, name, form, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if form or conversion:
            raise ValueError(text)
        found.append(name)
    return frozenset(found)


def written(value: str, form: Form) -> str:
    """A date in its form; what is no date stays as it is."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    match form:
        case Form.CHINESE:
            return f"{day.year}年{day.month}月{day.day}日"
        case Form.DOTS:
            return f"{day:%Y.%m.%d}"
        case Form.DIGITS:
            return f"{day:%Y%m%d}"
    return day.isoformat()

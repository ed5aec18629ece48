"""A printer as labels know it: how it is reached, its dots, where its paper lies, and what a person may type there."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from enum import Enum, StrEnum
from typing import Any

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.open_words import OpenWords

RAW_PORT = 9100
DPIS = (203, 300, 600)
MOST_OFFSET = 20_000
SCALES = (950, 1_050)
DARKNESSES = range(16)
SPEEDS = range(1, 15)
MOST_GAP = 20_000
LONGEST = 100
LABELS = {
    "name": "名称",
    "way": "连接方式",
    "dpi": "分辨率",
    "address": "地址",
    "queue": "系统打印机",
    "offset_x": "横向偏移",
    "offset_y": "纵向偏移",
    "scale_x": "横向比例",
    "scale_y": "纵向比例",
    "darkness": "浓度",
    "speed": "速度",
    "gap": "标签间隙",
}
"""What the form calls each field."""


class Language(StrEnum):
    """What a label printer understands."""

    TSPL = "TSPL"
    ZPL = "ZPL"


class Way(OpenWords):
    """How labels get to a printer. A queue is one of CUPS or of Windows, and passes the bytes on as they are."""

    TSPL_TCP = "tspl-tcp"
    ZPL_TCP = "zpl-tcp"
    TSPL_QUEUE = "tspl-queue"
    ZPL_QUEUE = "zpl-queue"
    SYSTEM = "system"
    PDF = "pdf"

    @property
    def label(self) -> str:
        """What a person calls it."""
        return _TITLES.get(self, self.value)

    @property
    def language(self) -> Language | None:
        """What is spoken; None where pages go out as PDF."""
        return _LANGUAGES.get(self)

    @property
    def is_tcp(self) -> bool:
        """Whether the printer is reached by its address."""
        return self in (Way.TSPL_TCP, Way.ZPL_TCP)

    @property
    def has_queue(self) -> bool:
        """Whether the printer is one of the system's."""
        return self in (Way.TSPL_QUEUE, Way.ZPL_QUEUE, Way.SYSTEM)


_TITLES = {
    Way.TSPL_TCP: "网络标签机（TSPL）",
    Way.ZPL_TCP: "网络标签机（ZPL）",
    Way.TSPL_QUEUE: "系统中的标签机（TSPL）",
    Way.ZPL_QUEUE: "系统中的标签机（ZPL）",
    Way.SYSTEM: "系统打印机",
    Way.PDF: "PDF 文件",
}
_LANGUAGES = {
    Way.TSPL_TCP: Language.TSPL,
    Way.TSPL_QUEUE: Language.TSPL,
    Way.ZPL_TCP: Language.ZPL,
    Way.ZPL_QUEUE: Language.ZPL,
}


class Use(Enum):
    """Who scans the code, and so how small a module may be, in thousandths of a millimetre."""

    PHONE = 250
    RETAIL = 396  # GS1 Digital Link at the till


@dataclass(frozen=True)
class PrinterSettings:
    """A printer of this machine.

    Attributes:
        address: `host` or `host:port` of a network printer; queue: name of a printer of the system.
        offset_x, offset_y: how far everything is moved right and down, in thousandths of a millimetre.
        scale_x, scale_y: in thousandths. They move the labels of a sheet apart or together; a label itself is never
            scaled, because the modules of its code are whole dots.
        darkness: 0 to 15, speed: inches per second; None leaves them as the printer has them.
        gap: between two labels of a roll, in thousandths of a millimetre, 0 = a continuous roll; None = as the roll in
            the template says.
        turned: labels come out upside down.
    """

    name: str
    way: Way
    dpi: int = 203
    address: str = ""
    queue: str = ""
    offset_x: int = 0
    offset_y: int = 0
    scale_x: int = 1_000
    scale_y: int = 1_000
    darkness: int | None = None
    speed: int | None = None
    gap: int | None = None
    turned: bool = False


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of a form, in words without a full stop."""

    field: str
    words: str

    def __str__(self) -> str:
        return f"「{LABELS[self.field]}」{self.words}"


def cleaned(settings: PrinterSettings) -> PrinterSettings:
    """What was typed, in the spelling that is kept."""
    name, queue = (" ".join(unicodedata.normalize("NFC", one).split()) for one in (settings.name, settings.queue))
    # A Chinese keyboard types full-width colons, dots and digits.
    address = unicodedata.normalize("NFKC", settings.address).replace("。", ".").strip()
    return replace(settings, name=name, queue=queue, address=address)


def problems(settings: PrinterSettings) -> tuple[Problem, ...]:
    """Everything that is wrong, each with its field."""
    found = [*_wrong_name(settings), *_wrong_place(settings)]
    if settings.way not in _TITLES:
        found.append(Problem("way", "是这个程序不认识的方式"))
    if settings.dpi not in DPIS:
        found.append(Problem("dpi", f"应为 {'、'.join(map(str, DPIS))} dpi 之一"))
    for field in ("offset_x", "offset_y"):
        if abs(getattr(settings, field)) > MOST_OFFSET:
            found.append(Problem(field, f"不能超过 ±{MOST_OFFSET // 1000} mm"))
    for field in ("scale_x", "scale_y"):
        if not SCALES[0] <= getattr(settings, field) <= SCALES[1]:
            found.append(Problem(field, f"应在 {SCALES[0] / 10:g}%～{SCALES[1] / 10:g}% 之间"))
    if settings.darkness is not None and settings.darkness not in DARKNESSES:
        found.append(Problem("darkness", f"应在 {DARKNESSES[0]}～{DARKNESSES[-1]} 之间"))
    if settings.speed is not None and settings.speed not in SPEEDS:
        found.append(Problem("speed", f"应在 {SPEEDS[0]}～{SPEEDS[-1]} 英寸/秒之间"))
    if settings.gap is not None and not 0 <= settings.gap <= MOST_GAP:
        found.append(Problem("gap", f"应在 0～{MOST_GAP // 1000} mm 之间"))
    return tuple(found)


def checked(settings: PrinterSettings) -> PrinterSettings:
    """The settings as they are kept.

    Raises:
        DeskError: `label.printer_invalid` naming each field that is wrong; the fact `fields` has their names.
    """
    kept = cleaned(settings)
    wrong = problems(kept)
    if wrong:
        words, names = "；".join(map(str, wrong)), tuple(one.field for one in wrong)
        raise DeskError("label.printer_invalid", problems=words, fields=names)
    return kept


def endpoint(address: str) -> tuple[str, int]:
    """Host and port of `192.168.1.50`, `printer.local:9100` or `[fe80::1]:9100`. Raises `ValueError`."""
    if address.startswith("["):
        host, closed, rest = address[1:].partition("]")
        colon, port = rest[:1], rest[1:]
        if not closed or colon not in ("", ":"):
            raise ValueError(address)
    elif address.count(":") > 1:
        raise ValueError(address)
    else:
        host, colon, port = address.partition(":")
    if not host or any(one.isspace() or one in "/\\@" for one in host) or (colon and not _is_port(port)):
        raise ValueError(address)
    return host, int(port) if colon else RAW_PORT


def minimum_module(dpi: int, use: Use = Use.PHONE) -> int:
    """Fewest printer dots of one module; three at least, because heat and ink spread by one."""
    return max(3, math.ceil(use.value * dpi / 25_400 - 1e-9))


def to_json(settings: PrinterSettings) -> dict[str, Any]:
    """The settings as a row keeps them."""
    return asdict(settings)


def from_json(kept: Mapping[str, Any]) -> PrinterSettings:
    """The settings of a row; what a newer program added to it is passed over."""
    known = {one.name for one in fields(PrinterSettings)}
    given = {name: value for name, value in kept.items() if name in known}
    return PrinterSettings(**{**given, "way": Way(given["way"])})


def _wrong_name(settings: PrinterSettings) -> list[Problem]:
    if not settings.name:
        return [Problem("name", "没有填写")]
    if len(settings.name) > LONGEST:
        return [Problem("name", f"太长，最多 {LONGEST} 个字")]
    return []


def _wrong_place(settings: PrinterSettings) -> list[Problem]:
    if settings.way.is_tcp:
        if not settings.address:
            return [Problem("address", "没有填写")]
        try:
            endpoint(settings.address)
        except ValueError:
            return [Problem("address", f"应为「主机:端口」，如 192.168.1.50:{RAW_PORT}")]
    if settings.way.has_queue and not settings.queue:
        return [Problem("queue", "没有选择")]
    return []


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text) < 65_536

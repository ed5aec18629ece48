"""What would be wrong with a label on paper, found before any number is used up for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import symbols
from zhangshu_desk.labels.painting import marks
from zhangshu_desk.labels.painting.fonts import Fonts
from zhangshu_desk.labels.painting.setting import Setting, Typesetter
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.elements import CODE_KEY, KEYS, SERIAL_KEY, Date, LabelData, Words
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.templates import Template, said

WIDEST_SERIAL = "8" * len(str(codes.MOST))
"""Stands for a number that is not known yet."""
FEWEST_DOTS = 14
"""Dots in the height of a Chinese character below which it cannot be read."""
_TRIAL_DOTS = 200


def check(
    template: Template,
    data: LabelData,
    dpi: float,
    mark: Path | None = None,
    least_module_mm: float = 0,
    black_only: bool = False,
    record: str = "",
) -> tuple[Problem, ...]:
    """Everything that would be wrong with the ink of these labels; what must stand on them is for `rules.batches`.

    Args:
        data: of one label; without a serial number the widest stands in, the code must be there (any of the batch).
        mark: the user's file, None = there is none.
        least_module_mm: the smallest module for the printer and use, besides what the template asks.
        black_only: the printer has no greys, as label printers.
        record: named in the sentences where many records are checked: `第 3 行`.
    """
    filled = {**dict.fromkeys(KEYS, ""), **data}
    filled[SERIAL_KEY] = filled[SERIAL_KEY] or WIDEST_SERIAL
    found = [
        *_of_words(template, filled, dpi if black_only else None),
        *_of_code(template, filled, dpi, least_module_mm),
        *_of_mark(template, mark, black_only),
    ]
    start = f"{record}：" if record else ""
    return tuple(Problem(one.field, start + one.text, one.hard) for one in found)


def _of_words(template: Template, data: LabelData, coarse_dpi: float | None) -> Iterator[Problem]:
    fonts = Fonts()
    setter = Typesetter(fonts)
    for element in template.elements:
        if not isinstance(element, Words):
            continue
        if fonts.family(element.style.font) is None:
            yield Problem("template", f"本机没有字体「{element.style.font}」。请安装，或在模板中改用 sans 或 serif。")
        text = said(element, data)
        if not text:
            continue
        setting = setter.set(text, element.area, element.style)
        yield from _of_setting(element, text, setting)
        if coarse_dpi is not None and setting.size * coarse_dpi / 72 < FEWEST_DOTS:
            least = FEWEST_DOTS * 72 / coarse_dpi
            yield Problem(
                _field(element),
                f"「{_name(element)}」的字（{setting.size:.1f} 磅）在 {coarse_dpi:g} dpi 的标签机上印不清，"
                f"至少要 {least:.1f} 磅。请缩短内容，或换一个模板。",
            )


def _of_setting(element: Words, text: str, setting: Setting) -> Iterator[Problem]:
    for character in setting.missing:
        yield Problem(
            _field(element),
            f"「{text}」中的「{character}」（U+{ord(character):04X}）本机没有字体可以印。请安装含有它的字体，或核对这个字。",
        )
    if not setting.fits:
        yield Problem(
            _field(element),
            f"「{_name(element)}」放不下：「{text}」缩到 {setting.size:g} 磅仍超出 {setting.excess - 1:.0%}。"
            "请缩短内容，或换一个模板。",
        )


def _of_code(template: Template, data: LabelData, dpi: float, least_mm: float) -> Iterator[Problem]:
    qr = template.qr
    if not data[CODE_KEY]:
        return
    try:
        version = symbols.version_of(codes.widest(data[CODE_KEY]), qr.level)
        symbols.fitting(version, min(qr.area.width, qr.area.height), dpi, max(qr.least, least_mm))
    except DeskError as error:
        yield Problem(CODE_KEY, str(error))


def _of_mark(template: Template, mark: Path | None, black_only: bool) -> Iterator[Problem]:
    if template.mark is None:
        return
    if mark is None:
        yield Problem("mark", "没有专用标志文件。请导入该企业领到的官方标志文件，并在用标授权中选定。")
        return
    try:
        image = marks.load(mark, _TRIAL_DOTS, _TRIAL_DOTS)
    except DeskError as error:
        yield Problem("mark", str(error))
        return
    if black_only and marks.is_coloured(image):
        text = "专用标志有颜色，标签机只能印黑色。标志的颜色不得改变时，请用彩色打印机，或使用已印好标志的标签纸。"
        yield Problem("mark", text, hard=False)


def _name(element: Words) -> str:
    """What a clerk calls an element."""
    return "、".join(KEYS[key] for key in sorted(element.keys)) or (
        element.before if isinstance(element, Date) else element.text
    )


def _field(element: Words) -> str:
    return min(element.keys, default="template")

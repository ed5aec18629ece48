"""How the pages put moments, notices, refusals and changed values into words; personal data masked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from zhangshu_desk.core import masking, resources, words
from zhangshu_desk.core.clock import DAY, HOUR, MINUTE, stamp

_NAMES = {
    ("contacts", "name"),
    ("users", "name"),
    ("visits", "visitor"),
    ("enterprises", "legal_representative"),
}
_BY_FIELD: dict[str, Callable[[str], str]] = {
    "phone": masking.mask_phone,
    "address": masking.mask_address,
    "legal_representative": masking.mask_name,
    "visitor": masking.mask_name,
}
_FREE_TEXT = {"notes", "note", "remark", "comment"}
_LONGEST = 80


def ago(moment: int | None, now: int) -> str:
    """`刚刚`, `3 分钟前`, `2 小时前`, `5 天前`; `从未` for None."""
    if moment is None:
        return "从未"
    past = now - moment
    if past < MINUTE:
        return "刚刚"
    if past < HOUR:
        return f"{past // MINUTE} 分钟前"
    if past < 2 * DAY:
        return f"{past // HOUR} 小时前"
    return f"{past // DAY} 天前"


def absolute(moment: int | None) -> str:
    """`2026-11-23 10:42`, a dash for None."""
    return "—" if moment is None else stamp(moment)


def offset(ms: int) -> str:
    """How far a station's clock is off: `准`, `快 4 分钟`, `慢 3 小时`."""
    size = abs(ms)
    if size < MINUTE:
        return "准"
    amount = (
        f"{size // MINUTE} 分钟"
        if size < 2 * HOUR
        else f"{size // HOUR} 小时"
        if size < 2 * DAY
        else f"{size // DAY} 天"
    )
    return f"{'快' if ms > 0 else '慢'} {amount}"


def notice(code: str, facts: Mapping[str, object]) -> str:
    """A notice as a sentence."""
    return str(_said("notices").get(code, f"提醒 {code}")).format_map(_Facts(facts))


def rejection(code: str) -> str:
    """Why a change was refused."""
    return str(_said("rejections").get(code, code))


def kind(code: str) -> str:
    """A kind of conflict."""
    return str(_said("kinds").get(code, code))


def act(code: str) -> str:
    """Something an admin did."""
    return str(_said("acts").get(code, code))


def megabytes(size: int) -> str:
    """`12.3 MB`, `820 KB`."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(size // 1_000, 1)} KB"


def masked(tbl: str, field: str, value: object) -> str:
    """A value of a row as a supervisor may see it."""
    if value is None or value == "":
        return "（空）"
    text = str(value) if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
    if (tbl, field) in _NAMES:
        text = masking.mask_name(text)
    elif field in _FREE_TEXT:
        text = f"（{len(text)} 字，在工作站查看）"
    elif field in _BY_FIELD:
        text = _BY_FIELD[field](text)
    elif isinstance(value, str):
        text = masking.mask_text(text)
    else:
        text = words.value_word(field, masking.mask_text(text), {})
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _said(section: str) -> Mapping[str, object]:
    found: Mapping[str, object] = resources.toml("i18n/centre.toml")[section]
    return found


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return f"〔{key}〕"

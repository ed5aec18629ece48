"""Chinese words for tables, fields and values of records (`resources/i18n/audit.toml`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhangshu_desk.core.clock import MINUTE, stamp
from zhangshu_desk.core.resources import toml

FILE = "i18n/audit.toml"
TICKS = {"active", "is_main", "must_change", "verified"}
"""Fields that are yes or no."""


def table_word(tbl: str) -> str:
    """`visits` → `来访`; a table nobody named stays as it is."""
    return str(_words("tables").get(tbl, tbl))


def field_word(tbl: str, field: str) -> str:
    """`visits`, `calls` → `呼叫次数`."""
    return str(_words(tbl).get(field) or _words("fields").get(field, field))


def value_word(field: str, value: str | None, names: Mapping[str, str]) -> str:
    """A value as a person reads it: moments and durations as time, ids by name, yes and no as such.

    Args:
        names: names by id, of people, windows, services.
    """
    if value is None or value == "":
        return "（空）"
    if field in TICKS:
        return "是" if value == "1" else "否"
    if _is_moment(field) and value.isdigit():
        return stamp(int(value))
    if field.endswith("_ms") and value.isdigit():
        return f"{int(value) // MINUTE} 分 {int(value) % MINUTE // 1_000} 秒"
    return "、".join(names.get(part, part) for part in value.split("、"))


def _is_moment(field: str) -> bool:
    return field.endswith("_at") or field in ("at", "since", "not_before")


def _words(section: str) -> dict[str, Any]:
    found = toml(FILE).get(section, {})
    return found if isinstance(found, dict) else {}

"""Chinese words for tables, fields and values of the audit log. A test holds them against the tables."""

from __future__ import annotations

from collections.abc import Mapping

from zhangshu_desk.accounts.queries import FieldChange
from zhangshu_desk.core import words
from zhangshu_desk.core.words import field_word, table_word

__all__ = ["field_word", "table_word", "value_word"]


def value_word(change: FieldChange, value: str | None, names: Mapping[str, str]) -> str:
    """A value of a change as a person reads it; `names`: names by id, of people, windows, services."""
    return words.value_word(change.field, value, names)

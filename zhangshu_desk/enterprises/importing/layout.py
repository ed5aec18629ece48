"""Where the table stands in a sheet and which column means what; found by itself, correctable by the clerk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from zhangshu_desk.core import resources
from zhangshu_desk.enterprises.importing.cells import as_text
from zhangshu_desk.enterprises.importing.reading import Sheet, TableFile

FIELDS = {
    "name": "企业名称",
    "credit_code": "信用代码",
    "legal_representative": "法定代表人",
    "contact": "联系人",
    "phone": "联系电话",
    "other_phone": "其他电话",
    "role": "联系人职务",
    "address": "地址",
    "region": "行政区划",
    "industry": "行业",
    "founded_on": "成立日期",
    "kind": "类型",
    "notes": "备注",
}
"""What a column may be, with the word the clerk sees."""

_NOISE = re.compile(r"[\s*＊:：/、_\-.。]|[(（\[【][^)）\]】]*[)）\]】]")
_LOOKED_AT = 60
_LONGEST_HEADING = 30


@dataclass(frozen=True)
class Layout:
    """How a sheet is read.

    Attributes:
        header_row: row of the headings, 1-based; 0 = none.
        headings: their texts, one per column.
        columns: which column (0-based) holds which field of `FIELDS`.
    """

    header_row: int
    headings: tuple[str, ...]
    columns: Mapping[str, int]

    def with_columns(self, columns: Mapping[str, int]) -> Layout:
        """The same table with columns understood otherwise."""
        return replace(self, columns=dict(columns))


def heading_key(text: str) -> str:
    """What spellings of a heading share: `* 联系电话（必填）：` → `联系电话`."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


def field_of(heading: str) -> str:
    """The field a heading names, empty when none."""
    known = _known_headings().get(heading_key(heading)) if len(heading) <= _LONGEST_HEADING else None
    return known[0] if known else ""


def map_columns(headings: Sequence[str]) -> dict[str, int]:
    """Which column holds which field; of two columns for one field the earlier synonym wins, then the left one."""
    best: dict[str, tuple[int, int]] = {}
    for column, heading in enumerate(headings):
        if field := field_of(heading):
            claim = (_known_headings()[heading_key(heading)][1], column)
            best[field] = min(best.get(field, claim), claim)
    return {field: column for field, (_, column) in sorted(best.items(), key=lambda one: one[1][1])}


def find_header(sheet: Sheet) -> Layout | None:
    """The row of the headings: the one of the first rows that names most fields, the name of the enterprise among them.

    None when no row does.
    """
    best: Layout | None = None
    for number, row in enumerate(sheet.rows[:_LOOKED_AT], 1):
        layout = layout_at(sheet, number)
        if "name" not in layout.columns or not _heads(layout, row):
            continue
        if best is None or len(layout.columns) > len(best.columns):
            best = layout
    return best


def layout_at(sheet: Sheet, header_row: int) -> Layout:
    """The layout if the headings stand in `header_row` (1-based); 0 = there are none, every row is an enterprise."""
    row = sheet.rows[header_row - 1] if header_row else ("",) * len(sheet.rows[0])
    headings = tuple(as_text(cell) for cell in row)
    return Layout(header_row, headings, map_columns(headings))


def best_sheet(table: TableFile) -> tuple[int, Layout | None]:
    """Which sheet to offer: the one whose headings name most fields, then the one with most rows."""
    layouts = [find_header(sheet) for sheet in table.sheets]
    counts = [
        (len(one.columns) if one else 0, len(sheet.rows)) for one, sheet in zip(layouts, table.sheets, strict=True)
    ]
    at = counts.index(max(counts))
    return at, layouts[at]


def _heads(layout: Layout, row: Sequence[object]) -> bool:
    """Whether a row with a known heading is one: alone in its row, the name must be the only text there."""
    return len(layout.columns) > 1 or sum(cell != "" for cell in row) <= 2


@cache
def _known_headings() -> dict[str, tuple[str, int]]:
    """Field and place among its synonyms, by heading."""
    synonyms = resources.toml("import_headings.toml")
    return {heading_key(word): (field, place) for field in FIELDS for place, word in enumerate(synonyms[field])}

"""Where the table stands in a sheet and which column means what; found by itself, correctable by the clerk."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from zhangshu_desk.core import resources
from zhangshu_desk.core.spreadsheets.cells import as_text
from zhangshu_desk.core.spreadsheets.reading import Sheet, TableFile

_NOISE = re.compile(r"[\s*＊:：/、_\-.。]|[(（\[【][^)）\]】]*[)）\]】]")
_LOOKED_AT = 60
_LONGEST_HEADING = 30


@dataclass(frozen=True)
class Layout:
    """How a sheet is read.

    Attributes:
        header_row: row of the headings, 1-based; 0 = none.
        headings: their texts, one per column.
        columns: which column (0-based) holds which field.
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


@dataclass(frozen=True)
class Vocabulary:
    """What the columns of a kind of table may be.

    Attributes:
        fields: every field with the word the clerk sees.
        file: of resources, the headings of each field, the usual ones first.
        needed: the field without which a row is no heading.
    """

    fields: Mapping[str, str]
    file: str
    needed: str

    def field_of(self, heading: str) -> str:
        """The field a heading names, empty when none."""
        known = self._known.get(heading_key(heading)) if len(heading) <= _LONGEST_HEADING else None
        return known[0] if known else ""

    def map_columns(self, headings: Sequence[str]) -> dict[str, int]:
        """Which column holds which field; of two for one field the earlier synonym wins, then the left one."""
        best: dict[str, tuple[int, int]] = {}
        for column, heading in enumerate(headings):
            if field := self.field_of(heading):
                claim = (self._known[heading_key(heading)][1], column)
                best[field] = min(best.get(field, claim), claim)
        return {field: column for field, (_, column) in sorted(best.items(), key=lambda one: one[1][1])}

    def find_header(self, sheet: Sheet) -> Layout | None:
        """The row of the headings: the one of the first rows that names most fields, the needed one among them.

        None when no row does.
        """
        best: Layout | None = None
        for number, row in enumerate(sheet.rows[:_LOOKED_AT], 1):
            layout = self.layout_at(sheet, number)
            if self.needed not in layout.columns or not _heads(layout, row):
                continue
            if best is None or len(layout.columns) > len(best.columns):
                best = layout
        return best

    def layout_at(self, sheet: Sheet, header_row: int) -> Layout:
        """The layout if the headings stand in `header_row` (1-based); 0 = there are none, every row is data."""
        row = sheet.rows[header_row - 1] if header_row else ("",) * len(sheet.rows[0])
        headings = tuple(as_text(cell) for cell in row)
        return Layout(header_row, headings, self.map_columns(headings))

    def best_sheet(self, table: TableFile) -> tuple[int, Layout | None]:
        """Which sheet to offer: the one whose headings name most fields, then the one with most rows."""
        layouts = [self.find_header(sheet) for sheet in table.sheets]
        counts = [
            (len(one.columns) if one else 0, len(sheet.rows)) for one, sheet in zip(layouts, table.sheets, strict=True)
        ]
        at = counts.index(max(counts))
        return at, layouts[at]

    @cached_property
    def _known(self) -> dict[str, tuple[str, int]]:
        """Field and place among its synonyms, by heading."""
        synonyms = resources.toml(self.file)
        return {heading_key(word): (field, at) for field in self.fields for at, word in enumerate(synonyms[field])}


def _heads(layout: Layout, row: Sequence[object]) -> bool:
    """Whether a row with a known heading is one: alone in its row, it must be the only text there."""
    return len(layout.columns) > 1 or sum(cell != "" for cell in row) <= 2

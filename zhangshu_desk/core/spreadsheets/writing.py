"""Tables that people open in a spreadsheet: what is text stays text, and nothing is run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Value = str | int | date
"""A cell; an empty one is `""`."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_TITLE = 31  # what spreadsheets allow


@dataclass(frozen=True)
class Table:
    """A sheet to be written.

    Attributes:
        widths: of the columns, in characters; fixed: columns that stay when one scrolls.
        above: lines over the headings, what the table is and of when.
    """

    title: str
    headings: tuple[str, ...]
    widths: tuple[int, ...]
    rows: Sequence[Sequence[Value]]
    fixed: int = 0
    above: tuple[str, ...] = ()


def xlsx(*tables: Table) -> bytes:
    """The tables as one Excel workbook."""
    import xlsxwriter  # type: ignore[import-untyped]  # has no stubs

    out = io.BytesIO()
    # strings are never taken for formulas, links or numbers: a code or phone stays what it is
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for table in tables:
            sheet = book.add_worksheet(table.title[:_LONGEST_TITLE])
            top = len(table.above)
            for number, line in enumerate(table.above):
                sheet.write_string(number, 0, line)
            sheet.write_row(top, 0, table.headings, head)
            for column, width in enumerate(table.widths):
                sheet.set_column(column, column, width)
            for number, row in enumerate(table.rows, top + 1):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(number, column, value, day)
                    elif value != "":
                        sheet.write(number, column, value)
            sheet.freeze_panes(top + 1, table.fixed)
            sheet.autofilter(top, 0, top + max(len(table.rows), 1), len(table.headings) - 1)
    return out.getvalue()


def csv_text(table: Table) -> bytes:
    """A table as CSV, UTF-8 with mark, as Excel opens it; without the lines above it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(table.headings)
    writer.writerows([[harmless(value) for value in row] for row in table.rows])
    return out.getvalue().encode("utf-8-sig")


def harmless(value: Value) -> str:
    """Text that a spreadsheet does not run as a formula (OWASP: CSV injection)."""
    text = value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


FORMATS: Mapping[str, Callable[[Table], bytes]] = {".xlsx": xlsx, ".csv": csv_text}
"""What writes a table, by the ending of the file."""

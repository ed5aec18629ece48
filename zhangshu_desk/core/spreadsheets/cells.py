"""What a cell means: text, a day, a number that the spreadsheet has spoilt."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta

from zhangshu_desk.core.spreadsheets.reading import Cell
from zhangshu_desk.core.texts import clean_text

_EXCEL_DAY_0 = date(1899, 12, 30)
_EARLIEST_SERIAL, _LATEST_SERIAL = 7_306, 80_000  # 1920-01-01 … 2119-01-11: a year alone is no serial number
_EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number; longer ones have lost their end."""

_YMD = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[T\s].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)", re.IGNORECASE)


def as_text(cell: Cell) -> str:
    """A cell as a person would read it, trimmed: `19844420567.0` → `19844420567`, an Excel error → nothing."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, int | timedelta):
        return str(cell)
    text = clean_text(cell)
    return "" if _ERROR.fullmatch(text) else text


def as_day(cell: Cell) -> date | None:
    """The day a cell names: a date, `2005年04月27日`, `2009.07.26`, `2013-8-1`, `20130801`, an Excel serial number.

    None when it names none; day and month are never guessed.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, bool | time | timedelta):
        return None
    if isinstance(cell, float | int):
        return _from_number(int(cell)) if math.isfinite(cell) else None
    text = unicodedata.normalize("NFKC", cell).strip()
    if found := _YMD.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(*(int(part) for part in found.groups()))
    return _from_number(int(text)) if text.isdecimal() and len(text) <= 6 else None


def is_spoilt(cell: Cell) -> bool:
    """Whether a code or phone was kept as a number and its last digits are lost (`9.13609825067337E+17`)."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return abs(cell) >= _EXACT
    return isinstance(cell, str) and _SCIENTIFIC.fullmatch(cell.strip()) is not None


def is_masked(text: str) -> bool:
    """Whether a text is a masked one (`张*`, `138****5678`), as our own export writes it."""
    return "*" in text


def _from_number(number: int) -> date | None:
    if _EARLIEST_SERIAL <= number <= _LATEST_SERIAL:
        return _EXCEL_DAY_0 + timedelta(days=number)
    if found := _COMPACT.fullmatch(str(number)):
        return _day(*(int(part) for part in found.groups()))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None

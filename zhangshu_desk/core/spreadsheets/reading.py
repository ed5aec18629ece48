"""Reads a table out of a file: .xlsx, .xls, .ods, .csv; by what the file is, not by what it is called."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from zhangshu_desk.core.errors import DeskError

Cell = str | int | float | bool | date | datetime | time | timedelta
"""A cell; an empty one is `""`."""

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 600 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200

_ZIP, _OLE = b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et", ".wps")
_CONTROLS = frozenset(map(chr, [*range(9), 11, 12, *range(14, 32), 127]))


@dataclass(frozen=True)
class Sheet:
    """One sheet; `rows[0]` is row 1 of the file, all rows equally long."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class TableFile:
    """A file that was read: its name without folders, and its sheets that are not empty."""

    name: str
    sheets: tuple[Sheet, ...]


def read_table(path: Path) -> TableFile:
    """Read all sheets of a spreadsheet or CSV file.

    Raises:
        DeskError: `import.missing`, `import.unreadable`, `import.empty`, `import.too_big`, `import.protected`,
            `import.damaged`, `import.not_a_table`, `import.encoding`. The file is never changed.
    """
    content = _bytes(path)
    if content.startswith(_ZIP):
        _refuse_bomb(content, path.name)
        sheets = _book(content, path.name)
    elif content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise DeskError("import.protected", file=path.name)
        sheets = _book(content, path.name)
    elif path.suffix.lower() in _BOOKS:
        raise DeskError("import.not_a_table", file=path.name, suffix=path.suffix)
    else:
        sheets = [Sheet(path.stem, _csv(_decoded(content, path.name), path.name))]
    filled = tuple(sheet for sheet in sheets if any(cell != "" for row in sheet.rows for cell in row))
    if not filled:
        raise DeskError("import.empty", file=path.name)
    return TableFile(path.name, filled)


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DeskError("import.too_big", file=path.name, most=f"{MOST_BYTES // 1024 // 1024} MB")
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise DeskError("import.missing", file=path.name) from error
    except OSError as error:
        raise DeskError("import.unreadable", file=path.name, detail=error.strerror or "") from error
    if not content.strip():
        raise DeskError("import.empty", file=path.name)
    return content


def _refuse_bomb(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DeskError("import.damaged", file=name) from error
    if unpacked > MOST_UNPACKED:
        raise DeskError("import.too_big", file=name, most=f"展开后 {MOST_UNPACKED // 1024 // 1024} MB")


def _book(content: bytes, name: str) -> list[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum

    try:
        with CalamineWorkbook.from_object(io.BytesIO(content)) as book:
            kinds = {one.name: one.typ for one in book.sheets_metadata}
            return [
                _sheet(one, book.get_sheet_by_name(one).to_python(skip_empty_area=False), name)
                for one in book.sheet_names
                if kinds[one] == SheetTypeEnum.WorkSheet
            ]
    except PasswordError as error:
        raise DeskError("import.protected", file=name) from error
    except CalamineError as error:
        raise DeskError("import.damaged", file=name) from error


def _sheet(title: str, rows: list[list[Cell]], name: str) -> Sheet:
    _refuse_many(len(rows), name)
    return Sheet(title, tuple(tuple(row[:MOST_COLUMNS]) for row in rows))


def _refuse_many(rows: int, name: str) -> None:
    if rows > MOST_ROWS:
        raise DeskError("import.too_big", file=name, most=f"{MOST_ROWS:,} 行")


def _decoded(content: bytes, name: str) -> str:
    """The text of a CSV file: UTF-8 with or without mark, UTF-16 with mark (Excel's Unicode text), else GB 18030."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROLS & set(text):
            raise DeskError("import.not_a_table", file=name, suffix="")
        return text
    raise DeskError("import.encoding", file=name)


def _csv(text: str, name: str) -> tuple[tuple[Cell, ...], ...]:
    delimiter = max(",\t;", key=lambda one: _regular(text, one))
    try:
        # a record over several lines counts as one row, as it does in a spreadsheet
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise DeskError("import.damaged", file=name) from error
    _refuse_many(len(rows), name)
    width = min(MOST_COLUMNS, max(map(len, rows), default=0))
    return tuple(tuple((row + [""] * width)[:width]) for row in rows)


def _regular(text: str, delimiter: str) -> tuple[int, int]:
    """How much a text looks separated by `delimiter`: lines that have it, and how often in all, of the first 50."""
    lines = text.splitlines()[:50]
    return sum(delimiter in line for line in lines), sum(line.count(delimiter) for line in lines)

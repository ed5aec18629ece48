"""Builds the two files no library of ours can write: `old.xls` (BIFF8) and `locked.xlsx` (with a password).

Run it in an environment of its own that has `xlwt`, `msoffcrypto-tool` and `xlsxwriter`; the results are committed.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

HERE = Path(__file__).parent
HEADINGS = ("单位名称", "信用代码", "法人", "手机", "注册日期")


def old_xls() -> None:
    """Two enterprises; phones as number and as two in one cell, days as a date and as a bare serial number."""
    import xlwt  # type: ignore[import-not-found]  # only where this is run

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("企业")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    sheet.write(0, 0, "园区企业")
    for column, heading in enumerate(HEADINGS):
        sheet.write(1, column, heading)
    first = ("樟树市示例家具有限公司", "91360982000000019L", "张三", 13800000001)
    second = ("樟树市𠮷祥档案装具厂", "92360982000000123M", "李䶮", "0795-7819478/18161383752", 40304)
    for column, value in enumerate(first):
        sheet.write(2, column, value)
    sheet.write(2, 4, date(2010, 5, 6), day)
    for column, value in enumerate(second):
        sheet.write(3, column, value)
    book.save(str(HERE / "old.xls"))


def locked_xlsx() -> None:
    """One enterprise behind a password."""
    import xlsxwriter  # type: ignore[import-untyped]  # has no stubs
    from msoffcrypto.format.ooxml import OOXMLFile  # type: ignore[import-not-found]  # only where this is run

    plain = io.BytesIO()
    with xlsxwriter.Workbook(plain) as book:
        sheet = book.add_worksheet("企业")
        sheet.write_row(0, 0, HEADINGS[:2])
        sheet.write_row(1, 0, ("樟树市示例家具有限公司", "91360982000000019L"))
    plain.seek(0)
    with (HERE / "locked.xlsx").open("wb") as out:
        OOXMLFile(plain).encrypt("geheim", out)


if __name__ == "__main__":
    old_xls()
    locked_xlsx()

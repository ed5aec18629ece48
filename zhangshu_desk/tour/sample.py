"""A list of enterprises as they come in real life, for the picture of an import: titles, subtotals, wrong codes."""

from __future__ import annotations

from pathlib import Path

from zhangshu_desk.db.store import Store
from zhangshu_desk.enterprises import queries

_NEW = (
    ("江西赣江源文件柜有限公司", "91360982000000019L", "周敏", 13812340001),
    ("樟树市药都货架制造厂", "91360982000000027F", "李军", "138-1234-0002"),
    ("樟树市阁皂山五金店", "92360982000000123M", "杨兰", "0795-7812345"),
)
_WRONG = (
    ("江西袁河校具有限公司", "913609820000001", "吴芳", "13812340003"),
    ("宜春三皇宫金属制品有限公司", "91360982000000019A", "陈勇", "13812340004"),
)


def write(file: Path, store: Store) -> None:
    """Write the list: some of the store's enterprises, one with another address, three new, two with wrong codes."""
    import xlsxwriter  # type: ignore[import-untyped]  # ships no types

    known = queries.page(store, limit=6).rows
    lines: list[tuple[object, ...]] = [
        ("园区企业名录（示例）",),
        ("填报单位：园区办    截止日期：2026年10月31日",),
        ("序号", "企业名称", "统一社会信用代码", "联系人", "联系电话", "注册地址"),
    ]
    lines += [(at, one.name, one.credit_code) for at, one in enumerate(known[:5], 1)]
    lines.append((6, known[5].name, known[5].credit_code, "", "", "江西省宜春市樟树市城北工业园四特大道 8 号"))
    lines.append(("", "小计：6 家"))
    lines += [(at, *one) for at, one in enumerate((*_NEW, *_WRONG), 7)]
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("名录")
        for at, line in enumerate(lines):
            sheet.write_row(at, 0, line)

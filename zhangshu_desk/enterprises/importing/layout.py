"""What the columns of a list of enterprises may be, and by which headings they are known."""

from __future__ import annotations

from zhangshu_desk.core.spreadsheets.headings import Layout, Vocabulary

__all__ = ["FIELDS", "Layout", "best_sheet", "field_of", "find_header", "layout_at", "map_columns"]

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
_COLUMNS = Vocabulary(FIELDS, "import_headings.toml", "name")

field_of = _COLUMNS.field_of
map_columns = _COLUMNS.map_columns
find_header = _COLUMNS.find_header
layout_at = _COLUMNS.layout_at
best_sheet = _COLUMNS.best_sheet

"""Import of enterprises from spreadsheets: read, lay out, decide (a dry run), apply, undo."""

from zhangshu_desk.core.spreadsheets.reading import Sheet, TableFile, read_table
from zhangshu_desk.enterprises.importing.layout import (
    FIELDS,
    Layout,
    best_sheet,
    find_header,
    layout_at,
    map_columns,
)
from zhangshu_desk.enterprises.importing.plan import Change, Counts, ImportPlan, PlannedRow, Verdict
from zhangshu_desk.enterprises.importing.planning import plan, plan_file
from zhangshu_desk.enterprises.importing.rows import Skipped

__all__ = [
    "FIELDS",
    "Change",
    "Counts",
    "ImportPlan",
    "Layout",
    "PlannedRow",
    "Sheet",
    "Skipped",
    "TableFile",
    "Verdict",
    "best_sheet",
    "find_header",
    "layout_at",
    "map_columns",
    "plan",
    "plan_file",
    "read_table",
]

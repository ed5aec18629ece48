"""Headings found by themselves, columns by synonyms, rows that are no enterprise set aside."""

import random
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhangshu_desk.core import resources
from zhangshu_desk.core.spreadsheets.cells import as_day, as_text, is_spoilt
from zhangshu_desk.core.spreadsheets.headings import heading_key
from zhangshu_desk.core.spreadsheets.reading import Cell, Sheet, TableFile
from zhangshu_desk.enterprises.importing.layout import (
    FIELDS,
    best_sheet,
    field_of,
    find_header,
    layout_at,
    map_columns,
)
from zhangshu_desk.enterprises.importing.rows import SourceRow, read_rows

TODAY = date(2026, 11, 23)
SYNONYMS = resources.toml("import_headings.toml")
GOOD = "91360982000000019L"


def sheet(*rows: tuple[Cell, ...]) -> Sheet:
    """A sheet with rows of one length."""
    width = max(len(row) for row in rows)
    return Sheet("企业", tuple((*row, *[""] * (width - len(row))) for row in rows))


def only(*rows: tuple[Cell, ...]) -> SourceRow:
    """The one enterprise of a sheet."""
    made = sheet(*rows)
    layout = find_header(made)
    assert layout is not None
    taken, _ = read_rows(made, layout, TODAY)
    assert len(taken) == 1
    return taken[0]


def test_every_field_has_headings_and_none_is_claimed_twice() -> None:
    assert set(SYNONYMS) == set(FIELDS)
    keys = [heading_key(word) for words in SYNONYMS.values() for word in words]
    assert sorted(keys) == sorted(set(keys))


@given(st.data())
def test_any_choice_of_synonyms_in_any_order_is_mapped(data: st.DataObject) -> None:
    fields = data.draw(st.lists(st.sampled_from(sorted(FIELDS)), unique=True, min_size=1))
    headings = [data.draw(st.sampled_from(SYNONYMS[field])) for field in fields]
    dressed = [
        data.draw(st.sampled_from(["{}", " {} ", "*{}", "{}（必填）", "{}：", "{}\n(选填)"])).format(h)
        for h in headings
    ]
    columns = ["序号", *dressed, "其他说明文字"]

    assert map_columns(columns) == {field: at for at, field in enumerate(fields, 1)}


def test_of_two_columns_for_one_field_the_usual_heading_wins() -> None:
    assert map_columns(["税号", "统一社会信用代码", "名称"]) == {"credit_code": 1, "name": 2}
    assert map_columns(["企业名称", "企业名称"]) == {"name": 0}
    assert field_of("法人电话") == ""


def test_the_header_is_found_below_titles() -> None:
    made = sheet(
        ("某园区企业名称汇总",),
        ("单位：家",),
        ("", "基本情况", "", "联系方式"),
        ("序号", "企业名称", "信用代码", "电话"),
        (1, "甲"),
    )
    found = find_header(made)

    assert found is not None
    assert (found.header_row, dict(found.columns)) == (4, {"name": 1, "credit_code": 2, "phone": 3})


def test_a_list_of_names_alone_has_a_header_too() -> None:
    found = find_header(sheet(("企业名称",), ("甲厂",)))

    assert found is not None
    assert found.header_row == 1
    assert find_header(sheet(("甲", "乙"), ("丙", "丁"))) is None
    assert find_header(sheet(("信用代码", "电话"), (GOOD, "1"))) is None


def test_the_best_sheet_is_offered() -> None:
    notes = sheet(("说明",), ("企业名称",))
    real = sheet(("企业名称", "信用代码"), ("甲", GOOD))

    assert best_sheet(TableFile("a.xlsx", (notes, real)))[0] == 1
    assert best_sheet(TableFile("a.xlsx", (sheet(("甲",)),)))[1] is None


def test_rows_that_are_no_enterprise_are_set_aside() -> None:
    made = sheet(
        ("园区名录",),
        ("序号", "企业名称", "信用代码"),
        (1.0, "甲厂", GOOD),
        ("", "", ""),
        ("", "小计", ""),
        ("序号", "企业名称", "信用代码"),
        ("", "合计：400 家", ""),
        ("", "总计 2", ""),
        ("制表人：张三", "", ""),
        ("", "备注：以上为示例", ""),
        ("", "合计有限公司", ""),
        (3, "", ""),
    )
    layout = layout_at(made, 2)

    taken, skipped = read_rows(made, layout, TODAY)

    assert [(row.number, row.fields.name) for row in taken] == [(3, "甲厂"), (11, "合计有限公司")]
    assert [(one.number, one.why) for one in skipped] == [
        (1, "标题"),
        (4, "空行"),
        (5, "小计"),
        (6, "重复表头"),
        (7, "小计"),
        (8, "小计"),
        (9, "表外文字"),
        (10, "表外文字"),
        (12, "表外文字"),
    ]


def test_a_row_without_name_is_refused_not_dropped() -> None:
    row = only(("企业名称", "信用代码", "电话"), ("", GOOD, 13800000001.0))

    assert (row.refusal, row.contact is not None and row.contact.phone) == ("没有企业名称", "13800000001")


def test_numbers_stay_numbers() -> None:
    row = only(("企业名称", "手机", "座机", "行业代码"), ("甲", 19844420567.0, "0795-7819478/18161383752", 2130.0))

    assert row.contact is not None
    assert row.contact.phone == "19844420567/0795-7819478/18161383752"
    assert row.fields.industry == "2130"


def test_codes_and_phones_the_spreadsheet_has_spoilt() -> None:
    by_number = only(("企业名称", "信用代码"), ("甲", 913609825067337388.0))
    by_text = only(("企业名称", "信用代码", "电话"), ("甲", "9.13609825067337E+17", "1.38E+10"))

    assert by_number.code_problem.startswith("信用代码被表格存成了数字")
    assert by_text.code_problem.startswith("信用代码被表格存成了数字")
    assert by_text.warnings == ("联系电话被表格存成了科学计数，未导入",)
    assert not is_spoilt("91360982000000019L")


def test_what_is_left_out_is_said() -> None:
    row = only(
        ("企业名称", "法人", "联系人", "电话", "成立日期", "地址"),
        ("甲", "张*", "李*", "138****5678", "去年", "路" * 301),
    )

    assert row.contact is None
    assert row.warnings == (
        "法定代表人是脱敏内容，未导入",
        "联系人是脱敏内容，未导入",
        "联系电话是脱敏内容，未导入",
        "地址过长（301 个字），未导入",
        "成立日期「去年」无法识别，未导入",
        "没有信用代码，按企业名称识别",
    )


def test_very_long_names_are_refused_and_rare_characters_kept() -> None:
    assert only(("企业名称",), ("樟" * 10_000,)).refusal == "企业名称过长（10000 个字，最多 200 个）"
    assert only(("企业名称",), (" 樟树市𠮷祥 䶮家具🪑厂",)).fields.name == "樟树市𠮷祥䶮家具🪑厂"


@pytest.mark.parametrize(
    "cell",
    [
        date(2009, 7, 26),
        datetime(2009, 7, 26, 8, 30),
        "2009年07月26日",
        "2009.07.26",
        "2009/7/26",
        " 2009-7-26 00:00:00",
        "２００９年７月２６日",
        "20090726",
        20090726.0,
        40020.0,
        40020,
        "40020",
    ],
)
def test_days_in_every_spelling(cell: Cell) -> None:
    assert as_day(cell) == date(2009, 7, 26)


@pytest.mark.parametrize(
    "cell", ["", "去年", "2009年7月", "07/26/2009", "2009-13-01", 0, -5, 3e9, float("inf"), True, "2009", 2009]
)
def test_what_names_no_day(cell: Cell) -> None:
    assert as_day(cell) is None


def test_cells_as_a_person_reads_them() -> None:
    cells: list[Cell] = [
        19844420567.0,
        1.5,
        True,
        "#N/A",
        " a\u3000b ",
        date(2026, 1, 2),
        datetime(2026, 1, 2, 3, 4),
        7,
    ]

    assert [as_text(cell) for cell in cells] == [
        "19844420567",
        "1.5",
        "是",
        "",
        "a b",
        "2026-01-02",
        "2026-01-02 03:04",
        "7",
    ]


@given(
    st.lists(st.lists(st.one_of(st.text(max_size=12), st.floats(), st.dates(), st.booleans()), min_size=1), min_size=1)
)
def test_no_sheet_breaks_the_reading(rows: list[list[Cell]]) -> None:
    made = sheet(("企业名称", "信用代码", "电话", "成立日期"), *(tuple(row) for row in rows))
    layout = find_header(made)
    assert layout is not None

    taken, skipped = read_rows(made, layout, TODAY)

    assert len(taken) + len(skipped) + 1 == len(made.rows)


def test_shuffled_columns_give_the_same_rows() -> None:
    head = ("企业名称", "信用代码", "联系人", "电话", "地址")
    body = ("甲厂", GOOD, "张三", "13800000001", "药都路1号")
    order = list(range(5))
    random.Random(1).shuffle(order)

    assert only(tuple(head[at] for at in order), tuple(body[at] for at in order)) == only(head, body)

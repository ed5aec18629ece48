"""Batches from spreadsheets: every row checked in the preview, nothing numbered, all made in one act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]  # has no stubs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.labels import shop as shops
from tests.labels.shop import CLERK, HEAD, TODAY, Shop, refused
from tests.store_fixtures import NINE
from zhangshu_desk.core import resources
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.spreadsheets.headings import heading_key
from zhangshu_desk.core.spreadsheets.reading import Sheet, TableFile
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.verify import verify
from zhangshu_desk.labels import actions, merging, queries
from zhangshu_desk.labels.merging import COLUMNS, FIELDS, MergePlan
from zhangshu_desk.labels.rules.batches import BatchState, LabelRules
from zhangshu_desk.labels.rules.cards import SpecForm, TracedForm
from zhangshu_desk.labels.rules.rights import Family

USUAL = {Family.GI: shops.GI_TEMPLATE, Family.TRACE: shops.TRACED_TEMPLATE}
HEADINGS = (
    "序号",
    "用标企业",
    "品名",
    "规格",
    "批号",
    "数量（千克）",
    "标签数",
    "生产日期",
    "有效期至",
    "产地",
    "检测报告编号",
    "检测报告有效期至",
)
GOOD = (
    1,
    "江西药都樟树药材有限公司",
    "樟树吴茱萸",
    "500克/袋",
    "WZY2611",
    250,
    "",
    "2026.11.20",
    date(2028, 11, 20),
    "店下镇",
    "ZJ2026-118",
    "2027年2月1日",
)
WARDROBE = (2, "", "钢制更衣柜", "", "G-1", "40件", "", "2026-11-23", "", "", "", "")


def row(of: tuple[Any, ...] = GOOD, **changes: Any) -> tuple[Any, ...]:
    """A row with some cells otherwise, by field."""
    places = COLUMNS.map_columns(HEADINGS)
    found = list(of)
    for field, value in changes.items():
        found[places[field]] = value
    return tuple(found)


def planned(store: Store, *rows: tuple[Any, ...], rules: LabelRules = LabelRules(), **usual: Any) -> MergePlan:  # noqa: B008
    table = TableFile("十一月.xlsx", (Sheet("批次", (HEADINGS, *rows)),))
    at, layout = COLUMNS.best_sheet(table)
    assert layout is not None
    return merging.plan(store, table, at, layout, NINE, usual.get("usual", USUAL), rules=rules)


def wrong(store: Store, *rows: tuple[Any, ...]) -> list[list[str]]:
    return [[one.field for one in found.problems if one.hard] for found in planned(store, *rows).rows]


def test_every_field_has_headings_and_none_is_claimed_twice() -> None:
    synonyms = resources.toml("label_headings.toml")
    assert set(synonyms) == set(FIELDS)
    keys = [heading_key(word) for words in synonyms.values() for word in words]
    assert sorted(keys) == sorted(set(keys))


def test_from_a_workbook_to_batches_in_one_act(store: Store, shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "十一月用标申请.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("申请")
        sheet.write(0, 0, "樟树市地理标志用标申请表")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, one in enumerate((HEADINGS, GOOD, WARDROBE), 2):
            for column, value in enumerate(one):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                else:
                    sheet.write(number, column, value)
    found = merging.plan_file(store, path, NINE, USUAL)
    assert [(one.good, one.labels) for one in found.rows] == [(True, 500), (True, 40)]
    assert found.labels == 540
    assert queries.page(store).total == 0
    made = merging.run_merge(store, CLERK, found, NINE)
    cards = [queries.card(store, one) for one in made]
    assert [(one.state, one.labels) for one in cards if one] == [(BatchState.APPROVED, 500), (BatchState.APPROVED, 40)]
    assert cards[0] is not None
    assert cards[0].form == replace(
        shop.form(), made_on=date(2026, 11, 20), expires_on=date(2028, 11, 20), place="店下镇",
        inspection_until=date(2027, 2, 1),
    )  # fmt: skip
    assert actions.number_batch(store, CLERK, made[1], NINE).count == 40
    assert verify(store).problems == ()


def test_from_a_csv_of_gb18030(store: Store, shop: Shop, tmp_path: Path) -> None:
    path = tmp_path / "批次.csv"
    path.write_bytes("产品,批号,数量,生产日期\n钢制更衣柜 RC-6M,G-9,12,2026/11/20\n".encode("gb18030"))
    found = merging.plan_file(store, path, NINE, USUAL)
    assert [(one.good, one.labels) for one in found.rows] == [(True, 12)]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"product": "四特酒"}, ["product"]),
        ({"product": ""}, ["product"]),
        ({"enterprise": "别的企业"}, ["enterprise"]),
        ({"spec": "1 千克/袋"}, ["spec"]),
        ({"made_on": ""}, ["made_on"]),
        ({"made_on": "去年"}, ["made_on"]),
        ({"expires_on": "不限"}, ["expires_on"]),
        ({"quantity": ""}, ["quantity"]),
        ({"quantity": "很多"}, ["quantity"]),
        ({"quantity": 0.4}, ["quantity"]),
        ({"quantity": "250千克"}, []),
        ({"copies": 500}, []),
        ({"copies": 20}, []),
        ({"copies": 525}, []),
        ({"copies": 526}, ["spare"]),
        ({"copies": 10.5}, ["copies"]),
        ({"quantity": "", "copies": 300}, []),
        ({"batch_no": ""}, ["batch_no"]),
        ({"batch_no": "2.02611E+17"}, ["batch_no"]),
        ({"inspection_no": ""}, ["inspection_no"]),
        ({"inspection_until": TODAY - timedelta(1)}, ["inspection_until"]),
    ],
)
def test_what_is_wrong_with_a_row_is_told(store: Store, shop: Shop, changes: dict[str, Any], fields: list[str]) -> None:
    (found,) = wrong(store, row(**changes))
    assert found == fields


def test_labels_as_they_were_asked_for(store: Store, shop: Shop) -> None:
    rows = planned(
        store,
        row(copies=20),
        row(copies=510, batch_no="B"),
        row(quantity="", copies=300, batch_no="C"),
    ).rows
    forms = [one.form for one in rows if one.form is not None]
    assert [(one.labels, form.spare) for one, form in zip(rows, forms, strict=True)] == [(20, 0), (510, 10), (300, 0)]
    assert forms[2].quantity == 150_000


def test_rows_share_the_quota(store: Store, tmp_path: Path) -> None:
    shops.open_shop(store, tmp_path, quota=1_100)
    rows = [row(batch_no=f"第{number}批") for number in range(3)]
    found = planned(store, *rows, row(batch_no="小批", quantity=50))
    assert [one.good for one in found.rows] == [True, True, False, True]
    assert "只剩 100 张" in found.rows[2].problems[0].text
    assert len(merging.run_merge(store, CLERK, found, NINE)) == 3


def test_an_ambiguous_product_is_asked_about(store: Store, shop: Shop) -> None:
    actions.add_traced(store, CLERK, TracedForm(shop.furniture, "钢制更衣柜", "RC-9M"), NINE)
    assert wrong(store, WARDROBE) == [["enterprise"]]
    assert wrong(store, row(WARDROBE, product="钢制更衣柜 RC-6M")) == [[]]
    actions.add_spec(store, CLERK, SpecForm(shop.wardrobe, "两件一箱", "件", 2_000), NINE)
    assert wrong(store, row(WARDROBE, product="钢制更衣柜 RC-6M")) == [["spec"]]
    assert wrong(store, row(WARDROBE, product="钢制更衣柜 RC-6M", spec="两件一箱")) == [[]]


def test_one_batch_number_twice_is_worth_a_look(store: Store, shop: Shop) -> None:
    found = planned(store, GOOD, GOOD)
    assert [one.good for one in found.rows] == [True, True]
    assert ["第 2 行" in one.text for one in found.rows[1].problems] == [True]
    merging.run_merge(store, CLERK, found, NINE)
    again = planned(store, GOOD)
    assert "系统中已有批号" in again.rows[0].problems[0].text


def test_an_ended_right_says_so(store: Store, shop: Shop) -> None:
    actions.void_mark(store, CLERK, shop.mark, "换发", NINE)
    assert wrong(store, GOOD) == [["mark"]]


def test_a_template_is_named_or_the_usual_one(store: Store, shop: Shop) -> None:
    assert [one.field for one in planned(store, GOOD, usual={}).rows[0].problems] == ["template"]
    table = TableFile(
        "a.csv", (Sheet("a", ((*HEADINGS, "模板"), (*GOOD, "地理标志产品 A4 24 枚"), (*GOOD, "没有的"))),)
    )
    at, layout = COLUMNS.best_sheet(table)
    assert layout is not None
    found = merging.plan(store, table, at, layout, NINE, USUAL)
    assert found.rows[0].form is not None
    assert found.rows[0].form.template_id == "gi-product-a4-3x8"
    assert [one.field for one in found.rows[1].problems] == ["template"]


def test_large_batches_wait_for_another_person(store: Store, shop: Shop) -> None:
    rules = LabelRules(approval_from=499)
    made = merging.run_merge(store, CLERK, planned(store, GOOD, WARDROBE, rules=rules), NINE, rules=rules)
    states = [card.state for card in (queries.card(store, one) for one in made) if card]
    assert states == [BatchState.AWAITING, BatchState.APPROVED]


def test_what_changed_since_the_preview_stops_everything(store: Store, shop: Shop) -> None:
    found = planned(store, WARDROBE, GOOD)
    actions.void_user(store, HEAD, shop.user, "终止", NINE)
    error = refused(merging.run_merge, store, CLERK, found, NINE)
    assert (error.code, error.facts["row"]) == ("label.merge_outdated", 3)
    assert queries.page(store).total == 0


def test_nothing_good_and_nothing_there(store: Store, shop: Shop, tmp_path: Path) -> None:
    assert refused(merging.run_merge, store, CLERK, planned(store, row(product="无")), NINE).code == (
        "label.merge_nothing"
    )
    path = tmp_path / "名单.csv"
    path.write_text("企业名称,电话\n甲厂,1\n", "utf-8")
    assert refused(merging.plan_file, store, path, NINE, USUAL).code == "label.merge_header"
    path.write_text("产品,批号\n产品,批号\n,\n", "utf-8")
    assert refused(merging.plan_file, store, path, NINE, USUAL).code == "label.merge_rows"


CELL = st.one_of(
    st.just(""),
    st.text(max_size=12),
    st.integers(-5, 10**9),
    st.floats(allow_nan=True),
    st.dates(),
    st.booleans(),
    st.sampled_from(["樟树吴茱萸", "钢制更衣柜", "500 克/袋", "2026-11-01", "1e9"]),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(rows=st.lists(st.lists(CELL, min_size=12, max_size=12), min_size=1, max_size=4))
def test_no_sheet_breaks_the_preview(store: Store, rows: list[list[Any]]) -> None:
    if not queries.products(store):
        shops.open_shop(store, store.paths.data)
    try:
        found = planned(store, *(tuple(one) for one in rows))
    except DeskError as error:
        assert error.code == "label.merge_rows"  # noqa: PT017 - any other is a bug
        return
    assert all(one.text for planned_row in found.rows for one in planned_row.problems)

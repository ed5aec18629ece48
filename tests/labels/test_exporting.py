"""The ledger as a workbook: what it says comes out even, and receivers are masked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests import make
from tests.labels import shop as shops
from tests.labels.shop import CLERK, TODAY, Shop, refused
from tests.store_fixtures import NINE
from zhangshu_desk.accounts.queries import AuditFilter, audit_page
from zhangshu_desk.core.spreadsheets.reading import read_table
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import actions
from zhangshu_desk.labels.exporting import export_ledger

YEAR = date(TODAY.year, 1, 1), date(TODAY.year, 12, 31)


@pytest.fixture
def batch(store: Store, shop: Shop) -> str:
    made = shops.numbered(store, shop.form())
    shops.printed(store, made)
    actions.hand_out(store, CLERK, made, "欧阳四", NINE, count=300)
    actions.report_use(store, CLERK, made, NINE, used=200, spoiled=5, held=95)
    shops.numbered(store, shop.traced_form())
    return made


def sheets(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Each sheet as rows by heading; the headings stand below the lines above them."""
    found = {}
    for sheet in read_table(path).sheets:
        top = next(at for at, row in enumerate(sheet.rows) if "用标企业" in row)
        headings = [str(cell) for cell in sheet.rows[top]]
        found[sheet.name] = [dict(zip(headings, row, strict=True)) for row in sheet.rows[top + 1 :]]
    return found


def test_the_yearly_report(store: Store, batch: str, tmp_path: Path) -> None:
    path = tmp_path / "用标年报.xlsx"
    assert export_ledger(store, CLERK, path, *YEAR, NINE) == 2
    book = sheets(path)
    gi, furniture = book["台账"]
    assert (gi["用标企业"], gi["统一社会信用代码"], gi["批次数"]) == ("江西药都樟树药材有限公司", shops.CODE, 1)
    assert gi["期初"] + gi["印制"] == gi["领用"] + gi["作废"] + gi["期末"] == 500
    assert gi["期初手存"] + gi["领用"] == gi["已用"] + gi["退回"] + gi["企业作废"] + gi["手存"] == 300
    assert (gi["核对"], furniture["期末"]) == ("平衡", 40)
    assert [row["批号"] for row in book["批次"]] == ["WZY2611", "G-2611-07"]
    assert [(row["收发"], row["数量"], row["领取人"]) for row in book["收发明细"]] == [
        ("领用", 300, "欧*"),
        ("已用", 200, ""),
        ("作废", 5, ""),
        ("手存", 95, ""),
    ]
    assert book["收发明细"][0]["日期"] == TODAY


def test_one_family_alone(store: Store, batch: str, tmp_path: Path) -> None:
    path = tmp_path / "追溯.xlsx"
    assert export_ledger(store, CLERK, path, *YEAR, NINE, family="追溯") == 1
    assert [row["标签类别"] for row in sheets(path)["台账"]] == ["追溯"]


def test_whole_names_need_a_reason_and_are_written_down(store: Store, batch: str, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    assert refused(export_ledger, store, CLERK, path, *YEAR, NINE, full=True).code == "label.reason_missing"
    export_ledger(store, CLERK, path, *YEAR, NINE, full=True, reason="年度核查")
    assert sheets(path)["收发明细"][0]["领取人"] == "欧阳四"
    entry = audit_page(store, AuditFilter()).rows[0]
    assert entry.act == "label.export"
    assert "年度核查" in entry.note
    assert path.stat().st_mode & 0o077 == 0


def test_what_cannot_be_written(store: Store, batch: str, tmp_path: Path) -> None:
    assert refused(export_ledger, store, CLERK, tmp_path / "a.pdf", *YEAR, NINE).code == "label.export_format"
    error = refused(export_ledger, store, CLERK, tmp_path / "no" / "a.xlsx", *YEAR, NINE)
    assert error.code == "label.export_failed"
    assert refused(export_ledger, store, make.CLERK, tmp_path / "a.xlsx", *YEAR, NINE).code == "act.not_allowed"

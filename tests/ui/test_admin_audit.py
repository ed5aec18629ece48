"""Administration: the audit log with its words, filters, pages, masked export."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui.admin import open_page, tab_of
from zhangshu_desk.accounts import actions, queries
from zhangshu_desk.accounts.inputs import CounterChange, StationChange, UserChange
from zhangshu_desk.accounts.queries import FieldChange
from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.acts import ACTS
from zhangshu_desk.core.clock import DAY, FixedClock
from zhangshu_desk.db.base import synced_classes
from zhangshu_desk.db.store import Store
from zhangshu_desk.ui.pages.admin.audit_filter import AuditFilterBar
from zhangshu_desk.ui.pages.admin.audit_tab import AuditTab
from zhangshu_desk.ui.pages.admin.audit_words import field_word, table_word, value_word


@pytest.fixture
def log(qtbot: QtBot, store: Store, tmp_path: Path, clock: FixedClock) -> AuditTab:
    """The audit log after a few acts of a morning."""
    firm = make.enterprise(
        store, clock.forward(1_000), legal_representative="张三丰", address="江西省樟树市吴城乡 9 号"
    )
    with store.write(make.CLERK, "enterprise.change", clock.forward(1_000)) as session:
        from zhangshu_desk.db.tables.enterprises import Enterprise

        session.get_one(Enterprise, firm).legal_representative = "李四光"
        session.about("enterprises", firm, "电话 13812345678 来电更正")
    actions.open_counter(store, make.CLERK, make.counter_id(1), clock.forward(1_000))
    return tab_of(open_page(qtbot, store, tmp_path, clock, tab="审计日志"), AuditTab)


def titles(log: AuditTab) -> list[str]:
    return [row.title for row in log.table.rows.rows]


def details(log: AuditTab) -> list[tuple[str, str, str]]:
    return [(line.field, line.old, line.new) for line in log.one.table.rows.rows]


def test_the_newest_stands_on_top_with_its_changes(log: AuditTab) -> None:
    assert titles(log)[:4] == ["重置密码", "开放窗口", "修改企业资料", "登记企业"]
    log.table.setCurrentIndex(log.table.rows.index(1, 0))
    assert details(log) == [("办理人", "（空）", "操作员01"), ("开放时间", "（空）", "2026-11-23 09:00")]
    assert log.one.who.text() == "开放窗口 · 操作员01（窗口人员）"


def test_personal_data_stay_masked(log: AuditTab) -> None:
    log.table.setCurrentIndex(log.table.rows.index(2, 0))
    assert details(log) == [("法定代表人", "张*", "李*")]
    log.table.setCurrentIndex(log.table.rows.index(3, 0))
    shown = {field: new for field, _, new in details(log)}
    assert shown["法定代表人"] == "张*"
    assert "9 号" not in shown["地址"]


def test_filters_by_person_act_and_day(log: AuditTab, store: Store) -> None:
    def choose(field: Any, key: str) -> None:
        field.set_key(key)
        field.chosen.emit(key)

    choose(log.filter.person, make.CLERK.user_id)
    assert set(titles(log)) == {"开放窗口", "修改企业资料"}
    choose(log.filter.act, "counter")
    assert titles(log) == ["开放窗口"]
    choose(log.filter.act, "enterprise.change")
    assert titles(log) == ["修改企业资料"]
    choose(log.filter.person, "")
    choose(log.filter.act, "")
    log.filter.last.set_day(date(2026, 11, 22))
    assert titles(log) == []
    log.filter.whole.click()
    assert "初始化工作站" in titles(log)


def test_a_first_day_after_the_last_is_pointed_out(log: AuditTab) -> None:
    log.filter.first.set_day(date(2026, 11, 30))
    assert log.filter.first.problem.text()
    log.filter.first.set_day(date(2026, 11, 20))
    assert not log.filter.first.problem.text()


def test_every_kind_of_act_can_be_chosen(qtbot: QtBot) -> None:
    bar = AuditFilterBar(date(2026, 11, 23))
    qtbot.addWidget(bar)
    offered = set(bar.act._keys)
    assert set(ACTS) <= offered
    assert {code.split(".")[0] for code in ACTS} <= offered


def test_a_long_log_comes_in_pages_and_stands_still(
    qtbot: QtBot, store: Store, clock: FixedClock, log: AuditTab
) -> None:
    for number in range(120):
        change = StationChange(phone=f"0795-{7819478 + number}")
        actions.change_station(store, make.SUPERVISOR, change, clock.forward(1_000))
    qtbot.waitUntil(lambda: titles(log)[0] == "修改工作站资料")
    assert len(titles(log)) == 100
    log.table.rows.fetchMore(log.table.rootIndex())
    everything = queries.audit_page(store, queries.AuditFilter(), limit=1000)
    assert [row.seq for row in log.table.rows.rows] == [row.seq for row in everything.rows]
    actions.change_station(store, make.SUPERVISOR, StationChange(phone="0795-1"), clock.forward(1_000))
    log.load()
    assert len(titles(log)) == len(everything.rows), "one who reads further down is not thrown back to the top"


def test_the_record_of_an_entry_is_opened(qtbot: QtBot, log: AuditTab, store: Store) -> None:
    opened: list[tuple[str, object]] = []
    object.__setattr__(log.desk, "open", lambda title, payload: opened.append((title, payload)))
    log.table.setCurrentIndex(log.table.rows.index(1, 0))
    assert log.one.link.isHidden()
    log.table.setCurrentIndex(log.table.rows.index(2, 0))
    QTest.keyClick(log.table, Qt.Key.Key_Return)
    assert opened == [("企业", log.table.rows.rows[2].row_id)]


def test_the_export_is_masked_audited_and_safe_for_spreadsheets(
    store: Store, clock: FixedClock, log: AuditTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.change_user(store, make.SUPERVISOR, make.CLERK.user_id, UserChange(name="=cmd|calc"), clock.now())
    target = tmp_path / "审计.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    log.export.click()
    raw = target.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with target.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][0] == "序号"
    text = raw.decode("utf-8-sig")
    for secret in ("张三丰", "李四光", "13812345678", "9 号"):
        assert secret not in text
    assert "138****5678" in text
    assert any("法定代表人：张* → 李*" in row[-1] for row in rows)
    assert not any(cell.startswith("=") for row in rows for cell in row)
    newest = queries.audit_page(store, queries.AuditFilter()).rows[0]
    assert (newest.title, newest.note) == ("导出审计日志", "审计.csv")
    assert f"已导出 {len(rows) - 1} 条" in log.page.notices.text.text()


def test_an_export_that_cannot_be_written_is_refused(
    log: AuditTab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "no" / "such" / "folder.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    log.export.click()
    assert log.page.notices.kind == "refused"
    assert str(target) in log.page.notices.text.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    log.page.notices.clear()
    log.export.click()
    assert log.page.notices.isHidden()


# -- words --------------------------------------------------------------------------------------------------------


def test_every_table_and_field_has_its_word(store: Store) -> None:
    missing = []
    for kind in synced_classes():
        tbl = kind.__tablename__
        if tbl == "audit" or tbl.startswith("test_"):
            continue
        missing += [tbl] * (table_word(tbl) == tbl)
        missing += [f"{tbl}.{column.name}" for column in kind.__table__.columns if _unnamed(tbl, column.name)]
    assert not missing


def _unnamed(tbl: str, column: str) -> bool:
    return column != "id" and field_word(tbl, column) == column


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("active", "0", "否"),
        ("opened_at", "1795395720000", "2026-11-23 09:02"),
        ("waited_ms", "125000", "2 分 5 秒"),
        ("clerk_id", "u1", "张华"),
        ("serves", "NB、BG", "年报、变更登记"),
        ("name", "", "（空）"),
        ("name", None, "（空）"),
        ("name", "3号窗口", "3号窗口"),
    ],
)
def test_values_in_words(field: str, value: str | None, said: str) -> None:
    names = {"u1": "张华", "NB": "年报", "BG": "变更登记"}
    assert value_word(FieldChange("counters", "x", field, None, value), value, names) == said


def test_a_role_of_everybody_is_known(store: Store, clock: FixedClock) -> None:
    actions.change_counter(store, make.SUPERVISOR, make.counter_id(1), CounterChange(name="综合"), clock.now() + DAY)
    rows = queries.audit_page(store, queries.AuditFilter()).rows
    assert {row.role for row in rows} <= {role.value for role in Role}

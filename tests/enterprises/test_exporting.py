"""Export: masked unless a reason is given, read again by our own import, never a formula."""

import csv
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.enterprises import actions, importing
from zhangshu_desk.enterprises.exporting import HEADINGS, export
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields

TODAY = date(2026, 11, 23)


@pytest.fixture
def firms(store: Store, supervisor: Actor, clock: FixedClock) -> None:
    """Two enterprises in use, one with two contacts, and a voided one."""
    people = (ContactFields("张三", "13812345678"), ContactFields("李四", "0795-7819478/18161383752", "厂长"))
    first = EnterpriseFields(
        "樟树市𠮷祥家具厂", "91360982000000019L", legal_representative="王五", founded_on=date(2010, 5, 6), notes="=1+1"
    )
    actions.add(store, supervisor, first, clock.now(), people)
    actions.add(store, supervisor, EnterpriseFields("江西乙厂", code_reason="筹建"), clock.forward(1))
    gone = actions.add(store, supervisor, EnterpriseFields("丙厂", "91360982000000027F"), clock.forward(1))
    actions.void(store, supervisor, gone, "注销", clock.forward(1))


def note(store: Store) -> str:
    """The note of the newest audit entry."""
    with store.read() as session:
        return session.scalars(select(Audit.note).order_by(Audit.seq.desc()).limit(1)).one()


def cells(path: Path) -> list[list[str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.reader(lines))


def test_people_are_masked(store: Store, firms: None, supervisor: Actor, clock: FixedClock, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"

    assert export(store, supervisor, path, clock.forward(1)) == 2

    rows = cells(path)
    assert rows[0] == list(HEADINGS)
    assert [(row[0], row[1], row[4], row[5], row[6]) for row in rows[1:]] == [
        ("1", "江西乙厂", "", "", ""),
        ("2", "樟树市𠮷祥家具厂", "王*", "张*", "138****5678"),
        ("2", "樟树市𠮷祥家具厂", "王*", "李*", "0795-****478/181****3752"),
    ]
    assert rows[2][-1] == "'=1+1"
    assert note(store) == "2 家企业，个人信息已脱敏"
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_in_full_with_a_reason(store: Store, firms: None, supervisor: Actor, clock: FixedClock, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(DeskError) as refused:
        export(store, supervisor, path, clock.forward(1), full=True, reason=" ")
    assert refused.value.code == "enterprise.export_reason"
    assert not path.exists()

    export(store, supervisor, path, clock.forward(1), full=True, reason="年报核对 13812345678")

    assert [row[4:7] for row in cells(path)[2:]] == [
        ["王五", "张三", "13812345678"],
        ["王五", "李四", "0795-7819478/18161383752"],
    ]
    assert note(store) == "2 家企业，完整个人信息，用途：年报核对 138****5678"


@pytest.mark.parametrize("full", [True, False])
def test_our_own_import_finds_nothing_new(
    store: Store, firms: None, supervisor: Actor, clock: FixedClock, tmp_path: Path, full: bool
) -> None:
    path = tmp_path / "名录.xlsx"
    export(store, supervisor, path, clock.forward(1), full=full, reason="核对")

    plan = importing.plan_file(store, path, TODAY)

    assert plan.counts.as_dict() == {"new": 0, "changed": 0, "same": 3, "refused": 0}
    sheet = importing.read_table(path).sheets[0]
    assert sheet.rows[2][11] == date(2010, 5, 6)
    assert sheet.rows[2][12] == "=1+1"


def test_refusals_leave_the_old_file(
    store: Store, firms: None, supervisor: Actor, clerk: Actor, clock: FixedClock, tmp_path: Path
) -> None:
    with pytest.raises(DeskError) as refused:
        export(store, clerk, tmp_path / "a.csv", clock.forward(1))
    assert refused.value.code == "act.not_allowed"
    with pytest.raises(DeskError) as refused:
        export(store, supervisor, tmp_path / "a.doc", clock.forward(1))
    assert refused.value.code == "enterprise.export_format"
    with pytest.raises(DeskError) as refused:
        export(store, supervisor, tmp_path / "missing" / "a.csv", clock.forward(1))
    assert refused.value.code == "enterprise.export_failed"
    assert "「a.csv」" in str(refused.value)

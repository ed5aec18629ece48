"""Imports into a real store: the park's sample, again, undone, broken off, overtaken."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests import make
from tests.enterprises.test_actions import visit
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName
from zhangshu_desk.db.tables.ledger import Audit, Outbox
from zhangshu_desk.enterprises import actions, importing, queries
from zhangshu_desk.enterprises.importing import ImportPlan, Verdict
from zhangshu_desk.enterprises.rules import ContactFields

SAMPLE = Path(__file__).parent.parent / "data" / "enterprises.xlsx"
FILES = Path(__file__).parent / "files"
TODAY = date(2026, 11, 23)
A, B = "91360982000000019L", "91360982000000027F"
Planner = Callable[..., ImportPlan]


@pytest.fixture
def planned(store: Store, tmp_path: Path) -> Planner:
    """Plans the import of a CSV with these lines below the usual headings."""

    def plan(*lines: str, accept: bool = False) -> ImportPlan:
        path = tmp_path / "名单.csv"
        path.write_text("\n".join(("企业名称,信用代码,联系人,电话,地址,法人", *lines)), encoding="utf-8-sig")
        return importing.plan_file(store, path, TODAY, accept_bad_codes=accept)

    return plan


def state(store: Store) -> list[object]:
    """Everything enterprises consist of."""
    with store.read() as session:
        return [
            tuple(row)
            for table in (Enterprise.__table__, EnterpriseName.__table__, Contact.__table__)
            for row in session.execute(select(table).order_by(table.c.id))
        ]


def test_the_parks_list(store: Store, supervisor: Actor, clock: FixedClock) -> None:
    plan = importing.plan_file(store, SAMPLE, TODAY)
    told = plan.as_json()

    assert {name: told[name] for name in ("new", "changed", "same")} == {"new": 389, "changed": 0, "same": 7}
    assert [one["row"] for one in told["refused"]] == [15, 17, 79, 119, 143, 206, 219, 269, 320, 332, 396]
    assert told["refused"][1] == {"row": 17, "reason": "信用代码应为 18 位，现有 15 位"}
    assert [(one.number, one.why) for one in plan.skipped if one.why != "空行"][:4] == [
        (1, "标题"),
        (2, "标题"),
        (36, "小计"),
        (141, "小计"),
    ]
    assert len(plan.rows) + len(plan.skipped) + 1 == 420

    result = actions.run_import(store, supervisor, plan, clock.now())

    assert result.counts == plan.counts
    assert queries.page(store).total == 389
    first = queries.page(store, "樟树六合智能科技厂").rows[0]
    assert (first.credit_code, first.contact, first.kind) == ("92360900MA50L23D1Q", "邹* 180****0040", "个体工商户")
    twice = queries.card(store, queries.suggest(store, "91360900MAYH9QG736")[0].id)
    assert twice is not None
    assert [(one.name, one.is_main) for one in twice.contacts] == [("高*", True), ("朱*", False)]
    phones = queries.suggest(store, "18161383752")[0]
    assert phones.name == "江西樟树新宇文化教育设备有限公司"
    spaced = queries.suggest(store, "袁河密集架集团")[0]
    assert spaced.name == "樟树袁河密集架集团有限公司"


def test_the_parks_list_again_is_all_the_same(store: Store, supervisor: Actor, clock: FixedClock) -> None:
    first = importing.plan_file(store, SAMPLE, TODAY)
    actions.run_import(store, supervisor, first, clock.now())
    before = state(store)

    second = importing.plan_file(store, SAMPLE, TODAY)
    result = actions.run_import(store, supervisor, second, clock.forward(1))

    assert second.counts.as_dict() == {"new": 0, "changed": 0, "same": 396, "refused": 11}
    assert second.as_json()["refused"] == first.as_json()["refused"]
    assert result.run_id == ""
    assert state(store) == before
    assert len(queries.imports(store)) == 1


def test_accepted_bad_codes_come_in_with_their_reason(store: Store, supervisor: Actor, clock: FixedClock) -> None:
    plan = importing.plan_file(store, SAMPLE, TODAY, accept_bad_codes=True)
    actions.run_import(store, supervisor, plan, clock.now())

    assert plan.counts.as_dict() == {"new": 400, "changed": 0, "same": 7, "refused": 0}
    assert queries.page(store, which=queries.Filter.CODE).total == 16
    again = importing.plan_file(store, SAMPLE, TODAY, accept_bad_codes=True)
    assert again.counts.same == 407


def test_an_old_workbook(store: Store, supervisor: Actor, clock: FixedClock) -> None:
    actions.run_import(store, supervisor, importing.plan_file(store, FILES / "old.xls", TODAY), clock.now())

    shown = queries.card(store, queries.suggest(store, "𠮷祥")[0].id)
    assert shown is not None
    assert (shown.name, shown.founded_on, shown.legal_representative) == (
        "樟树市𠮷祥档案装具厂",
        date(2010, 5, 6),
        "李*",
    )


def test_an_import_is_one_act(store: Store, supervisor: Actor, clock: FixedClock, planned: Planner) -> None:
    result = actions.run_import(store, supervisor, planned(f"甲厂,{A},张三,13800000001", f"乙厂,{B}"), clock.now())

    with store.read() as session:
        entry = session.scalars(select(Audit).order_by(Audit.seq.desc()).limit(1)).one()
        assert (entry.act, entry.tbl, entry.row_id) == ("enterprise.import", "import_runs", result.run_id)
        assert entry.note == "新增 2，变更 0，相同 0，拒绝 0"
        operations = session.scalar(select(func.count()).select_from(Outbox).where(Outbox.tx == entry.tx))
        assert entry.ops <= (operations or 0) <= entry.ops + 1  # the entry itself is an operation too
    run = queries.imports(store)[0]
    assert (run.file_name, run.new, run.undone_at) == ("名单.csv", 2, None)


def test_changes_go_where_they_belong(store: Store, supervisor: Actor, clock: FixedClock, planned: Planner) -> None:
    actions.run_import(store, supervisor, planned(f"甲厂,{A},张三,13800000001,一路"), clock.now())

    plan = planned(f"新厂,{A},张三,13900000002,二路", f"新厂,{A},李四,13900000003")
    actions.run_import(store, supervisor, plan, clock.forward(1))

    assert [row.verdict for row in plan.rows] == [Verdict.CHANGED, Verdict.CHANGED]
    shown = queries.card(store, queries.suggest(store, "新厂")[0].id)
    assert shown is not None
    assert [(one.name, one.valid_from) for one in shown.names] == [("新厂", TODAY), ("甲厂", None)]
    assert [(one.name, one.phone, one.is_main) for one in shown.contacts] == [
        ("张*", "139****0002", True),
        ("李*", "139****0003", False),
    ]
    assert shown.address == "二路"


def test_a_second_rename_on_one_day_corrects_the_first(
    store: Store, supervisor: Actor, clock: FixedClock, planned: Planner
) -> None:
    for name in ("甲厂", "乙厂", "丙厂"):
        actions.run_import(store, supervisor, planned(f"{name},{A}"), clock.forward(1))

    shown = queries.card(store, queries.suggest(store, "丙厂")[0].id)
    assert shown is not None
    assert [one.name for one in shown.names] == ["丙厂", "甲厂"]


def test_breaking_off_leaves_nothing(store: Store, supervisor: Actor, clock: FixedClock) -> None:
    class Enough(Exception):
        """The clerk cancelled."""

    def progress(done: int, total: int) -> None:
        if done:
            assert total == 389
            raise Enough

    before = state(store)
    plan = importing.plan_file(store, SAMPLE, TODAY)

    with pytest.raises(Enough):
        actions.run_import(store, supervisor, plan, clock.now(), progress)

    assert state(store) == before
    assert queries.imports(store) == ()
    assert actions.run_import(store, supervisor, plan, clock.now()).counts.new == 389


def test_progress_is_told_to_the_end(store: Store, supervisor: Actor, clock: FixedClock) -> None:
    told: list[tuple[int, int]] = []
    plan = importing.plan_file(store, SAMPLE, TODAY)
    result = actions.run_import(store, supervisor, plan, clock.now(), lambda done, total: told.append((done, total)))

    assert told == [(0, 389), (200, 389), (389, 389)]
    told.clear()
    actions.undo_import(
        store, supervisor, result.run_id, clock.forward(1), lambda done, total: told.append((done, total))
    )
    assert told == [(0, 389)]


def test_a_plan_overtaken_by_a_change_is_not_carried_out(
    store: Store, supervisor: Actor, clock: FixedClock, planned: Planner
) -> None:
    plan = planned(f"甲厂,{A}")
    make.enterprise(store, clock.now(), "甲厂", credit_code=A)

    with pytest.raises(DeskError) as refused:
        actions.run_import(store, supervisor, plan, clock.forward(1))

    assert refused.value.code == "import.outdated"
    assert queries.page(store).total == 1


def test_only_those_in_charge_import(store: Store, clerk: Actor, clock: FixedClock, planned: Planner) -> None:
    with pytest.raises(DeskError) as refused:
        actions.run_import(store, clerk, planned(f"甲厂,{A}"), clock.now())
    assert refused.value.code == "act.not_allowed"


def test_undo_voids_what_was_new_and_the_file_can_come_again(
    store: Store, supervisor: Actor, clock: FixedClock
) -> None:
    plan = importing.plan_file(store, SAMPLE, TODAY)
    run = actions.run_import(store, supervisor, plan, clock.now())

    undone = actions.undo_import(store, supervisor, run.run_id, clock.forward(1))

    assert (undone.voided, undone.reverted, undone.left) == (389, 0, ())
    assert queries.page(store).total == 0
    assert queries.suggest(store, "13800000001") == ()
    with pytest.raises(DeskError) as refused:
        actions.undo_import(store, supervisor, run.run_id, clock.forward(1))
    assert refused.value.code == "import.undone"

    again = importing.plan_file(store, SAMPLE, TODAY)
    second = actions.run_import(store, supervisor, again, clock.forward(1))
    assert again.counts == plan.counts
    assert (queries.page(store).total, queries.page(store, which=queries.Filter.VOIDED).total) == (389, 0)
    assert importing.plan_file(store, SAMPLE, TODAY).counts.same == 396
    assert actions.undo_import(store, supervisor, second.run_id, clock.forward(1)).voided == 389


def test_undo_gives_changed_fields_their_old_values(
    store: Store, supervisor: Actor, clock: FixedClock, planned: Planner
) -> None:
    actions.run_import(store, supervisor, planned("甲厂,,张三,13800000001,一路,王五"), clock.now())
    firm = queries.page(store).rows[0].id
    card = queries.card(store, firm)

    run = actions.run_import(
        store, supervisor, planned(f"甲厂,{A},张三,13900000002,二路,赵六", f"甲厂,{A},李四"), clock.forward(1)
    )
    undone = actions.undo_import(store, supervisor, run.run_id, clock.forward(1))

    assert (undone.voided, undone.reverted, undone.left) == (0, 1, ())
    assert queries.card(store, firm) == card
    assert queries.suggest(store, A) == ()
    assert queries.suggest(store, "李四") == ()


def test_undo_of_a_rename_takes_the_new_name_away(
    store: Store, supervisor: Actor, clock: FixedClock, planned: Planner
) -> None:
    actions.run_import(store, supervisor, planned(f"甲厂,{A},张三,13800000001"), clock.now())
    firm = queries.page(store).rows[0].id
    card = queries.card(store, firm)

    run = actions.run_import(store, supervisor, planned(f"新厂,{A}"), clock.forward(1))
    actions.undo_import(store, supervisor, run.run_id, clock.forward(1))

    assert queries.card(store, firm) == card
    assert queries.suggest(store, "新厂") == ()
    assert queries.suggest(store, "张三")[0].name == "甲厂"


def test_undo_leaves_alone_what_was_built_upon(
    store: Store, supervisor: Actor, clock: FixedClock, planned: Planner
) -> None:
    firms = [("甲厂", A), ("乙厂", B), ("丙厂", ""), ("丁厂", "")]
    lines = [f"{name},{code},张三,1380000000{at}" for at, (name, code) in enumerate(firms)]
    run = actions.run_import(store, supervisor, planned(*lines), clock.now())
    ids = {row.name: row.id for row in queries.page(store).rows}
    visit(store, ids["甲厂"], TODAY, "甲厂")
    actions.change(store, supervisor, ids["乙厂"], {"notes": "重点企业"}, clock.forward(1))
    actions.add_contact(store, supervisor, ids["丙厂"], ContactFields("李四"), clock.forward(1))

    undone = actions.undo_import(store, supervisor, run.run_id, clock.forward(1))

    assert undone.voided == 1
    assert sorted((one.name, one.why) for one in undone.left) == [
        ("丙厂", "导入后联系人有变动"),
        ("乙厂", "导入后资料被修改过"),
        ("甲厂", "导入后已有来访"),
    ]
    assert sorted(row.name for row in queries.page(store).rows) == ["丙厂", "乙厂", "甲厂"]


def test_undo_leaves_a_field_alone_that_was_changed_again(
    store: Store, supervisor: Actor, clock: FixedClock, planned: Planner
) -> None:
    actions.run_import(store, supervisor, planned(f"甲厂,{A},张三,13800000001,一路,王五"), clock.now())
    firm = queries.page(store).rows[0].id
    run = actions.run_import(store, supervisor, planned(f"新厂,{A},张三,13800000001,二路,赵六"), clock.forward(1))
    actions.change(store, supervisor, firm, {"address": "三路"}, clock.forward(1))
    actions.rename(store, supervisor, firm, "又新厂", date(2026, 11, 25), clock.forward(3 * 86_400_000))

    undone = actions.undo_import(store, supervisor, run.run_id, clock.forward(1))

    card = queries.card(store, firm)
    assert card is not None
    assert (card.name, card.address, card.legal_representative) == ("又新厂", "三路", "王*")
    assert [(one.name, one.why) for one in undone.left] == [("又新厂", "企业名称、地址之后又被修改")]


def test_undo_needs_the_operations(store: Store, supervisor: Actor, clock: FixedClock, planned: Planner) -> None:
    run = actions.run_import(store, supervisor, planned(f"甲厂,{A}"), clock.now())
    with store.connection() as raw:
        raw.execute("DELETE FROM outbox WHERE tbl = 'contacts' OR tbl = 'enterprises'")
        raw.commit()
    raw.close()

    for run_id, code in ((run.run_id, "import.too_old"), ("nothing", "import.gone")):
        with pytest.raises(DeskError) as refused:
            actions.undo_import(store, supervisor, run_id, clock.forward(1))
        assert refused.value.code == code


def test_files_without_names(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for text, code in (("代码,电话\n1,2\n", "import.no_header"), ("企业名称,电话\n小计,\n", "import.no_rows")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DeskError) as refused:
            importing.plan_file(store, path, TODAY)
        assert refused.value.code == code


def test_columns_corrected_by_hand(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"甲厂,{A},张三\n乙厂,{B},李四\n", encoding="utf-8")
    table = importing.read_table(path)
    layout = importing.layout_at(table.sheets[0], 0)

    with pytest.raises(DeskError) as refused:
        importing.plan(store, table, 0, layout, TODAY)
    assert refused.value.code == "import.no_name_column"

    plan = importing.plan(store, table, 0, layout.with_columns({"name": 0, "credit_code": 1, "contact": 2}), TODAY)
    assert plan.counts.new == 2

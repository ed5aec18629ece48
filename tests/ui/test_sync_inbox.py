"""The inbox: both values side by side, decided by hand and by key; people masked; history with a way back."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from tests import make
from tests.ui import morning
from tests.ui.hands import in_front
from zhangshu_desk.conflicts import queries
from zhangshu_desk.conflicts.queries import Part
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import DAY, MINUTE, FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise
from zhangshu_desk.db.tables.sync import Conflict
from zhangshu_desk.enterprises import actions as enterprises
from zhangshu_desk.tour import apart
from zhangshu_desk.ui.pages import pages
from zhangshu_desk.ui.pages.inbox import InboxPage
from zhangshu_desk.ui.pages.inbox.detail import Value
from zhangshu_desk.ui.pages.inbox.edit_dialog import EditDialog
from zhangshu_desk.ui.pages.inbox.merge_dialog import MergeDialog
from zhangshu_desk.ui.pages.inbox.reveal_dialog import RevealDialog
from zhangshu_desk.ui.pages.visits.history_dialog import HistoryDialog
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets.buttons import LinkButton

D = TypeVar("D", bound=QDialog)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def firms(store: Store, clock: FixedClock) -> list[str]:
    ids = list(morning.park(store, clock.now()).values())
    for at, firm in enumerate(ids[:3]):
        enterprises.change(store, make.SUPERVISOR, firm, {"address": f"老街 {at} 号"}, clock.now())
    apart.other_station(store, clock.now())
    return ids


def inbox(qtbot: QtBot, store: Store, folder: Path, clock: FixedClock, actor: Actor = make.SUPERVISOR) -> InboxPage:
    page = InboxPage(morning.desk(store, folder, clock, actor))
    qtbot.addWidget(page)
    page.resize(1274, 690)
    in_front(qtbot, page)
    page.on_shown()
    return page


def conflict(
    store: Store, now: int, firm: str, field: str = "address", stands: str = "", other: str = "新区", **more: object
) -> str:
    people = {"a_actor": make.CLERK.user_id, "b_actor": "01930000-0000-7000-8000-0000000000c1"}
    return apart.arrive(store, now, "field", "enterprises", firm, {field: stands}, {field: other}, **people | more)


def texts(page: InboxPage) -> list[str]:
    return [box.text.text() for box in page.detail.findChildren(Value)]


def dialog(page: InboxPage, kind: type[D]) -> D:
    found = [one for one in page.window().findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    return found[0]


def value(store: Store, firm: str, field: str) -> object:
    with store.read() as session:
        return getattr(session.get_one(Enterprise, firm), field)


def state(store: Store, entry: str) -> tuple[str, str | None]:
    with store.read() as session:
        row = session.get_one(Conflict, entry)
        return row.state, row.resolution


def test_who_has_it_and_where() -> None:
    assert InboxPage in pages()
    assert InboxPage.key == "Alt+8"
    assert InboxPage.roles == frozenset({Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR})
    assert len({page.key for page in pages()}) == len(pages())


def test_nothing_to_do(qtbot: QtBot, store: Store, clock: FixedClock, tmp_path: Path) -> None:
    page = inbox(qtbot, store, tmp_path, clock)
    assert page.list.title.text() == "待核对"
    assert page.detail.card is None
    assert page.table.hasFocus()


def test_both_values_with_who_when_and_where(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    conflict(store, clock.now() - 4 * DAY, firms[0], stands="老街 0 号")
    page = inbox(qtbot, store, tmp_path, clock)
    assert page.list.title.text() == "待核对 1 项"
    row = page.table.rows.rows[0]
    shown = [column.text(row) for column in page.table.rows.columns]
    assert shown == [morning.JINHU, "同一项被改了两次 · 地址", "老街 0 号 ⇄ 新区", "4 天"]
    aged = page.table.rows.columns[3]
    assert aged.tone is not None
    assert aged.tone(row) is Tone.BAD
    assert texts(page) == ["老街 0 号", "新区"]
    words = [label.text() for label in page.detail.findChildren(type(page.detail.why_not))]
    assert f"{make.CLERK.name} · 本机 · 11-19 08:40" in words
    assert "李秋 · 东区二号机 · 11-19 08:25" in words
    names = [box.text.accessibleName() for box in page.detail.findChildren(Value)]
    assert names == ["现值 地址：老街 0 号", "另一值 地址：新区"]


@pytest.mark.parametrize(
    ("key", "address", "resolution"), [(Qt.Key.Key_1, "老街 0 号", "a"), (Qt.Key.Key_2, "新区", "b")]
)
def test_decided_by_key_and_on_to_the_next(
    qtbot: QtBot,
    store: Store,
    clock: FixedClock,
    firms: list[str],
    tmp_path: Path,
    key: Qt.Key,
    address: str,
    resolution: str,
) -> None:
    first = conflict(store, clock.now() - DAY, firms[0], stands="老街 0 号")
    second = conflict(store, clock.now(), firms[1], stands="老街 1 号")
    page = inbox(qtbot, store, tmp_path, clock)
    QTest.keyClick(page, key, CONTROL)
    assert state(store, first) == ("resolved", resolution)
    assert value(store, firms[0], "address") == address
    qtbot.waitUntil(lambda: len(page.table.rows.rows) == 1)
    assert f"「{morning.JINHU}」" in page.notices.text.text()
    assert page.detail.card is not None
    assert page.detail.card.row.id == second
    assert page.table.hasFocus()


def test_another_value_is_typed(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    entry = conflict(store, clock.now(), firms[0], "name", morning.JINHU, "锦湖集团")
    page = inbox(qtbot, store, tmp_path, clock, make.CLERK)
    QTest.keyClick(page, Qt.Key.Key_3, CONTROL)
    edit = dialog(page, EditDialog)
    in_front(qtbot, edit)
    edit.act()
    assert "没有修改" in edit.fields["name"].problem.text()
    links = [one for one in edit.findChildren(LinkButton) if one.text() == "用另一值"]
    links[0].click()
    assert edit.fields["name"].text() == "锦湖集团"
    edit.fields["name"].set_text("")
    edit.act()
    assert "名称" in edit.notices.text.text()
    edit.fields["name"].set_text("江西锦湖集团有限公司")
    QTest.keyClick(edit, Qt.Key.Key_Return, CONTROL)
    assert state(store, entry) == ("resolved", "edited")
    assert value(store, firms[0], "name") == "江西锦湖集团有限公司"


def test_a_change_meanwhile_is_shown_and_not_run_over(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    entry = conflict(store, clock.now(), firms[0], stands="老街 0 号")
    page = inbox(qtbot, store, tmp_path, clock)
    card = page.detail.card
    assert card is not None
    enterprises.change(store, make.CLERK, firms[0], {"address": "第三处"}, clock.now())
    page.detail.take.click()  # before the window has heard of it
    assert "又被修改" in page.notices.text.text()
    assert state(store, entry) == ("open", None)
    qtbot.waitUntil(lambda: texts(page)[:1] == ["第三处\n（之后又改过，当时是 老街 0 号）"])
    page.detail.take.click()
    assert value(store, firms[0], "address") == "新区"


def test_personal_values_are_masked_until_asked_for(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    with store.read() as session:
        contact = session.scalars(select(Contact.id).where(Contact.name == "张先生")).one()
    apart.arrive(store, clock.now(), "field", "contacts", contact, {"name": "张先生"}, {"name": "张先声"})
    page = inbox(qtbot, store, tmp_path, clock)
    assert texts(page) == ["张*", "张*"]
    assert page.table.rows.columns[2].text(page.table.rows.rows[0]) == "张*（两个值遮盖后相同）"
    link = next(one for one in page.detail.findChildren(LinkButton) if one.text().startswith("查看完整"))
    link.click()
    reveal = dialog(page, RevealDialog)
    assert "先" not in reveal.masked.text()
    reveal.reason.set_text("核对身份")
    reveal.act()
    assert reveal.masked.text() == "张先生  ⇄  张先声"
    reveal.close()
    page.detail.edit.click()
    edit = dialog(page, EditDialog)
    assert edit.fields["name"].text() == "", "left empty it stays as it is"
    edit.fields["name"].set_text("张仙声")
    edit.act()
    with store.read() as session:
        assert session.get_one(Contact, contact).name == "张仙声"


def test_a_visit_that_two_machines_handled(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    visit = morning.come(store, clock, firms[0], "NB")
    now = clock.forward(9 * MINUTE)
    stands = {"state": "已办结", "counter_id": make.counter_id(1), "given": {"NB": 2}, "since": now}
    other = {"state": "已办结", "counter_id": make.counter_id(3), "given": {"BG": 1}, "since": now}
    entry = apart.arrive(store, now, "state", "visits", visit, stands, other, a_actor="王芳", b_actor="李秋")
    page = inbox(qtbot, store, tmp_path, clock, make.CLERK)
    shown = texts(page)
    assert shown[:2] == ["已办结", "已办结"]
    assert shown[2:4] == ["1号窗口", "3号窗口"]
    assert shown[-2:] == ["年报 × 2", "变更登记 × 1"]
    assert page.table.rows.columns[2].text(page.table.rows.rows[0]) == "王芳（本机） ⇄ 李秋（东区二号机）"
    assert not page.detail.take.isVisible()
    assert page.detail.keep.text() == "已核对"
    QTest.keyClick(page, Qt.Key.Key_O, CONTROL)
    dialog(page, HistoryDialog).close()
    in_front(qtbot, page)
    QTest.keyClick(page, Qt.Key.Key_1, CONTROL)
    assert state(store, entry) == ("resolved", "a")


def test_two_cards_become_one(qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path) -> None:
    morning.come(store, clock, firms[1], "NB")
    entry = apart.arrive(store, clock.now(), "duplicate", "enterprises", firms[0], {}, {}, other_row_id=firms[1])
    page = inbox(qtbot, store, tmp_path, clock)
    assert texts(page)[:2] == [morning.JINHU, "樟树市锦湖办公家具有限公司"]
    QTest.keyClick(page, Qt.Key.Key_4, CONTROL)
    merge = dialog(page, MergeDialog)
    assert merge.group.checkedId() == 1, "the one with visits is proposed"
    merge.group.button(0).setChecked(True)
    in_front(qtbot, merge)
    QTest.keyClick(merge, Qt.Key.Key_Return)
    assert state(store, entry) == ("resolved", "merged")
    assert value(store, firms[1], "void_reason") == f"合并到：{morning.JINHU}"
    qtbot.waitUntil(lambda: not page.table.rows.rows)
    assert page.detail.card is None


def test_a_clerk_leaves_merging_to_the_heads_but_may_keep_both(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    entry = apart.arrive(store, clock.now(), "duplicate", "enterprises", firms[0], {}, {}, other_row_id=firms[1])
    page = inbox(qtbot, store, tmp_path, clock, make.CLERK)
    assert not page.detail.merge.isVisible()
    assert "合并企业由站长" in page.detail.why_not.text()
    QTest.keyClick(page, Qt.Key.Key_5, CONTROL)
    assert state(store, entry) == ("resolved", "kept_both")


def test_accounts_are_for_the_heads(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    apart.arrive(store, clock.now(), "field", "users", make.CLERK.user_id, {"active": 1}, {"active": 0})
    page = inbox(qtbot, store, tmp_path, clock, make.CLERK)
    assert texts(page) == ["是", "否"]
    assert "由站长" in page.detail.why_not.text()
    assert not page.detail.keep.isVisible()


def test_a_void_that_met_a_change(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    other = {"voided_at": clock.now(), "void_reason": "重复登记"}
    entry = apart.arrive(store, clock.now(), "void", "enterprises", firms[0], {"address": "老街 0 号"}, other)
    page = inbox(qtbot, store, tmp_path, clock)
    assert texts(page) == ["老街 0 号", "—", "—", "重复登记", "—", "2026-11-23 09:00"]
    assert (page.detail.keep.text(), page.detail.take.text()) == ("继续使用", "仍然作废")
    page.detail.take.click()
    assert state(store, entry) == ("resolved", "b")
    assert value(store, firms[0], "voided_at") == clock.now()


def test_history_has_a_way_back(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    entry = conflict(store, clock.now(), firms[0], "notes", "", "先电话联系", state="auto")
    page = inbox(qtbot, store, tmp_path, clock)
    assert not page.table.rows.rows
    page.parts.chip(Part.AUTO).click()
    assert [row.id for row in page.table.rows.rows] == [entry]
    assert page.detail.take.text() == "恢复为另一值"
    assert not page.detail.keep.isVisible()
    page.detail.take.click()
    assert value(store, firms[0], "notes") == "先电话联系"
    page.parts.chip(Part.RESOLVED).click()
    assert [row.id for row in page.table.rows.rows] == [entry]
    assert page.detail.settled.text() == f"{make.SUPERVISOR.name} 09:00 采用另一值"
    assert not any(button.isVisible() for button in page.detail._choices())


def test_what_arrives_is_shown_at_once(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    page = inbox(qtbot, store, tmp_path, clock)
    entry = conflict(store, clock.now(), firms[0], stands="老街 0 号")
    qtbot.waitUntil(lambda: [row.id for row in page.table.rows.rows] == [entry])
    page.receive(entry)
    assert page.detail.card is not None
    assert queries.open_count(store) == 1


def test_tab_goes_from_the_list_to_what_can_be_decided(
    qtbot: QtBot, store: Store, clock: FixedClock, firms: list[str], tmp_path: Path
) -> None:
    conflict(store, clock.now(), firms[0], stands="老街 0 号")
    page = inbox(qtbot, store, tmp_path, clock)
    passed = []
    for _ in range(5):
        focus = page.focusWidget()
        assert focus is not None
        passed.append(focus.accessibleName())
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert passed == ["待处理", "打开记录", "保留现值", "采用另一值", "修改后保存…"]
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert page.detail.keep.hasFocus(), "Enter on a row goes to the decision"

"""A database that does not open, and a disk that refuses: words, ways on, nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui.gatehouse import GateHouse
from tests.ui.hands import in_front
from zhangshu_desk.accounts import housekeeping, queries
from zhangshu_desk.core.clock import DAY, FixedClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.dialogs.base import Ask
from zhangshu_desk.ui.session.health import HealthBanner
from zhangshu_desk.ui.session.recovery import RecoveryPage


@pytest.fixture
def house(qtbot: QtBot, where: Paths, clock: FixedClock) -> Iterator[GateHouse]:
    made = GateHouse(where, clock)
    qtbot.addWidget(made.window)
    in_front(qtbot, made.window)
    yield made
    made.work.close()
    made.gate.close()
    made.desk.deleteLater()


@pytest.fixture
def damaged(store: Store, where: Paths, clock: FixedClock) -> DeskError:
    """A station with one backup of yesterday whose database file was overwritten; what opening it says."""
    housekeeping.make_backup(store, make.SUPERVISOR, 14, clock.now() - DAY)
    make.enterprise(store, clock.now())
    store.close()
    where.database.write_bytes(b"this is no database" * 1000)
    with pytest.raises(DeskError) as refused:
        open_store(where, clock.now())
    return refused.value


def explained(qtbot: QtBot, house: GateHouse, error: DeskError) -> RecoveryPage:
    """The recovery page after it was told of `error`."""
    house.gate.failed(error)
    qtbot.waitUntil(house.idle)
    page = house.front()
    assert isinstance(page, RecoveryPage)
    return page


def decide(qtbot: QtBot, house: GateHouse, *, go: bool = True) -> None:
    """Answer the question that is open."""
    qtbot.waitUntil(lambda: any(one.isVisible() for one in house.window.findChildren(Ask)))
    question = next(one for one in house.window.findChildren(Ask) if one.isVisible())
    (question.primary if go else question.cancel).click()
    qtbot.waitUntil(house.idle)


def test_a_damaged_database_is_restored_from_a_backup(
    qtbot: QtBot, damaged: DeskError, where: Paths, clock: FixedClock, house: GateHouse
) -> None:
    page = explained(qtbot, house, damaged)
    assert page.title.text() == "数据库无法读取"
    assert str(where.database) in page.lead.text()
    assert page.table.rows.rows[0].made == "2026-11-22 09:00"
    assert page.table.hasFocus()
    QTest.keyClick(page.table, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    decide(qtbot, house)
    assert house.reopened == 1
    again = open_store(where, clock.now())
    assert queries.station(again).code == "ZS"
    again.close()
    kept = [path.name for path in where.damaged.rglob("desk.db")]
    assert kept == ["desk.db"], "the unreadable file is kept"


def test_nothing_is_restored_without_being_confirmed(
    qtbot: QtBot, damaged: DeskError, where: Paths, house: GateHouse
) -> None:
    page = explained(qtbot, house, damaged)
    before = where.database.read_bytes()
    page.restore.click()
    decide(qtbot, house, go=False)
    assert where.database.read_bytes() == before
    assert house.reopened == 0


def test_beginning_anew_keeps_the_unreadable_file(
    qtbot: QtBot, damaged: DeskError, where: Paths, house: GateHouse
) -> None:
    page = explained(qtbot, house, damaged)
    page.start_anew.click()
    decide(qtbot, house)
    assert house.reopened == 1
    assert not where.database.exists()
    assert any(where.damaged.rglob("desk.db"))


def test_a_backup_that_is_gone_is_refused_in_words(
    qtbot: QtBot, damaged: DeskError, where: Paths, house: GateHouse
) -> None:
    page = explained(qtbot, house, damaged)
    for backup in housekeeping.backups(where):
        backup.path.unlink()
    page.restore.click()
    decide(qtbot, house)
    assert page.notices.isVisible()
    assert page.isEnabled()
    assert house.reopened == 0


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (DeskError("store.newer", found="r0009", known="r0001"), "数据库比本程序新"),
        (DeskError("store.read_only", path="data"), "数据目录不能写入"),
        (DeskError("store.disk_full"), "磁盘空间已满"),
        (DeskError("store.busy"), "数据库正被占用"),
    ],
)
def test_other_refusals_offer_to_try_again_and_nothing_that_could_harm(
    qtbot: QtBot, house: GateHouse, error: DeskError, title: str
) -> None:
    page = explained(qtbot, house, error)
    assert page.title.text() == title
    assert page.lead.text() == str(error)
    assert page.restore.isHidden()
    assert page.start_anew.isHidden()
    assert page.retry.hasFocus()
    QTest.keyClick(page.retry, Qt.Key.Key_F5)
    assert house.reopened == 1
    assert not page.isEnabled(), "one attempt at a time"
    page.explain(error, ())
    assert page.isEnabled()
    page.leave.click()
    assert house.left == 1


def test_without_a_backup_it_says_so(qtbot: QtBot, house: GateHouse) -> None:
    page = explained(qtbot, house, DeskError("store.damaged", path="desk.db", detail="NOTADB"))
    assert "没有找到备份" in page.advice.text()
    assert page.restore.isHidden()
    assert not page.start_anew.isHidden()


def test_the_banner_follows_the_store(qtbot: QtBot) -> None:
    bus = Bus()
    trouble: list[DeskError] = []
    tries: list[int] = []
    banner = HealthBanner(bus, lambda: trouble[0] if trouble else None, lambda: tries.append(1))
    qtbot.addWidget(banner)
    assert banner.isHidden()
    trouble.append(DeskError("store.disk_full"))
    bus.announce({"store"})
    qtbot.waitUntil(banner.isVisible)
    assert banner.text.text() == f"只读状态 · {DeskError('store.disk_full')}"
    assert banner.accessibleName() == banner.text.text()
    banner.button.click()
    assert tries == [1]
    assert not banner.button.isEnabled()
    banner.tried(trouble[0])
    assert banner.isVisible()
    assert banner.button.isEnabled()
    trouble.clear()
    bus.announce({"visits"})
    qtbot.waitUntil(banner.isHidden)


def test_trying_to_write_forgets_a_full_disk_and_leaves_no_trace(store: Store, clock: FixedClock) -> None:
    newest = queries.audit_page(store, queries.AuditFilter()).rows[0].seq
    store.full = DeskError("store.disk_full")
    housekeeping.try_writing(store)
    assert store.full is None
    assert queries.audit_page(store, queries.AuditFilter()).rows[0].seq == newest

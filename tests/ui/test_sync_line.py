"""The status line of a real window with a stand-in for the centre: always the truth, and what a press on it opens."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from tests import make
from tests.store_fixtures import NINE
from tests.ui import people
from tests.ui.hands import in_front
from zhangshu_desk.app import Start
from zhangshu_desk.core.clock import MINUTE, FixedClock
from zhangshu_desk.core.link import LinkState, LinkStatus
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.db.store import open_store
from zhangshu_desk.program import LINK_AFTER_MS, Program
from zhangshu_desk.reception import actions
from zhangshu_desk.reception.rules import WalkIn
from zhangshu_desk.tour import apart
from zhangshu_desk.tour.guide import Guide, started
from zhangshu_desk.tour.stand_in import StandIn
from zhangshu_desk.ui.seat import Seat
from zhangshu_desk.ui.sync.passphrase_dialog import PassphraseDialog
from zhangshu_desk.ui.sync.waiting_dialog import WaitingDialog
from zhangshu_desk.ui.sync.watch import QUIET_MS
from zhangshu_desk.ui.theme import LIGHT, Tone


@pytest.fixture
def link() -> StandIn:
    return StandIn(LinkStatus(LinkState.RESTING, last_contact_at=NINE))


@pytest.fixture
def program(
    qapp: object, where: Paths, _set_up_desk: Paths, clock: FixedClock, link: StandIn, tmp_path: Path
) -> Iterator[Program]:
    shutil.copytree(_set_up_desk.data, where.data)
    store = open_store(where, NINE)
    people.give_passwords(store, NINE)
    apart.acknowledge(store)
    store.close()
    Settings(where.settings).change(speech=False, idle_lock_minutes=0)
    start = Start(where, clock, lambda *_: link)
    yield started(start)
    start.close()


@pytest.fixture
def guide(program: Program, tmp_path: Path) -> Guide:
    """Somebody sits at the first window."""
    made = Guide(program, tmp_path)
    sit_down(made, program.seats[0], people.CLERK_LOGIN)
    return made


def sit_down(guide: Guide, seat: Seat, who: str) -> None:
    login = seat.gate.login
    guide.until(lambda: login.isVisible() and login.counter.isEnabled())
    login.login.set_text(who)
    login.password.set_text(people.PASSWORD)
    login.submit()
    guide.until(seat.actor)
    guide.settle()


def line(guide: Guide) -> str:
    shell = guide.program.seats[0].window.shell()
    assert shell is not None
    return shell.status.text().whole()


def is_green(guide: Guide) -> bool:
    shell = guide.program.seats[0].window.shell()
    assert shell is not None
    picture = shell.status.grab().toImage()
    return LIGHT.of(Tone.GOOD) in {picture.pixelColor(x, y).name() for x in range(60) for y in range(picture.height())}


def asked(link: StandIn) -> list[str]:
    return [name for name, _ in link.asked]


def dialogs(guide: Guide, kind: type[QDialog]) -> list[QDialog]:
    return [one for one in guide.window.findChildren(kind) if one.isVisible()]


def test_green_until_something_is_done(guide: Guide, link: StandIn) -> None:
    store = guide.program.store
    assert store is not None
    apart.acknowledge(store)  # the log-in itself was a change
    guide.until(lambda: is_green(guide))
    assert line(guide).startswith("全部 ")
    assert line(guide).endswith(" 条已上报中心 09:00")
    before = asked(link).count("nudge")
    actions.register(store, make.CLERK, WalkIn(("NB",), enterprise_name="甲"), NINE)
    guide.until(lambda: "条待上报" in line(guide))  # though the link has not counted it yet
    assert not is_green(guide)
    assert asked(link).count("nudge") > before
    link.become(state=LinkState.OFFLINE, waiting=3, oldest_at=NINE)
    guide.until(lambda: line(guide) == "3 条待上报，最早 09:00，中心暂不可达 —— 可照常办理")
    link.become(state=LinkState.BUSY, sent=1, to_send=3)
    guide.until(lambda: line(guide) == "正在上报 1/3")
    link.become(state=LinkState.RESTING, sent=0, to_send=0, waiting=0)
    guide.until(lambda: "即将上报" in line(guide))  # the store knows better
    apart.acknowledge(store)
    guide.until(lambda: is_green(guide))


def test_a_routine_look_does_not_flicker(guide: Guide, link: StandIn, qtbot: QtBot) -> None:
    store = guide.program.store
    assert store is not None
    apart.acknowledge(store)
    guide.until(lambda: is_green(guide))
    said = line(guide)
    link.become(state=LinkState.BUSY)
    guide.settle()
    assert line(guide) == said
    link.become(state=LinkState.RESTING)
    guide.settle()
    watch = guide.program.seats[0].sync
    assert watch is not None
    assert not watch._quiet.isActive()
    assert line(guide) == said
    link.become(state=LinkState.BUSY)
    qtbot.waitUntil(lambda: line(guide) == "正在与中心同步", timeout=QUIET_MS * 10)


def test_a_press_or_a_key_opens_the_list(guide: Guide, link: StandIn, qtbot: QtBot) -> None:
    shell = guide.program.seats[0].window.shell()
    assert shell is not None
    ways: list[Callable[[], object]] = [
        lambda: QTest.mouseClick(shell.status.left, Qt.MouseButton.LeftButton),
        lambda: guide.press("Shift+F5"),
        lambda: QTest.keyClick(shell.status.left, Qt.Key.Key_Return),
    ]
    for open_list in ways:
        open_list()
        guide.until(lambda: dialogs(guide, WaitingDialog))
        in_front(qtbot, dialogs(guide, WaitingDialog)[0])
        guide.press("Escape")
        guide.until(lambda: not dialogs(guide, WaitingDialog))
    assert shell.status.left.accessibleName() == line(guide)
    assert shell.status.left.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_f5_everywhere(guide: Guide, link: StandIn) -> None:
    for page in ("Alt+1", "Alt+5", "Alt+8"):
        before = asked(link).count("sync_now")
        guide.press(page, "F5")
        assert asked(link).count("sync_now") == before + 1, page


def test_who_never_enrolled_is_told_where(guide: Guide, link: StandIn) -> None:
    link.become(state=LinkState.ALONE)
    guide.until(lambda: line(guide).startswith("未连接中心 · "))
    guide.press("F5")
    assert "sync_now" not in asked(link)
    assert "管理 → 中心" in guide.program.seats[0].window.notices.text.text()


def test_the_passphrase_is_asked_once_at_the_start_and_on_a_press(
    program: Program, link: StandIn, qtbot: QtBot
) -> None:
    guide = Guide(program, Path())
    link.become(state=LinkState.LOCKED, waiting=1, oldest_at=NINE)
    sit_down(guide, program.seats[0], people.CLERK_LOGIN)
    guide.until(lambda: dialogs(guide, PassphraseDialog))
    in_front(qtbot, dialogs(guide, PassphraseDialog)[0])
    guide.press("Escape")
    guide.until(lambda: not dialogs(guide, PassphraseDialog))
    link.become(waiting=2)
    guide.settle()
    assert not dialogs(guide, PassphraseDialog)
    guide.press("F5")
    guide.until(lambda: dialogs(guide, PassphraseDialog))
    dialog = dialogs(guide, PassphraseDialog)[0]
    assert isinstance(dialog, PassphraseDialog)
    in_front(qtbot, dialog)
    dialog.act()
    assert dialog.passphrase.problem.text() == "请输入同步口令。"
    dialog.passphrase.set_text("yaohu-2026")
    dialog.act()
    guide.until(lambda: not dialogs(guide, PassphraseDialog))
    assert ("unlock", "yaohu-2026") in link.asked
    guide.until(lambda: "口令" not in line(guide))


def test_the_inbox_is_counted_on_the_rail(guide: Guide, clock: FixedClock) -> None:
    store, shell = guide.program.store, guide.program.seats[0].window.shell()
    assert store is not None
    assert shell is not None
    button = next(one for one in shell.rail.group.buttons() if one.text() == "待核对")
    assert button.accessibleName() == "待核对"
    apart.arrive(store, clock.now(), "field", "users", make.CLERK.user_id, {"name": "甲"}, {"name": "乙"})
    guide.until(lambda: button.accessibleName() == "待核对，1 项")
    with store.merge() as merge:
        merge.db.execute("UPDATE conflicts SET state = 'resolved'")
        merge.touched.add("conflicts")
    guide.until(lambda: button.accessibleName() == "待核对")


def test_the_link_begins_after_the_people_and_ends_before_the_store(
    program: Program, link: StandIn, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: program.link is link)
    assert program._link_up.isActive()
    assert program._link_up.interval() == LINK_AFTER_MS
    assert "start" not in asked(link)
    program._link_up.setInterval(1)
    qtbot.waitUntil(lambda: "start" in asked(link))
    store, open_then = program.store, list[bool]()
    assert store is not None
    close = link.close

    def noting() -> None:
        open_then.append(not store.closed)
        close()

    link.close = noting  # type: ignore[method-assign]
    program.reopen()
    assert open_then == [True]
    assert program.link is None
    qtbot.waitUntil(lambda: program.link is not None)


def test_changes_of_another_process_are_sent_too(guide: Guide, link: StandIn, where: Paths) -> None:
    other = open_store(where, NINE)
    actions.register(other, make.CLERK, WalkIn(("NB",), enterprise_name="甲"), NINE + MINUTE)
    other.close()
    link.asked.clear()
    guide.program._look_elsewhere()
    guide.until(lambda: "nudge" in asked(link))
    guide.until(lambda: "条待上报" in line(guide))

"""The real window and a real centre over HTTPS: join, work on while it is away, decide what two stations changed.

Keys and mouse drive the window; the centre is a process of its own, the second station a link in this process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget
from sqlalchemy import select

from tests.e2e.programs import Centre, Desk
from zhangshu_desk.accounts import actions as accounts
from zhangshu_desk.accounts import housekeeping
from zhangshu_desk.app import Start
from zhangshu_desk.core import paths
from zhangshu_desk.core.clock import SystemClock
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.ledger import Audit
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.db.verify import verify
from zhangshu_desk.enterprises import actions as enterprises
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields
from zhangshu_desk.reception import queries
from zhangshu_desk.tour.guide import Guide, started
from zhangshu_desk.ui.pages.admin import AdminPage
from zhangshu_desk.ui.pages.admin.centre_tab import CentreTab
from zhangshu_desk.ui.pages.enterprises import EnterprisesPage
from zhangshu_desk.ui.pages.enterprises.edit_dialog import EditDialog
from zhangshu_desk.ui.pages.inbox import InboxPage
from zhangshu_desk.ui.shell.shell import Shell
from zhangshu_desk.ui.sync.codes import digits
from zhangshu_desk.ui.sync.waiting_dialog import WaitingDialog
from zhangshu_desk.ui.sync.watch import INBOX
from zhangshu_desk.ui.theme import Tone

PASSWORD = "Zs-desk-2026!"
FIRM = "江西锦湖保险设备集团有限公司"
HERE, THERE = "王一", "李二"
"""What the two stations make of the same field while the centre is away."""
CLOCK = SystemClock()
D = TypeVar("D", bound=QDialog)


class Eye(QObject):
    """Sees what a line of text shows each time it is painted: (words, tone)."""

    def __init__(self, line: QLabel) -> None:
        super().__init__()
        self.seen: list[tuple[str, str]] = []
        self._line = line
        line.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.seen.append((self._line.accessibleName(), str(self._line.property("tone"))))
        return False


@pytest.fixture
def guide(qapp: QApplication, no_keyring: None, tmp_path: Path) -> Iterator[Guide]:
    """The window of a station that has worked alone so far, before anybody logged in."""
    where = paths.of(tmp_path / "desk")
    with closing(open_store(where, CLOCK.now())) as store:
        wishes = accounts.SetUp("樟树工作站", "ZS", ("1号窗口", "2号窗口"), "head", "王站长", PASSWORD)
        head = accounts.set_up(store, wishes, CLOCK.now())
        contact = ContactFields("张三", "13812345678")
        enterprises.add(store, head, EnterpriseFields(FIRM, code_reason="试用"), CLOCK.now(), (contact,))
    Settings(where.settings).change(speech=False, idle_lock_minutes=0)
    start = Start(where, CLOCK)
    yield Guide(started(start), tmp_path)
    start.close()


@pytest.fixture
def other(no_keyring: None, tmp_path: Path) -> Iterator[Desk]:
    """The other station."""
    made = Desk(tmp_path, "乙")
    yield made
    made.close()


def store_of(guide: Guide) -> Store:
    assert guide.program.store is not None
    return guide.program.store


def shell(guide: Guide) -> Shell:
    found = guide.program.seats[0].window.shell()
    assert found is not None
    return found


def line(guide: Guide) -> tuple[str, str]:
    """What the status line says, and in which tone."""
    shown = shell(guide).status.text()
    return shown.whole(), str(shown.property("tone"))


def is_all_up(guide: Guide) -> bool:
    """Everything is reported, and the line says so of everything that was ever made here."""
    store, (words, tone) = store_of(guide), line(guide)
    said = words.startswith(f"全部 {housekeeping.recorded(store)} 条已上报中心") and tone == Tone.GOOD.value
    return said and not store.waiting()


def inbox_button(guide: Guide) -> str:
    """What a screen reader says of the inbox's button on the rail: its name, with the count if there is one."""
    rail = shell(guide).rail
    return next(one.accessibleName() for one in rail.group.buttons() if one.text() == INBOX)


def dialog(guide: Guide, kind: type[D]) -> D:
    """The one dialog of this kind, in front."""

    def shown() -> list[D]:
        return [one for one in guide.window.findChildren(kind) if one.isVisible()]

    guide.until(lambda: len(shown()) == 1 and QApplication.activeWindow() is shown()[0])
    return shown()[0]


def click(guide: Guide, widget: QWidget, at: QPoint | None = None) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at or widget.rect().center())
    guide.settle()


def log_in(guide: Guide) -> None:
    login = guide.program.seats[0].gate.login
    guide.until(lambda: login.isVisible() and login.counter.isEnabled())
    guide.type("head")
    guide.press("Tab")
    guide.type(PASSWORD)
    guide.press("Return")
    guide.until(guide.program.seats[0].actor)
    guide.settle()


def register(guide: Guide, initials: str) -> str:
    """A walk-in of an enterprise found by its initials; the label of the ticket."""
    before = set(labels(guide))
    guide.press("Alt+1", "Ctrl+N")
    guide.type(initials)
    guide.press("Return", "Space", "Ctrl+Return")
    (label,) = set(labels(guide)) - before
    return label


def labels(guide: Guide) -> list[str]:
    with store_of(guide).read() as session:
        return list(session.scalars(select(Visit.label)))


def acts(guide: Guide) -> set[str]:
    """What was ever done at the station."""
    with store_of(guide).read() as session:
        return set(session.scalars(select(Audit.act)))


def waiting_at(desk: Desk) -> set[str]:
    """The numbers that wait in the hall, as the other station shows them."""
    return {row.label for row in queries.queue(desk.rig.store, CLOCK.now(), None).waiting}


def representative(store: Store) -> str:
    with store.read() as session:
        return session.scalars(select(Enterprise).where(Enterprise.name == FIRM)).one().legal_representative


def centre_tab(guide: Guide) -> CentreTab:
    """The page of the centre, by key and mouse."""
    guide.press("Alt+7")
    page = guide.program.seats[0].page()
    assert isinstance(page, AdminPage)
    bar = page.tabs.tabBar()
    at = next(at for at in range(bar.count()) if bar.tabText(at) == CentreTab.title)
    click(guide, bar, bar.tabRect(at).center())
    tab = page.tab()
    assert isinstance(tab, CentreTab)
    return tab


def join(guide: Guide, centre: Centre) -> None:
    """Address and code, compare the fingerprint, trust."""
    invitation = centre.invite("樟树工作站")
    tab = centre_tab(guide)
    click(guide, tab.enrol.address.editor)
    guide.type(centre.address)
    guide.press("Return")
    guide.type(invitation.code)
    guide.press("Return")
    guide.until(lambda: tab.enrol.fingerprint.isVisible())
    assert digits(tab.enrol.fingerprint.text()) == digits(invitation.fingerprint)
    guide.press("Space")  # they are the same
    for field in (tab.enrol.passphrase, tab.enrol.again):
        click(guide, field.editor)
        guide.type(PASSWORD)
    click(guide, tab.enrol.enrol)
    guide.until(lambda: tab.state_card.isVisible())
    assert tab.facts["站点"].text() == "樟树园区"


def change_representative(guide: Guide, name: str) -> None:
    """On the enterprise's card, in the window."""
    guide.press("Alt+5", "Ctrl+F")
    guide.type("jhbx")
    page = guide.program.seats[0].page()
    assert isinstance(page, EnterprisesPage)
    guide.until(lambda: page.answered() == "jhbx")
    guide.press("Return")
    guide.until(lambda: page.view.card is not None)
    guide.press("Ctrl+M")
    form = dialog(guide, EditDialog)
    click(guide, form.fields["legal_representative"].editor)
    guide.type(name)
    guide.press("Ctrl+Return")
    assert representative(store_of(guide)) == name


def change_there(desk: Desk, name: str) -> None:
    with desk.rig.store.read() as session:
        row_id = session.scalars(select(Enterprise.id).where(Enterprise.name == FIRM)).one()
    changes = {"legal_representative": name}
    enterprises.change(desk.rig.store, desk.rig.clerk, row_id, changes, CLOCK.now())


def away(guide: Guide, other: Desk, centre: Centre) -> str:
    """The centre is stopped and started; what is done meanwhile waits, is said to wait, and goes up."""
    centre.stop()
    eye = Eye(shell(guide).status.text())
    before, _, _ = line(guide)[0].rpartition(" ")  # without the time of the last contact

    label = register(guide, "jhbx")
    change_representative(guide, HERE)
    change_there(other, THERE)
    guide.until(lambda: "中心暂不可达" in line(guide)[0])
    words, tone = line(guide)
    assert words.startswith(f"{store_of(guide).waiting()} 条待上报")
    assert tone == Tone.WARN.value
    assert label not in waiting_at(other)

    click(guide, shell(guide).status.left)
    shown = dialog(guide, WaitingDialog)
    guide.until(lambda: {"取号", "修改企业资料"} <= {one.title for one in shown.table.rows.rows})
    assert {one.state for one in shown.table.rows.rows} == {"待上报"}
    good = [tone == Tone.GOOD.value for _, tone in eye.seen]
    lies = {words for words, tone in eye.seen if tone == Tone.GOOD.value and not words.startswith(before)}
    assert not lies, "it was said that the centre has something it has not"
    assert True not in good[good.index(False) :], "what waits was seen, and then all was said to be well"

    centre.start()
    guide.press("F5")
    guide.until(lambda: is_all_up(guide) and not shown.table.rows.rows)
    guide.press("Escape")
    return label


def decide(guide: Guide, other: Desk) -> None:
    """What both changed is counted on the rail; the one who decides it takes the other value."""
    guide.until(lambda: inbox_button(guide) == f"{INBOX}，1 项")
    guide.press("Alt+8")
    page = guide.program.seats[0].page()
    assert isinstance(page, InboxPage)
    guide.until(lambda: len(page.table.rows.rows) == 1 and page.detail.card is not None)
    assert page.table.rows.rows[0].title == FIRM
    (value,) = {HERE, THERE} - {representative(store_of(guide))}
    guide.press("Ctrl+2")
    assert representative(store_of(guide)) == value
    guide.until(lambda: inbox_button(guide) == INBOX)
    guide.until(lambda: representative(other.rig.store) == value)
    guide.until(lambda: other.all_up() and other.status().conflicts == 0)
    guide.until(lambda: is_all_up(guide))


def compare(guide: Guide) -> None:
    """数据核对 answers in words."""
    tab = centre_tab(guide)
    guide.press("Ctrl+Shift+V")
    guide.until(lambda: tab.verdict.isVisible())
    assert "已核对" in tab.verdict.text()
    assert "与中心一致。" in tab.verdict.text()
    assert tab.verdict.property("tone") == Tone.GOOD.value


@pytest.mark.slow
def test_a_station_that_worked_alone_joins_and_goes_on_without_the_centre(
    guide: Guide, other: Desk, centre: Centre
) -> None:
    log_in(guide)
    alone = register(guide, "jhbx")
    assert line(guide)[0].startswith("未连接中心")

    join(guide, centre)
    guide.until(lambda: is_all_up(guide))
    other.join(centre)
    guide.until(lambda: alone in waiting_at(other))
    guide.until(lambda: other.all_up() and other.status().live)
    guide.until(lambda: "backup.make" in acts(guide))  # the daily one, soon after the opening; it is reported too
    guide.until(lambda: is_all_up(guide))

    label = away(guide, other, centre)
    guide.until(lambda: label in waiting_at(other))
    decide(guide, other)
    compare(guide)
    for store in (store_of(guide), other.rig.store):
        assert verify(store).problems == ()

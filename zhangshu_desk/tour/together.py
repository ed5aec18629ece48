"""The part of the tour that shows the station and its centre; the centre is a stand-in."""

from __future__ import annotations

from dataclasses import asdict

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.link import LinkState
from zhangshu_desk.tour import PASSWORD, apart
from zhangshu_desk.tour.guide import Guide
from zhangshu_desk.tour.stand_in import CODE, StandIn
from zhangshu_desk.ui.pages.admin import AdminPage
from zhangshu_desk.ui.pages.admin.centre_tab import CentreTab
from zhangshu_desk.ui.pages.inbox import InboxPage


def together(guide: Guide) -> None:
    """A supervisor joins a centre, sees every state of the line, what waits and what was changed twice."""
    guide.log_in("zhanzhang", PASSWORD)
    enrol(guide)
    states(guide)
    waiting(guide)
    inbox(guide)


def enrol(guide: Guide) -> None:
    """Address and code, then the fingerprint, then the state."""
    tab = centre_tab(guide)
    guide.shoot("14-enrol")
    tab.enrol.address.set_text("centre.zhangshu.local:8843")
    tab.enrol.code.set_text(CODE)
    link_of(guide).keyring = False
    guide.press("Return")
    tab.enrol.code.setFocus()
    guide.press("Return")
    guide.until(lambda: tab.enrol.fingerprint.isVisible())
    guide.shoot("15-enrol-fingerprint")
    tab.enrol.same.setChecked(True)
    for field in (tab.enrol.passphrase, tab.enrol.again):
        field.editor.setText("yaohu-2026-zhangshu")
    tab.enrol.enrol.click()
    guide.until(lambda: tab.state_card.isVisible())
    store, now = guide.program.store, guide.program.clock.now()
    assert store is not None
    apart.join(store, now)
    apart.acknowledge(store)
    link_of(guide).become(last_contact_at=now, live=True)
    guide.shoot("16-enrolled")


def states(guide: Guide) -> None:
    """The line at the bottom in every state."""
    guide.press("Alt+1")
    for number, (name, status) in enumerate(apart.statuses(guide.program.clock.now()).items()):
        guide.program.asked_passphrase = True
        link_of(guide).become(**shallow(status))
        shell = guide.program.seats[0].window.shell()
        assert shell is not None
        guide.shoot(f"17-status-{number:02}-{name}", shell.status)


def waiting(guide: Guide) -> None:
    """The list behind the line, and the passphrase where there is no keyring."""
    link, store, now = link_of(guide), guide.program.store, guide.program.clock.now()
    assert store is not None
    apart.other_station(store, now)
    link.acts = apart.waiting(store, now)
    link.become(**shallow(apart.statuses(now)["offline"]) | {"rejected": 2})
    guide.press("Shift+F5")
    guide.shoot("18-waiting-list")
    guide.press("Escape")
    link.become(state=LinkState.LOCKED)
    guide.press("Shift+F5")
    guide.shoot("19-passphrase")
    guide.press("Escape")
    link.become(**shallow(apart.statuses(now)["resting"]))


def inbox(guide: Guide) -> None:
    """The list, an entry of each kind, the merging of two cards."""
    store, now = guide.program.store, guide.program.clock.now()
    assert store is not None
    apart.fill(store, now)
    guide.press("Alt+8")
    page = guide.program.seats[0].page()
    assert isinstance(page, InboxPage)
    guide.until(lambda: len(page.table.rows.rows) >= 4)
    for number, row in enumerate(page.table.rows.rows):
        page.table.choose(row.id)
        guide.shoot(f"20-inbox-{number}-{row.kind.value}")
        if page.detail.merge.isVisible():
            page.detail.merge.click()
            guide.shoot("21-merge")
            guide.press("Escape")
        if page.detail.edit.isVisible():
            page.detail.edit.click()
            guide.shoot(f"22-edit-{row.tbl}")
            guide.press("Escape")


def link_of(guide: Guide) -> StandIn:
    """The stand-in the program was given."""
    link = guide.program.link
    assert isinstance(link, StandIn)
    return link


def centre_tab(guide: Guide) -> CentreTab:
    """The tab of the centre, in front."""
    guide.press("Alt+7")
    page = guide.program.seats[0].page()
    assert isinstance(page, AdminPage)
    page.receive(CentreTab.title)
    guide.settle()
    tab: QWidget = page.tab()
    assert isinstance(tab, CentreTab)
    return tab


def shallow(status: object) -> dict[str, object]:
    """A status as the changes that lead to it."""
    return asdict(status)  # type: ignore[call-overload, no-any-return]

"""The administration page on a real store, and what one does in it."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests import make
from tests.ui.hands import in_front
from tests.ui.morning import desk
from tests.ui.people import give_passwords
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock
from zhangshu_desk.db.store import Store
from zhangshu_desk.ui.pages.admin import AdminPage
from zhangshu_desk.ui.pages.admin.tab import Tab

D = TypeVar("D", bound=QDialog)
T = TypeVar("T", bound=Tab)


def open_page(
    qtbot: QtBot, store: Store, folder: Path, clock: FixedClock, actor: Actor = make.SUPERVISOR, tab: str = ""
) -> AdminPage:
    """The page in front of `actor`, at the tab of this title; clerk and supervisor can log in."""
    give_passwords(store, clock.now())
    page = AdminPage(desk(store, folder, clock, actor))
    qtbot.addWidget(page)
    page.resize(1274, 690)
    in_front(qtbot, page)
    page.receive(tab)
    return page


def tab_of(page: AdminPage, kind: type[T]) -> T:
    """The tab in front, which must be of this kind."""
    tab = page.tab()
    assert isinstance(tab, kind)
    return tab


def dialog_of(page: QWidget, kind: type[D]) -> D:
    """The open dialog of this kind in the window of `page`."""
    found = [one for one in page.window().findChildren(kind) if one.isVisible()]
    assert len(found) == 1, f"{len(found)} open dialogs of this kind"
    return found[0]

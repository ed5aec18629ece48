"""Administration 管理: accounts, windows, printing and display, backup, audit log, centre, station, own account."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QTabWidget

from zhangshu_desk.core.actors import Role
from zhangshu_desk.reception.catalogue import TABLES
from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.pages.admin.accounts_tab import AccountsTab
from zhangshu_desk.ui.pages.admin.audit_tab import AuditTab
from zhangshu_desk.ui.pages.admin.backup_tab import BackupTab
from zhangshu_desk.ui.pages.admin.centre_tab import CentreTab
from zhangshu_desk.ui.pages.admin.counters_tab import CountersTab
from zhangshu_desk.ui.pages.admin.machine_tab import MachineTab
from zhangshu_desk.ui.pages.admin.own_tab import OwnTab
from zhangshu_desk.ui.pages.admin.station_tab import StationTab
from zhangshu_desk.ui.pages.admin.tab import Tab

_HEADS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_FOR_HEADS: tuple[type[Tab], ...] = (
    AccountsTab,
    CountersTab,
    MachineTab,
    BackupTab,
    AuditTab,
    CentreTab,
    StationTab,
)


class AdminPage(Page):
    """Tabs by role: everybody has their own account, the rest belongs to the supervisor and the administrator."""

    title: ClassVar[str] = "管理"
    key: ClassVar[str] = "Alt+7"
    icon: ClassVar[str] = "settings"
    watches: ClassVar[frozenset[str]] = TABLES | {
        "users",
        "credentials",
        "counters",
        "stations",
        "audit",
        "backups",
        "settings",
    }

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        kinds: tuple[type[Tab], ...] = (*_FOR_HEADS, OwnTab) if desk.session.actor.role in _HEADS else (OwnTab,)
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName("管理事项")
        self.tabs.setDocumentMode(True)
        for kind in kinds:
            self.tabs.addTab(kind(self), kind.title)
        self.tabs.currentChanged.connect(self._turned)
        self.body.addWidget(self.tabs)

    def refresh(self) -> None:
        """Only the tab in front asks; the others do when they come to the front."""
        self.tab().load()

    def on_shown(self) -> None:
        self.tab().begin()

    def receive(self, payload: object) -> None:
        """`payload` is the title of a tab."""
        at = next((at for at in range(self.tabs.count()) if self.tabs.tabText(at) == payload), None)
        if at is not None:
            self.tabs.setCurrentIndex(at)

    def tab(self) -> Tab:
        """The tab in front."""
        shown = self.tabs.currentWidget()
        assert isinstance(shown, Tab), "there is always one"
        return shown

    def _turned(self) -> None:
        self.notices.clear()
        self.tab().load()

"""The contract between the window and its pages, and the few things a page is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import Clock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.notices import NoticeBar
from zhangshu_desk.ui.widgets.progress import ProgressLine
from zhangshu_desk.ui.work import Progress, Work

if TYPE_CHECKING:  # a name for mypy only: the first window must not import the store
    from zhangshu_desk.core.link import Link
    from zhangshu_desk.db.store import Store
    from zhangshu_desk.ui.printing import Printing


class Session(QObject):
    """Who is working here now. `changed` follows a change of counter; another person gets another session."""

    changed = Signal()

    def __init__(self, actor: Actor) -> None:
        super().__init__()
        self._actor = actor

    @property
    def actor(self) -> Actor:
        """The person, with the counter served at the moment."""
        return self._actor

    def become(self, actor: Actor) -> None:
        """Take another counter (or a changed name or role)."""
        self._actor = actor
        self.changed.emit()


@dataclass(frozen=True)
class Desk:
    """What a page is handed; it never sees the window.

    Attributes:
        open: show the page of this title, with something for its `receive` (an id, a filter) or None.
        link: the connection to the centre.
    """

    store: Store
    work: Work
    bus: Bus
    clock: Clock
    settings: Settings
    session: Session
    printing: Printing
    open: Callable[[str, object], None]
    link: Link


class Page(QFrame):
    """One page of the window. A subclass says what it is and builds its cards into `self.body`.

    Class attributes:
        title: name on the rail, also what `desk.open` asks for; key: `Alt+1`; icon: one of `resources/icons`.
        roles: who sees it, None = everybody, also somebody whose role this program does not know.
        watches: the tables whose changes make it refresh.
    """

    title: ClassVar[str]
    key: ClassVar[str]
    icon: ClassVar[str]
    roles: ClassVar[frozenset[Role] | None] = None
    watches: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.notices = NoticeBar()
        self.progress = ProgressLine()
        self._stale = True
        self.setAccessibleName(self.title)
        self.body = QVBoxLayout()
        self.body.setSpacing(16)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(8)
        outer.addWidget(self.notices)
        outer.addWidget(self.progress)
        outer.addLayout(self.body, 1)
        desk.bus.changed.connect(self._on_changed)

    @classmethod
    def may_see(cls, role: Role) -> bool:
        """Whether somebody of this role sees the page."""
        return cls.roles is None or role in cls.roles

    def refresh(self) -> None:
        """Ask for what the page shows (through `desk.work`), then show it; a watched table changed."""

    def on_shown(self) -> None:
        """The page came to the front: put the focus where typing is expected next."""

    def receive(self, payload: object) -> None:
        """Another part of the window asked for this page with `payload` (see `Desk.open`)."""

    def refuse(self, error: DeskError) -> None:
        """Show a refusal in the notice bar."""
        self.notices.refused(error)

    def follow(self, progress: Progress) -> None:
        """Show a long job in the progress line."""
        self.progress.follow(progress)

    def unfollow(self, progress: Progress) -> None:
        """The job ended."""
        self.progress.unfollow(progress)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.refresh()

    def _on_changed(self, tables: frozenset[str]) -> None:
        if not tables & self.watches:
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True

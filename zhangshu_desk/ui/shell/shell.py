"""What one logged-in person sees: rail, search, pages built when first looked at, status line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QGridLayout, QStackedWidget

from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.shell.rail import Rail
from zhangshu_desk.ui.shell.status_line import StatusLine
from zhangshu_desk.ui.shell.top_bar import MenuAct, TopBar
from zhangshu_desk.ui.widgets.suggest import Fetch


class Shell(QFrame):
    """The pages of one person, kept alive with everything typed while the desk is locked or another one works.

    Args:
        pages: all pages; those not meant for the person's role are left out.
        search: answers the search field; the keys of its suggestions are `(page title, payload)`.
        menu: lines of the person's menu.
    """

    def __init__(self, desk: Desk, pages: Sequence[type[Page]], search: Fetch, menu: Sequence[MenuAct]) -> None:
        super().__init__()
        self.desk = desk
        self.kinds = tuple(page for page in pages if page.may_see(desk.session.actor.role))
        self._built: dict[int, Page] = {}
        self.rail = Rail(self.kinds)
        self.top = TopBar(desk.work, search, menu)
        self.stack = QStackedWidget()
        self.status = StatusLine()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.rail, 0, 0, 3, 1)
        grid.addWidget(self.top, 0, 1)
        grid.addWidget(self.stack, 1, 1)
        grid.addWidget(self.status, 2, 1)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(1, 1)
        self.rail.chosen.connect(self._show)
        self.top.found.connect(self._found)
        if self.kinds:
            self._show(0)

    def page(self) -> Page | None:
        """The page in front."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Page) else None

    def open(self, title: str, payload: object = None) -> bool:
        """Bring the page of this title to the front and hand it `payload` unless that is None.

        Returns False when the person has no such page.
        """
        at = next((at for at, kind in enumerate(self.kinds) if kind.title == title), None)
        if at is None:
            return False
        self._show(at)
        if payload is not None:
            self._built[at].receive(payload)
        return True

    def set_count(self, title: str, count: int) -> None:
        """Show on the rail how many things wait on the page of this title, if the person has it."""
        for at, kind in enumerate(self.kinds):
            if kind.title == title:
                self.rail.set_count(at, count)

    def take_focus(self) -> None:
        """Put the focus back where it was on the page in front."""
        page = self.page()
        last = page.focusWidget() if page is not None else None
        if last is not None:
            last.setFocus(Qt.FocusReason.OtherFocusReason)
        elif page is not None:
            page.on_shown()

    def _show(self, at: int) -> None:
        if at not in self._built:
            page = self.kinds[at](self.desk)
            self._built[at] = page
            self.stack.addWidget(page)
        self.rail.choose(at)
        self.stack.setCurrentWidget(self._built[at])
        QTimer.singleShot(0, self._settled)

    def _settled(self) -> None:
        page = self.page()
        if page is not None and page.isVisible():
            page.on_shown()

    def _found(self, key: object) -> None:
        if isinstance(key, tuple) and len(key) == 2:
            self.open(str(key[0]), key[1])
            self.setFocus(Qt.FocusReason.OtherFocusReason)

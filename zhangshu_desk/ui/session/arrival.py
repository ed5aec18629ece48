"""From what was typed at the log-in to a person at a window: proving, an own password if due, sitting down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core import acts
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import Clock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.session import jobs
from zhangshu_desk.ui.session.login import Attempt, LoginPage
from zhangshu_desk.ui.work import Work

if TYPE_CHECKING:
    from zhangshu_desk.accounts.inputs import LoggedIn
    from zhangshu_desk.db.store import Store
    from zhangshu_desk.ui.session.must_change import MustChangePage

_log = logging.getLogger(__name__)


class Arrival(QObject):
    """Carries out the attempts of one log-in page.

    Args:
        show: puts a full-window state in front.
        enter: the person is in, at their window if they chose one.
    """

    def __init__(
        self,
        page: LoginPage,
        work: Work,
        clock: Clock,
        settings: Settings,
        show: Callable[[QWidget], None],
        enter: Callable[[Actor], None],
    ) -> None:
        super().__init__()
        self._page, self._work, self._clock, self._settings = page, work, clock, settings
        self._show, self._enter = show, enter
        self.must_change: MustChangePage | None = None

    def come(self, store: Store, station: str, attempt: Attempt) -> None:
        """Carry out an attempt; refusals are shown on the log-in page.

        Args:
            station: name of the station; it may not be part of a new password.
        """
        now = self._clock.now()

        def proved(found: LoggedIn) -> None:
            self.remember(last_login=attempt.login)
            if found.must_change:
                self._ask_own_password(store, station, found.actor, attempt)
            else:
                self._sit_down(store, found.actor, attempt.counter_id)

        self._work.do(self._page, lambda: jobs.log_in(store, attempt, now), proved, ended=self._page.free)

    def remember(self, **changes: str) -> None:
        """Keep something for the next start; a disk that refuses is no reason to turn anybody away."""
        try:
            self._settings.change(**changes)
        except OSError as error:
            _log.info("settings not written: %s", error.strerror)

    def _ask_own_password(self, store: Store, station: str, actor: Actor, attempt: Attempt) -> None:
        from zhangshu_desk.ui.session.must_change import MustChangePage

        def change(new: str) -> None:
            now = self._clock.now()
            job = lambda: jobs.change_password(store, actor, attempt.password, new, now)  # noqa: E731
            self._work.do(page, job, lambda _: self._sit_down(store, actor, attempt.counter_id), ended=page.free)

        page = self.must_change = MustChangePage(change, self._back)
        page.about(attempt.login, actor.name, station)
        self._page.done()
        self._show(page)

    def _back(self) -> None:
        self._show(self._page)

    def _sit_down(self, store: Store, actor: Actor, counter_id: str, take_over: bool = False) -> None:
        if not counter_id or not acts.allowed("counter.open", actor.role):
            self._finish(actor)
            return
        now = self._clock.now()

        def seated(at_counter: Actor) -> None:
            self.remember(counter_id=counter_id)
            self._finish(at_counter)

        def refused(error: DeskError) -> None:
            if error.code == "counter.taken":
                self._ask_take_over(store, actor, counter_id, error)
            else:
                self._finish(actor)

        job = lambda: jobs.sit_down(store, actor, counter_id, take_over, now)  # noqa: E731
        self._work.do(self._page, job, seated, refused)

    def _ask_take_over(self, store: Store, actor: Actor, counter_id: str, error: DeskError) -> None:
        from zhangshu_desk.ui.dialogs.base import Ask

        dialog = Ask(
            self._page.window(),
            "窗口正在使用",
            f"{error} 接管后，对方回来时需要另选窗口；正在办理的来访留在该窗口。",
            "接管窗口",
            lambda: self._sit_down(store, actor, counter_id, take_over=True),
        )
        dialog.cancel.set_text("不接管，先进入")
        dialog.rejected.connect(lambda: self._finish(actor))
        dialog.open()

    def _finish(self, actor: Actor) -> None:
        self._page.done()
        if self.must_change is not None:
            self.must_change.done()
        self._enter(actor)

"""The gate before the desk: which full-window state is shown, and what follows from it.

Wiring (`app.py`): `Gate(house, …)`, then `begin(first_start)` paints the first state at once. When the store is open
`opened(store)`, when it does not open `failed(error)`. From then on the gate calls `house.enter(actor)` whenever
somebody is in: after a log-in, an unlock or a change of users. A window kept for that `actor.user_id` comes back as it
was left. The window calls `lock(actor)`, `change_user(actor)` and `log_out(actor)`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import Clock
from zhangshu_desk.core.errors import DeskError, sentence
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.session import jobs
from zhangshu_desk.ui.session.arrival import Arrival
from zhangshu_desk.ui.session.lock import LockPage
from zhangshu_desk.ui.session.login import Attempt, LoginPage
from zhangshu_desk.ui.work import Progress, Work

if TYPE_CHECKING:
    from zhangshu_desk.accounts.inputs import SetUp
    from zhangshu_desk.db.store import Store
    from zhangshu_desk.ui.session.recovery import RecoveryPage
    from zhangshu_desk.ui.session.wizard import WizardPage


@dataclass(frozen=True)
class House:
    """What the gate needs of the program around it.

    Attributes:
        show: put a full-window state in front (and own it).
        enter: a person is in; show their window.
        reopen: open the store anew, then call `opened` or `failed`.
        fill_demo: fill the store with demo data, on the database thread; returns login and password.
        open_folder: show the data folder in the system's file manager.
        leave: end the program.
    """

    show: Callable[[QWidget], None]
    enter: Callable[[Actor], None]
    reopen: Callable[[], None]
    fill_demo: Callable[[Store, Progress], tuple[str, str]]
    open_folder: Callable[[], None]
    leave: Callable[[], None]


class Gate(QObject):
    """Leads from the start of the program, a locked desk or a refused database to a person at work."""

    def __init__(self, house: House, paths: Paths, settings: Settings, clock: Clock, work: Work) -> None:
        super().__init__()
        self._house, self._paths, self._settings, self._clock, self._work = house, paths, settings, clock, work
        self._store: Store | None = None
        self._station = ""
        self._locked: Actor | None = None
        self.wizard: WizardPage | None = None
        self.recovery: RecoveryPage | None = None
        self.login = LoginPage(settings)
        self.lock_page = LockPage(self._unlock, self._other_user)
        self._arrival = Arrival(self.login, work, clock, settings, house.show, house.enter)

    # -- start ----------------------------------------------------------------------------------------------------

    def begin(self, first_start: bool) -> None:
        """Show the first state: the wizard when there is no database yet, else the log-in."""
        self._house.show(self._wizard() if first_start else self.login)

    def opened(self, store: Store) -> None:
        """The store is open."""
        self._store = store
        self._look_around(store)

    def failed(self, error: DeskError) -> None:
        """The store does not open: say why and what helps."""
        from zhangshu_desk.ui.session.recovery import RecoveryPage, Ways

        self._store = None
        if self.recovery is None:
            house = self._house
            ways = Ways(house.reopen, self._restore, self._set_aside, house.open_folder, house.leave)
            self.recovery = RecoveryPage(ways)
        page = self.recovery
        page.explain(error, ())
        self._house.show(page)
        self._work.do(page, lambda: jobs.backup_choices(self._paths), lambda found: page.explain(error, found))

    def _look_around(self, store: Store) -> None:
        def seen(around: jobs.Around) -> None:
            self._station = around.station
            if not around.station:
                self._house.show(self._wizard())
                self._wizard().ready()
                return
            self._tell_findings(store)
            self._house.show(self.login)
            self.login.ready(self._log_in, around.counters, around.station)

        self._work.do(self.login, lambda: jobs.look_around(store), seen)

    def _tell_findings(self, store: Store) -> None:
        """What was noticed while opening (an older copy, another machine, the clock) stays until it is closed."""
        if store.findings:
            self.login.notices.refused(" ".join(sentence(one.code, one.facts) for one in store.findings))
            store.findings.clear()

    def close(self) -> None:
        """Let go of the states; the window is closing."""
        for page in (self.login, self.lock_page, self.wizard, self.recovery, self._arrival.must_change):
            if page is not None:
                page.deleteLater()

    # -- first start ----------------------------------------------------------------------------------------------

    def _wizard(self) -> WizardPage:
        from zhangshu_desk.ui.session.wizard import WizardPage

        if self.wizard is None:
            self.wizard = WizardPage(self._set_up, self._try_demo)
        return self.wizard

    def _set_up(self, wishes: SetUp) -> None:
        store, page, now = self._open_store(), self._wizard(), self._clock.now()

        def made(actor: Actor) -> None:
            page.done()
            self._arrival.remember(last_login=wishes.login)
            self._station = wishes.station_name
            self._look_around_then(store, lambda: self._house.enter(actor))

        self._work.do(page, lambda: jobs.set_up(store, wishes, now), made, ended=page.free)

    def _try_demo(self) -> None:
        from zhangshu_desk.ui.session.opening import OpeningPage

        store = self._open_store()
        page = OpeningPage(self._house.reopen)
        page.busy("正在准备演示数据", "建立一个虚构园区、一周的来访和今天的排队。")
        self._house.show(page)

        def filled(known: tuple[str, str]) -> None:
            login, password = known
            self.login.propose(login, f"演示数据已备好。账号 {login}，密码 {password}。")
            self._look_around_then(store, lambda: self._house.show(self.login))

        fill = self._house.fill_demo
        self._work.do_long(page, "演示数据", lambda progress: fill(store, progress), filled, on_database=True)

    # -- log-in, lock, change of users ----------------------------------------------------------------------------

    def lock(self, actor: Actor, idle_minutes: int = 0) -> None:
        """Lock the desk of `actor`, whose window stays alive behind.

        Args:
            idle_minutes: it locks itself after so many idle minutes; 0 = by key.
        """
        store, now = self._open_store(), self._clock.now()
        self._locked = actor
        self.lock_page.lock(actor.name, now, idle_minutes, self._station)
        self._house.show(self.lock_page)
        # Locked is locked, also when the disk cannot take the note.
        self._work.do(self, lambda: jobs.lock(store, actor, idle_minutes > 0, now), None, lambda _error: None)

    def change_user(self, actor: Actor) -> None:
        """Somebody else wants to log in; `actor` stays logged in, their work is kept."""
        self._locked = actor
        self._other_user()

    def log_out(self, actor: Actor) -> None:
        """`actor` goes home: their idle window is closed."""
        store, now = self._open_store(), self._clock.now()
        self._locked = None
        self._show_login(actor.name + "已退出。")
        self._work.do(self.login, lambda: jobs.log_out(store, actor, now), lambda _: self._refresh_counters(store))

    def _log_in(self, attempt: Attempt) -> None:
        self._arrival.come(self._open_store(), self._station, attempt)

    def _unlock(self, password: str) -> None:
        actor, store, now = self._locked, self._open_store(), self._clock.now()
        if actor is None:
            return

        def back(fresh: Actor) -> None:
            self._locked = None
            self.lock_page.done()
            self._house.enter(fresh)

        self._work.do(self.lock_page, lambda: jobs.unlock(store, actor, password, now), back, ended=self.lock_page.free)

    def _other_user(self) -> None:
        self._show_login()
        self._refresh_counters(self._open_store())

    def _show_login(self, words: str = "") -> None:
        self.login.notices.clear()
        self.login.propose("", words)
        self._house.show(self.login)

    def _refresh_counters(self, store: Store) -> None:
        self._work.do(self.login, lambda: jobs.look_around(store), lambda around: self.login.offer(around.counters))

    def _look_around_then(self, store: Store, after: Callable[[], None]) -> None:
        def seen(around: jobs.Around) -> None:
            self._station = around.station
            self.login.ready(self._log_in, around.counters, around.station)
            after()

        self._work.do(self.login, lambda: jobs.look_around(store), seen)

    def _open_store(self) -> Store:
        assert self._store is not None, "asked before opened()"
        return self._store

    # -- recovery -------------------------------------------------------------------------------------------------

    def _restore(self, file: Path) -> None:
        now = self._clock.now()
        self._mend(lambda: jobs.restore(self._paths, file, now))

    def _set_aside(self) -> None:
        now = self._clock.now()
        self._mend(lambda: jobs.set_aside(self._paths, now))

    def _mend(self, job: Callable[[], None]) -> None:
        page = self.recovery
        assert page is not None, "only its page asks"
        self._work.do(page, job, lambda _: self._house.reopen(), ended=page.free)

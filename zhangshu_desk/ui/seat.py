"""One window and who sits at it: leads from the gate to a person's shell and back, and keeps its lines truthful."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import MINUTE, Clock, day_of, hm, weekday
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.idle import IdleWatch
from zhangshu_desk.ui.main_window import MainWindow
from zhangshu_desk.ui.session.gate import Gate, House
from zhangshu_desk.ui.session.health import HealthBanner
from zhangshu_desk.ui.work import Progress, Work

if TYPE_CHECKING:
    from zhangshu_desk.core.link import Link
    from zhangshu_desk.db.store import Store
    from zhangshu_desk.ui.dialogs.base import Dialog
    from zhangshu_desk.ui.display import RatingScreen
    from zhangshu_desk.ui.page import Desk, Page, Session
    from zhangshu_desk.ui.shell.shell import Shell
    from zhangshu_desk.ui.shell.top_bar import MenuAct
    from zhangshu_desk.ui.sync.watch import SyncWatch


class Program(Protocol):
    """What a seat needs of the program (`app.py`)."""

    asked_passphrase: bool

    @property
    def paths(self) -> Paths: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def bus(self) -> Bus: ...
    @property
    def work(self) -> Work: ...
    @property
    def store(self) -> Store | None: ...
    @property
    def link(self) -> Link | None: ...
    def reopen(self) -> None: ...
    def open_folder(self) -> None: ...
    def leave(self) -> None: ...
    def fill_demo(self, store: Store, progress: Progress) -> tuple[str, str]: ...
    def open_another(self) -> None: ...
    def toggle_display(self) -> None: ...
    def dress(self) -> None: ...


class Seat(QObject):
    """A window with its gate. `closed` when the person closed it."""

    closed = Signal()

    def __init__(self, program: Program, window: MainWindow) -> None:
        super().__init__()
        self._program = program
        self.window = window
        self.store: Store | None = None
        self.rating: RatingScreen | None = None
        house = House(
            show=self.window.show_state,
            enter=self._enter,
            reopen=program.reopen,
            fill_demo=program.fill_demo,
            open_folder=program.open_folder,
            leave=program.leave,
        )
        self.gate = Gate(house, program.paths, program.settings, program.clock, program.work)
        self.banner = HealthBanner(program.bus, self._trouble, self._try_writing)
        self.window.put_on_top(self.banner)
        self.sync: SyncWatch | None = None
        self._idle = IdleWatch(program.clock, self)
        self._idle.warned.connect(self._warn_idle)
        self._idle.calmed.connect(lambda: self.window.notices.clear())
        self._idle.idle.connect(lambda: self._lock(program.settings.values.idle_lock_minutes))
        self._tick = QTimer(self)
        self._tick.setInterval(MINUTE // 2)
        self._tick.timeout.connect(self._look)
        program.bus.changed.connect(self._heard)
        self.window.installEventFilter(self)

    # -- the window -----------------------------------------------------------------------------------------------

    def begin(self, first_start: bool) -> None:
        """Paint the first state."""
        self.gate.begin(first_start)
        self.window.show()

    def opened(self, store: Store) -> None:
        """The store is open."""
        self.store = store
        self.gate.opened(store)
        self._tick.start()

    def failed(self, error: DeskError) -> None:
        """The store does not open."""
        self.store = None
        self.gate.failed(error)

    def close(self) -> None:
        """Close the window for good, and hear nothing more."""
        self._program.bus.changed.disconnect(self._heard)
        self._tick.stop()
        self._idle.set_minutes(0)
        if self.sync is not None:
            self.sync.close()
        if self.rating is not None:
            self.rating.close()
        self.window.removeEventFilter(self)
        self.gate.close()
        self.window.close()
        self.window.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.window and event.type() == QEvent.Type.Close:
            self.closed.emit()
        return False

    def toggle_rating(self) -> None:
        """Show or hide the rating screen of this counter's visitors."""
        session, store, program = self.session(), self.store, self._program
        if self.rating is not None:
            self.rating.close()
        elif session is not None and store is not None:
            from zhangshu_desk.ui.display import RatingScreen

            self.rating = RatingScreen(program.bus, program.work, store, program.clock, program.settings, session)
            self.rating.closed.connect(self._rating_closed)
            self.rating.appear()

    def _rating_closed(self) -> None:
        if self.rating is not None:
            self.rating.deleteLater()
            self.rating = None

    # -- who sits here --------------------------------------------------------------------------------------------

    def actor(self) -> Actor | None:
        """Who is working here now; None at the gate."""
        shell = self.window.shell()
        return shell.desk.session.actor if shell is not None else None

    def page(self) -> Page | None:
        """The page in front; None at the gate."""
        shell = self.window.shell()
        return shell.page() if shell is not None else None

    def session(self) -> Session | None:
        """The session in front."""
        shell = self.window.shell()
        return shell.desk.session if shell is not None else None

    def _enter(self, actor: Actor) -> None:
        shell = self.window.shell_of(actor.user_id)
        if shell is not None:
            shell.desk.session.become(actor)
            self.window.come_back(shell)
        else:
            shell = self._make_shell(actor)
            self.window.enter(shell)
        if self.rating is not None:  # it follows the session of who sits here now
            self.toggle_rating()
            self.toggle_rating()
        self._idle.set_minutes(self._program.settings.values.idle_lock_minutes)
        self._look()

    def _make_shell(self, actor: Actor) -> Shell:
        from zhangshu_desk.ui.finding import finder
        from zhangshu_desk.ui.page import Desk, Session
        from zhangshu_desk.ui.pages import pages
        from zhangshu_desk.ui.printing import Printing
        from zhangshu_desk.ui.shell.shell import Shell
        from zhangshu_desk.ui.sync.watch import SyncWatch

        program, store, link = self._program, self.store, self._program.link
        assert store is not None, "nobody gets past the gate before the store is open"
        assert link is not None, "it comes with the store"
        desk = Desk(
            store=store,
            work=program.work,
            bus=program.bus,
            clock=program.clock,
            settings=program.settings,
            session=Session(actor),
            printing=Printing(program.work, program.settings, program.clock, program.paths.papers),
            open=self.window.open,
            link=link,
        )
        desk.session.changed.connect(self._look)
        self.sync = self.sync or SyncWatch(program, self.window)
        shell = Shell(desk, pages(), finder(store), self._menu(desk, self.sync))
        self.sync.attach(shell)
        return shell

    def _menu(self, desk: Desk, sync: SyncWatch) -> Sequence[MenuAct]:
        from zhangshu_desk.ui.dialogs.about import About
        from zhangshu_desk.ui.dialogs.counter import ChooseCounter
        from zhangshu_desk.ui.dialogs.password import ChangePassword
        from zhangshu_desk.ui.dialogs.shortcuts import Shortcuts
        from zhangshu_desk.ui.shell.top_bar import MenuAct

        def on(make: Callable[[QWidget, Desk], Dialog]) -> Callable[[], object]:
            return lambda: make(self.window, desk).open()

        return (
            MenuAct("换窗口…", "Ctrl+W", on(ChooseCounter)),
            MenuAct("换人登录", "Ctrl+Shift+L", self._change_user),
            MenuAct("锁定", "Ctrl+L", lambda: self._lock()),
            MenuAct("修改本人密码…", "", on(ChangePassword)),
            MenuAct(),
            MenuAct("立即同步", "F5", sync.sync_now),
            MenuAct("待上报与退回…", "Shift+F5", sync.open_list),
            MenuAct(),
            MenuAct("叫号屏", "F11", self._program.toggle_display),
            MenuAct("评价屏", "Shift+F11", self.toggle_rating),
            MenuAct("再开一个窗口", "Ctrl+Shift+N", self._program.open_another),
            MenuAct(),
            MenuAct("快捷键", "F1", on(Shortcuts)),
            MenuAct("关于", "", on(About)),
            MenuAct("退出登录", "", self._log_out),
        )

    def _warn_idle(self, seconds: int) -> None:
        self.window.notices.info(f"{seconds} 秒后自动锁定，已填写的内容会保留。动一下鼠标或按任意键就继续。")

    def _lock(self, idle_minutes: int = 0) -> None:
        actor = self.actor()
        if actor is not None:
            self._idle.set_minutes(0)
            self.gate.lock(actor, idle_minutes)

    def _change_user(self) -> None:
        actor = self.actor()
        if actor is not None:
            self._idle.set_minutes(0)
            self.gate.change_user(actor)

    def _log_out(self) -> None:
        actor = self.actor()
        if actor is not None:
            self._idle.set_minutes(0)
            self.gate.log_out(actor)
            self.window.forget(actor.user_id)

    # -- what is always said --------------------------------------------------------------------------------------

    def _heard(self, tables: frozenset[str]) -> None:
        """Something changed; settings of this machine count at once."""
        if "settings" in tables and self.actor() is not None:
            self._idle.set_minutes(self._program.settings.values.idle_lock_minutes)
        if tables != {"sync"}:
            self._look()

    def _look(self) -> None:
        """Bring the status line and the person's button up to date."""
        shell, store = self.window.shell(), self.store
        if shell is None or store is None:
            return
        from zhangshu_desk.accounts import housekeeping, queries

        def ask() -> tuple[dict[str, str], int | None]:
            names = {row.id: row.name for row in queries.counters(store)}
            backups = housekeeping.backups(self._program.paths)
            return names, backups[0].at if backups else None

        self._program.work.do(shell, ask, lambda found: self._say(shell, *found))
        if self.sync is not None:
            self.sync.look()

    def _say(self, shell: Shell, counters: dict[str, str], backup: int | None) -> None:
        actor = shell.desk.session.actor
        now = self._program.clock.now()
        shell.top.who.say(counters.get(actor.counter_id or "", "未坐窗口"), actor.name)
        shell.status.show_facts((self._printer(), _backup_words(backup, now), _date_words(now)))

    def _printer(self) -> str:
        name = self._program.settings.values.slip_printer
        return {"": "未设票据打印机", "pdf": "号票存为 PDF"}.get(name, f"票据打印机 {name}")

    def _trouble(self) -> DeskError | None:
        return self.store.full if self.store is not None else None

    def _try_writing(self) -> None:
        from zhangshu_desk.accounts import housekeeping

        store = self.store
        if store is not None:
            self._program.work.do(
                self, lambda: housekeeping.try_writing(store), lambda _none: self.banner.tried(None), self.banner.tried
            )


def _backup_words(backup: int | None, now: int) -> str:
    if backup is None:
        return "尚无备份"
    today = day_of(backup) == day_of(now)
    return f"上次备份 {'今天' if today else day_of(backup).isoformat()} {hm(backup)}"


def _date_words(now: int) -> str:
    today = day_of(now)
    return f"{today.isoformat()} {weekday(today)}"

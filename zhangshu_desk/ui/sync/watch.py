"""One window's eye on the connection to the centre: keeps its status line truthful, answers what is pressed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, QTimer

from zhangshu_desk.core.clock import Clock
from zhangshu_desk.core.link import Link, LinkState
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.main_window import MainWindow
from zhangshu_desk.ui.sync.words import honest, status_words
from zhangshu_desk.ui.tone import Tone
from zhangshu_desk.ui.work import Work

if TYPE_CHECKING:
    from zhangshu_desk.db.store import Store
    from zhangshu_desk.ui.shell.shell import Shell

INBOX = "待核对"
QUIET_MS = 1_500
"""A cycle is not mentioned before it has taken so long: the line would flicker every minute and after every act."""


class Linked(Protocol):
    """What is needed of the program. `asked_passphrase`: a window has asked for it already since the start."""

    asked_passphrase: bool

    @property
    def clock(self) -> Clock: ...
    @property
    def bus(self) -> Bus: ...
    @property
    def work(self) -> Work: ...
    @property
    def link(self) -> Link | None: ...
    @property
    def store(self) -> Store | None: ...


@dataclass(frozen=True)
class Counts:
    """What the store says: operations that wait, operations ever made, open entries of the inbox."""

    waiting: int = 0
    recorded: int = 0
    conflicts: int = 0


class SyncWatch(QObject):
    """Follows the bus' `sync`; the seat calls `look` for everything else that may have changed."""

    def __init__(self, program: Linked, window: MainWindow) -> None:
        super().__init__()
        self._program, self._window = program, window
        self._counts = Counts()
        self._tone = Tone.MUTED
        self._tells_busy = False
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET_MS)
        self._quiet.timeout.connect(lambda: self._say(quietly=False))
        program.bus.changed.connect(self._heard)

    def close(self) -> None:
        """The window goes; hear nothing more."""
        self._quiet.stop()
        self._program.bus.changed.disconnect(self._heard)

    def attach(self, shell: Shell) -> None:
        """Answer the status line of a person's shell."""
        shell.status.opened.connect(self.open_list)

    def look(self) -> None:
        """Ask the store how much waits, then say it."""
        shell, store = self._window.shell(), self._program.store
        if shell is not None and store is not None:
            self._program.work.do(shell, lambda: _counted(store), self._show)

    def open_list(self) -> None:
        """What is behind the words: the passphrase where it is missing, else the list of what waits."""
        shell, link = self._window.shell(), self._program.link
        if shell is None or link is None:
            return
        if link.status().state is LinkState.LOCKED:
            self._ask_passphrase(shell, link)
            return
        from zhangshu_desk.ui.sync.waiting_dialog import WaitingDialog

        WaitingDialog(self._window, shell.desk).open()

    def sync_now(self) -> None:
        """立即同步: a cycle at once; who is not connected is told what is missing."""
        shell, link = self._window.shell(), self._program.link
        if shell is None or link is None:
            return
        state = link.status().state
        if state is LinkState.ALONE:
            self._window.notices.info("本站还没有连接中心，记录都在本机。由站长在「管理 → 中心」入网。")
        elif state is LinkState.LOCKED:
            self._ask_passphrase(shell, link)
        else:
            link.sync_now()

    def _heard(self, tables: frozenset[str]) -> None:
        link = self._program.link
        if "sync" not in tables or link is None:
            return
        if link.status().waiting or link.status().state is not LinkState.RESTING:
            self._say(quietly=True)
        self.look()  # all is well only when the store says so too

    def _show(self, counts: Counts) -> None:
        self._counts = counts
        self._say(quietly=True)

    def _say(self, *, quietly: bool) -> None:
        shell, link = self._window.shell(), self._program.link
        if shell is None or link is None:
            return
        status = honest(link.status(), self._counts.waiting)
        shell.set_count(INBOX, self._counts.conflicts)
        busy = status.state is LinkState.BUSY
        lies = self._tone is Tone.GOOD and status.waiting > 0
        if busy and quietly and not self._tells_busy and not lies and shell.status.text().whole():
            if not self._quiet.isActive():
                self._quiet.start()
            return
        self._quiet.stop()
        self._tells_busy = busy
        text, self._tone = status_words(status, self._program.clock.now(), self._counts.recorded)
        shell.status.say(text, self._tone)
        if status.state is LinkState.LOCKED and not self._program.asked_passphrase:
            self._program.asked_passphrase = True
            QTimer.singleShot(0, self._ask_at_start)

    def _ask_at_start(self) -> None:
        shell, link = self._window.shell(), self._program.link
        if shell is not None and link is not None and link.status().state is LinkState.LOCKED:
            self._ask_passphrase(shell, link)

    def _ask_passphrase(self, shell: Shell, link: Link) -> None:
        from zhangshu_desk.ui.sync.passphrase_dialog import PassphraseDialog

        PassphraseDialog(self._window, shell.desk.work, link).open()


def _counted(store: Store) -> Counts:
    from zhangshu_desk.accounts import housekeeping
    from zhangshu_desk.conflicts import queries

    return Counts(store.waiting(), housekeeping.recorded(store), queries.open_count(store))

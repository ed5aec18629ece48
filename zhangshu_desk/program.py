"""What the windows of one desk share: store, work, settings, call display; built and closed in reverse."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication

from zhangshu_desk.core import logs
from zhangshu_desk.core.clock import MINUTE, Clock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.core.settings import Settings
from zhangshu_desk.ui.bus import Bus
from zhangshu_desk.ui.dialogs.bug import report_bug
from zhangshu_desk.ui.fonts import speak_chinese
from zhangshu_desk.ui.main_window import MainWindow
from zhangshu_desk.ui.seat import Seat
from zhangshu_desk.ui.theme import dress
from zhangshu_desk.ui.work import Cancelled, Progress, Work

if TYPE_CHECKING:
    from zhangshu_desk.core.link import Link
    from zhangshu_desk.db.store import Store
    from zhangshu_desk.linking import MakeLink
    from zhangshu_desk.ui.display import CallDisplay
    from zhangshu_desk.ui.speech import Speaker

LOOK_EVERY_MS = 2_000
"""How often a commit of another process is looked for."""
LINK_AFTER_MS = 3_000
"""The centre is spoken to when the desk has been opened and people can work."""
SETTLED_AFTER_MS = 3_000
"""So long after the opening everything that a desk keeps for the day has been made."""
_SCHEMES = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}


class Program(QObject):
    """Everything the windows of one desk share.

    Signals: `opened` when the store is open and people can log in; `refused` when it does not open.

    Attributes:
        link: the connection to the centre, there while the store is open.
        asked_passphrase: whether a window has asked for the passphrase of the link since the start.
    """

    opened = Signal()
    refused = Signal()

    def __init__(self, where: Paths, clock: Clock, make_link: MakeLink | None = None) -> None:
        super().__init__()
        self._make_link = make_link
        self.link: Link | None = None
        self.asked_passphrase = False
        self.paths, self.clock = where, clock
        self._log = logs.start(where.logs)
        logs.catch_bugs(report_bug)
        self.settings = Settings(where.settings)
        self.bus = Bus(self)
        self.work = Work(on_bug=report_bug, parent=self)
        self.store: Store | None = None
        self.seats: list[Seat] = []
        self._scheme = ""
        self.display: CallDisplay | None = None
        self._speaker: Speaker | None = None
        self._look = QTimer(self)
        self._look.setInterval(LOOK_EVERY_MS)
        self._look.timeout.connect(self._look_elsewhere)
        self._line: QObject | None = None
        self._link_up = QTimer(self)
        self._link_up.setSingleShot(True)
        self._link_up.setInterval(LINK_AFTER_MS)
        self._link_up.timeout.connect(self._start_link)
        self._care = QTimer(self)
        self._care.setInterval(10 * MINUTE)
        self._care.timeout.connect(self._daily_backup)

    def start(self, window: MainWindow) -> None:
        """Put the first state into a window that is on the screen already, and open the store."""
        app = QApplication.instance()
        assert isinstance(app, QApplication), "a window needs one"
        speak_chinese(app)
        self.dress()
        self.open_seat(window)
        self._open_store()

    def dress(self) -> None:
        """Put the chosen colour scheme on, if it changed."""
        wanted = self.settings.values.colour_scheme
        app = QApplication.instance()
        if isinstance(app, QApplication) and wanted != self._scheme:
            self._scheme = wanted
            dress(app, _SCHEMES.get(wanted))

    def open_seat(self, window: MainWindow | None = None) -> Seat:
        """One more window, for another person at another counter."""
        seat = Seat(self, window or MainWindow())
        self.seats.append(seat)
        seat.closed.connect(lambda: self._seat_closed(seat))
        seat.begin(first_start=not self.paths.database.exists())
        if self.store is not None:
            seat.opened(self.store)
        return seat

    def open_another(self) -> None:
        """The same, asked for from a window's menu."""
        self.open_seat()

    def toggle_display(self) -> None:
        """Show or hide the call display; there is one for the hall."""
        if self.display is not None:
            self.display.close()
        elif self.store is not None:
            from zhangshu_desk.ui.display import CallDisplay
            from zhangshu_desk.ui.speech import Speaker

            if self._speaker is None:
                self._speaker = Speaker(self.settings)
            self.display = CallDisplay(self.bus, self.work, self.store, self.clock, self.settings, self._speaker)
            self.display.closed.connect(self._display_closed)
            self.display.appear()

    def _display_closed(self) -> None:
        if self.display is not None:
            self.display.deleteLater()
            self.display = None

    def raise_first(self) -> None:
        """Bring the window to the front: somebody started the program a second time."""
        if self.seats:
            self.seats[0].window.setWindowState(self.seats[0].window.windowState() & ~Qt.WindowState.WindowMinimized)
            self.seats[0].window.show()
            self.seats[0].window.raise_()
            self.seats[0].window.activateWindow()

    def reopen(self) -> None:
        """Open the store anew; the seats hear how it went."""
        self._part_from_centre()
        if self.store is not None:
            self.store.close()
            self.store = None
        self._open_store()

    def close(self) -> None:
        """Close windows, finish what is being written, close the store."""
        self._look.stop()
        self._care.stop()
        if self.display is not None:
            self.display.close()
        for seat in list(self.seats):
            seat.close()
        if self._speaker is not None:
            self._speaker.close()
        self.work.close()
        self._part_from_centre()
        if self.store is not None:
            self.store.close()
        logs.stop(self._log)

    def open_folder(self) -> None:
        """Show the data folder in the system's file manager."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.paths.data)))

    def leave(self) -> None:
        """End the program."""
        QCoreApplication.quit()

    def fill_demo(self, store: Store, progress: Progress) -> tuple[str, str]:
        """Fill the empty store with a made-up park; returns login and password of its supervisor.

        Raises:
            DeskError: `demo.cancelled`; what was half-made is put aside and the desk is as new.
        """
        from zhangshu_desk import demo
        from zhangshu_desk.db import backup

        now = self.clock.now()
        try:
            return demo.fill_open_store(store, now, progress)
        except Cancelled as error:
            self._end_link()  # it must not look into a store that is closed
            store.close()
            backup.recover_aside(self.paths, now)
            raise DeskError("demo.cancelled") from error

    # -- the store ------------------------------------------------------------------------------------------------

    def _open_store(self) -> None:
        where, clock = self.paths, self.clock
        self.work.do(self, lambda: _opened(where, clock.now()), self._have_store, self._have_none)

    def _have_store(self, store: Store) -> None:
        self.store = store
        store.listen(self.bus.announce)
        self._meet_centre(store)
        for seat in self.seats:
            seat.opened(store)
        self._look.start()
        self._care.start()
        QTimer.singleShot(5_000, self._daily_backup)
        QTimer.singleShot(SETTLED_AFTER_MS, _settle_memory)
        self.opened.emit()

    def _have_none(self, error: DeskError) -> None:
        self.store = None
        for seat in self.seats:
            seat.failed(error)
        self.refused.emit()

    def _meet_centre(self, store: Store) -> None:
        """Make the link; it begins to speak to the centre a little later."""
        from zhangshu_desk import linking
        from zhangshu_desk.db.base import synced_names

        synced = synced_names()
        link = (self._make_link or linking.make)(store, self.paths, self.settings, self.clock)
        link.listen(lambda _status: self.bus.announce({"sync"}))
        store.listen(lambda tables: link.nudge() if tables & synced else None)
        self.link = link
        self._link_up.start()

    def _start_link(self) -> None:
        if self.link is not None:
            self.link.start()
        if self._line is None:
            from zhangshu_desk.ui.sync.network import LineWatch

            self._line = LineWatch(self._line_changed, self)

    def _line_changed(self) -> None:
        """The network is another one: do not wait for the end of a back-off."""
        if self.link is not None:
            self.link.sync_now()

    def _part_from_centre(self) -> None:
        """End what runs with the centre; always before the store is closed."""
        self._link_up.stop()
        self._end_link()

    def _end_link(self) -> None:
        link, self.link = self.link, None
        if link is not None:
            link.close()

    def _look_elsewhere(self) -> None:
        if self.store is not None and not self.store.closed and not self.work.busy():
            self.work.do(self, self.store.changed_elsewhere, self._heard_elsewhere)

    def _heard_elsewhere(self, changed: bool) -> None:
        if changed:
            from zhangshu_desk.db.base import synced_names

            self.bus.announce(synced_names())
            if self.link is not None:
                self.link.nudge()

    def _daily_backup(self) -> None:
        store = self.store
        if store is None or store.closed or store.full is not None:
            return
        kept, now = self.settings.values.backups_kept, self.clock.now()
        self.work.do_slow(self, lambda: _backed_up(store, kept, now), lambda _made: self.bus.announce({"backups"}))

    def _seat_closed(self, seat: Seat) -> None:
        if seats := [one for one in self.seats if one is not seat]:
            self.seats = seats
            QTimer.singleShot(0, seat.close)  # not inside the window's own close event
        else:
            self.leave()  # the last one is closed with the program


def _settle_memory() -> None:
    """What is there now stays until the end: the collector need not look through it again.

    Looking through all of it takes a tenth of a second in which the window stands still, and a large pull asks for it.
    """
    gc.collect()
    gc.freeze()


def _opened(where: Paths, now: int) -> Store:
    from zhangshu_desk.db.store import open_store
    from zhangshu_desk.reception.catalogue import catalogue_of

    store = open_store(where, now)
    catalogue_of(store)  # from here on it hears of every change before the pages do
    return store


def _backed_up(store: Store, kept: int, now: int) -> bool:
    from zhangshu_desk.accounts import housekeeping

    return housekeeping.daily(store, kept, now)

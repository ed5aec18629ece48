"""The one place where the desk gets its connection to the centre, and how that is kept off the start and the window."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import LinkState, LinkStatus

if TYPE_CHECKING:
    from pathlib import Path

    from zhangshu_desk.core.clock import Clock
    from zhangshu_desk.core.link import CheckReport, Claim, Link, Probe, Progress, WaitingAct
    from zhangshu_desk.core.paths import Paths
    from zhangshu_desk.core.settings import Settings
    from zhangshu_desk.db.store import Store

MakeLink = Callable[["Store", "Paths", "Settings", "Clock"], "Link"]
AFTER_S = 0.4
"""People log in first: making the link loads the HTTP library and asks the keyring."""
_PATIENCE_S = 5.0


def make(store: Store, where: Paths, settings: Settings, clock: Clock) -> Link:
    """The connection of an open store; it does nothing before its `start`."""
    return LateLink(lambda: _real(store, where, settings, clock))


def _real(store: Store, where: Paths, settings: Settings, clock: Clock) -> Link:
    from zhangshu_desk.labels.actions import keep_stock
    from zhangshu_desk.labels.rules.batches import rules_from
    from zhangshu_desk.sync.link import DeskLink
    from zhangshu_desk.sync.secrets import MachineVault

    if store.meta("station_id"):
        with contextlib.suppress(DeskError):  # a full disk is told elsewhere; the next start wishes again
            keep_stock(store, rules_from(settings.values))
    return DeskLink(store, MachineVault(where.data), clock)


class LateLink:
    """A link that is made on a thread of its own a moment after the store was opened, or as soon as it is needed.

    Until then its status is `BUSY`; a keyring that waits for a person holds up nothing but the synchronising.
    """

    def __init__(self, make: Callable[[], Link]) -> None:
        self._make = make
        self._real: Link | None = None
        self._lock = threading.Lock()
        self._listeners: list[Callable[[LinkStatus], None]] = []
        self._wanted = threading.Event()
        self._started = self._closed = False
        self._thread = threading.Thread(target=self._later, name="link", daemon=True)
        self._thread.start()

    def status(self) -> LinkStatus:
        real = self._real
        return real.status() if real is not None else LinkStatus(LinkState.BUSY)

    def listen(self, listener: Callable[[LinkStatus], None]) -> None:
        with self._lock:
            self._listeners.append(listener)
            if self._real is not None:
                self._real.listen(listener)

    def start(self) -> None:
        self._started = True
        self._wanted.set()
        if self._real is not None:
            self._real.start()

    def close(self) -> None:
        self._closed = True
        self._wanted.set()
        self._thread.join(_PATIENCE_S)
        if self._real is not None:
            self._real.close()

    def nudge(self) -> None:
        if self._real is not None:
            self._real.nudge()

    def sync_now(self) -> None:
        if self._real is not None:
            self._real.sync_now()

    def probe(self, address: str) -> Probe:
        return self._there().probe(address)

    def enrol(self, probe: Probe, code: str, passphrase: str = "") -> None:
        self._there().enrol(probe, code, passphrase)

    def has_keyring(self) -> bool:
        return self._there().has_keyring()

    def unlock(self, passphrase: str) -> None:
        self._there().unlock(passphrase)

    def waiting_acts(self, limit: int = 500) -> tuple[WaitingAct, ...]:
        return self._there().waiting_acts(limit)

    def retry(self, tx: str) -> None:
        self._there().retry(tx)

    def check_now(self, progress: Progress) -> CheckReport:
        return self._there().check_now(progress)

    def claim(self, visit_id: str, actor_name: str, counter_name: str) -> Claim:
        return self._there().claim(visit_id, actor_name, counter_name)

    def export_exchange(self, target: Path) -> int:
        return self._there().export_exchange(target)

    def import_answer(self, source: Path) -> int:
        return self._there().import_answer(source)

    def _later(self) -> None:
        self._wanted.wait(AFTER_S)
        if self._closed:
            return
        real = self._there()
        for listener in list(self._listeners):
            listener(real.status())
        if self._started:
            real.start()

    def _there(self) -> Link:
        """The real one, made now if nobody has needed it yet; for worker threads."""
        with self._lock:
            if self._real is None:
                if self._closed:
                    raise DeskError("sync.unreachable")
                made = self._make()
                for listener in self._listeners:
                    made.listen(listener)
                self._real = made
            return self._real

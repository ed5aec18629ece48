"""The connection to the centre as the windows know it: one thread that synchronises, one that listens for news.

The synchronising thread wakes when something was committed here, when the centre has news, when a person asks, when
the line came back, and in any case every minute; after a failure ever more rarely, and at random, so that the stations
of a park do not all come back in the same second. Nothing waits for an event only.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from zhangshu_desk.core.clock import Clock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.failpoints import reach
from zhangshu_desk.core.link import CheckReport, Claim, LinkState, LinkStatus, Probe, Progress, WaitingAct
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.sync import books, checking, enrolment, transport, wire
from zhangshu_desk.sync.cycle import Cycle, Diverged, Result, Told, waiting_of
from zhangshu_desk.sync.secrets import Vault
from zhangshu_desk.sync.status import Board
from zhangshu_desk.sync.transport import HOLD_S, Centre, Refused, Unreachable

PERIOD_S = 60.0
SOON_S = 0.15
"""What is committed within so short a time goes in one push."""
LONGEST_BACKOFF_S = 300.0
MOST_NEWS_PER_S = 4
T = TypeVar("T")
_log = logging.getLogger(__name__)

Connect = Callable[[str, str, str, str], Centre]
"""(address, CA, station, secret) → the centre."""


def connect(address: str, ca_pem: str, station: str, secret: str) -> Centre:
    """The centre over HTTPS."""
    return Centre(transport.connect(address, ca_pem), station, secret)


class DeskLink:
    """Implements `core.link.Link` for one open store.

    Args:
        connect: how the centre is reached; tests put faults in between.
    """

    def __init__(self, store: Store, vault: Vault, clock: Clock, connect: Connect = connect) -> None:
        self._store, self._vault, self._clock, self._connect = store, vault, clock, connect
        self._centre: Centre | None = None
        self._cycling = threading.Lock()
        self._wake = threading.Condition()
        self._asked = self._due = self._news = self._closed = False
        self._failures = 0
        self._online = threading.Event()
        self._threads: list[threading.Thread] = []
        self._board = Board(store, self._at_rest)
        with store.merge() as merge:
            books.ensure_lives(merge.db)
        self._board.look()

    # -- what windows ask -------------------------------------------------------------------------------------------

    def status(self) -> LinkStatus:
        return self._board.status

    def listen(self, listener: Callable[[LinkStatus], None]) -> None:
        self._board.listen(listener)

    def start(self) -> None:
        if not self._threads:
            self._threads = [
                threading.Thread(target=self._synchronise, name="sync", daemon=True),
                threading.Thread(target=self._hear_news, name="sync-news", daemon=True),
            ]
            for thread in self._threads:
                thread.start()

    def close(self) -> None:
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        self._online.set()
        if self._centre is not None:
            self._centre.close()
        for thread in self._threads:
            thread.join()

    def nudge(self) -> None:
        with self._wake:
            self._due = True
            self._wake.notify_all()

    def sync_now(self) -> None:
        with self._wake:
            self._asked = True
            self._wake.notify_all()

    def probe(self, address: str) -> Probe:
        return transport.probe(address)

    def enrol(self, probe: Probe, code: str, passphrase: str = "") -> None:
        with self._cycling:
            self._drop()
            nobody = self._connect(probe.address, probe.ca_pem, "", "")
            try:
                enrolment.enrol(self._store, nobody, self._vault, probe, code, passphrase, self._clock.now)
            finally:
                nobody.close()
        self._board.settle(self._at_rest())
        self.sync_now()

    def has_keyring(self) -> bool:
        return self._vault.has_keyring()

    def unlock(self, passphrase: str) -> None:
        self._vault.unlock(self._word("station_id"), passphrase)
        self._board.settle(self._at_rest())
        self.sync_now()

    def waiting_acts(self, limit: int = 500) -> tuple[WaitingAct, ...]:
        with self._store.read() as session:
            rows = bare(session).execute(_WAITING_ACTS, (limit,)).fetchall()
        return tuple(WaitingAct(*row) for row in rows)

    def retry(self, tx: str) -> None:
        with self._store.merge() as merge:
            merge.db.execute("UPDATE rejections SET retry = 1 WHERE tx = ?", (tx,))
        self.sync_now()

    def check_now(self, progress: Progress) -> CheckReport:
        return self._with_centre(lambda centre: self._check(centre, progress))

    def claim(self, visit_id: str, actor_name: str, counter_name: str) -> Claim:
        centre = self._known_centre()
        if centre is None or not self._online.is_set():
            raise DeskError("sync.unreachable", address=self._word("centre_address"), detail="")
        try:
            said = centre.claim(visit_id, actor_name, counter_name)
        except (Unreachable, Refused) as error:
            raise DeskError("sync.unreachable", address=self._word("centre_address"), detail=str(error)) from error
        return Claim(said["granted"], said.get("by") or "", said.get("counter") or "")

    def export_exchange(self, target: Path) -> int:
        from zhangshu_desk.sync import exchange

        try:
            return exchange.write_outbox(self._store, self._secret(), target, self._clock.now())
        except OSError as error:
            raise DeskError("sync.stick_refused", path=target, detail=error.strerror or "") from error

    def import_answer(self, source: Path) -> int:
        from zhangshu_desk.sync import exchange

        try:
            count = exchange.read_answer(self._store, self._secret(), source, self._clock.now())
        except OSError as error:
            raise DeskError("sync.stick_refused", path=source, detail=error.strerror or "") from error
        self._board.look()
        return count

    def run_cycle(self) -> Result:
        """One cycle in the calling thread; for commands and tests. Raises `DeskError("sync.*")`."""
        return self._with_centre(self._cycle)

    # -- the threads ------------------------------------------------------------------------------------------------

    def _synchronise(self) -> None:
        wait = 0.0
        while self._sleep(wait):
            wait = PERIOD_S
            centre = self._known_centre()
            if centre is None:
                self._board.settle(self._at_rest())
                continue
            try:
                with self._cycling:
                    self._cycle(centre)
            except Exception as error:  # noqa: BLE001 - the thread lives on; the status says what is wrong
                wait = self._failed(error)
            else:
                self._failures = 0
                self._online.set()

    def _sleep(self, seconds: float) -> bool:
        """Until it is time or somebody wakes us; False when the link is closed."""
        until = time.monotonic() + seconds
        while True:
            with self._wake:
                woken = self._wake.wait_for(self._is_woken, max(0.0, until - time.monotonic()))
                only_due = woken and not (self._closed or self._asked or self._news)
                if only_due:
                    self._wake.wait_for(lambda: self._closed or self._asked, self._patience())
                    only_due = not (self._closed or self._asked)
                self._asked = self._due = self._news = False
                if self._closed:
                    return False
            if not only_due or self._has_waiting():
                return True  # what only arrived from the centre was announced as a change too, but is not to be sent

    def _has_waiting(self) -> bool:
        with self._store.read() as session:
            return waiting_of(bare(session))[0] > 0

    def _is_woken(self) -> bool:
        return self._closed or self._asked or self._due or self._news

    def _patience(self) -> float:
        """A moment to gather what is committed one after the other; after failures the rest of the back-off."""
        return SOON_S if not self._failures else min(2.0**self._failures, 30.0)

    def _hear_news(self) -> None:
        """Ask the centre to tell as soon as it has more than we read; a cycle then fetches it."""
        while not self._closed:
            self._online.wait()
            centre = self._centre
            if self._closed or centre is None:
                self._online.clear()
                continue
            try:
                since = self._feed_base()
                news = centre.wait(since, HOLD_S if self.status().live else 0) > since
            except (Unreachable, Refused, RuntimeError):  # RuntimeError: the client was closed meanwhile
                self._board.note(live=False)
                self._online.clear()  # the next cycle that goes well sets it
                continue
            self._board.note(live=True)
            if news:
                with self._wake:
                    self._news = True
                    self._wake.notify_all()
                    # until the cycle has read it, asking again would be answered at once
                    self._wake.wait_for(lambda: self._closed, 1 / MOST_NEWS_PER_S)

    def _failed(self, error: Exception) -> float:
        """Say what is wrong, and how long to wait before the next try: full jitter up to five minutes."""
        self._online.clear()
        if self._closed:
            return 0.0
        self._failures += 1
        state, code, facts = _meaning(error)
        if state is LinkState.STOPPED and not isinstance(error, DeskError):
            _log.error("synchronising failed", exc_info=error)
        self._board.settle(state, code, facts)
        bound = min(2.0**self._failures, LONGEST_BACKOFF_S)
        asked_for = error.retry_after if isinstance(error, Unreachable) else 0.0
        return max(1.0, asked_for, random.uniform(0, bound))

    # -- cycles -----------------------------------------------------------------------------------------------------

    def _cycle(self, centre: Centre) -> Result:
        self._board.note(state=LinkState.BUSY)
        result = Cycle(self._store, centre, self._clock.now, self._tell, lambda: self._closed).run()
        if result.secret:
            self._new_secret(result.secret)
        self._board.contact(self._clock.now(), result.notices)
        self._board.settle(LinkState.TOO_OLD if result.too_old else LinkState.RESTING)
        return result

    def _tell(self, told: Told) -> None:
        self._board.progress(told)

    def _new_secret(self, secret: str) -> None:
        self._vault.keep(self._word("station_id"), secret, "")
        reach("desk.secret_kept")
        with self._store.merge() as merge:
            books.say(merge.db, secret_since=self._clock.now())
        self._drop()

    def _check(self, centre: Centre, progress: Progress) -> CheckReport:
        result = self._cycle(centre)
        rows = checking.reread(self._store, progress)
        differing, repaired, offered = 0, result.repaired, result.offered
        for tbl in wire.PULLED:
            mended, lost = checking.repair(self._store, centre, tbl)
            differing += bool(mended or lost)
            repaired, offered = repaired + mended, offered + lost
        after = self._cycle(centre)
        with self._store.read() as session:
            waiting, _ = waiting_of(bare(session))
        return CheckReport(rows, differing, repaired + after.repaired, offered + after.offered, not waiting, waiting)

    def _with_centre(self, do: Callable[[Centre], T]) -> T:
        """Run `do` in this thread, alone; what goes wrong is said in a sentence."""
        centre = self._known_centre()
        if centre is None:
            raise DeskError("sync.locked" if self._at_rest() is LinkState.LOCKED else "sync.not_enrolled")
        try:
            with self._cycling:
                found = do(centre)
        except DeskError as error:  # the store's: the disk is full …
            self._failed(error)
            raise
        except (Unreachable, Refused, Diverged) as error:
            self._failed(error)
            state, code, facts = _meaning(error)
            raise DeskError(code or f"sync.{state.value}", **facts) from error
        self._failures = 0
        self._online.set()
        return found

    # -- who we are -------------------------------------------------------------------------------------------------

    def _known_centre(self) -> Centre | None:
        """The centre, if this station is enrolled and its secret open."""
        if self._centre is None and not self._closed:
            with self._store.read() as session:
                db = bare(session)
                address, ca_pem = books.word(db, "centre_address"), books.word(db, "centre_ca")
                station = books.word(db, "station_id")
            secret = self._vault.find(station) if address else None
            if secret:
                self._centre = self._connect(address, ca_pem, station, secret)
        return self._centre

    def _at_rest(self) -> LinkState:
        """Where a station stands that is not synchronising."""
        with self._store.read() as session:
            db = bare(session)
            address, station = books.word(db, "centre_address"), books.word(db, "station_id")
        if not address:
            return LinkState.ALONE
        if self._vault.find(station):
            return LinkState.RESTING if self._board.status.last_contact_at else LinkState.OFFLINE
        return LinkState.LOCKED if self._vault.locked(station) else LinkState.UNKNOWN

    def _secret(self) -> str:
        station = self._word("station_id")
        secret = self._vault.find(station) if self._word("centre_address") else None
        if secret:
            return secret
        raise DeskError("sync.locked" if self._vault.locked(station) else "sync.not_enrolled")

    def _drop(self) -> None:
        """Forget the connection; the next one is made with what is known then."""
        centre, self._centre = self._centre, None
        self._online.clear()
        if centre is not None:
            with suppress(RuntimeError):
                centre.close()

    def _word(self, key: str) -> str:
        with self._store.read() as session:
            return books.word(bare(session), key)

    def _feed_base(self) -> int:
        with self._store.read() as session:
            return books.number(bare(session), "feed_base")


_WAITING_ACTS = """
    SELECT o.tx, min(o.created), coalesce(a.act, ''), coalesce(a.actor_name, ''), coalesce(a.tbl, min(o.tbl)),
        coalesce(a.row_id, min(o.row_id)), count(*), o.state, coalesce(r.code, ''), coalesce(r.detail, '')
    FROM outbox o LEFT JOIN audit a ON a.tx = o.tx LEFT JOIN rejections r ON r.tx = o.tx
    WHERE o.state IN ('pending', 'rejected')
    GROUP BY o.tx ORDER BY o.state = 'pending', min(o.seq) LIMIT ?"""


def _meaning(error: Exception) -> tuple[LinkState, str, dict[str, Any]]:
    """What a failure means: state, code of its sentence, facts."""
    if isinstance(error, Unreachable):
        return LinkState.OFFLINE, "sync.unreachable", {"detail": str(error), "address": ""}
    if isinstance(error, Refused):
        if error.status == 403 and error.error == "revoked":
            return LinkState.REVOKED, "sync.revoked", {"reason": error.facts.get("reason", "")}
        if error.status == 401:
            return LinkState.UNKNOWN, "sync.unknown", {}
        if error.status == 426:
            return LinkState.TOO_OLD, "sync.too_old", {"min_client": error.facts.get("min_client", "")}
        return LinkState.STOPPED, "sync.refused", {"detail": str(error)}
    if isinstance(error, Diverged):
        return LinkState.STOPPED, "sync.diverged", {"tables": str(error)}
    if isinstance(error, DeskError):
        return LinkState.STOPPED, error.code, error.facts
    return LinkState.STOPPED, "sync.bug", {"detail": type(error).__name__}

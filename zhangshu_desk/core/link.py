"""What the windows know of the connection to the centre: its state in facts, and what can be asked of it.

The windows never see `sync`; `app.py` hands them the one that is there. Everything but `status` may take seconds and is
called on a worker thread (`work.do_slow`, `work.do_long`); refusals are `DeskError("sync.*")`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

Progress = Callable[[int, int], None]


class LinkState(StrEnum):
    """Where the station stands."""

    ALONE = "alone"
    """Never enrolled: works on its own."""
    LOCKED = "locked"
    """Enrolled, but the secret needs its passphrase first (there is no keyring here)."""
    RESTING = "resting"
    """The last cycle went well."""
    BUSY = "busy"
    """A cycle is running."""
    LOADING = "loading"
    """The first copy, or a new one, is being read from the centre."""
    OFFLINE = "offline"
    """The centre cannot be reached."""
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """The centre does not know this station or its secret: enrol anew."""
    TOO_OLD = "too_old"
    """This program is too old to receive; what is made here is still sent."""
    STOPPED = "stopped"
    """Something is wrong that trying again does not mend; `trouble` says what."""


@dataclass(frozen=True)
class LinkStatus:
    """The connection at one moment.

    Attributes:
        waiting: operations the centre has not acknowledged; oldest_at: when the first of them was made, ms UTC.
        rejected: operations the centre refused.
        sent, to_send: of the push that is running. loaded, to_load: rows of the copy that is being read.
        last_contact_at: when the centre last answered, ms UTC.
        offset_ms: how far this machine's clock is ahead of the centre's (negative: behind).
        conflicts: open entries of the inbox.
        trouble: code of a sentence in `errors.toml` with its facts in `trouble_facts`; empty when all is well.
        live: the centre tells of changes as they happen (else every minute).
        address: of the centre; site: name of the site.
    """

    state: LinkState = LinkState.ALONE
    waiting: int = 0
    oldest_at: int | None = None
    rejected: int = 0
    sent: int = 0
    to_send: int = 0
    loaded: int = 0
    to_load: int = 0
    last_contact_at: int | None = None
    offset_ms: int = 0
    conflicts: int = 0
    trouble: str = ""
    trouble_facts: tuple[tuple[str, object], ...] = ()
    live: bool = False
    address: str = ""
    site: str = ""


@dataclass(frozen=True)
class Probe:
    """What a centre says before one trusts it.

    Attributes:
        fingerprint: SHA-256 of its CA certificate, `AB:CD:…`; to be compared with what the centre's people read out.
        ca_pem: that certificate.
    """

    address: str
    server_id: str
    fingerprint: str
    ca_pem: str


@dataclass(frozen=True)
class WaitingAct:
    """One act (a local transaction) that the centre does not have, or refused.

    Attributes:
        act: code of `core/acts.py`; actor: shown name; ops: number of its operations.
        state: `pending` or `rejected`; code: why it was refused, `detail` in words for support.
    """

    tx: str
    at: int
    act: str
    actor: str
    tbl: str
    row_id: str
    ops: int
    state: str
    code: str = ""
    detail: str = ""


@dataclass(frozen=True)
class CheckReport:
    """What 数据核对 found: rows compared, tables that differed, rows repaired, rows offered to the centre again.

    `agrees`: station and centre are equal now; `waiting`: operations that could not be compared yet.
    """

    rows: int
    differing_tables: int
    repaired: int
    offered: int
    agrees: bool
    waiting: int


@dataclass(frozen=True)
class Claim:
    """Whether the centre let this station call somebody else's ticket; `by`, `counter`: who has it otherwise."""

    granted: bool
    by: str = ""
    counter: str = ""


class Link(Protocol):
    """The connection to the centre."""

    def status(self) -> LinkStatus:
        """How things stand; costs nothing, may be called on any thread."""
        ...

    def listen(self, listener: Callable[[LinkStatus], None]) -> None:
        """Call `listener` on every change, on a thread of its own."""
        ...

    def start(self) -> None:
        """Begin to synchronise in the background."""
        ...

    def close(self) -> None:
        """Stop and wait until nothing runs any more."""
        ...

    def nudge(self) -> None:
        """Something was committed here: send it soon."""
        ...

    def sync_now(self) -> None:
        """Begin a cycle at once, whatever the back-off; returns immediately."""
        ...

    def probe(self, address: str) -> Probe:
        """Ask a centre who it is, trusting nothing. Raises `sync.unreachable`, `sync.bad_address`, `sync.no_centre`."""
        ...

    def enrol(self, probe: Probe, code: str, passphrase: str = "") -> None:
        """Join: the secret goes to the keyring, or is locked with `passphrase` where there is none.

        Raises:
            DeskError: `sync.code_wrong`, `sync.code_expired`, `sync.code_used`, `sync.fingerprint`,
                `sync.needs_passphrase`, `sync.unreachable` …
        """
        ...

    def has_keyring(self) -> bool:
        """Whether secrets can be kept in the system's keyring."""
        ...

    def unlock(self, passphrase: str) -> None:
        """Open the secret that is locked with a passphrase. Raises `sync.passphrase_wrong`."""
        ...

    def waiting_acts(self, limit: int = 500) -> tuple[WaitingAct, ...]:
        """What the centre does not have or refused, oldest first, rejected ones before."""
        ...

    def retry(self, tx: str) -> None:
        """Ask the centre to look at a refused act again, in a cycle that begins at once."""
        ...

    def check_now(self, progress: Progress) -> CheckReport:
        """Compare everything with the centre and mend what differs. Raises `sync.unreachable` …"""
        ...

    def claim(self, visit_id: str, actor_name: str, counter_name: str) -> Claim:
        """Ask the centre for a ticket of another station; answers within a second or raises `sync.unreachable`."""
        ...

    def export_exchange(self, target: Path) -> int:
        """Write what waits into an encrypted file for a USB stick; returns the number of operations.

        Raises:
            DeskError: `sync.nothing_waiting`, `sync.not_enrolled`, `sync.locked`, `store.disk_full`.
        """
        ...

    def import_answer(self, source: Path) -> int:
        """Take in the centre's answer file; returns how many operations it acknowledged.

        Raises:
            DeskError: `sync.not_an_answer`, `sync.other_station`.
        """
        ...

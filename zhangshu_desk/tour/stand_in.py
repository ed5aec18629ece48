"""A connection to a centre that is not there: it is in whatever state one puts it, and notes what it was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import CheckReport, Claim, LinkState, LinkStatus, Probe, Progress, WaitingAct

FINGERPRINT = ":".join(
    "8F3A51C07B62D49E1A0F5C3388B1E2D4690A7C15F2E34B8D9906AA71C0DE5E21"[at : at + 2] for at in range(0, 64, 2)
)
CODE = "K7QM-2XPD-9RTA-8F3A51C0"


class StandIn:
    """Answers as a `core.link.Link`.

    Attributes:
        acts: what `waiting_acts` answers. report: what `check_now` answers. keyring: whether there is one.
        refusals: what the call of this name raises. asked: the calls with their arguments, in order.
    """

    def __init__(self, status: LinkStatus | None = None) -> None:
        self._status = status or LinkStatus()
        self._listeners: list[Callable[[LinkStatus], None]] = []
        self.acts: tuple[WaitingAct, ...] = ()
        self.report = CheckReport(20_184, 0, 0, 0, True, 0)
        self.keyring = True
        self.refusals: dict[str, DeskError] = {}
        self.asked: list[tuple[str, Any]] = []

    def become(self, **changes: Any) -> None:
        """Change the status and tell who listens."""
        self._status = replace(self._status, **changes)
        for listener in self._listeners:
            listener(self._status)

    def status(self) -> LinkStatus:
        return self._status

    def listen(self, listener: Callable[[LinkStatus], None]) -> None:
        self._listeners.append(listener)

    def start(self) -> None:
        self._note("start")

    def close(self) -> None:
        self._note("close")

    def nudge(self) -> None:
        self._note("nudge")

    def sync_now(self) -> None:
        self._note("sync_now")

    def probe(self, address: str) -> Probe:
        self._note("probe", address)
        return Probe(address, "centre-1", FINGERPRINT, "-----BEGIN CERTIFICATE-----")

    def enrol(self, probe: Probe, code: str, passphrase: str = "") -> None:
        self._note("enrol", (probe.address, code, passphrase))
        self.become(state=LinkState.RESTING, address=probe.address, site="樟树金属家具产业园")

    def has_keyring(self) -> bool:
        return self.keyring

    def unlock(self, passphrase: str) -> None:
        self._note("unlock", passphrase)
        self.become(state=LinkState.RESTING)

    def waiting_acts(self, limit: int = 500) -> tuple[WaitingAct, ...]:
        self._note("waiting_acts", limit)
        return self.acts[:limit]

    def retry(self, tx: str) -> None:
        self._note("retry", tx)

    def check_now(self, progress: Progress) -> CheckReport:
        self._note("check_now")
        for done in range(0, self.report.rows + 1, 5_000):
            progress(done, self.report.rows)
        return self.report

    def claim(self, visit_id: str, actor_name: str, counter_name: str) -> Claim:
        self._note("claim", (visit_id, actor_name, counter_name))
        return Claim(True)

    def export_exchange(self, target: Path) -> int:
        self._note("export_exchange", target)
        return self._status.waiting

    def import_answer(self, source: Path) -> int:
        self._note("import_answer", source)
        return self._status.waiting

    def _note(self, name: str, argument: Any = None) -> None:
        self.asked.append((name, argument))
        if name in self.refusals:
            raise self.refusals[name]

"""What the journeys with a centre share: the centre as a program of its own, and stations with their links."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.sync.park import Rig, new_station
from zhangshu_desk.core.clock import SystemClock
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.link import LinkState, LinkStatus
from zhangshu_desk.sync.link import DeskLink
from zhangshu_desk.sync.secrets import MachineVault

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "一段够长的口令"


def until(true: Callable[[], bool], seconds: float = 60.0) -> float:
    """Wait until it is so; how many seconds that took."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < seconds, "did not come true in time"
        time.sleep(0.01)
    return time.monotonic() - started


class Invitation(NamedTuple):
    """What the people at the centre tell a new station."""

    code: str
    fingerprint: str


class Centre:
    """`zhangshu-server` as its administrator runs it."""

    def __init__(self, folder: Path) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        self.address = f"https://127.0.0.1:{port}"
        self._folder = folder
        self._environment = os.environ | {"ZHANGSHU_STATE_DIR": str(folder / "centre"), "ZHANGSHU_PORT": str(port)}
        self._process: subprocess.Popen[str] | None = None

    def command(self, *words: str) -> str:
        """What a command prints."""
        return subprocess.run(
            [sys.executable, "-m", "zhangshu_server", *words],
            cwd=ROOT, env=self._environment, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = (self._folder / "centre.log").open("a")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "zhangshu_server", "serve"],
            cwd=ROOT, env=self._environment, stdout=log, stderr=log, text=True, start_new_session=True,
        )  # fmt: skip
        log.close()
        until(lambda: self._answers())

    def _answers(self) -> bool:
        from zhangshu_desk.sync import transport

        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "centre.log").read_text()[-3000:]
        try:
            transport.probe(self.address)
        except DeskError:
            return False
        return True

    def stop(self) -> None:
        """Stop it as systemd does."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            assert self._process.wait(60) == 0
            self._process = None

    def invite(self, name: str) -> Invitation:
        """A one-time code with the fingerprint, as its administrator reads them from the terminal."""
        printed = self.command("stations", "code", "--site", "樟树园区", "--name", name)
        code = re.search(r"[A-Z2-7]{4}(?:-[A-Z2-7]{2,4})+-[0-9A-F]{8}", printed)
        fingerprint = re.search(r"[0-9A-F]{2}(?::[0-9A-F]{2}){31}", printed)
        assert code, printed
        assert fingerprint, printed
        return Invitation(code[0], fingerprint[0])


class Desk:
    """A station with its link, over real HTTPS."""

    def __init__(self, folder: Path, name: str) -> None:
        self.rig: Rig = new_station(folder, name, SystemClock().now())
        self.link = DeskLink(self.rig.store, MachineVault(self.rig.where.state), SystemClock())
        self.rig.store.listen(lambda tables: self.link.nudge() if "audit" in tables else None)
        self.link.start()

    def join(self, centre: Centre) -> None:
        probe = self.link.probe(centre.address)
        self.link.enrol(probe, centre.invite(self.rig.name).code, PASSPHRASE)

    def status(self) -> LinkStatus:
        return self.link.status()

    def all_up(self) -> bool:
        return self.status().state is LinkState.RESTING and not self.status().waiting

    def close(self) -> None:
        self.link.close()
        self.rig.store.close()

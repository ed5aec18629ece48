"""`zhangshu-server` as a program of its own: commands that end, and a serving one that is watched."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

_SECONDS = 120


def environment(state: Path, **settings: object) -> dict[str, str]:
    """The environment of a centre in a state directory; nothing of ours leaks in."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ZHANGSHU_")}
    return {**kept, "ZHANGSHU_STATE_DIR": str(state), **{f"ZHANGSHU_{k}": str(v) for k, v in settings.items()}}


def run(state: Path, *arguments: object, **settings: object) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "zhangshu_server", *map(str, arguments)],
        env=environment(state, **settings),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Serving:
    """A `serve` that runs: what it printed so far, its log, and how to reach it."""

    def __init__(self, process: subprocess.Popen[str], state: Path) -> None:
        self.process, self.state = process, state
        self.printed: list[str] = []
        self.log: list[str] = []
        self._said = threading.Condition()
        self._readers = [
            threading.Thread(target=self._read, args=(process.stdout, self.printed)),
            threading.Thread(target=self._read, args=(process.stderr, self.log)),
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, stream: Iterator[str], into: list[str]) -> None:
        for line in stream:
            with self._said:
                into.append(line.rstrip("\n"))
                self._said.notify_all()
        with self._said:
            self._said.notify_all()

    def wait_for(self, pattern: str, times: int = 1) -> re.Match[str]:
        """The first (second, …) match in what is printed or logged, now or later."""

        def found() -> list[re.Match[str]]:
            return [m for line in [*self.printed, *self.log] if (m := re.search(pattern, line))]

        with self._said:
            self._said.wait_for(lambda: len(found()) >= times or self.process.poll() is not None, _SECONDS)
            matches = found()
        assert len(matches) >= times, f"{pattern} did not come: {self.printed} {self.log}"
        return matches[times - 1]

    @property
    def address(self) -> str:
        """Where it says that it is."""
        return self.wait_for(r"已启动：(https?://\S+)")[1]

    def client(self) -> httpx.Client:
        """A client that trusts only this centre's CA."""
        address = self.address  # before it has said that, there is no CA
        trusting = ssl.create_default_context(cafile=str(self.state / "tls" / "ca.pem"))
        return httpx.Client(base_url=address, verify=trusting, trust_env=False, timeout=60)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it with a signal; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(_SECONDS)
        for reader in self._readers:
            reader.join()
        return status


@contextmanager
def serving(state: Path, *arguments: str, **settings: object) -> Iterator[Serving]:
    """A `serve` on a free port while the block runs."""
    settings.setdefault("PORT", free_port())
    process = subprocess.Popen(
        [sys.executable, "-m", "zhangshu_server", "serve", *arguments],
        env=environment(state, **settings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        found = Serving(process, state)
        try:
            yield found
        finally:
            found.stop()

"""A print server of our own for tests: a private CUPS with one queue into a socket that keeps what arrives."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

QUEUE = "slips"
_FILES = "User lp\nGroup lp\nSystemGroup root\nSandboxing relaxed\n"
_CONF = """LogLevel info
Browsing No
DefaultAuthType None
WebInterface No
<Location />
Order allow,deny
Allow localhost
</Location>
<Location /admin>
Order allow,deny
Allow localhost
</Location>
<Policy default>
<Limit All>
Order deny,allow
</Limit>
</Policy>
"""


class Sink:
    """Accepts print jobs on a port of this machine and keeps their bytes."""

    def __init__(self) -> None:
        self.jobs: list[bytes] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        """Stop accepting."""
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(b"stop")
        self._thread.join()
        self._server.close()

    def _serve(self) -> None:
        while True:
            connection, _ = self._server.accept()
            with connection, connection.makefile("rb") as stream:
                job = stream.read()
            if job == b"stop":
                return
            self.jobs.append(job)


class PrintServer:
    """A running CUPS; `command` calls its tools."""

    def __init__(self, folder: Path) -> None:
        self.sink = Sink()
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        folder.chmod(0o755)
        self._configure()
        self._daemon = subprocess.Popen(
            ["/usr/sbin/cupsd", "-f", "-c", str(folder / "cupsd.conf"), "-s", str(folder / "cups-files.conf")],
            stderr=subprocess.DEVNULL,
        )
        until(lambda: "is running" in self.command("lpstat", "-r"))
        device = f"socket://127.0.0.1:{self.sink.port}"
        self.command("/usr/sbin/lpadmin", "-p", QUEUE, "-E", "-v", device, "-m", "raw")

    def command(self, *words: str) -> str:
        """What a CUPS tool answers."""
        environment = {**os.environ, "CUPS_SERVER": self.address, "LC_ALL": "C"}
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False, timeout=30)
        return done.stdout

    def close(self) -> None:
        """Stop the server and its queue."""
        self._daemon.terminate()
        self._daemon.wait(30)
        self.sink.close()

    def _configure(self) -> None:
        places = {
            "ServerRoot": "etc",
            "RequestRoot": "spool",
            "TempDir": "temp",
            "CacheDir": "cache",
            "StateDir": "state",
        }
        for name in places.values():
            (self._folder / name).mkdir()
        (self._folder / "temp").chmod(0o1777)
        logs = {"AccessLog": "access", "ErrorLog": "error", "PageLog": "page"}
        lines = "".join(f"{key} {self._folder / name}\n" for key, name in (places | logs).items())
        (self._folder / "cups-files.conf").write_text(_FILES + lines)
        (self._folder / "cupsd.conf").write_text(f"Listen {self.address}\n" + _CONF)


@contextmanager
def print_server() -> Iterator[PrintServer]:
    """A print server for the time of the block.

    Not in the folders of pytest: CUPS drops the rights of root for its helpers, and a second pytest locks those out.
    """
    with tempfile.TemporaryDirectory(prefix="zhangshu-cups-") as folder:
        server = PrintServer(Path(folder))
        try:
            yield server
        finally:
            server.close()


def until(done: Callable[[], bool], patience_s: float = 20) -> None:
    """Wait for something that comes in its own time."""
    end = time.monotonic() + patience_s
    while not done():
        assert time.monotonic() < end, "the print server did not come up"
        time.sleep(0.05)

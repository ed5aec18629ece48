"""A label printer that is not there: 203 dpi, labels of 60 × 40 and 100 × 50 mm, spoken to by CUPS through IPP.

It is the `ippeveprinter` of CUPS, which wants a D-Bus and an Avahi to announce itself; both are private here. There can
be one Avahi on a machine, so the tests that need one wait for each other.
"""

from __future__ import annotations

import fcntl
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.print_server import PrintServer, until

QUEUE = "labels_ipp"
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={bus}</listen><auth>EXTERNAL</auth><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/><allow user="*"/>
</policy></busconfig>
"""
_PID = Path("/run/avahi-daemon/pid")
_AVAHI = "[server]\nuse-ipv6=no\nallow-interfaces=lo\n"
_SIZES = ("{MEMBER integer x-dimension 6000 MEMBER integer y-dimension 4000}",
          "{MEMBER integer x-dimension 10000 MEMBER integer y-dimension 5000}")  # fmt: skip
_MARGINS = " ".join(f"MEMBER integer media-{edge}-margin 0" for edge in ("left", "right", "top", "bottom"))
_COLUMNS = [f"{{MEMBER collection media-size {size} {_MARGINS}}}" for size in _SIZES]
_ATTRIBUTES = f"""ATTR keyword media-supported custom_60x40mm_60x40mm,custom_100x50mm_100x50mm
ATTR keyword media-ready custom_60x40mm_60x40mm
ATTR keyword media-default custom_60x40mm_60x40mm
ATTR collection media-size-supported {",".join(_SIZES)}
ATTR integer media-left-margin-supported 0
ATTR integer media-right-margin-supported 0
ATTR integer media-top-margin-supported 0
ATTR integer media-bottom-margin-supported 0
ATTR collection media-col-default {_COLUMNS[0]}
ATTR collection media-col-database {",".join(_COLUMNS)}
ATTR collection media-col-ready {_COLUMNS[0]}
ATTR resolution printer-resolution-default 203dpi
ATTR resolution printer-resolution-supported 203dpi
ATTR mimeMediaType document-format-supported application/pdf,image/pwg-raster
ATTR mimeMediaType document-format-default application/pdf
ATTR text printer-make-and-model "Sim Label 203"
ATTR keyword pwg-raster-document-type-supported black_1,sgray_8
ATTR resolution pwg-raster-document-resolution-supported 203dpi
ATTR boolean color-supported false
ATTR keyword print-color-mode-supported monochrome,auto
ATTR keyword print-color-mode-default monochrome
ATTR keyword sides-supported one-sided
ATTR keyword sides-default one-sided
ATTR integer copies-default 1
ATTR rangeOfInteger copies-supported 1-99
"""
_PAPER = """#!/bin/sh
if [ -e "{folder}/no-paper" ]; then
    echo "STATE: +media-empty-error" >&2
    while [ -e "{folder}/no-paper" ]; do sleep 0.05; done
    echo "STATE: -media-empty-error" >&2
fi
cp "$1" "{folder}/paper/$(ls "{folder}/paper" | wc -l).pdf"
"""


class IppPrinter:
    """The printer and its queue `QUEUE` in a print server; what came out lies in `paper`."""

    def __init__(self, server: PrintServer, folder: Path) -> None:
        self._server, self._folder = server, folder
        self._process: subprocess.Popen[bytes] | None = None
        self._paper = folder / "paper"
        self._paper.mkdir()
        (folder / "label.attrs").write_text(_ATTRIBUTES)
        (folder / "print").write_text(_PAPER.format(folder=folder))
        (folder / "print").chmod(0o755)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self._bus: dict[str, str] = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder / 'bus'}"}

    @property
    def pages(self) -> list[bytes]:
        """The PDF of each job that was printed, in order."""
        return [file.read_bytes() for file in sorted(self._paper.iterdir(), key=lambda one: int(one.stem))]

    @property
    def busy(self) -> bool:
        """Whether something is in its queue."""
        return bool(self._server.command("lpstat", "-o", QUEUE).strip())

    def take_paper(self) -> None:
        """No paper from now on."""
        (self._folder / "no-paper").touch()

    def give_paper(self) -> None:
        """Paper again."""
        (self._folder / "no-paper").unlink(missing_ok=True)

    def switch_on(self) -> None:
        """Let it run; it takes jobs from now on."""
        folder = self._folder
        words = [
            "ippeveprinter",
            "-r",
            "off",
            "-p",
            str(self._port),
            "-d",
            str(folder),
            "-a",
            str(folder / "label.attrs"),
        ]
        self._process = subprocess.Popen(
            [*words, "-c", str(folder / "print"), f"labelsim {self._port}"],
            env=os.environ | self._bus,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until(self._answers)

    def switch_off(self) -> None:
        """As by its switch."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(30)
            self._process = None

    def add_queue(self) -> None:
        """Let the print server know it."""
        device = f"ipp://127.0.0.1:{self._port}/ipp/print"
        self._server.command("/usr/sbin/lpadmin", "-p", QUEUE, "-E", "-v", device, "-m", "everywhere")
        assert QUEUE in self._server.command("lpstat", "-e"), "CUPS did not take the printer"

    def daemons(self, stack: ExitStack) -> None:
        """Start what it needs to announce itself, or use what the machine has."""
        folder = self._folder
        stack.enter_context(_alone())
        if _avahi_runs():
            self._bus = {}
            return
        (folder / "bus.conf").write_text(_BUS.format(bus=folder / "bus"))
        (folder / "avahi.conf").write_text(_AVAHI)
        stack.enter_context(_daemon(["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork"], {}))
        until((folder / "bus").exists)
        avahi = ["avahi-daemon", "--no-drop-root", "--no-chroot", "--no-rlimits", "-f", str(folder / "avahi.conf")]
        stack.enter_context(_daemon(avahi, self._bus))
        until(_avahi_runs)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, "the printer ended by itself"
        try:
            socket.create_connection(("127.0.0.1", self._port), 1).close()
        except OSError:
            return False
        return True


@contextmanager
def ipp_printer(server: PrintServer, folder: Path) -> Iterator[IppPrinter]:
    """The printer, on, with its queue, for the time of the block."""
    with ExitStack() as stack:
        printer = IppPrinter(server, folder)
        printer.daemons(stack)
        stack.callback(printer.switch_off)
        printer.switch_on()
        printer.add_queue()
        yield printer


@contextmanager
def _alone() -> Iterator[None]:
    """No other test on this machine has an Avahi meanwhile."""
    with (Path(tempfile.gettempdir()) / "zhangshu-desk-avahi.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _avahi_runs() -> bool:
    try:
        os.kill(int(_PID.read_text()), 0)
    except (OSError, ValueError):
        return False
    return True


@contextmanager
def _daemon(words: list[str], environment: dict[str, str]) -> Iterator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(words, env=os.environ | environment, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)

"""A queue of CUPS: raw bytes to a label printer, or pages as PDF to any printer. CUPS says what became of them.

Through `lp`, because Qt's own printing reports success also for a job that the printer refuses.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from zhangshu_desk.core import cups
from zhangshu_desk.core.cups import State
from zhangshu_desk.labels.printers.outputs import HalfSent, Known, NotSent, Trouble, Word

PATIENCE_S = 20.0
RAW = ("raw",)
_ENDS = {
    State.COMPLETED: Word(Known.PRINTED),
    State.CANCELED: Word(Known.GIVEN_BACK, frozenset({Trouble.CANCELED})),
    State.ABORTED: Word(Known.GIVEN_BACK, frozenset({Trouble.ABORTED})),
    State.UNKNOWN: Word(Known.SENT),
}
_REASONS = {
    "media-empty": Trouble.PAPER_OUT,
    "media-needed": Trouble.PAPER_OUT,
    "input-tray-missing": Trouble.PAPER_OUT,
    "media-jam": Trouble.JAM,
    "cover-open": Trouble.HEAD_OPEN,
    "door-open": Trouble.HEAD_OPEN,
    "interlock-open": Trouble.HEAD_OPEN,
    "marker-supply-empty": Trouble.RIBBON_OUT,
    "toner-empty": Trouble.RIBBON_OUT,
    "paused": Trouble.PAUSED,
    "offline": Trouble.SILENT,
    "timed-out": Trouble.SILENT,
    "shutdown": Trouble.SILENT,
    "other": Trouble.OTHER,
}
_UNREACHED = re.compile("unavailable|not responding|unreachable|unable to locate", re.IGNORECASE)


def available() -> bool:
    """Whether this machine prints through CUPS."""
    return shutil.which("lp") is not None


def pages_of(width_mm: float, height_mm: float) -> tuple[str, ...]:
    """The options for pages of this size, printed as large as they are."""
    media = "A4" if (width_mm, height_mm) == (210, 297) else f"Custom.{width_mm:g}x{height_mm:g}mm"
    return (f"media={media}", "print-scaling=none")


class CupsOutput:
    """The queue of this name; `options` as `lp -o` takes them."""

    def __init__(self, queue: str, options: Sequence[str]) -> None:
        self._queue = queue
        self._options = [word for option in options for word in ("-o", option)]

    def send(self, title: str, part: Path) -> str:
        """Hand over a part as one job; a queue that would only keep it is refused.

        Raises:
            NotSent, HalfSent.
        """
        queue = cups.queue(self._queue)
        if queue is None:
            raise NotSent(Trouble.NO_QUEUE)
        if not queue.accepting:
            raise NotSent(Trouble.NOT_ACCEPTING)
        if queue.stopped:
            raise NotSent(Trouble.STOPPED)
        try:
            said = _run(["lp", "-d", self._queue, "-t", title, *self._options, str(part)])
        except (OSError, subprocess.SubprocessError):
            said = ""
        job = re.search(r"request id is \S+-(\d+) ", said)
        ticket = job[1] if job else self.find(title)
        if ticket is None:
            raise HalfSent(Trouble.SILENT) if not said else NotSent(Trouble.OTHER)
        return ticket

    def look(self, ticket: str) -> Word:
        """What CUPS says of the job, and of the printer while it has not ended."""
        state = cups.state_of(int(ticket), self._queue)
        if state in _ENDS:
            return _ENDS[state]
        troubles = self._troubles(state)
        return Word(Known.STUCK if troubles else Known.WAITING, troubles)

    def find(self, title: str) -> str | None:
        """The job of this title, running or done."""
        return next((str(one.id) for one in cups.jobs(self._queue) if one.title == title), None)

    def take_back(self, ticket: str) -> None:
        """Cancel the job, if it has not ended."""
        _run(["cancel", f"{self._queue}-{ticket}"])

    def troubles(self) -> frozenset[Trouble] | None:
        """What CUPS knows of the printer."""
        queue = cups.queue(self._queue)
        if queue is None:
            return frozenset({Trouble.NO_QUEUE})
        refusing = frozenset() if queue.accepting else frozenset({Trouble.NOT_ACCEPTING})
        return self._troubles(State.UNKNOWN) | refusing

    def close(self) -> None:
        """Nothing is held."""

    def _troubles(self, state: State) -> frozenset[Trouble]:
        if state is State.HELD:
            return frozenset({Trouble.HELD})
        queue = cups.queue(self._queue)
        if queue is None:
            return frozenset()
        found = {_REASONS[one] for one in queue.reasons if one in _REASONS}
        if state is State.PROCESSING and _UNREACHED.search(queue.message):
            found.add(Trouble.SILENT)
        if queue.stopped or state is State.STOPPED:
            found = (found - {Trouble.PAUSED}) | {Trouble.STOPPED}
        return frozenset(found)


def _run(command: list[str]) -> str:
    """What a tool of CUPS says, also of what it did not do; the printer's messages come in English then."""
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, env=environment, check=False)
    return done.stdout + done.stderr

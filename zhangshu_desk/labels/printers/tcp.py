"""A label printer on the network: bytes to its port 9100, and its answers, where it gives any.

"Printed" is said only of a printer that was seen at work after it had got a part and then had nothing left to do. Many
printers never answer; of them nothing more is known than that they took the bytes.
"""

from __future__ import annotations

import contextlib
import select
import socket
import sys
import time
from pathlib import Path

from zhangshu_desk.labels.printers.outputs import HalfSent, Known, NotSent, Trouble, Word
from zhangshu_desk.labels.printers.status import QUESTIONS, Status, read_status
from zhangshu_desk.labels.rules.printers import Language, endpoint

CONNECT_S = 5.0
STALL_S = 15.0
"""A printer that takes nothing for so long has stopped."""
ANSWER_S = 1.0
IDLE_S = 1.5
"""A printer that has got a part and says for so long that it has nothing to do has not understood it, or was too quick
to be seen: whether it printed is not known."""
SILENCE_S = 10.0
"""A printer that used to answer and says nothing for so long has a trouble that keeps it from answering."""
_SLICE = 16_384
_POLL_S = 0.02


class _Ended(OSError):
    """The printer ended the connection."""


class TcpOutput:
    """A connection to the printer, kept for one run. `connect` first."""

    def __init__(self, language: Language, address: str) -> None:
        self._language = language
        self._address = endpoint(address)
        self._line: socket.socket | None = None
        self._answers: bool | None = None  # not yet known
        self._seen_busy = False
        self._sent_at = 0.0
        self._heard_at = 0.0

    def send(self, title: str, part: Path) -> str:
        """Hand over a part; the printer is asked before how it is.

        Raises:
            NotSent, HalfSent: also when only now the end of the connection shows, by which earlier parts may be lost.
        """
        if self._line is not None and self._was_cut(self._line):
            raise HalfSent(Trouble.CUT)
        status = self._ask(self._line or self._connect())
        if status is not None and status.troubles:
            raise NotSent(min(status.troubles, key=list(Trouble).index))
        self._push(self._line or self._connect(), part.read_bytes())
        self._seen_busy, self._sent_at = False, time.monotonic()
        self._heard_at = self._sent_at
        return ""

    def look(self, ticket: str) -> Word:
        """What is known of the last part."""
        if self._line is not None and self._was_cut(self._line):
            return Word(Known.GIVEN_BACK, frozenset({Trouble.CUT}))
        if self._line is None or not self._answers:
            return Word(Known.SENT)
        status, now = self._ask(self._line), time.monotonic()
        if status is None:
            return self._silent(now)
        if status.troubles:
            return Word(Known.STUCK, status.troubles)
        if status.busy:
            self._seen_busy = True
            return Word(Known.WAITING)
        if self._seen_busy:
            return Word(Known.PRINTED)
        return Word(Known.SENT if now - self._sent_at > IDLE_S else Known.WAITING)

    def find(self, title: str) -> str | None:
        """Nothing is kept by such a printer."""
        return None

    def take_back(self, ticket: str) -> None:
        """What the printer has, it has."""

    def troubles(self) -> frozenset[Trouble] | None:
        """What the printer answers when it is asked how it is; None = it answers nothing.

        Raises:
            NotSent: it cannot be reached.
        """
        status = self._ask(self._line or self._connect())
        return None if status is None else status.troubles

    def close(self) -> None:
        """End the connection; the printer prints what it has."""
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_WR)
            self._line.close()
            self._line = None

    def _connect(self) -> socket.socket:
        try:
            line = socket.create_connection(self._address, CONNECT_S)
        except ConnectionRefusedError:
            raise NotSent(Trouble.REFUSED) from None
        except TimeoutError:
            raise NotSent(Trouble.SILENT) from None
        except OSError:
            raise NotSent(Trouble.UNREACHABLE) from None
        line.setblocking(False)
        self._line = line
        return line

    def _push(self, line: socket.socket, content: bytes) -> None:
        """Send everything and wait until the other side has got it."""
        sent, left = 0, memoryview(content)
        try:
            while left:
                if not _writable(line, STALL_S):
                    raise TimeoutError
                taken = line.send(left[:_SLICE])
                sent, left = sent + taken, left[taken:]
            self._await_arrival(line)
        except TimeoutError:
            self._drop()
            raise HalfSent(Trouble.STALLED) from None
        except OSError:
            self._drop()
            # The system takes bytes before it knows that nobody is there any more; they may have arrived.
            raise (HalfSent(Trouble.CUT) if sent else NotSent(Trouble.CUT)) from None

    def _await_arrival(self, line: socket.socket) -> None:
        """Until the printer's side has confirmed all bytes; where the system does not tell, nothing is awaited."""
        until = time.monotonic() + STALL_S
        while _unconfirmed(line):
            if time.monotonic() > until:
                raise TimeoutError
            _raise_if_cut(line)
            time.sleep(_POLL_S)
        _raise_if_cut(line)

    def _ask(self, line: socket.socket) -> Status | None:
        """How the printer is; None when it does not answer. One that did not the first time is not asked again."""
        if self._answers is False:
            return None
        answer, until = b"", time.monotonic() + ANSWER_S
        try:
            self._drain(line)
            line.send(QUESTIONS[self._language])
            while (left := until - time.monotonic()) > 0:
                if select.select([line], [], [], left)[0]:
                    answer += self._received(line)
                    if (status := read_status(self._language, answer)) is not None:
                        self._answers, self._heard_at = True, time.monotonic()
                        return status
        except OSError:
            self._drop()
            return None
        self._answers = bool(self._answers)
        return None

    def _silent(self, now: float) -> Word:
        if self._line is None:
            return Word(Known.SENT)
        if now - self._heard_at > SILENCE_S:
            return Word(Known.STUCK, frozenset({Trouble.SILENT}))
        return Word(Known.WAITING)

    def _received(self, line: socket.socket) -> bytes:
        got = line.recv(4_096)
        if not got:
            raise _Ended
        return got

    def _drain(self, line: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                self._received(line)

    def _was_cut(self, line: socket.socket) -> bool:
        """Whether the connection broke. One that the printer ended in good order had brought everything."""
        try:
            self._drain(line)
            _raise_if_cut(line)
        except _Ended:
            self._drop()
        except OSError:
            self._drop()
            return True
        return False

    def _drop(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None


def _writable(line: socket.socket, patience_s: float) -> bool:
    return bool(select.select([], [line], [], patience_s)[1])


def _raise_if_cut(line: socket.socket) -> None:
    error = line.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, "connection lost")


def _unconfirmed(line: socket.socket) -> int:
    """How many bytes the other side has not confirmed; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    import fcntl
    import struct
    import termios

    return int(struct.unpack("i", fcntl.ioctl(line.fileno(), termios.TIOCOUTQ, b"\0" * 4))[0])

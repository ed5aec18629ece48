"""A label printer on the network that is not there: it reads its language, prints label by label, and has troubles."""

from __future__ import annotations

import re
import select
import socket
import threading
import time
from collections import deque

from tests.labels.tspl_reader import printed
from tests.print_server import until
from zhangshu_desk.labels.printers.status import QUESTIONS
from zhangshu_desk.labels.rules.printers import Language

HEAD_OPEN, JAM, PAPER_OUT, RIBBON_OUT, PAUSED, PRINTING = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_ZPL = re.compile(rb"(?:~SD\d\d)?\^XA.*?\^XZ\r\n", re.DOTALL)
_TICK_S = 0.005


class LabelPrinter:
    """Listens on a port of this machine.

    Attributes:
        paper: the labels that came out, as bytes; label_s: how long one takes; roll: how many are left.
        trouble: bits of the TSPL status; answers: whether it answers questions at all.
        cut_after: breaks the connection after so many bytes; hang_up: ends it in good order, once.
        reads: whether it takes anything.
    """

    def __init__(self, language: Language = Language.TSPL) -> None:
        self.language = language
        self.paper: list[bytes] = []
        self.label_s = 0.03
        self.roll = 1_000_000
        self.trouble = 0
        self.answers = True
        self.cut_after: int | None = None
        self.reads = True
        self.hang_up = False
        self._waiting = deque[bytes]()
        self._connected = False
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.getsockname()[1]}"
        self._threads = [threading.Thread(target=one) for one in (self._serve, self._print)]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Switch it off."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self._server.close()

    def lose_power(self) -> None:
        """Forget everything that is not on paper, and who speaks."""
        self.hang_up = self._connected
        until(lambda: not self._connected)
        with self._lock:
            self._waiting.clear()

    @property
    def busy(self) -> bool:
        """Whether something waits to be printed."""
        return bool(self._waiting)

    @property
    def at_rest(self) -> bool:
        """Whether nobody speaks to it and everything that came is printed."""
        return not (self._connected or self._waiting)

    def _print(self) -> None:
        while not self._stop.wait(_TICK_S):
            if not self._waiting or self._status() & ~PRINTING:
                continue
            self._stop.wait(self.label_s)
            with self._lock:
                if self._waiting:
                    self.paper.append(self._waiting[0])
                    self.roll -= 1
                    self._waiting.popleft()

    def _status(self) -> int:
        return self.trouble | (PAPER_OUT if self.roll <= 0 else 0) | (PRINTING if self._waiting else 0)

    def _serve(self) -> None:
        while not self._stop.is_set():
            if select.select([self._server], [], [], _TICK_S)[0]:
                line, _ = self._server.accept()
                self._connected = True
                with line:
                    self._listen(line)
                self._connected = self.hang_up = False

    def _listen(self, line: socket.socket) -> None:
        heard, got = b"", 0
        while not self._stop.is_set():
            if self.hang_up:
                return
            if not self.reads or not select.select([line], [], [], _TICK_S)[0]:
                time.sleep(0 if self.reads else _TICK_S)
                continue
            try:
                more = line.recv(65_536)
            except ConnectionResetError:
                return
            if not more:
                return
            heard, got = heard + more, got + len(more)
            if self.cut_after is not None and got > self.cut_after:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                return
            heard = self._understand(line, heard)

    def _understand(self, line: socket.socket, heard: bytes) -> bytes:
        """Do what was heard; the rest is not yet whole. A question is answered at once, whatever waits."""
        question = QUESTIONS[self.language]
        if asked := heard.endswith(question):
            heard = heard.removesuffix(question)
        labels = (_tspl if self.language is Language.TSPL else _zpl)(heard)
        self._waiting.extend(labels)
        if asked and self.answers:
            line.sendall(self._answer())
        return heard[sum(len(one) for one in labels) :]

    def _answer(self) -> bytes:
        status = self._status()
        if self.language is Language.TSPL:
            return bytes([status])
        flags = {bit: int(bool(status & bit)) for bit in (PAPER_OUT, PAUSED, HEAD_OPEN, RIBBON_OUT)}
        left = len(self._waiting)
        first = f"030,{flags[PAPER_OUT]},{flags[PAUSED]},0320,{max(left - 1, 0):03d},0,0,0,000,0,0,0"
        second = f"000,0,{flags[HEAD_OPEN]},{flags[RIBBON_OUT]},0,2,4,0,{min(left, 1):08d},1,000"
        return "".join(f"\x02{one}\x03\r\n" for one in (first, second, "1234,0")).encode("ascii")


def _tspl(heard: bytes) -> list[bytes]:
    labels, rest = printed(heard)
    whole = heard[: len(heard) - len(rest)]
    return [one + b"PRINT 1,1\r\n" for one in whole.split(b"PRINT 1,1\r\n")[: len(labels)]]


def _zpl(heard: bytes) -> list[bytes]:
    return _ZPL.findall(heard)

"""Asks CUPS about its jobs and queues, through its library.

`lpstat` cannot tell a printed job from a cancelled one, the library can. Where there is no CUPS, nothing is known.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import quote

_LIBRARY = "libcups.so.2"
_OF_EVERYBODY, _ALL = 0, -1
_GET_PRINTER_ATTRIBUTES = 0x000B
_OPERATION, _URI, _KEYWORD, _ANY_KIND = 0x01, 0x45, 0x44, 0x00  # tags of ipp.h
_STATE, _REASONS, _ACCEPTING, _MESSAGE = (
    "printer-state",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "printer-state-message",
)


class State(IntEnum):
    """`job-state` of IPP (RFC 8011 §5.3.7); 0 is a job that CUPS does not know."""

    UNKNOWN = 0
    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


@dataclass(frozen=True)
class Job:
    """A job of a queue."""

    id: int
    title: str
    state: State


@dataclass(frozen=True)
class Queue:
    """How a queue is.

    Attributes:
        stopped: nothing is printed until somebody starts it again; accepting: whether it takes new jobs.
        reasons: `printer-state-reasons` of IPP (RFC 8011 §5.4.12) without their severity.
        message: what it says of itself, in English for a job that came from `lp` with `LC_ALL=C`.
    """

    stopped: bool
    accepting: bool
    reasons: frozenset[str]
    message: str


class _Job(ctypes.Structure):
    """`cups_job_t` of cups.h, unchanged since CUPS 1.2."""

    _fields_ = (
        ("id", ctypes.c_int),
        ("dest", ctypes.c_char_p),
        ("title", ctypes.c_char_p),
        ("user", ctypes.c_char_p),
        ("format", ctypes.c_char_p),
        ("state", ctypes.c_int),
        ("size", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("completed_time", ctypes.c_long),
        ("creation_time", ctypes.c_long),
        ("processing_time", ctypes.c_long),
    )


_STATES = {state.value: state for state in State}
_STOPPED = 5  # printer-state of IPP
_SEVERITIES = ("-error", "-warning", "-report")


def state_of(job: int, printer: str) -> State:
    """The state of job number `job` in the queue `printer`; `UNKNOWN` when CUPS or its library cannot tell."""
    found = next((one for one in jobs(printer) if one.id == job), None)
    return found.state if found is not None else State.UNKNOWN


def jobs(printer: str) -> list[Job]:
    """All jobs of a queue that CUPS remembers, finished ones too; none when it cannot tell."""
    with _library() as cups:
        if cups is None:
            return []
        rows = ctypes.POINTER(_Job)()
        count = cups.cupsGetJobs(ctypes.byref(rows), printer.encode(), _OF_EVERYBODY, _ALL)
        try:
            return [_job(rows[at]) for at in range(count)]
        finally:
            cups.cupsFreeJobs(count, rows)


def queue(printer: str) -> Queue | None:
    """How a queue is; None when there is none of this name, or CUPS or its library cannot tell."""
    with _library() as cups:
        if cups is None:
            return None
        answer = _Answer(cups, f"ipp://localhost/printers/{quote(printer)}")
        try:
            state = answer.numbers(_STATE)
            if not state:
                return None
            reasons = frozenset(_bare(one) for one in answer.words(_REASONS) if one != "none")
            accepting = answer.flags(_ACCEPTING) != [False]
            return Queue(state == [_STOPPED], accepting, reasons, " ".join(answer.words(_MESSAGE)))
        finally:
            answer.close()


class _Answer:
    """What CUPS says about a queue, asked as IPP asks (RFC 8011 §4.2.5)."""

    def __init__(self, cups: ctypes.CDLL, uri: str) -> None:
        self._cups = cups
        for name in ("ippNewRequest", "cupsDoRequest", "ippFindAttribute", "ippAddString", "ippAddStrings"):
            getattr(cups, name).restype = ctypes.c_void_p
        cups.ippGetString.restype = ctypes.c_char_p
        request = ctypes.c_void_p(cups.ippNewRequest(_GET_PRINTER_ATTRIBUTES))
        cups.ippAddString(request, _OPERATION, _URI, b"printer-uri", None, uri.encode())
        wanted = (ctypes.c_char_p * 4)(*(one.encode() for one in (_STATE, _REASONS, _ACCEPTING, _MESSAGE)))
        cups.ippAddStrings(request, _OPERATION, _KEYWORD, b"requested-attributes", 4, None, wanted)
        self._answer = ctypes.c_void_p(cups.cupsDoRequest(None, request, b"/"))  # which lets go of the request

    def words(self, name: str) -> list[str]:
        """The values of an attribute of text."""
        found, count = self._find(name)
        return [(self._cups.ippGetString(found, at, None) or b"").decode("utf-8", "replace") for at in range(count)]

    def numbers(self, name: str) -> list[int]:
        """The values of an attribute of numbers."""
        found, count = self._find(name)
        return [int(self._cups.ippGetInteger(found, at)) for at in range(count)]

    def flags(self, name: str) -> list[bool]:
        """The values of an attribute of yes and no."""
        found, count = self._find(name)
        return [bool(self._cups.ippGetBoolean(found, at) & 0xFF) for at in range(count)]

    def close(self) -> None:
        """Let go of the answer."""
        self._cups.ippDelete(self._answer)

    def _find(self, name: str) -> tuple[ctypes.c_void_p, int]:
        found = ctypes.c_void_p(self._cups.ippFindAttribute(self._answer, name.encode(), _ANY_KIND))
        return found, int(self._cups.ippGetCount(found)) if found else 0


@contextmanager
def _library() -> Iterator[ctypes.CDLL | None]:
    try:
        cups = ctypes.CDLL(_LIBRARY)
    except OSError:
        yield None
        return
    cups.cupsSetServer(None)  # look at CUPS_SERVER again: the library remembers the first answer per thread
    yield cups


def _job(row: _Job) -> Job:
    return Job(row.id, (row.title or b"").decode("utf-8", "replace"), _STATES.get(row.state, State.UNKNOWN))


def _bare(reason: str) -> str:
    for severity in _SEVERITIES:
        reason = reason.removesuffix(severity)
    return reason

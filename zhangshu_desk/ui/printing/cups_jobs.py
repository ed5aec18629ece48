"""Asks CUPS what became of a job. `lpstat` cannot tell a printed job from a cancelled one, the library can."""

from __future__ import annotations

import ctypes
from enum import IntEnum

_LIBRARY = "libcups.so.2"
_OF_EVERYBODY, _ALL = 0, -1


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


_STATES = {state.value: state for state in State}


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


def state_of(job: int, printer: str) -> State:
    """The state of job number `job` in the queue `printer`; `UNKNOWN` when CUPS or its library cannot tell."""
    try:
        cups = ctypes.CDLL(_LIBRARY)
    except OSError:
        return State.UNKNOWN
    cups.cupsSetServer(None)  # look at CUPS_SERVER again: the library remembers the first answer per thread
    jobs = ctypes.POINTER(_Job)()
    count = cups.cupsGetJobs(ctypes.byref(jobs), printer.encode(), _OF_EVERYBODY, _ALL)
    try:
        found = next((jobs[at].state for at in range(count) if jobs[at].id == job), 0)
    finally:
        cups.cupsFreeJobs(count, jobs)
    return _STATES.get(found, State.UNKNOWN)

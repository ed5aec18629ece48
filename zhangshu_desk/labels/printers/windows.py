"""The Windows spooler: bytes passed on as they are (datatype RAW), and what it says of a job.

The functions of `winspool.drv` are called through ctypes, so that no library is needed on the other systems. A job that
has left the queue was printed, unless it was seen being deleted or in error: the spooler keeps no list of the past.
"""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from pathlib import Path
from typing import Any, Protocol

from zhangshu_desk.labels.printers.outputs import HalfSent, Known, NotSent, Trouble, Word

_RAW = "RAW"
_DELETE = 5  # JOB_CONTROL_DELETE
_DELETING, _DELETED, _PRINTED, _COMPLETE = 0x4, 0x100, 0x80, 0x1000
_JOB_TROUBLES = {
    0x0001: Trouble.HELD,
    0x0002: Trouble.OTHER,
    0x0020: Trouble.SILENT,
    0x0040: Trouble.PAPER_OUT,
    0x0200: Trouble.OTHER,
    0x0400: Trouble.OTHER,
}
_PRINTER_TROUBLES = {
    0x0000_0001: Trouble.PAUSED,
    0x0000_0002: Trouble.OTHER,
    0x0000_0008: Trouble.JAM,
    0x0000_0010: Trouble.PAPER_OUT,
    0x0000_0080: Trouble.SILENT,
    0x0000_1000: Trouble.SILENT,
    0x0004_0000: Trouble.RIBBON_OUT,
    0x0040_0000: Trouble.HEAD_OPEN,
}


class Spooler(Protocol):
    """What is needed of the spooler. Failures are `OSError`."""

    def printer_status(self, queue: str) -> int | None:
        """The bits of `PRINTER_STATUS_*`; None when there is no printer of this name."""
        ...

    def write(self, queue: str, title: str, content: bytes) -> int:
        """Make a job of these bytes; returns its number. What was written of it when it fails is deleted."""
        ...

    def job_status(self, queue: str, job: int) -> int | None:
        """The bits of `JOB_STATUS_*`; None when it is not in the queue any more."""
        ...

    def jobs(self, queue: str) -> dict[str, int]:
        """The numbers of the jobs in the queue by title."""
        ...

    def delete(self, queue: str, job: int) -> None:
        """Delete a job."""
        ...


class SpoolerOutput:
    """The printer of this name."""

    def __init__(self, queue: str, spooler: Spooler) -> None:
        self._queue, self._spooler = queue, spooler
        self._seen: dict[str, int] = {}

    def send(self, title: str, part: Path) -> str:
        """Hand over a part as one job.

        Raises:
            NotSent, HalfSent.
        """
        status = self._spooler.printer_status(self._queue)
        if status is None:
            raise NotSent(Trouble.NO_QUEUE)
        if troubles := _troubles(status, _PRINTER_TROUBLES):
            raise NotSent(min(troubles, key=list(Trouble).index))
        try:
            return str(self._spooler.write(self._queue, title, part.read_bytes()))
        except OSError:
            raise HalfSent(Trouble.OTHER) from None

    def look(self, ticket: str) -> Word:
        """What the spooler says of the job."""
        try:
            status = self._spooler.job_status(self._queue, int(ticket))
        except OSError:
            return Word(Known.STUCK, frozenset({Trouble.NO_QUEUE}))
        if status is None:
            return self._gone(self._seen.get(ticket))
        self._seen[ticket] = status
        if status & (_DELETING | _DELETED):
            return Word(Known.GIVEN_BACK, frozenset({Trouble.CANCELED}))
        if status & (_PRINTED | _COMPLETE):
            return Word(Known.PRINTED)
        troubles = _troubles(status, _JOB_TROUBLES)
        troubles |= _troubles(self._spooler.printer_status(self._queue) or 0, _PRINTER_TROUBLES)
        return Word(Known.STUCK if troubles else Known.WAITING, troubles)

    def find(self, title: str) -> str | None:
        """The job of this title, while it is in the queue."""
        job = self._spooler.jobs(self._queue).get(title)
        return None if job is None else str(job)

    def take_back(self, ticket: str) -> None:
        """Delete the job, if it is still in the queue."""
        if self._spooler.job_status(self._queue, int(ticket)) is not None:
            self._spooler.delete(self._queue, int(ticket))

    def troubles(self) -> frozenset[Trouble] | None:
        """What the spooler knows of the printer."""
        status = self._spooler.printer_status(self._queue)
        return frozenset({Trouble.NO_QUEUE}) if status is None else _troubles(status, _PRINTER_TROUBLES)

    def close(self) -> None:
        """Nothing is held."""

    def _gone(self, seen: int | None) -> Word:
        """A job that has left the queue, as it was last seen; None = never seen, it may have been there for no time."""
        if seen is not None and seen & (_DELETING | _DELETED):
            return Word(Known.GIVEN_BACK, frozenset({Trouble.CANCELED}))
        if seen is not None and _troubles(seen, _JOB_TROUBLES):
            return Word(Known.SENT)
        return Word(Known.PRINTED)


def _troubles(bits: int, named: dict[int, Trouble]) -> frozenset[Trouble]:
    return frozenset(trouble for bit, trouble in named.items() if bits & bit)


# ---- the spooler itself ----------------------------------------------------------------------------------------------


class _DocInfo(ctypes.Structure):
    """`DOC_INFO_1W`."""

    _fields_ = (("name", wintypes.LPWSTR), ("output", wintypes.LPWSTR), ("datatype", wintypes.LPWSTR))


class _Job(ctypes.Structure):
    """`JOB_INFO_1W`."""

    _fields_ = (
        ("id", wintypes.DWORD),
        ("printer", wintypes.LPWSTR),
        ("machine", wintypes.LPWSTR),
        ("user", wintypes.LPWSTR),
        ("document", wintypes.LPWSTR),
        ("datatype", wintypes.LPWSTR),
        ("status_text", wintypes.LPWSTR),
        ("status", wintypes.DWORD),
        ("priority", wintypes.DWORD),
        ("position", wintypes.DWORD),
        ("total_pages", wintypes.DWORD),
        ("pages_printed", wintypes.DWORD),
        ("submitted", wintypes.WORD * 8),
    )


class WinSpooler:
    """The spooler of this machine; only on Windows."""

    def __init__(self) -> None:
        if not hasattr(ctypes, "WinDLL"):
            raise OSError("there is no Windows spooler here")
        self._library = _winspool()

    def printer_status(self, queue: str) -> int | None:
        """See `Spooler`."""
        try:
            with _Open(self._library, queue) as handle:
                status = ctypes.create_string_buffer(16)  # PRINTER_INFO_6: one DWORD
                needed = wintypes.DWORD()
                asked = self._library.GetPrinterW(handle, 6, status, len(status), ctypes.byref(needed))
                return int.from_bytes(status.raw[:4], "little") if asked else 0
        except OSError:
            return None

    def write(self, queue: str, title: str, content: bytes) -> int:
        """See `Spooler`."""
        with _Open(self._library, queue) as handle:
            document = _DocInfo(title, None, _RAW)
            job = int(self._library.StartDocPrinterW(handle, 1, ctypes.byref(document)))
            if not job:
                raise _failure()
            written = wintypes.DWORD()
            done = self._library.WritePrinter(handle, content, len(content), ctypes.byref(written))
            whole = bool(done) and written.value == len(content)
            if not whole:
                self._library.SetJobW(handle, job, 0, None, _DELETE)
            ended = self._library.EndDocPrinter(handle)
            if not (whole and ended):
                raise _failure()
            return job

    def job_status(self, queue: str, job: int) -> int | None:
        """See `Spooler`."""
        with _Open(self._library, queue) as handle:
            needed = wintypes.DWORD()
            self._library.GetJobW(handle, job, 1, None, 0, ctypes.byref(needed))
            buffer = ctypes.create_string_buffer(max(needed.value, ctypes.sizeof(_Job)))
            if not self._library.GetJobW(handle, job, 1, buffer, len(buffer), ctypes.byref(needed)):
                return None
            return int(_Job.from_buffer(buffer).status)

    def jobs(self, queue: str) -> dict[str, int]:
        """See `Spooler`."""
        with _Open(self._library, queue) as handle:
            needed, count = wintypes.DWORD(), wintypes.DWORD()
            ends = ctypes.byref(needed), ctypes.byref(count)
            self._library.EnumJobsW(handle, 0, 0xFFFF, 1, None, 0, *ends)
            buffer = ctypes.create_string_buffer(max(needed.value, 1))
            if not self._library.EnumJobsW(handle, 0, 0xFFFF, 1, buffer, len(buffer), *ends):
                return {}
            found = (_Job * count.value).from_buffer(buffer) if count.value else ()
            return {one.document: one.id for one in found}

    def delete(self, queue: str, job: int) -> None:
        """See `Spooler`."""
        with _Open(self._library, queue) as handle:
            self._library.SetJobW(handle, job, 0, None, _DELETE)


class _Open:
    """A printer, open for the time of a block."""

    def __init__(self, library: Any, queue: str) -> None:
        self._library, self._queue = library, queue
        self._handle = wintypes.HANDLE()

    def __enter__(self) -> wintypes.HANDLE:
        if not self._library.OpenPrinterW(self._queue, ctypes.byref(self._handle), None):
            raise _failure()
        return self._handle

    def __exit__(self, *_: object) -> None:
        self._library.ClosePrinter(self._handle)


def _winspool() -> Any:
    return getattr(ctypes, "WinDLL")("winspool.drv", use_last_error=True)  # noqa: B009  # only Windows has it


def _failure() -> OSError:
    """What Windows says went wrong."""
    number = getattr(ctypes, "get_last_error")()  # noqa: B009  # only Windows has it
    return OSError(number, "the spooler refused")

"""Work off the GUI thread: a page hands in a plain function and gets its answer back on the GUI thread.

One thread serves the database in the order of asking, a second one slow things (slips, files), a few others what takes
minutes (printing thousands of labels), so that a slip never waits for it.
No QObject belongs to a worker. All a job holds is let go on the GUI thread, so no widget dies elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ParamSpec, Protocol, TypeVar, runtime_checkable

import shiboken6
from PySide6.QtCore import QObject, Signal

from zhangshu_desk.core.errors import DeskError

T = TypeVar("T")
P = ParamSpec("P")
_log = logging.getLogger(__name__)
_APART = 4


class Cancelled(Exception):
    """Raised inside a job by `Progress` after the clerk cancelled it."""


class Progress:
    """How far a job is. The job writes it from its thread, the progress line reads it on the GUI thread."""

    def __init__(self, title: str = "") -> None:
        self.title = title
        self.done = 0
        self.total = 0
        self.cancelled = False

    def __call__(self, done: int, total: int) -> None:
        """Say that `done` of `total` (0 = unknown) are done. Raises `Cancelled` if the clerk cancelled."""
        self.done, self.total = done, total
        if self.cancelled:
            raise Cancelled

    def cancel(self) -> None:
        """Ask the job to stop at its next step."""
        self.cancelled = True


@runtime_checkable
class Host(Protocol):
    """A widget that can show a refusal and a job's progress: a page, a dialog, the window."""

    def refuse(self, error: DeskError) -> None: ...

    def follow(self, progress: Progress) -> None: ...

    def unfollow(self, progress: Progress) -> None: ...


@dataclass
class _Task:
    owner: QObject
    job: Callable[[], Any]
    then: Callable[[Any], None] | None
    refused: Callable[[DeskError], None] | None
    ended: Callable[[], None] | None = None
    progress: Progress | None = None
    host: Host | None = None
    result: Any = None
    error: BaseException | None = None


class Immediate(Executor):
    """Runs a job at once in the calling thread; for tests."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _bug_to_log(error: BaseException) -> None:
    _log.error("a job failed", exc_info=error)


class Work(QObject):
    """Runs jobs for widgets.

    Args:
        database: executor for database work; one thread by default.
        slow: executor for slips and files; one thread by default.
        on_bug: told, on the GUI thread, of an exception that is no `DeskError`.
        apart: executor for what takes minutes; threads of its own by default, with a given `slow` that one.
    """

    _finished = Signal(int)

    def __init__(
        self,
        database: Executor | None = None,
        slow: Executor | None = None,
        on_bug: Callable[[BaseException], None] = _bug_to_log,
        parent: QObject | None = None,
        apart: Executor | None = None,
    ) -> None:
        super().__init__(parent)
        self._database = database or ThreadPoolExecutor(1, "database")
        self._apart = apart or slow or ThreadPoolExecutor(_APART, "apart")
        self._slow = slow or ThreadPoolExecutor(1, "slow")
        self._on_bug = on_bug
        self._tasks: dict[int, _Task] = {}
        self._number = 0
        self._closed = False
        self._finished.connect(self._deliver)

    def do(
        self,
        owner: QObject,
        job: Callable[[], T],
        then: Callable[[T], None] | None = None,
        refused: Callable[[DeskError], None] | None = None,
        ended: Callable[[], None] | None = None,
    ) -> None:
        """Run `job` on the database thread, then `then(result)` on the GUI thread.

        Args:
            owner: the widget asking; when it is gone by then, the answer is dropped.
            refused: told of a `DeskError`; by default the nearest page or dialog around `owner` shows it.
            ended: called first, whatever came of the job; for giving a button back.
        """
        self._start(self._database, _Task(owner, job, then, refused, ended))

    def do_slow(
        self,
        owner: QObject,
        job: Callable[[], T],
        then: Callable[[T], None] | None = None,
        refused: Callable[[DeskError], None] | None = None,
        ended: Callable[[], None] | None = None,
    ) -> None:
        """The same on the thread for slow things; nothing of the database may wait for it."""
        self._start(self._slow, _Task(owner, job, then, refused, ended))

    def do_apart(
        self,
        owner: QObject,
        job: Callable[[], T],
        then: Callable[[T], None] | None = None,
        refused: Callable[[DeskError], None] | None = None,
        ended: Callable[[], None] | None = None,
    ) -> None:
        """The same on a thread that neither slips nor files wait for: what may take long, or waits for a network.

        Of several jobs nobody knows which ends first.
        """
        self._start(self._apart, _Task(owner, job, then, refused, ended))

    def do_long(
        self,
        owner: QObject,
        title: str,
        job: Callable[[Progress], T],
        then: Callable[[T], None] | None = None,
        refused: Callable[[DeskError], None] | None = None,
        ended: Callable[[], None] | None = None,
        *,
        on_database: bool = False,
        apart: bool = False,
    ) -> Progress:
        """The same for a job of many steps, shown in the page's progress line with count, rate and Cancel.

        Args:
            apart: it takes minutes; nothing else waits for it.

        `job` calls `progress(done, total)` now and then; when the clerk cancels, that raises `Cancelled`,
        the job's transaction rolls back and nothing is delivered.
        """
        progress = Progress(title)
        host = host_of(owner)
        task = _Task(owner, lambda: job(progress), then, refused, ended, progress, host)
        if host is not None:
            host.follow(progress)
        self._start(self._database if on_database else self._apart if apart else self._slow, task)
        return progress

    def busy(self) -> bool:
        """Whether a job is waiting or running, or its answer not yet delivered."""
        return bool(self._tasks)

    def close(self) -> None:
        """Cancel what can be cancelled, wait for the rest, deliver nothing any more."""
        self._closed = True
        for task in self._tasks.values():
            if task.progress is not None:
                task.progress.cancel()
        self._database.shutdown(wait=True)
        self._slow.shutdown(wait=True)
        self._apart.shutdown(wait=True)
        self._tasks.clear()

    def _start(self, executor: Executor, task: _Task) -> None:
        if self._closed:
            return
        self._number += 1
        self._tasks[self._number] = task
        executor.submit(self._run, self._number)

    def _run(self, number: int) -> None:
        # Worker thread. It keeps no reference to the task or its error: the last one dies on the GUI thread.
        _attempt(self._tasks[number])
        self._finished.emit(number)

    def _deliver(self, number: int) -> None:
        task = self._tasks.pop(number, None)
        if task is None or self._closed:
            return
        if task.progress is not None and isinstance(task.host, QObject) and shiboken6.isValid(task.host):
            task.host.unfollow(task.progress)
        if not shiboken6.isValid(task.owner):
            return
        if task.ended is not None:
            task.ended()
        if task.error is None:
            if task.then is not None:
                task.then(task.result)
        elif isinstance(task.error, DeskError):
            self._refuse(task, task.error)
        elif not isinstance(task.error, Cancelled):
            self._on_bug(task.error)

    def _refuse(self, task: _Task, error: DeskError) -> None:
        host = host_of(task.owner)
        if task.refused is not None:
            task.refused(error)
        elif host is not None:
            host.refuse(error)
        else:
            self._on_bug(error)


def host_of(owner: QObject) -> Host | None:
    """The nearest page, dialog or window around `owner` that can show a refusal; `owner` itself included."""
    at: QObject | None = owner
    while at is not None:
        if isinstance(at, Host):
            return at
        at = at.parent()
    return None


def _attempt(task: _Task) -> None:
    try:
        task.result = task.job()
    except Exception as error:  # noqa: BLE001 - the boundary: delivered, told or logged on the GUI thread
        task.error = error

"""Ground rules for every test: own folders, offscreen Qt, nothing left open or running, no unexpected log.

A log record of WARNING or above fails its test unless the test says it is due:
`@pytest.mark.expect_log("disk is full")`, a regular expression per expected message.
"""

import gc
import logging
import os
import re
import sys
import threading
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from PySide6.QtCore import QThread
    from PySide6.QtWidgets import QWidget

# Before Qt is loaded. A run inside scripts/with_atspi has chosen xcb.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Runs repeat themselves; HYPOTHESIS_PROFILE=search looks for new examples. No time limits: machines differ.
settings.register_profile(
    "ci", deadline=None, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("search", settings.get_profile("ci"), derandomize=False, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

pytest_plugins = ["tests.store_fixtures", "tests.server_fixtures"]

_failed = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker of this file known."""
    config.addinivalue_line("markers", "expect_log(pattern): a log record of WARNING or above matching it is due")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed: its traceback keeps widgets alive, which is then no second failure."""
    report = yield
    item.stash[_failed] = item.stash.get(_failed, False) or report.failed
    return report


@pytest.fixture(scope="session", autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point the user's data, settings and cache folders into the tests' own place."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for kind in ("DATA", "CONFIG", "STATE", "CACHE"):
            patch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
        if "XDG_RUNTIME_DIR" not in os.environ:
            (home / "runtime").mkdir(mode=0o700)
            patch.setenv("XDG_RUNTIME_DIR", str(home / "runtime"))
        yield


class _Records(logging.Handler):
    """Keeps every log record of WARNING or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test on a log record of WARNING or above that was not due, and when a due one is missing."""
    due = [str(marker.args[0]) for marker in request.node.iter_markers("expect_log")]
    handler = _Records()
    root = logging.getLogger()
    root.addHandler(handler)
    yield
    root.removeHandler(handler)
    messages = [f"{r.levelname} {r.name}: {r.getMessage()}" for r in handler.records]
    unexpected = [m for m in messages if not any(re.search(pattern, m) for pattern in due)]
    missing = [pattern for pattern in due if not any(re.search(pattern, m) for m in messages)]
    assert not unexpected, f"unexpected log records: {unexpected}"
    if not request.node.stash.get(_failed, False):
        assert not missing, f"expected log records that did not come: {missing}"


@pytest.fixture(autouse=True)
def no_thread_left() -> Iterator[None]:
    """Fail the test when a Python thread it started still runs five seconds after its end."""
    before = set(threading.enumerate())
    yield
    # A QThread that ran Python code stays listed as a dummy; nothing_left_open looks after those.
    started = [t for t in threading.enumerate() if t not in before and not isinstance(t, threading._DummyThread)]
    for thread in started:
        thread.join(5)
    assert not [t.name for t in started if t.is_alive()], "threads still running after the test"


@pytest.fixture(autouse=True)
def nothing_left_open(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a Qt test when a window it made still exists after its end, or a QThread it started still runs."""
    if "qapp" not in request.fixturenames:
        yield
        return
    before = {id(w) for w in _windows()}
    known = _system_threads()
    yield
    threads = _running_qthreads() if _system_threads() - known or not known else []
    assert not threads, f"QThreads still running after the test: {threads}"
    if not request.node.stash.get(_failed, False):
        _sweep()
        left = [f"{type(w).__name__} {w.objectName()!r}" for w in _windows() if id(w) not in before]
        assert not left, f"windows still there after the test: {left} (qtbot.addWidget closes one)"


def _windows() -> "list[QWidget]":
    """The top-level widgets that nobody owns; a menu or pop-up goes with its parent."""
    from PySide6.QtWidgets import QApplication

    return [w for w in QApplication.topLevelWidgets() if w.parent() is None]


def _system_threads() -> set[str]:
    """The threads of this process as Linux numbers them; empty elsewhere."""
    return set(os.listdir("/proc/self/task")) if sys.platform == "linux" else set()


def _running_qthreads() -> "list[QThread]":
    """The QThreads still running after five more seconds. Qt keeps no list of them, so the heap is asked."""
    from PySide6.QtCore import QCoreApplication, QThread
    from shiboken6 import isValid

    app = QCoreApplication.instance()
    main = app.thread() if app else None
    found = [o for o in gc.get_objects() if issubclass(type(o), QThread) and isValid(o) and o is not main]
    return [thread for thread in found if not thread.wait(5000)]


def _sweep() -> None:
    """Let go of windows only waiting for it: a visible tool tip, a deferred delete, a reference cycle."""
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QToolTip

    QToolTip.hideText()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if _windows():
        gc.collect()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

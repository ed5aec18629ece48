"""Where processes come from that a test kills: they have everything imported, but nothing opened."""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import ForkServerContext

CHILDREN = ("tests.db.serial_child", "tests.labels.child", "tests.reception.child", "tests.sync.crash.children")
"""Modules whose functions run in such processes. Python keeps one server for all of them: what it is to import is said
before it starts, so every test says the same."""


def nursery() -> ForkServerContext:
    """Makes processes in some milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(CHILDREN))
    return context

"""A fresh store on a real file; its structure is made once per run and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import make
from zhangshu_desk.core import paths
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import FixedClock, parse_moment
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import Store, open_store

NINE = parse_moment("2026-11-23T09:00")


@pytest.fixture
def clock() -> FixedClock:
    """Monday 2026-11-23, 09:00."""
    return FixedClock(NINE)


@pytest.fixture
def where(tmp_path: Path) -> Paths:
    """The folders of a desk that does not exist yet."""
    return paths.of(tmp_path / "desk")


@pytest.fixture(scope="session")
def _set_up_desk(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    made = paths.of(tmp_path_factory.mktemp("template") / "desk")
    store = open_store(made, NINE - 1)
    make.set_up(store, NINE - 1)
    store.close()
    return made


@pytest.fixture
def store(where: Paths, _set_up_desk: Paths) -> Iterator[Store]:
    """A store that was set up: one station, three counters, a clerk and a supervisor."""
    shutil.copytree(_set_up_desk.data, where.data)
    opened = open_store(where, NINE)
    yield opened
    opened.close()


@pytest.fixture
def bare_store(where: Paths) -> Iterator[Store]:
    """A store on a new file: nobody has set it up."""
    opened = open_store(where, NINE)
    yield opened
    opened.close()


@pytest.fixture
def clerk() -> Actor:
    """A clerk at counter 1."""
    return make.CLERK


@pytest.fixture
def supervisor() -> Actor:
    """A supervisor at counter 1."""
    return make.SUPERVISOR

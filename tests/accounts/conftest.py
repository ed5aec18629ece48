"""A desk somebody has moved into, made once per run and copied: hashing passwords takes its time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.accounts.people import People, move_in
from tests.store_fixtures import NINE
from zhangshu_desk.core import paths
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.db.store import Store, open_store


@pytest.fixture(scope="session")
def _furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Paths, People]:
    made = paths.of(tmp_path_factory.mktemp("furnished") / "desk")
    store = open_store(made, NINE)
    people = move_in(store, NINE)
    store.close()
    return made, people


@pytest.fixture
def desk(where: Paths, _furnished: tuple[Paths, People]) -> Iterator[tuple[Store, People]]:
    """A store in `where` with a supervisor and a clerk who can log in, and these two."""
    shutil.copytree(_furnished[0].data, where.data)
    store = open_store(where, NINE)
    yield store, _furnished[1]
    store.close()


@pytest.fixture
def home(desk: tuple[Store, People]) -> Store:
    """The store of `desk`."""
    return desk[0]


@pytest.fixture
def people(desk: tuple[Store, People]) -> People:
    """The people of `desk`."""
    return desk[1]

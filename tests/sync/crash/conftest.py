"""A yard whose stations are settled, made once and copied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from tests.nursery import nursery
from tests.store_fixtures import NINE
from tests.sync.crash.yard import Yard
from tests.sync.park import Rig, new_station
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_server import database

FIRMS = 100


@pytest.fixture(scope="session")
def context() -> ForkServerContext:
    """Where processes come from."""
    return nursery()


@pytest.fixture(scope="session")
def prepared(
    make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory, context: ForkServerContext
) -> Iterator[tuple[Yard, list[Rig]]]:
    """Two stations that are in step and a third that has not joined."""
    folder = tmp_path_factory.mktemp("yard")
    yard = Yard(database.make_engine(make_database()), folder, NINE, context)
    try:
        yield yard, _settled(yard, folder)
    finally:
        yard.close()


def _settled(yard: Yard, folder: Path) -> list[Rig]:
    yard.start()
    first, second = yard.park.station("甲", NINE), yard.park.station("乙", NINE)
    third = new_station(folder, "丙", NINE)
    with first.store.write(first.clerk, "enterprise.add", NINE) as session:
        for number in range(FIRMS):
            name = f"樟树{number}有限公司"
            session.insert(Enterprise(id=session.new_id(), name=name, name_key=name, created_at=NINE))
    for rig in (first, second, first):
        rig.cycle()
    yard.park.rigs.append(third)
    yard.settle("morning")
    rigs = list(yard.park.rigs)
    yard.evening()
    return rigs


@pytest.fixture
def yard(prepared: tuple[Yard, list[Rig]], tmp_path: Path) -> Iterator[Yard]:
    """The yard in the morning: stations 甲 and 乙 are in step, 丙 has not joined (`newcomer`)."""
    made, rigs = prepared
    made.morning("morning", rigs, tmp_path)
    yield made
    made.evening()

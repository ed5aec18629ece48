"""A centre with its park for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.store_fixtures import NINE
from tests.sync.centre import CentreRig
from tests.sync.park import Park


@pytest.fixture
def centre(engine: Engine, tmp_path: Path) -> Iterator[CentreRig]:
    """The real centre, in this process."""
    rig = CentreRig(engine, tmp_path, NINE)
    yield rig
    rig.close()


@pytest.fixture
def park(centre: CentreRig) -> Park:
    """What is around it."""
    return centre.park

"""A fresh centre for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.server.rig import Desk, Rig


@pytest.fixture
def rig(engine: Engine, state_dir: Path) -> Rig:
    """A centre without stations."""
    return Rig(engine, state_dir)


@pytest.fixture
def a(rig: Rig) -> Desk:
    """The first station of a site."""
    return rig.desk(name="A")


@pytest.fixture
def b(rig: Rig, a: Desk) -> Desk:
    """The second station of the same site."""
    return rig.desk(name="B")

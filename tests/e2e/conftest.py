"""Fixtures of the journeys with a centre."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from tests.e2e.programs import Centre


@pytest.fixture
def no_keyring() -> Iterator[None]:
    """Whatever this machine has: a test must not leave secrets in a person's keyring."""
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]  # ships incomplete types
    yield
    keyring.set_keyring(before)


@pytest.fixture
def centre(no_keyring: None) -> Iterator[Centre]:
    """A centre that runs. Not in pytest's own folder, which PostgreSQL cannot always enter (see `server_fixtures`)."""
    with tempfile.TemporaryDirectory(prefix="zhangshu-centre-", ignore_cleanup_errors=True) as folder:
        made = Centre(Path(folder))
        made.start()
        yield made
        made.stop()

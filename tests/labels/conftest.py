"""A store with labels to give out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.labels.shop import Shop, open_shop
from zhangshu_desk.db.store import Store


@pytest.fixture
def shop(store: Store, tmp_path: Path) -> Shop:
    """An indication with its user, mark, quota and packs, and a traced wardrobe."""
    return open_shop(store, tmp_path)

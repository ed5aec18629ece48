"""How many numbers for labels are in store."""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.db import own_serials, serials
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.rules.batches import KIND


@dataclass(frozen=True)
class Stock:
    """Numbers in store.

    Attributes:
        left: how many can be given without the centre. own: from the station's own range, for it never joined one;
            then there are always more.
    """

    left: int
    own: bool


def stock(store: Store) -> Stock:
    """How many numbers there are."""
    with store.read() as session:
        return Stock(serials.left(session, KIND), not own_serials.has_joined(bare(session)))

"""Numbers in store, so that batches can be numbered without a network."""

from __future__ import annotations

from zhangshu_desk.db import serials
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.rules.batches import KIND, LabelRules


def keep_stock(store: Store, rules: LabelRules) -> None:
    """Wish for as many numbers as the settings say; to be called whenever the desk starts or they change."""
    with store.merge() as merge:
        serials.ask_for(merge.db, KIND, rules.stock)

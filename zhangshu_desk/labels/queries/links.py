"""What the links in the codes of this station begin with."""

from __future__ import annotations

from zhangshu_desk.db import site
from zhangshu_desk.db.store import Store


def label_domain(store: Store, own: str) -> str:
    """What the centre says, for it answers there; before it has said anything, `own` of this machine's settings."""
    with store.read() as session:
        return site.label_domain(session, own)

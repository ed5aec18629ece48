"""The search on top: asks the one index and says which page shows each hit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zhangshu_desk.ui.widgets.popup import Suggestion
from zhangshu_desk.ui.widgets.suggest import Fetch

if TYPE_CHECKING:
    from zhangshu_desk.db.store import Store

MOST = 6
"""Hits shown of each kind."""
_GROUPS = {"enterprise": "企业", "person": "联系人", "ticket": "票号"}
_PAGES = {"enterprise": "企业", "person": "企业", "ticket": "受理台"}


def finder(store: Store) -> Fetch:
    """A search for the top bar; the key of a suggestion is `(page title, (kind, row id))`."""
    from zhangshu_desk.db import search

    def find(text: str) -> Sequence[Suggestion]:
        with store.read() as session:
            hits = search.find(session, text, tuple(_GROUPS), MOST)
        hits.sort(key=lambda hit: tuple(_GROUPS).index(hit.kind))
        return [
            Suggestion((_PAGES[hit.kind], (hit.kind, hit.row_id)), hit.title, hit.subtitle, _GROUPS[hit.kind])
            for hit in hits
        ]

    return find

"""The search on top: asks the one index, knows a scanned label, and says which page shows each hit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from zhangshu_desk.ui.widgets.popup import Suggestion
from zhangshu_desk.ui.widgets.suggest import Fetch

if TYPE_CHECKING:
    from zhangshu_desk.db.store import Store

MOST = 6
"""Hits shown of each kind."""
_NUMBER = re.compile(r"[0-9]{6,13}")
"""What may be the number of a label; shorter ones are visits' or parts of phones."""
_GROUPS = {"enterprise": "企业", "person": "联系人", "ticket": "票号"}
_PAGES = {"enterprise": "企业", "person": "企业", "ticket": "受理台"}


def finder(store: Store) -> Fetch:
    """A search for the top bar; the key of a suggestion is `(page title, (kind, row id))`."""
    from zhangshu_desk.db import search

    def find(text: str) -> Sequence[Suggestion]:
        with store.read() as session:
            hits = search.find(session, text, tuple(_GROUPS), MOST)
        hits.sort(key=lambda hit: tuple(_GROUPS).index(hit.kind))
        shown = [
            Suggestion((_PAGES[hit.kind], (hit.kind, hit.row_id)), hit.title, hit.subtitle, _GROUPS[hit.kind])
            for hit in hits
        ]
        return [*_labels(store, text), *shown]

    return find


def _labels(store: Store, text: str) -> list[Suggestion]:
    """A label that was scanned, or whose number was typed and is known here."""
    is_link = "/t/" in text.lower() or "/01/" in text
    if not is_link and not _NUMBER.fullmatch(text.strip()):
        return []
    from zhangshu_desk.core.errors import DeskError
    from zhangshu_desk.labels import queries
    from zhangshu_desk.labels.rules import codes

    try:
        serial = codes.read(text).serial if is_link else codes.serial_of(text)
    except DeskError:
        return []
    if not is_link and not queries.find_batches(store, text):
        return []
    title = codes.serial_text(serial)
    return [Suggestion(("标签", ("查码", text)), title, "查这枚标签的来历和去向", "标签", marks=())]

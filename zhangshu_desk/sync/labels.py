"""What the centre has to know so that labels of this station prove genuine there, and what it says about their links.

The key goes over the pinned line at the first contact, so that labels which are numbered offline afterwards are known
to be ours before they are reported; again whenever the centre does not name it among those it has (it was restored).
"""

from __future__ import annotations

import base64
import logging
import sqlite3
from collections.abc import Mapping
from typing import Any

from zhangshu_desk.core import label_key
from zhangshu_desk.core.paths import Paths
from zhangshu_desk.sync import books

KNOWN, DOMAIN = "label_keys_known", "label_domain"
"""Words of `meta`: ids of our keys that the centre has, blank between; what links on labels begin with."""
_log = logging.getLogger(__name__)


def key_to_send(db: sqlite3.Connection, paths: Paths) -> dict[str, str] | None:
    """The label key, made now if there is none; None while the centre has it.

    A key file that cannot be used holds up no synchronising: whoever numbers labels is told.
    """
    try:
        key = label_key.read_or_make(paths.label_key)
    except (OSError, ValueError) as error:
        _log.warning("the label key cannot be used: %s", type(error).__name__)
        return None
    name = label_key.id_of(key)
    if name in books.word(db, KNOWN).split():
        return None
    return {"id": name, "key": base64.b64encode(key).decode()}


def take(db: sqlite3.Connection, answer: Mapping[str, Any]) -> None:
    """Note which keys of ours the centre has and what links on labels begin with; one of before labels says neither."""
    if "label_keys" not in answer:
        return
    known, domain = " ".join(answer["label_keys"]), answer["label_domain"]
    if known != books.word(db, KNOWN):
        books.say(db, **{KNOWN: known})
    if domain != books.word(db, DOMAIN):
        books.say(db, **{DOMAIN: domain})

"""The status of the connection, put together from the database and from what the synchronising thread says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from zhangshu_desk.core.clock import DAY
from zhangshu_desk.core.link import LinkState, LinkStatus
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.sync import books
from zhangshu_desk.sync.cycle import Told, waiting_of

_NOTICES = {
    "station_restored": "sync.station_restored",
    "station_forked": "sync.station_forked",
    "server_rewound": "sync.server_rewound",
    "serial_twice": "sync.serial_twice",
}
"""What the centre may want a person to hear; others, of a newer centre, are left to its own people."""


class Board:
    """Keeps the present `LinkStatus` and tells listeners of changes. Safe to use from several threads."""

    def __init__(self, store: Store, at_rest: Callable[[], LinkState]) -> None:
        self.status = LinkStatus()
        self._store, self._at_rest = store, at_rest
        self._last_contact = 0
        self._lock = threading.Lock()
        self._listeners: list[Callable[[LinkStatus], None]] = []

    def listen(self, listener: Callable[[LinkStatus], None]) -> None:
        """Call `listener` on every change."""
        self._listeners.append(listener)

    def look(self) -> None:
        """Read the state of a station that is not synchronising, with its counts."""
        self.settle(self._at_rest())

    def settle(self, state: LinkState, trouble: str = "", facts: Mapping[str, Any] | None = None) -> None:
        """The station stands so; the counts are read anew."""
        with self._store.read() as session:
            db = bare(session)
            waiting, oldest = waiting_of(db)
            rejected = db.execute("SELECT count(*) FROM outbox WHERE state = 'rejected'").fetchone()[0]
            conflicts = db.execute("SELECT count(*) FROM conflicts WHERE state = 'open'").fetchone()[0]
            last = self._last_contact or books.number(db, "last_contact_at") or None
            offset = books.number(db, "clock_offset")
            address, site = books.word(db, "centre_address"), books.word(db, "site_name")
            notice = books.word(db, "centre_notice")
        if not trouble and notice and last:
            code, said, at = json.loads(notice)
            if last - at < DAY and code in _NOTICES:
                trouble, facts = _NOTICES[code], said
        self.note(
            state=state,
            trouble=trouble,
            trouble_facts=tuple((facts or {}).items()),
            waiting=waiting,
            oldest_at=oldest,
            rejected=rejected,
            conflicts=conflicts,
            last_contact_at=last,
            offset_ms=offset,
            address=address,
            site=site,
            sent=0,
            to_send=0,
        )

    def contact(self, now: int, notices: Sequence[tuple[str, Mapping[str, Any]]] = ()) -> None:
        """The centre has answered a whole cycle, and perhaps wants a person to hear something: it is said for a day."""
        self._last_contact = now
        if notices:
            with self._store.merge() as merge:
                for code, facts in notices:
                    books.say(merge.db, centre_notice=json.dumps([code, dict(facts), now]))

    def progress(self, told: Told) -> None:
        """A cycle is on its way."""
        self.note(
            state=LinkState.LOADING if told.loading else LinkState.BUSY,
            sent=told.sent,
            to_send=told.to_send,
            loaded=told.loaded,
            to_load=told.to_load,
        )

    def note(self, **changes: Any) -> None:
        """Change some attributes of the status; listeners hear of it when something is different."""
        with self._lock:
            old, self.status = self.status, replace(self.status, **changes)
            changed = old != self.status
        if changed:
            for listener in self._listeners:
                listener(self.status)

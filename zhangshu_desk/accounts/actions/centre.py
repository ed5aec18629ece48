"""What people do with the connection to the centre, for the audit log; the doing itself is the link's."""

from __future__ import annotations

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.db.store import Store

_LONGEST = 120


def note_enrolment(store: Store, actor: Actor, address: str, now: int) -> None:
    """The station joined a centre at this address."""
    with store.write(actor, "sync.enrol", now) as session:
        session.about("stations", session.station_id, f"中心 {address[:_LONGEST]}")


def note_export(store: Store, actor: Actor, file: str, count: int, now: int) -> None:
    """An exchange file of so many operations was written; `file` is its name."""
    with store.write(actor, "sync.export", now) as session:
        session.about("stations", session.station_id, f"{file[:_LONGEST]}，{count} 条")


def note_import(store: Store, actor: Actor, file: str, count: int, now: int) -> None:
    """The centre's answer was taken in; `file` is its name, `count` how many operations it acknowledged."""
    with store.write(actor, "sync.import", now) as session:
        session.about("stations", session.station_id, f"{file[:_LONGEST]}，确认 {count} 条")

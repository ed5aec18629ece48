"""Which station this database belongs to, and which others share its hall (rows of theirs arrive from the centre)."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.orm import Session

from zhangshu_desk.db.bare import bare


class SiteStation(NamedTuple):
    """A station of the hall; `letter` stands before its ticket numbers, empty at the first."""

    id: str
    name: str
    letter: str


# A station without a site is a site of its own.
_STATIONS = """SELECT id, name, letter FROM stations
    WHERE coalesce(site_id, id) = (SELECT coalesce(site_id, id) FROM stations WHERE id = :own)
    ORDER BY id <> :own, letter, id"""


def station_id(session: Session) -> str:
    """The id of the station this database belongs to, empty before it is set up."""
    if "station_id" not in session.info:
        found = bare(session).execute("SELECT value FROM meta WHERE key = 'station_id'").fetchone()
        session.info["station_id"] = found[0] if found else ""
    return str(session.info["station_id"])


def stations(session: Session) -> tuple[SiteStation, ...]:
    """The stations that share the hall, this one first; empty before it is set up."""
    if "stations" not in session.info:
        rows = bare(session).execute(_STATIONS, {"own": station_id(session)}).fetchall()
        session.info["stations"] = tuple(SiteStation(one, name, letter or "") for one, name, letter in rows)
    found: tuple[SiteStation, ...] = session.info["stations"]
    return found


def site(session: Session) -> tuple[str, ...]:
    """The ids of the stations that share the hall, this one first."""
    return tuple(one.id for one in stations(session))


def label_domain(session: Session, own: str = "") -> str:
    """What links on labels begin with: what the centre says, for it answers there; where it says nothing, `own`."""
    found = bare(session).execute("SELECT value FROM meta WHERE key = 'label_domain'").fetchone()
    return str(found[0]) if found and found[0] else own

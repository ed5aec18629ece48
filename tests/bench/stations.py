"""Stations of the sync bench: real desks on real files, with the records that the peers keep too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sqlalchemy import select

from tests.bench.peers.records import note
from tests.newcomer import MemoryVault, move_in
from zhangshu_desk.core import paths
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.clock import SystemClock
from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store, open_store
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.sync.link import Connect, DeskLink, connect

CLOCK = SystemClock()
ONE_ACT = 500
"""Records entered in one act."""


@dataclass
class Desk:
    """An open desk with its link to the centre, which is not started.

    Attributes:
        actor: its supervisor, who makes every change.
    """

    folder: Path
    store: Store
    vault: MemoryVault
    link: DeskLink
    actor: Actor

    def close(self) -> None:
        """Close link and store."""
        self.link.close()
        self.store.close()


def make(folder: Path, number: int, connect: Connect = connect) -> Desk:
    """A station of its own: `number` makes its ids, 1 to 999."""
    store = open_store(paths.of(folder), CLOCK.now())
    station = f"01930000-0000-7000-8000-{number:08d}0001"
    counters = {f"01930000-0000-7000-8000-{number:08d}0101": "1号窗口"}
    people = {f"head{number}": _actor(number)}
    move_in(store, CLOCK.now(), station, f"樟树产业园工作站{number}", counters, people)
    return _desk(folder, store, MemoryVault(), number, connect)


def reopen(folder: Path, number: int, secrets: Mapping[str, str], connect: Connect = connect) -> Desk:
    """The same station again, perhaps in another process, with what its vault held."""
    return _desk(folder, open_store(paths.of(folder), CLOCK.now()), MemoryVault(secrets), number, connect)


def _desk(folder: Path, store: Store, vault: MemoryVault, number: int, connect: Connect) -> Desk:
    return Desk(folder, store, vault, DeskLink(store, vault, CLOCK, connect), _actor(number))


def _actor(number: int) -> Actor:
    return Actor(f"01930000-0000-7000-8000-{number:08d}0201", f"站长{number}", Role.SUPERVISOR, None)


def add(desk: Desk, records: Iterable[Mapping[str, str]]) -> list[str]:
    """Enter enterprises, some hundred in an act, each captured into the outbox; returns their ids."""
    ids: list[str] = []
    left = iter(records)
    while chunk := list(islice(left, ONE_ACT)):
        now = CLOCK.now()
        with desk.store.write(desk.actor, "enterprise.add", now) as session:
            for record in chunk:
                key = same_name_key(record["name"])
                row = Enterprise(id=new_id(now), name_key=key, former_names=[], created_at=now, **record)
                session.insert(row)
                ids.append(row.id)
            session.about("enterprises", ids[-1])
    return ids


def change_one_by_one(desk: Desk, ids: Sequence[str], text: str) -> None:
    """Write a note into each of these enterprises in an act of its own, as people do it.

    Each act has its entry in the audit log, which is sent too: twice as many operations.
    """
    for row_id in ids:
        with desk.store.write(desk.actor, "enterprise.change", CLOCK.now()) as session:
            row = session.get_one(Enterprise, row_id)
            row.notes = text
            session.about("enterprises", row_id)


def edit(desk: Desk, ids: Sequence[str], number: int, side: str) -> None:
    """What the peers do in a round: one field of each record gets a text it never had."""
    places = {row_id: place for place, row_id in enumerate(ids)}
    with desk.store.write(desk.actor, "enterprise.change", CLOCK.now()) as session:
        for at in range(0, len(ids), ONE_ACT):
            for row in session.scalars(select(Enterprise).where(Enterprise.id.in_(ids[at : at + ONE_ACT]))):
                row.notes = note(number, places[row.id], side)
        session.about("enterprises", ids[0])


def counted(desk: Desk, sql: str) -> int:
    """What a counting statement says."""
    with desk.store.read() as session:
        return int(bare(session).execute(sql).fetchone()[0])


def same(left: Desk, right: Desk, sql: str = "SELECT id, notes FROM enterprises ORDER BY id") -> bool:
    """Whether two desks hold the same: a step that moved nothing must not count as quick."""
    found = []
    for desk in (left, right):
        with desk.store.read() as session:
            found.append(bare(session).execute(sql).fetchall())
    return found[0] == found[1]

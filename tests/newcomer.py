"""A station as its wizard leaves it, without the cost of a password; and a vault for its secret that is no keyring."""

from __future__ import annotations

from collections.abc import Mapping

from zhangshu_desk.core.actors import SYSTEM, Actor
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import Counter, Station, User


class MemoryVault:
    """Keeps the secret in memory; what it holds stays when a database is restored, as in a keyring."""

    def __init__(self, secrets: Mapping[str, str] | None = None) -> None:
        self.secrets = dict(secrets or {})

    def has_keyring(self) -> bool:
        return True

    def keep(self, station: str, secret: str, passphrase: str) -> None:
        self.secrets[station] = secret

    def find(self, station: str) -> str | None:
        return self.secrets.get(station)

    def locked(self, station: str) -> bool:
        return False

    def unlock(self, station: str, passphrase: str) -> str:
        return self.secrets[station]


def move_in(
    store: Store, now: int, station: str, name: str, counters: Mapping[str, str], people: Mapping[str, Actor]
) -> None:
    """Set up an empty store.

    Args:
        station: its id. counters: names by id, in their order. people: by login.
    """
    with store.write(SYSTEM, "station.set_up", now) as session:
        session.name_station(station)
        session.add(Station(id=station, name=name, code="ZS", created_at=now))
        session.flush()
        for position, (counter, called) in enumerate(counters.items(), 1):
            session.add(Counter(id=counter, station_id=station, position=position, name=called, serves=[]))
        for login, actor in people.items():
            session.add(User(id=actor.user_id, login=login, name=actor.name, role=actor.role.value, created_at=now))
        session.about("stations", station)

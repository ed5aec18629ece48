"""Setting the station up, once, and changing what is known of it."""

from __future__ import annotations

from sqlalchemy import select

from zhangshu_desk.accounts import passwords, rules
from zhangshu_desk.accounts.actions.users import check_password
from zhangshu_desk.accounts.inputs import SetUp, StationChange
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.ids import new_id
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import Counter, Credential, Station, User

MOST_COUNTERS = 30


def set_up(store: Store, wishes: SetUp, now: int) -> Actor:
    """Make the station, its windows and its first supervisor, who is logged in by it.

    Raises:
        DeskError: `station.exists`, `station.code_spelling`, `station.counters`, `counter.name_taken`,
            `account.name_missing`, `account.name_long`, `account.login_spelling`, `account.password_weak`.
    """
    station_name = rules.check_name(wishes.station_name, "工作站名称")
    code = rules.check_station_code(wishes.station_code)
    counters = _check_counters(wishes.counters)
    login, name = rules.check_login(wishes.login), rules.check_name(wishes.name, "姓名", longest=30)
    check_password(wishes.password, login, name, station_name)
    verifier = passwords.hashed(wishes.password)
    actor = Actor(new_id(now), name, Role.SUPERVISOR)
    with store.write(actor, "station.set_up", now) as session:
        if session.scalar(select(Station.id).limit(1)) is not None:
            raise DeskError("station.exists")
        station = Station(id=session.new_id(), name=station_name, code=code, created_at=now)
        session.name_station(station.id)
        session.add(station)
        session.add(User(id=actor.user_id, login=login, name=name, role=actor.role.value, created_at=now))
        session.flush()
        for position, counter in enumerate(counters, 1):
            row = Counter(id=session.new_id(), station_id=station.id, position=position, name=counter, serves=[])
            session.add(row)
        session.add(Credential(user_id=actor.user_id, password_hash=verifier, changed_at=now, last_login_at=now))
        session.about("stations", station.id)
    return actor


def change_station(store: Store, actor: Actor, change: StationChange, now: int) -> None:
    """Correct name, address or phone of the station.

    Raises:
        DeskError: `account.name_missing`, `account.name_long`, `store.not_set_up`.
    """
    with store.write(actor, "station.change", now) as session:
        row = session.get(Station, session.station_id)
        if row is None:
            raise DeskError("store.not_set_up")
        if change.name is not None:
            row.name = rules.check_name(change.name, "工作站名称")
        if change.address is not None:
            row.address = change.address.strip()
        if change.phone is not None:
            row.phone = change.phone.strip()
        session.about("stations", row.id)


def _check_counters(names: tuple[str, ...]) -> list[str]:
    clean = [rules.check_name(name, "窗口名称", longest=20) for name in names]
    if not 1 <= len(clean) <= MOST_COUNTERS:
        raise DeskError("station.counters", most=MOST_COUNTERS)
    doubled = next((name for name in clean if clean.count(name) > 1), None)
    if doubled:
        raise DeskError("counter.name_taken", counter=doubled)
    return clean

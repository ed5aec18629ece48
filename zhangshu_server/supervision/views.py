"""What the pages show, read from the database as frozen dataclasses; values of people already masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, select

from zhangshu_desk.core import words
from zhangshu_desk.core.clock import DAY, HOUR, MINUTE
from zhangshu_server import acts, stations
from zhangshu_server.checking import OLDEST_BACKUP_MS
from zhangshu_server.stations import Listed
from zhangshu_server.supervision import labels, wording
from zhangshu_server.tables import backups, feed_head, notices, oplog, records, sites
from zhangshu_server.tables import stations as stations_table

PAGE = 25
_ONLINE_MS = 3 * MINUTE
_OFF_CLOCK_MS = 2 * MINUTE


@dataclass(frozen=True)
class StationCard:
    """A station in words. `tone` is `good`, `warn` or `bad`, said by `state` as well."""

    id: str
    site: str
    name: str
    letter: str
    state: str
    tone: str
    seen_ago: str
    seen_at: str
    waiting: int
    oldest: str
    clock: str
    clock_off: bool
    client: str
    behind: int
    rejected: int
    conflicts: int
    notices: int
    revoked_at: str
    revoked_reason: str
    enrolled_at: str

    @property
    def revoked(self) -> bool:
        """Whether nothing is accepted from it any more."""
        return bool(self.revoked_at)


@dataclass(frozen=True)
class NoticeLine:
    """Something about a station that a person should look at."""

    id: int
    station_id: str
    station: str
    at: str
    text: str
    seen: bool


@dataclass(frozen=True)
class BackupLine:
    """A backup in words."""

    at: str
    ago: str
    size: str
    feed: int
    verified: bool
    name: str


@dataclass(frozen=True)
class BackupState:
    """Whether the newest proved backup is young enough, and since when."""

    text: str
    tone: str


@dataclass(frozen=True)
class Overview:
    """The first page."""

    cards: tuple[StationCard, ...]
    notices: tuple[NoticeLine, ...]
    conflicts: int
    rejected: int
    waiting: int
    online: int
    active: int
    head: int
    unusual_labels: int
    backup: BackupState


@dataclass(frozen=True)
class Difference:
    """One field of a conflict: what stands, and what the other one wanted."""

    field: str
    stands: str
    wanted: str


@dataclass(frozen=True)
class ConflictLine:
    """An open conflict in words; people and values masked."""

    kind: str
    table: str
    at: str
    stands_by: str
    wanted_by: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Page:
    """One page of a long list."""

    number: int
    more: bool


@dataclass(frozen=True)
class Conflicts:
    """Open conflicts: how many by table (name, word, count), and a page of them."""

    total: int
    by_table: tuple[tuple[str, str, int], ...]
    lines: tuple[ConflictLine, ...]
    page: Page


@dataclass(frozen=True)
class RejectedLine:
    """A transaction that was refused."""

    at: str
    station_id: str
    station: str
    tables: str
    operations: int
    reason: str
    tx: str


@dataclass(frozen=True)
class ActLine:
    """What somebody did at the centre."""

    at: str
    login: str
    title: str
    facts: str


# -- stations ---------------------------------------------------------------------------------------------------------


def card(one: Listed, now: int) -> StationCard:
    """A station in words."""
    state, tone = _state(one, now)
    return StationCard(
        id=one.id,
        site=one.site_name,
        name=one.name,
        letter=one.letter,
        state=state,
        tone=tone,
        seen_ago=wording.ago(one.last_seen_at, now),
        seen_at=wording.absolute(one.last_seen_at),
        waiting=one.waiting,
        oldest=wording.absolute(one.oldest_at) if one.waiting else "",
        clock=wording.offset(one.clock_offset),
        clock_off=abs(one.clock_offset) >= _OFF_CLOCK_MS,
        client=one.client or "—",
        behind=one.behind,
        rejected=one.rejected,
        conflicts=one.open_conflicts,
        notices=one.notices,
        revoked_at=wording.absolute(one.revoked_at) if one.revoked_at else "",
        revoked_reason=one.revoked_reason,
        enrolled_at=wording.absolute(one.enrolled_at),
    )


def _state(one: Listed, now: int) -> tuple[str, str]:
    if one.revoked_at is not None:
        return "已停用", "bad"
    if one.last_seen_at is None:
        return "还没有联系过", "warn"
    away = now - one.last_seen_at
    if away < _ONLINE_MS:
        return ("在线，有待上报", "warn") if one.waiting else ("在线", "good")
    if away < HOUR:
        return "刚刚离线", "warn"
    return "离线", "bad" if away > DAY else "warn"


def overview(engine: Engine, now: int) -> Overview:
    """Everything at a glance."""
    listed = stations.listing(engine)
    active = [one for one in listed if one.revoked_at is None]
    with engine.connect() as connection:
        return Overview(
            cards=tuple(card(one, now) for one in sorted(listed, key=lambda one: one.revoked_at is not None)),
            notices=unseen(connection),
            conflicts=_count_conflicts(connection),
            rejected=sum(one.rejected for one in listed),
            waiting=sum(one.waiting for one in active),
            online=sum(one.last_seen_at is not None and now - one.last_seen_at < _ONLINE_MS for one in active),
            active=len(active),
            head=connection.execute(select(feed_head.c.seq)).scalar() or 0,
            unusual_labels=labels.unusual(connection),
            backup=backup_state(connection, now),
        )


def station(engine: Engine, station_id: str, now: int) -> StationCard | None:
    """One station."""
    return next((card(one, now) for one in stations.listing(engine) if one.id == station_id), None)


# -- notices ----------------------------------------------------------------------------------------------------------


def unseen(connection: Connection, station_id: str = "", *, seen_too: bool = False) -> tuple[NoticeLine, ...]:
    """Notices nobody has marked as seen (or all), of one station or of every one, newest first."""
    query = (
        select(notices, stations_table.c.name)
        .outerjoin(stations_table, stations_table.c.id == notices.c.station_id)
        .order_by(notices.c.at.desc(), notices.c.id.desc())
        .limit(100)
    )
    if station_id:
        query = query.where(notices.c.station_id == station_id)
    if not seen_too:
        query = query.where(notices.c.seen_at.is_(None))
    return tuple(
        NoticeLine(
            row.id,
            row.station_id,
            row.name or row.station_id or "中心",
            wording.absolute(row.at),
            wording.notice(row.code, row.facts),
            row.seen_at is not None,
        )
        for row in connection.execute(query)
    )


# -- conflicts --------------------------------------------------------------------------------------------------------

_OPEN = (records.c.tbl == "conflicts") & (records.c.fields["state"].astext == "open")


def _count_conflicts(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(records).where(_OPEN)).scalar_one()


def conflicts(engine: Engine, tbl: str, number: int) -> Conflicts:
    """Open conflicts, of one table when `tbl` names it, newest first."""
    table = records.c.fields["tbl"].astext
    counting = select(table, func.count()).where(_OPEN).group_by(table).order_by(func.count().desc(), table)
    query = select(records.c.fields).where(_OPEN).order_by(records.c.seq.desc())
    if tbl:
        query = query.where(table == tbl)
    with engine.connect() as connection:
        counts = [(str(name), int(count)) for name, count in connection.execute(counting)]
        found = list(connection.execute(query.offset((number - 1) * PAGE).limit(PAGE + 1)).scalars())
    return Conflicts(
        total=sum(count for _, count in counts),
        by_table=tuple((name, words.table_word(name), count) for name, count in counts),
        lines=tuple(_conflict(fields) for fields in found[:PAGE]),
        page=Page(number, len(found) > PAGE),
    )


def _conflict(fields: Mapping[str, object]) -> ConflictLine:
    tbl = str(fields.get("tbl", ""))
    stands, wanted = _object(fields.get("a_values")), _object(fields.get("b_values"))
    names = [name for name in (*stands, *wanted) if not name.endswith(("_key", "_id"))]
    created = fields.get("created_at")
    return ConflictLine(
        kind=wording.kind(str(fields.get("kind"))),
        table=words.table_word(tbl),
        at=wording.absolute(created if isinstance(created, int) else None),
        stands_by=_who(fields, "a"),
        wanted_by=_who(fields, "b"),
        differences=tuple(
            Difference(
                words.field_word(tbl, name),
                wording.masked(tbl, name, stands.get(name)),
                wording.masked(tbl, name, wanted.get(name)),
            )
            for name in dict.fromkeys(names)
        ),
    )


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _who(fields: Mapping[str, object], side: str) -> str:
    at = fields.get(f"{side}_at")
    name = wording.masked("users", "name", fields.get(f"{side}_actor"))
    return f"{fields.get(f'{side}_station', '')} · {name} · {wording.absolute(at if isinstance(at, int) else None)}"


# -- rejected ---------------------------------------------------------------------------------------------------------


def rejected(engine: Engine, number: int, station_id: str = "") -> tuple[tuple[RejectedLine, ...], Page]:
    """Refused transactions, newest first."""
    latest = func.max(oplog.c.received_at)
    query = (
        select(
            oplog.c.station_id,
            oplog.c.tx,
            latest.label("at"),
            func.count().label("operations"),
            func.max(oplog.c.code).label("code"),
            func.array_agg(oplog.c.tbl.distinct()).label("tables"),
            func.max(stations_table.c.name).label("name"),
        )
        .outerjoin(stations_table, stations_table.c.id == oplog.c.station_id)
        .where(oplog.c.status == "rejected")
        .group_by(oplog.c.station_id, oplog.c.tx)
        .order_by(latest.desc(), oplog.c.tx)
    )
    if station_id:
        query = query.where(oplog.c.station_id == station_id)
    with engine.connect() as connection:
        found = connection.execute(query.offset((number - 1) * PAGE).limit(PAGE + 1)).all()
    lines = tuple(
        RejectedLine(
            wording.absolute(row.at),
            row.station_id,
            row.name or row.station_id,
            "、".join(words.table_word(tbl) for tbl in row.tables),
            row.operations,
            wording.rejection(row.code),
            row.tx,
        )
        for row in found[:PAGE]
    )
    return lines, Page(number, len(found) > PAGE)


# -- backups and acts -------------------------------------------------------------------------------------------------


def backup_state(connection: Connection, now: int) -> BackupState:
    """The newest proved backup in words."""
    last = connection.execute(select(func.max(backups.c.at)).where(backups.c.verified)).scalar()
    if last is None:
        return BackupState("还没有验证过的备份", "warn")
    return BackupState(wording.ago(last, now), "bad" if now - last > OLDEST_BACKUP_MS else "good")


def backup_lines(engine: Engine, now: int) -> Sequence[BackupLine]:
    """The backups that are kept, newest first."""
    with engine.connect() as connection:
        rows = connection.execute(select(backups).order_by(backups.c.at.desc()).limit(50)).all()
    return [
        BackupLine(
            wording.absolute(row.at),
            wording.ago(row.at, now),
            wording.megabytes(row.bytes),
            row.feed_seq,
            row.verified,
            str(row.path).rpartition("/")[2],
        )
        for row in rows
    ]


def site_names(engine: Engine) -> Sequence[str]:
    """The sites there are, to choose from."""
    with engine.connect() as connection:
        return list(connection.execute(select(sites.c.name).order_by(sites.c.name)).scalars())


def act_lines(engine: Engine) -> Sequence[ActLine]:
    """The latest acts at the centre, newest first."""
    with engine.connect() as connection:
        found = acts.recent(connection, 100)
    return [
        ActLine(
            wording.absolute(one.at),
            "命令行" if one.login == acts.COMMAND_LINE else one.login,
            wording.act(one.act),
            " · ".join(str(value) for value in one.facts.values() if value not in (True, "")),
        )
        for one in found
    ]

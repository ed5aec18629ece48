"""A day in figures: the day sheet, whose every number names the visits behind it, and days left open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from zhangshu_desk.core.clock import minutes
from zhangshu_desk.db.site import site, station_id, stations
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.accounts import Station, User
from zhangshu_desk.db.tables.reception import DayClose, Rating, VisitEvent
from zhangshu_desk.reception.catalogue import catalogue_of
from zhangshu_desk.reception.queries import reading
from zhangshu_desk.reception.rules import GOOD_LEVELS, RATING_LEVELS, Act, Catalogue, State

V = reading.V
Unit = Literal["人", "件", "分钟"]
_TITLES: tuple[tuple[str, str, Unit], ...] = (
    ("issued", "取号", "人"),
    ("carried_in", "上日结转来", "人"),
    ("served", "已办结", "人"),
    ("missed", "过号", "人"),
    ("left", "弃号", "人"),
    ("cancelled", "已取消", "人"),
    ("carried_over", "结转次日", "人"),
    ("open", "未了", "人"),
    ("quick", "即时服务", "人"),
    ("rated", "已评价", "人"),
    ("rated_good", "好评", "人"),
    ("rated_bad", "差评", "人"),
    ("wait_average", "平均等候", "分钟"),
    ("wait_longest", "最长等候", "分钟"),
    ("serve_average", "平均办理", "分钟"),
    ("serve_longest", "最长办理", "分钟"),
)
_OUTCOMES = ("served", "missed", "left", "cancelled", "carried_over", "open")
_BY_STATE = {
    State.DONE: "served",
    State.MISSED: "missed",
    State.LEFT: "left",
    State.CANCELLED: "cancelled",
}
_FIXED = ("issued", "carried_in", *_OUTCOMES, "quick")
"""Figures that nothing may change once the day is closed."""


@dataclass(frozen=True)
class Figure:
    """One number of a day sheet and the ids of the visits behind it."""

    key: str
    title: str
    value: int
    unit: Unit
    visits: tuple[str, ...]


@dataclass(frozen=True)
class Beside:
    """Another station of the hall on the same day: its own numbers.

    Attributes:
        closed: it has closed the day. figures: as those of a `DaySheet`.
    """

    station_name: str
    closed: bool
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class DaySheet:
    """A day of the station: the numbers that it gave, wherever in the hall they were served.

    Attributes:
        closed_at: ms UTC, None while the day is open; closed_by: name.
        figures: in the order of the sheet; services: given, by service; counters: finished, by window.
        balanced: issued + carried in = served + missed + left + cancelled + carried over + still open.
        changed: titles of figures that are not what they were when the day was closed (there should be none).
        beside: the other stations of the hall; site: the figures of all together. Both empty when it is alone.
    """

    day: date
    station_name: str
    closed_at: int | None
    closed_by: str
    figures: tuple[Figure, ...]
    services: tuple[Figure, ...]
    counters: tuple[Figure, ...]
    balanced: bool
    changed: tuple[str, ...]
    beside: tuple[Beside, ...] = ()
    site: tuple[Figure, ...] = ()

    def figure(self, key: str) -> Figure:
        """One of the figures. Raises `KeyError`."""
        return next((one for one in self.figures if one.key == key), None) or _no_figure(key)


def _no_figure(key: str) -> Figure:
    raise KeyError(key)


def day_sheet(store: Store, day: date, now: int) -> DaySheet:
    """The figures of a day, closed or not."""
    with store.read() as session:
        station = session.scalars(select(Station).where(Station.id == station_id(session))).one()
        day_visits = _Day(session, day, [station.id])
        close = session.scalars(
            select(DayClose)
            .where(DayClose.station_id == station.id, DayClose.day == day, DayClose.reopened_at.is_(None))
            .order_by(DayClose.at, DayClose.id)
        ).first()
        closer = session.get(User, close.closed_by) if close is not None else None
        counters = reading.counter_names(session)
        beside = _beside(session, day)
        together = _Day(session, day, site(session)).figures() if beside else ()
    figures = day_visits.figures()
    values = {one.key: one.value for one in figures}
    kept = close.figures if close is not None else {}
    return DaySheet(
        day=day,
        station_name=station.name,
        closed_at=close.at if close is not None else None,
        closed_by=closer.name if closer is not None else "",
        figures=figures,
        services=day_visits.by_service(catalogue_of(store)),
        counters=day_visits.by_counter(counters),
        balanced=values["issued"] + values["carried_in"] == sum(values[key] for key in _OUTCOMES),
        changed=tuple(one.title for one in figures if one.key in _FIXED and kept.get(one.key, one.value) != one.value),
        beside=beside,
        site=together,
    )


def _beside(session: Session, day: date) -> tuple[Beside, ...]:
    return tuple(
        Beside(one.name, reading.is_closed(session, day, one.id), _Day(session, day, [one.id]).figures())
        for one in stations(session)[1:]
    )


def figures_of(session: Session, day: date, now: int) -> dict[str, int]:
    """The values of a day's figures, to be kept with its closing."""
    return {one.key: one.value for one in _Day(session, day, [station_id(session)]).figures()}


def open_days(store: Store, today: date) -> tuple[date, ...]:
    """Days before today that had visits and were not closed, the earliest first."""
    with store.read() as session:
        here = station_id(session)
        closes = reading.DAY_CLOSES.c
        closed = select(closes.day).where(closes.station_id == here, closes.reopened_at.is_(None))
        days = select(V.day).where(V.station_id == here, V.day < today).distinct()
        connection = session.connection()
        done = set(connection.execute(closed).scalars())
        return tuple(sorted(day for day in connection.execute(days).scalars() if day not in done))


class _Day:
    """The visits of a day with numbers of some stations, sorted by what became of them."""

    def __init__(self, session: Session, day: date, stations: Sequence[str]) -> None:
        self._rows: dict[str, list[Row[Any]]] = {key: [] for key, _, _ in _TITLES}
        for row in _own(session, day, stations):
            if row.number is None:
                self._rows["quick"].append(row)
                continue
            self._rows["issued"].append(row)
            self._rows[_outcome(row, day)].append(row)
        for row in _carried_in(session, day, stations):
            self._rows["carried_in"].append(row)
            self._rows[_outcome(row, day)].append(row)
        finished = [*self._rows["served"], *self._rows["quick"]]
        for row in finished:
            if row.level is not None:
                self._rows["rated"].append(row)
                if row.level in RATING_LEVELS:  # a level of the future counts as rated, for nobody knows which it is
                    self._rows["rated_good" if row.level in GOOD_LEVELS else "rated_bad"].append(row)
        self._finished = finished

    def figures(self) -> tuple[Figure, ...]:
        served = self._rows["served"]
        values = {key: len(rows) for key, rows in self._rows.items()}
        behind = {key: _ids(rows) for key, rows in self._rows.items()}
        for name, column in (("wait", "waited_ms"), ("serve", "served_ms")):
            times = [getattr(row, column) for row in served]
            values[f"{name}_average"] = minutes(sum(times) // len(times)) if times else 0
            values[f"{name}_longest"] = minutes(max(times, default=0))
            behind[f"{name}_average"] = _ids(served)
            behind[f"{name}_longest"] = _ids(row for row in served if getattr(row, column) == max(times))
        return tuple(Figure(key, title, values[key], unit, behind[key]) for key, title, unit in _TITLES)

    def by_service(self, known: Catalogue) -> tuple[Figure, ...]:
        """What was given, in pieces, in the order of the catalogue; last what is no longer in it, by its id."""
        titles = {service.id: service.name for service in known.services}
        titles |= {one: one for one in sorted({one for row in self._finished for one in row.given} - titles.keys())}
        found = []
        for service_id, title in titles.items():
            rows = [row for row in self._finished if service_id in row.given]
            pieces = sum(row.given[service_id] for row in rows)
            if rows:
                found.append(Figure(service_id, title, pieces, "件", _ids(rows)))
        return tuple(found)

    def by_counter(self, names: dict[str, str]) -> tuple[Figure, ...]:
        """Finished visits by window."""
        return tuple(
            Figure(counter_id, names.get(counter_id, "其他窗口"), len(rows), "人", _ids(rows))
            for counter_id, rows in sorted(_grouped(self._finished, lambda row: row.counter_id).items())
        )


def _grouped(rows: Iterable[Row[Any]], key: Callable[[Row[Any]], str | None]) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        name = key(row)
        if name is not None:
            found.setdefault(name, []).append(row)
    return found


def _ids(rows: Iterable[Row[Any]]) -> tuple[str, ...]:
    return tuple(row.id for row in rows)


def _outcome(row: Row[Any], day: date) -> str:
    """What became of a ticket on a day; one that went on to a later day counts there from then on."""
    if row.queue_day > day:
        return "carried_over"
    return _BY_STATE.get(State(row.state), "open")


# The first one, should a visit have been rated on two screens: it must not be counted twice.
_LEVEL = select(Rating.level).where(Rating.visit_id == V.id).order_by(Rating.at, Rating.id).limit(1).scalar_subquery()
_COLUMNS = (
    V.id, V.number, V.day, V.queue_day, V.state, V.given, V.counter_id, V.waited_ms, V.served_ms,
    _LEVEL.label("level"),
)  # fmt: skip


def _own(session: Session, day: date, stations: Sequence[str]) -> list[Row[Any]]:
    chosen = select(*_COLUMNS).where(V.station_id.in_(stations), V.day == day).order_by(V.arrived_at)
    return list(session.connection().execute(chosen))


def _carried_in(session: Session, day: date, stations: Sequence[str]) -> list[Row[Any]]:
    """Tickets of earlier days that stood in this day's queue: still do, or were carried on from it."""
    carried = select(*_COLUMNS).where(V.station_id.in_(stations), V.queue_day > V.day, V.day < day)
    moved_on = (
        select(VisitEvent.id)
        .where(
            VisitEvent.visit_id == V.id,
            VisitEvent.act == Act.CARRY_OVER.value,
            VisitEvent.note == day.isoformat(),
        )
        .exists()
    )
    connection = session.connection()
    return [
        *connection.execute(carried.where(V.queue_day == day)),
        *connection.execute(carried.where(V.queue_day > day, moved_on)),
    ]

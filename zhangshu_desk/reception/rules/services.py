"""The services of the station and the groups of their tickets, read from `resources/services.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from zhangshu_desk.core import resources
from zhangshu_desk.core.errors import DeskError

FILE = "services.toml"


@dataclass(frozen=True)
class Group:
    """A group of services that share a sequence of numbers.

    Attributes:
        first, last: the range of numbers of a day, both included.
        verified: False = local practice nobody has confirmed yet (待核实).
    """

    letter: str
    name: str
    prefix: str
    first: int
    last: int
    verified: bool

    def label(self, number: int, station: str = "") -> str:
        """`A011`; `KA011` at the station with the letter `K`."""
        return f"{station}{self.prefix}{number:03d}"


@dataclass(frozen=True)
class Service:
    """One service.

    Attributes:
        name: official name; short: as on a chip or in a row.
        daily_cap: tickets a day that may ask for it, 0 = no limit.
        usual_minutes: usual time at the counter.
        frequent: place among the chips, 0 = none.
        verified: False = the values are local practice nobody has confirmed yet (待核实).
    """

    id: str
    name: str
    short: str
    group: str
    daily_cap: int
    usual_minutes: int
    frequent: int
    verified: bool


@dataclass(frozen=True)
class Catalogue:
    """All services and groups, in the order of the file."""

    services: tuple[Service, ...]
    groups: tuple[Group, ...]

    @cached_property
    def _by_id(self) -> dict[str, Service]:
        return {one.id: one for one in self.services}

    @cached_property
    def _by_letter(self) -> dict[str, Group]:
        return {one.letter: one for one in self.groups}

    def service(self, service_id: str) -> Service:
        """The service. Raises `DeskError` `visit.unknown_service`."""
        found = self._by_id.get(service_id)
        if found is None:
            raise DeskError("visit.unknown_service", service=service_id)
        return found

    def group_of(self, services: Iterable[str]) -> Group:
        """The group a ticket for these services is numbered in: that of the first. Raises `DeskError`."""
        first = next(iter(services), None)
        if first is None:
            raise DeskError("visit.no_service")
        return self._by_letter[self.service(first).group]

    def frequent(self) -> tuple[Service, ...]:
        """The services shown as chips, in their order."""
        return tuple(sorted((one for one in self.services if one.frequent), key=lambda one: one.frequent))

    def text(self, services: Iterable[str]) -> str:
        """`年报 · 变更登记`; an id that is no longer in the file stands for itself."""
        return " · ".join(self._by_id[one].short if one in self._by_id else one for one in services)

    def minutes(self, services: Iterable[str]) -> int:
        """Usual minutes of these services together, at least 1."""
        return max(1, sum(self._by_id[one].usual_minutes for one in services if one in self._by_id))


@cache
def catalog() -> Catalogue:
    """The services shipped with the program. Raises `DeskError` `services.bad_file`."""
    return parse_catalogue(resources.text(FILE), f"resources/{FILE}")


def parse_catalogue(text: str, file: str) -> Catalogue:
    """Read a services file.

    Args:
        text: TOML.
        file: its name, for refusals.

    Raises:
        DeskError: `services.bad_file` naming file, key and what is wrong with it.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeskError("services.bad_file", file=file, key="TOML", why=str(error)) from error
    read = _Reader(file)
    groups = tuple(read.group(at, row) for at, row in read.rows(table, "group"))
    services = tuple(read.service(at, row) for at, row in read.rows(table, "service"))
    read.unique("group.letter", [one.letter for one in groups])
    read.unique("group.prefix", [one.prefix for one in groups])
    read.unique("service.id", [one.id for one in services])
    read.unique("service.short", [one.short for one in services])
    letters = {one.letter for one in groups}
    for one in services:
        if one.group not in letters:
            read.refuse(f"service.{one.id}.group", f"没有「{one.group}」组")
    return Catalogue(services, groups)


class _Reader:
    """Reads values of one file and refuses those that are not what they should be."""

    def __init__(self, file: str) -> None:
        self._file = file

    def refuse(self, key: str, why: str) -> None:
        raise DeskError("services.bad_file", file=self._file, key=key, why=why)

    def rows(self, table: dict[str, Any], name: str) -> list[tuple[str, dict[str, Any]]]:
        rows = table.get(name)
        if not isinstance(rows, list) or not rows:
            raise DeskError("services.bad_file", file=self._file, key=name, why="没有内容")
        return [(f"{name}[{number}]", row) for number, row in enumerate(rows, 1)]

    def group(self, at: str, row: dict[str, Any]) -> Group:
        found = Group(
            letter=self.text(at, row, "letter"),
            name=self.text(at, row, "name"),
            prefix=self.text(at, row, "prefix"),
            first=self.whole(at, row, "first", least=1),
            last=self.whole(at, row, "last", least=1),
            verified=self.truth(at, row, "verified"),
        )
        if found.last < found.first:
            self.refuse(f"{at}.last", "小于 first")
        return found

    def service(self, at: str, row: dict[str, Any]) -> Service:
        return Service(
            id=self.text(at, row, "id"),
            name=self.text(at, row, "name"),
            short=self.text(at, row, "short"),
            group=self.text(at, row, "group"),
            daily_cap=self.whole(at, row, "daily_cap", least=0),
            usual_minutes=self.whole(at, row, "usual_minutes", least=1),
            frequent=self.whole(at, row, "frequent", least=0),
            verified=self.truth(at, row, "verified"),
        )

    def text(self, at: str, row: dict[str, Any], name: str) -> str:
        value = row.get(name)
        if not isinstance(value, str) or not value.strip():
            raise DeskError("services.bad_file", file=self._file, key=f"{at}.{name}", why="应为文字")
        return value.strip()

    def whole(self, at: str, row: dict[str, Any], name: str, *, least: int) -> int:
        value = row.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise DeskError("services.bad_file", file=self._file, key=f"{at}.{name}", why=f"应为不小于 {least} 的整数")
        return value

    def truth(self, at: str, row: dict[str, Any], name: str) -> bool:
        value = row.get(name)
        if not isinstance(value, bool):
            raise DeskError("services.bad_file", file=self._file, key=f"{at}.{name}", why="应为 true 或 false")
        return value

    def unique(self, key: str, values: list[str]) -> None:
        for value in values:
            if values.count(value) > 1:
                self.refuse(key, f"「{value}」重复")


def shown_label(label: str, day: date, today: date) -> str:
    """A ticket's label as shown on `today`: `A011`, or `A011·22日` when its number is of another day."""
    return label if day == today or not label else f"{label}·{day.day}日"

"""The services of a station and the groups of their tickets: as a file has them, and checked.

The centre checks a file with this before it hands it down, and a desk checks what the centre sent in the same way.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from zhangshu_desk.core import resources
from zhangshu_desk.core.errors import DeskError

FILE = "services.toml"
"""The shipped file, among the resources."""
MOST = 99_999
"""No number is greater: a column and a slip have room for it."""
LONGEST = 100
_LONGEST_CODE = 20
_LONGEST_PREFIX = 8
_NO_LINE = frozenset({"Cc", "Cs", "Zl", "Zp"})


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

    @cached_property
    def shorts(self) -> Mapping[str, str]:
        """Short names by id."""
        return {one.id: one.short for one in self.services}

    def knows(self, service_id: str) -> bool:
        """Whether the service is offered; a visit of another day may name one that is not any more."""
        return service_id in self._by_id

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
        return " · ".join(self.shorts.get(one, one) for one in services)

    def minutes(self, services: Iterable[str]) -> int:
        """Usual minutes of these services together, at least 1."""
        return max(1, sum(self._by_id[one].usual_minutes for one in services if one in self._by_id))


def shipped() -> Catalogue:
    """The services that come with the program. Raises `DeskError` `services.bad_file`."""
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
    return checked_catalogue(table.get("group"), table.get("service"), file)


def checked_catalogue(groups: object, services: object, file: str) -> Catalogue:
    """The catalogue in two lists of rows, as a file or a table has them.

    Args:
        file: where they come from, for refusals.

    Raises:
        DeskError: as `parse_catalogue`.
    """
    read = _Reader(file)
    catalogue = Catalogue(
        groups=tuple(read.group(at, row) for at, row in read.rows(groups, "group")),
        services=tuple(read.service(at, row) for at, row in read.rows(services, "service")),
    )
    read.unique("group.letter", [one.letter for one in catalogue.groups])
    read.unique("group.prefix", [one.prefix for one in catalogue.groups])
    read.unique("service.id", [one.id for one in catalogue.services])
    read.unique("service.short", [one.short for one in catalogue.services])
    letters = {one.letter for one in catalogue.groups}
    for one in catalogue.services:
        if one.group not in letters:
            read.refuse(f"service.{one.id}.group", f"没有「{one.group}」组")
    return catalogue


class _Reader:
    """Reads values of one file and refuses those that are not what they should be."""

    def __init__(self, file: str) -> None:
        self._file = file

    def refuse(self, key: str, why: str) -> None:
        raise DeskError("services.bad_file", file=self._file, key=key, why=why)

    def rows(self, rows: object, name: str) -> list[tuple[str, Mapping[str, Any]]]:
        if not isinstance(rows, list) or not rows:
            raise DeskError("services.bad_file", file=self._file, key=name, why="没有内容")
        if not all(isinstance(row, Mapping) for row in rows):
            self.refuse(name, f"应写成 [[{name}]]")
        return [(f"{name}[{number}]", row) for number, row in enumerate(rows, 1)]

    def group(self, at: str, row: Mapping[str, Any]) -> Group:
        found = Group(
            letter=self.code(at, row, "letter"),
            name=self.text(at, row, "name"),
            prefix=self.text(at, row, "prefix", longest=_LONGEST_PREFIX),
            first=self.whole(at, row, "first", least=1),
            last=self.whole(at, row, "last", least=1),
            verified=self.truth(at, row, "verified"),
        )
        if found.last < found.first:
            self.refuse(f"{at}.last", "小于 first")
        return found

    def service(self, at: str, row: Mapping[str, Any]) -> Service:
        return Service(
            id=self.code(at, row, "id"),
            name=self.text(at, row, "name"),
            short=self.text(at, row, "short"),
            group=self.text(at, row, "group"),
            daily_cap=self.whole(at, row, "daily_cap", least=0),
            usual_minutes=self.whole(at, row, "usual_minutes", least=1),
            frequent=self.whole(at, row, "frequent", least=0),
            verified=self.truth(at, row, "verified"),
        )

    def text(self, at: str, row: Mapping[str, Any], name: str, *, longest: int = LONGEST) -> str:
        value = row.get(name)
        if not isinstance(value, str) or not value.strip():
            raise DeskError("services.bad_file", file=self._file, key=f"{at}.{name}", why="应为文字")
        found = value.strip()
        if len(found) > longest or any(unicodedata.category(one) in _NO_LINE for one in found):
            self.refuse(f"{at}.{name}", f"应为一行文字，最多 {longest} 个字")
        return found

    def code(self, at: str, row: Mapping[str, Any], name: str) -> str:
        """What records name the thing by: letters and digits, which no list of several can be mistaken for."""
        found = self.text(at, row, name, longest=_LONGEST_CODE)
        if not all(one.isalnum() or one in "-_" for one in found):
            self.refuse(f"{at}.{name}", "只能用字母和数字")
        return found

    def whole(self, at: str, row: Mapping[str, Any], name: str, *, least: int) -> int:
        value = row.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MOST:
            raise DeskError(
                "services.bad_file", file=self._file, key=f"{at}.{name}", why=f"应为 {least} 至 {MOST} 的整数"
            )
        return value

    def truth(self, at: str, row: Mapping[str, Any], name: str) -> bool:
        value = row.get(name)
        if not isinstance(value, bool):
            raise DeskError("services.bad_file", file=self._file, key=f"{at}.{name}", why="应为 true 或 false")
        return value

    def unique(self, key: str, values: list[str]) -> None:
        for value in values:
            if values.count(value) > 1:
                self.refuse(key, f"「{value}」重复")


def as_toml(catalogue: Catalogue) -> str:
    """The catalogue as a file that `parse_catalogue` reads."""
    parts = [("group", asdict(one)) for one in catalogue.groups] + [
        ("service", asdict(one)) for one in catalogue.services
    ]
    return "\n".join(
        f"[[{name}]]\n" + "".join(f"{key} = {_spelled(value)}\n" for key, value in row.items()) for name, row in parts
    )


def _spelled(value: str | int | bool) -> str:
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return str(value).lower()

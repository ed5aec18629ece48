"""What is handed to and back from the actions of accounts; light, so that the first window can name it."""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.core.actors import Actor, Role


@dataclass(frozen=True)
class SetUp:
    """Everything the first start asks for.

    Attributes:
        station_code: two letters, part of every ticket's identity at the centre.
        counters: names of the windows in their order, e.g. `("1号窗口", "2号窗口")`.
        login, name, password: of the first supervisor.
    """

    station_name: str
    station_code: str
    counters: tuple[str, ...]
    login: str
    name: str
    password: str


@dataclass(frozen=True)
class LoggedIn:
    """A person who has proved to be one. `must_change`: the password was set by somebody else."""

    actor: Actor
    must_change: bool


@dataclass(frozen=True)
class NewUser:
    """An account to be made; its owner changes the password at the first log-in."""

    login: str
    name: str
    role: Role
    password: str


@dataclass(frozen=True)
class UserChange:
    """What to change of an account; None = as it is."""

    name: str | None = None
    role: Role | None = None
    active: bool | None = None


@dataclass(frozen=True)
class NewCounter:
    """A window to be added; `serves` lists ids of services, empty = all."""

    name: str
    serves: tuple[str, ...] = ()


@dataclass(frozen=True)
class CounterChange:
    """What to change of a window; None = as it is."""

    name: str | None = None
    serves: tuple[str, ...] | None = None
    active: bool | None = None


@dataclass(frozen=True)
class StationChange:
    """What to change of the station; None = as it is. Its code stays: tickets carry it."""

    name: str | None = None
    address: str | None = None
    phone: str | None = None

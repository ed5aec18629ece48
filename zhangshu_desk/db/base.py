"""What every table is made of."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar

from sqlalchemy import Dialect, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from zhangshu_desk.core.operations import canonical

__all__ = ["Base", "Id", "Json", "Moment", "SearchEntry", "Synced", "canonical", "synced_classes", "synced_names"]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Json(TypeDecorator[Any]):
    """A list or dict kept as canonical JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


Id = Annotated[str, mapped_column(String(36))]
"""A UUIDv7 as text."""
Moment = int
"""Milliseconds since the epoch, UTC."""


class Base(DeclarativeBase):
    """A table. Tables that only this machine knows derive from it directly."""

    metadata = MetaData(naming_convention=NAMING)


@dataclass(frozen=True)
class SearchEntry:
    """What the search index knows of one row.

    Attributes:
        title, subtitle: what a list of results shows; personal data masked.
        names: found by Chinese, pinyin and initials; codes: by any fragment of at least four; numbers: as a whole.
    """

    title: str
    subtitle: str
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


class Synced(Base):
    """A table whose every change is captured field by field and goes to the centre.

    Rows are never deleted: they are records. Change them through the session, never by a bulk statement.
    """

    __abstract__ = True
    search_kind: ClassVar[str] = ""
    """`"enterprise"`, `"person"`, `"ticket"` …: as what its rows are found; empty = not searched."""
    searched: ClassVar[frozenset[str]] = frozenset()
    """The columns that `search_entry` looks at."""

    id: Mapped[Id] = mapped_column(primary_key=True)

    def search_entry(self) -> SearchEntry | None:
        """What the search index knows of this row; None leaves or takes it out of the index."""
        return None


def synced_classes() -> tuple[type[Synced], ...]:
    """All synced tables that have been imported."""
    found, waiting = [], [Synced]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if not kind.__dict__.get("__abstract__", False):
            found.append(kind)
    return tuple(found)


@cache
def synced_names() -> frozenset[str]:
    """Their table names; asked only after `zhangshu_desk.db.tables` was imported."""
    return frozenset(kind.__tablename__ for kind in synced_classes())

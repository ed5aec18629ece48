"""The way to PostgreSQL: an engine for whoever writes SQL by SQLAlchemy, and bare transactions for the sync itself.

`pushing` and `pulling` talk to psycopg directly: a request has a handful of statements with arrays, and an ORM would
take longer than the database.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import orjson
import psycopg
from psycopg import errors
from psycopg.rows import namedtuple_row
from sqlalchemy import Engine, create_engine

_log = logging.getLogger(__name__)
_T = TypeVar("_T")
_TRIES = 8
Connection = psycopg.Connection[Any]


class Again(Exception):
    """What was read at the beginning no longer holds; the transaction is to be done again from its start."""


def make_engine(dsn: str, *, pool: int = 10) -> Engine:
    """An engine on the database that `dsn` names (`postgresql://…`, with or without `+psycopg`).

    Args:
        pool: connections that are kept; as many again may be opened for a while.
    """
    for plain in ("postgresql://", "postgres://"):
        if dsn.startswith(plain):
            dsn = "postgresql+psycopg://" + dsn.removeprefix(plain)
    return create_engine(
        dsn,
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=20,
        pool_pre_ping=False,
        connect_args={"options": "-c jit=off"},  # our statements take less time than compiling them would
        json_deserializer=orjson.loads,
        json_serializer=lambda value: orjson.dumps(value).decode(),
    )


@contextmanager
def push_transaction(engine: Engine) -> Iterator[Connection]:
    """A writing transaction (read committed), committed when the block ends without an exception."""
    with _bare(engine) as connection:
        yield connection
        connection.commit()


@contextmanager
def pull_transaction(engine: Engine) -> Iterator[Connection]:
    """A reading transaction that sees one moment (repeatable read)."""
    with _bare(engine) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            yield connection
        finally:
            connection.rollback()
            connection.isolation_level = None
            connection.read_only = None


@contextmanager
def _bare(engine: Engine) -> Iterator[Connection]:
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    assert isinstance(connection, psycopg.Connection)
    try:
        yield connection
    except BaseException:
        if connection.broken or connection.closed:
            pooled.invalidate()
            engine.dispose()  # the lines of the others are as old: PostgreSQL was restarted
        else:
            connection.rollback()
        raise
    finally:
        pooled.close()


def retrying(work: Callable[[], _T]) -> _T:
    """Do `work` (a whole transaction) again when the database says that it met another one."""
    for left in range(_TRIES - 1, -1, -1):
        try:
            return work()
        except (Again, errors.SerializationFailure, errors.DeadlockDetected, errors.UniqueViolation) as error:
            if not left:
                raise
            _log.info("transaction is done again: %s", type(error).__name__)
            time.sleep(random.uniform(0.001, 0.01) * (_TRIES - left))
    raise AssertionError("unreachable")


def rows(connection: Connection, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[Any]:
    """All rows that a statement gives, as named tuples."""
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(text(sql), values).fetchall()


def row(connection: Connection, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> Any:
    """The first row that a statement gives, as a named tuple, None when there is none."""
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(text(sql), values).fetchone()


def run(connection: Connection, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> int:
    """Run a statement that gives no rows; the number of rows it touched."""
    with connection.cursor() as cursor:
        return cursor.execute(text(sql), values).rowcount


def copy(connection: Connection, table: str, columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> None:
    """Write many rows at once; table and columns are constants of the caller."""
    sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN WITH (NULL '{_NULL}')"
    with connection.cursor() as cursor, cursor.copy(text(sql)) as out:
        out.write("".join(map(_line, lines)).encode())


def _line(values: Sequence[Any]) -> str:
    texts = [one if type(one) is str else _NULL if one is None else str(one) for one in values]
    line = "\t".join(texts)
    if "\n" in line or "\r" in line or line.count("\t") >= len(texts):
        return "\t".join(text.translate(_ESCAPES) for text in texts) + "\n"
    return line.replace("\\", r"\\") + "\n"


_NULL = "\x02"  # what no text has that we keep
_ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def words(texts: Iterable[str]) -> str:
    """Texts without blanks as one parameter for `string_to_array(%s, ' ')`; an array takes psycopg far longer."""
    return " ".join(texts)


def document(value: Any) -> str:
    """A value as JSON text for a `%s::json` parameter."""
    return orjson.dumps(value).decode()


def text(sql: str) -> Any:
    """A statement as psycopg takes it: it wants a literal, and all of this package are constants of their modules."""
    return sql

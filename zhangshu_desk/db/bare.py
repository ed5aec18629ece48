"""The driver's connection, for the few statements that every act runs."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection
from sqlalchemy.orm import Session


def bare(db: Session | Connection | sqlite3.Connection) -> sqlite3.Connection:
    """The driver's connection under `db`, inside its transaction.

    A statement costs some 3 µs on it, 40–100 µs through SQLAlchemy; an act runs a dozen of them. What it refuses is a
    `sqlite3.Error`, which the store turns into sentences as it does SQLAlchemy's.
    """
    if isinstance(db, sqlite3.Connection):
        return db
    connection = db.connection() if isinstance(db, Session) else db
    found = connection.connection.driver_connection
    assert isinstance(found, sqlite3.Connection)
    return found

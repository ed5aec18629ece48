"""A centre of another version, in a process of its own: what it knows of the wire is changed before it is imported.

`python -m tests.sync.crash.other_centre newer|older FD DSN STATE NOW`: `newer` knows a column and a table more than
this program, `older` a table less (`ratings`).
"""

from __future__ import annotations

import socket
import sys
from dataclasses import replace

from zhangshu_desk.sync import wire
from zhangshu_desk.sync.wire import Column, Scope, Table

UNKNOWN_COLUMN, UNKNOWN_TABLE, MISSING_TABLE = "website", "parcels", "ratings"


def become(version: str) -> None:
    """Change what this process knows of the wire."""
    tables = dict(wire.TABLES)
    if version == "newer":
        firms = tables["enterprises"]
        columns = {**firms.columns, UNKNOWN_COLUMN: Column("text", nullable=True)}
        tables["enterprises"] = replace(firms, columns=columns)
        tables[UNKNOWN_TABLE] = Table(UNKNOWN_TABLE, Scope.SITE, {"title": Column("text")})
        wire.SCHEMA += 1
    else:
        del tables[MISSING_TABLE]
        wire.SCHEMA -= 1
    wire.TABLES = tables
    wire.PULLED = tuple(name for name, table in tables.items() if table.scope is not Scope.PRIVATE)


def main() -> None:
    """See the module."""
    version, handle, dsn, state_dir, now = sys.argv[1:]
    become(version)
    from tests.sync.crash.children import Premises, serve_centre

    serve_centre(Premises(dsn, state_dir, int(now)), socket.socket(fileno=int(handle)))


if __name__ == "__main__":
    main()

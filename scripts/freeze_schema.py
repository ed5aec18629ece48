"""Print the CREATE statements of today's tables and search index, to be pasted into a new migration.

    python scripts/freeze_schema.py > …
A migration never imports our models; this script is how the first one came to be.
"""

from __future__ import annotations

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from zhangshu_desk.db import search, tables
from zhangshu_desk.db.base import Base


def statements() -> list[str]:
    """All CREATE statements in the order in which they can be run."""
    assert tables.__all__
    dialect = sqlite.dialect()
    found = []
    for table in Base.metadata.sorted_tables:
        found.append(str(CreateTable(table).compile(dialect=dialect)).strip())
        for index in sorted(table.indexes, key=lambda one: str(one.name)):
            found.append(str(CreateIndex(index).compile(dialect=dialect)).strip())
    return found + list(search.SCHEMA)


def main() -> None:
    for statement in statements():
        print('    """')
        for line in statement.replace("\t", "    ").splitlines():
            print(f"    {line.rstrip()}".rstrip())
        print('    """,')


if __name__ == "__main__":
    main()

#!/bin/sh
# Until the first release only: write the first migration anew from today's tables.
set -eu
cd "$(dirname "$0")/.."
out=zhangshu_desk/db/migrations/versions/r0001_first.py
cat > "$out" <<'HEAD'
"""The first structure: station, people, enterprises, reception, outbox, audit, search index."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
HEAD
PYTHONPATH=. .venv/bin/python scripts/freeze_schema.py >> "$out"
cat >> "$out" <<'TAIL'
)


def upgrade() -> None:
    """Create every table."""
    for statement in STATEMENTS:
        op.execute(statement)
TAIL
.venv/bin/ruff format -q "$out"

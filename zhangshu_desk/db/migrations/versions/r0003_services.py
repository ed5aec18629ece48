"""Services and their groups as the centre sends them down. Nothing that was there changes."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    """
    CREATE TABLE service_groups (
        letter VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        prefix VARCHAR NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        verified BOOLEAN NOT NULL,
        position INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        voided_at INTEGER,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_service_groups PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE services (
        code VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        short VARCHAR NOT NULL,
        "group" VARCHAR NOT NULL,
        daily_cap INTEGER NOT NULL,
        usual_minutes INTEGER NOT NULL,
        frequent INTEGER NOT NULL,
        verified BOOLEAN NOT NULL,
        position INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        voided_at INTEGER,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_services PRIMARY KEY (id)
    )
    """,
)


def upgrade() -> None:
    """Add two tables."""
    for statement in STATEMENTS:
        op.execute(statement)

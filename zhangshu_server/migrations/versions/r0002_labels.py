"""Labels: the stations' keys, how often each label was looked up, and indices to find a label's batch by its number."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE label_keys (
        station_id TEXT NOT NULL,
        id TEXT NOT NULL,
        key BYTEA NOT NULL,
        since BIGINT NOT NULL,
        PRIMARY KEY (station_id, id)
    )
    """,
    """
    CREATE TABLE scans (
        station_id TEXT NOT NULL,
        serial BIGINT NOT NULL,
        count BIGINT NOT NULL,
        first_at BIGINT NOT NULL,
        last_at BIGINT NOT NULL,
        places INTEGER NOT NULL,
        hour BIGINT NOT NULL,
        in_hour INTEGER NOT NULL,
        busiest INTEGER NOT NULL,
        batch_id TEXT DEFAULT '' NOT NULL,
        alert TEXT DEFAULT '' NOT NULL,
        told_count BIGINT DEFAULT '0' NOT NULL,
        told_alert TEXT DEFAULT '' NOT NULL,
        told_at BIGINT,
        PRIMARY KEY (station_id, serial)
    )
    """,
    "CREATE INDEX ix_scans_untold ON scans (told_at) WHERE count > told_count OR alert <> told_alert OR batch_id = ''",
    """
    CREATE TABLE scan_visits (
        day TEXT NOT NULL,
        station_id TEXT NOT NULL,
        serial BIGINT NOT NULL,
        place BYTEA NOT NULL,
        phone BYTEA NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (day, station_id, serial, place, phone)
    )
    """,
    """
    CREATE INDEX ix_records_label_numbers ON records USING gist (
        numrange(
            least((fields->>'first')::numeric, (fields->>'last')::numeric),
            greatest((fields->>'first')::numeric, (fields->>'last')::numeric),
            '[]'
        )
    ) WHERE tbl = 'label_ranges'
    """,
    "CREATE INDEX ix_records_label_first ON records ((fields->>'kind'), (fields->>'first')) WHERE tbl = 'label_ranges'",
    "CREATE INDEX ix_records_of_batch ON records ((fields->>'batch_id'), tbl)"
    " WHERE tbl IN ('label_ranges', 'label_exceptions', 'label_moves')",
    "COMMENT ON COLUMN label_keys.id IS 'sha256 of the key'",
    "COMMENT ON COLUMN scans.places IS 'most different places on one day'",
    "COMMENT ON COLUMN scans.hour IS 'hour of the last one (ms UTC / 3600000); in_hour: how many in it'",
    "COMMENT ON COLUMN scans.busiest IS 'most in one hour'",
    "COMMENT ON COLUMN scans.batch_id IS 'empty: no station has reported the number'",
    "COMMENT ON COLUMN scans.told_at IS 'when label_scans was last written; NULL = never'",
    "COMMENT ON TABLE scan_visits IS"
    " 'today only; place and phone are hashes under a key that is thrown away every day and is in no database'",
)


def upgrade() -> None:
    """Add tables and indices."""
    for statement in STATEMENTS:
        op.execute(statement)

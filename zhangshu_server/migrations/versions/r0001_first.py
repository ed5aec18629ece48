"""The first structure of the centre: documents, feed, operations, stations; and its identity."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE admins (
        login TEXT NOT NULL,
        password_hash TEXT NOT NULL,
        failures INTEGER DEFAULT '0' NOT NULL,
        locked_until BIGINT,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (login)
    )
    """,
    """
    CREATE TABLE backups (
        id BIGSERIAL NOT NULL,
        at BIGINT NOT NULL,
        path TEXT NOT NULL,
        feed_seq BIGINT NOT NULL,
        bytes BIGINT NOT NULL,
        verified BOOLEAN NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE blocks (
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        first BIGINT NOT NULL,
        last BIGINT NOT NULL,
        station_id TEXT NOT NULL,
        inc TEXT NOT NULL,
        granted_at BIGINT NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (kind, first)
    )
    """,
    """
    CREATE TABLE centre_acts (
        id BIGSERIAL NOT NULL,
        at BIGINT NOT NULL,
        login TEXT NOT NULL,
        act TEXT NOT NULL,
        facts JSONB NOT NULL,
        prev_h TEXT NOT NULL,
        h TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE claims (
        visit_id TEXT NOT NULL,
        station_id TEXT NOT NULL,
        actor_name TEXT NOT NULL,
        counter_name TEXT NOT NULL,
        at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        PRIMARY KEY (visit_id)
    )
    """,
    """
    CREATE TABLE digests (
        scope TEXT NOT NULL,
        tbl TEXT NOT NULL,
        count BIGINT NOT NULL,
        total NUMERIC(20) NOT NULL,
        PRIMARY KEY (scope, tbl)
    )
    """,
    """
    CREATE TABLE enrol_codes (
        code_hash BYTEA NOT NULL,
        site_id TEXT NOT NULL,
        station_name TEXT NOT NULL,
        made_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        used_at BIGINT,
        idempotency_key TEXT,
        body_hash BYTEA,
        answer JSONB,
        PRIMARY KEY (code_hash)
    )
    """,
    """
    CREATE TABLE facts (
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (key)
    )
    """,
    """
    CREATE TABLE feed (
        seq BIGINT NOT NULL,
        h TEXT NOT NULL,
        tbl TEXT NOT NULL,
        row_id TEXT NOT NULL,
        op_id TEXT NOT NULL,
        PRIMARY KEY (seq)
    )
    """,
    """
    CREATE TABLE feed_head (
        id INTEGER NOT NULL,
        seq BIGINT NOT NULL,
        h TEXT NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE lives (
        station_id TEXT NOT NULL,
        inc TEXT NOT NULL,
        n BIGINT NOT NULL,
        h TEXT NOT NULL,
        durable BIGINT DEFAULT '0' NOT NULL,
        audit_seq BIGINT DEFAULT '0' NOT NULL,
        audit_h TEXT DEFAULT '' NOT NULL,
        PRIMARY KEY (station_id, inc)
    )
    """,
    """
    CREATE TABLE notices (
        id BIGSERIAL NOT NULL,
        station_id TEXT NOT NULL,
        at BIGINT NOT NULL,
        code TEXT NOT NULL,
        facts JSONB NOT NULL,
        seen_at BIGINT,
        PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_notices_station ON notices (station_id, at)",
    """
    CREATE TABLE oplog (
        station_id TEXT NOT NULL,
        inc TEXT NOT NULL,
        n BIGINT NOT NULL,
        op_id TEXT NOT NULL,
        tx TEXT NOT NULL,
        tbl TEXT NOT NULL,
        row_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        sets TEXT NOT NULL,
        olds TEXT NOT NULL,
        base BIGINT NOT NULL,
        hlc TEXT NOT NULL,
        actor TEXT NOT NULL,
        created BIGINT NOT NULL,
        h TEXT NOT NULL,
        status TEXT NOT NULL,
        code TEXT DEFAULT '' NOT NULL,
        seq BIGINT,
        received_at BIGINT NOT NULL,
        PRIMARY KEY (station_id, inc, n)
    )
    """,
    "CREATE INDEX ix_oplog_rejected ON oplog (station_id) WHERE status = 'rejected'",
    "CREATE INDEX ix_oplog_row ON oplog (tbl, row_id)",
    "CREATE INDEX ix_oplog_tx ON oplog (tx)",
    "CREATE UNIQUE INDEX uq_oplog_op_id ON oplog (op_id) WHERE status <> 'duplicate'",
    """
    CREATE TABLE records (
        tbl TEXT NOT NULL,
        id TEXT NOT NULL,
        scope TEXT NOT NULL,
        seq BIGINT NOT NULL,
        fields JSONB NOT NULL,
        clk JSONB NOT NULL,
        hlc TEXT NOT NULL,
        digest NUMERIC(20) NOT NULL,
        whole BOOLEAN NOT NULL,
        PRIMARY KEY (tbl, id)
    )
    """,
    "CREATE INDEX ix_records_conflict_state ON records ((fields->>'state')) WHERE tbl = 'conflicts'",
    "CREATE INDEX ix_records_credit_code ON records ((fields->>'credit_code')) WHERE tbl = 'enterprises'",
    "CREATE INDEX ix_records_feed ON records (scope, seq)",
    "CREATE INDEX ix_records_serial ON records ((fields->>'kind'), (fields->>'serial')) WHERE tbl = 'serial_issues'",
    """
    CREATE TABLE sessions (
        token_hash BYTEA NOT NULL,
        login TEXT NOT NULL,
        csrf TEXT NOT NULL,
        made_at BIGINT NOT NULL,
        used_at BIGINT NOT NULL,
        PRIMARY KEY (token_hash)
    )
    """,
    """
    CREATE TABLE sites (
        id TEXT NOT NULL,
        name TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (id),
        UNIQUE (name)
    )
    """,
    """
    CREATE TABLE stations (
        id TEXT NOT NULL,
        site_id TEXT NOT NULL,
        name TEXT NOT NULL,
        letter TEXT NOT NULL,
        secret_hash BYTEA NOT NULL,
        next_secret_hash BYTEA,
        secret_since BIGINT NOT NULL,
        enrolled_at BIGINT NOT NULL,
        revoked_at BIGINT,
        revoked_reason TEXT DEFAULT '' NOT NULL,
        last_seen_at BIGINT,
        client TEXT DEFAULT '' NOT NULL,
        schema INTEGER DEFAULT '0' NOT NULL,
        inc TEXT DEFAULT '' NOT NULL,
        waiting INTEGER DEFAULT '0' NOT NULL,
        oldest_waiting_at BIGINT,
        clock_offset BIGINT DEFAULT '0' NOT NULL,
        feed_seq BIGINT DEFAULT '0' NOT NULL,
        PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE verifiers (
        user_id TEXT NOT NULL,
        site_id TEXT NOT NULL,
        password_hash TEXT NOT NULL,
        changed_at BIGINT NOT NULL,
        must_change BOOLEAN NOT NULL,
        number BIGINT NOT NULL,
        PRIMARY KEY (user_id)
    )
    """,
    "COMMENT ON COLUMN admins.password_hash IS 'argon2id'",
    "COMMENT ON COLUMN digests.total IS 'sum of records.digest modulo 2^64, whole rows only'",
    "COMMENT ON COLUMN enrol_codes.code_hash IS 'sha256 of the code without blanks and dashes'",
    "COMMENT ON COLUMN enrol_codes.answer IS"
    " 'what the first use was told, for a repeat whose answer was lost; cleared on expiry'",
    "COMMENT ON TABLE facts IS 'server_id, epoch, feed_floor (numbers below it were purged)'",
    "COMMENT ON COLUMN feed.h IS 'running hash, core.operations.feed_hash'",
    "COMMENT ON COLUMN feed_head.id IS '1'",
    "COMMENT ON COLUMN lives.n IS 'number of its last operation here'",
    "COMMENT ON COLUMN lives.durable IS 'n inside the last verified backup'",
    "COMMENT ON COLUMN lives.audit_seq IS 'last audit entry seen in this life'",
    "COMMENT ON COLUMN notices.code IS 'station_restored, station_forked, server_rewound, serial_twice ...'",
    "COMMENT ON COLUMN notices.seen_at IS 'when a person of the centre marked it as seen'",
    "COMMENT ON COLUMN oplog.sets IS 'canonical JSON text, as hashed'",
    "COMMENT ON COLUMN oplog.status IS 'ok, merged, conflict, rejected, duplicate (known by its op_id)'",
    "COMMENT ON COLUMN oplog.seq IS 'feed number, NULL when it changed nothing'",
    "COMMENT ON COLUMN records.scope IS 'global, site:<id> or station:<id>'",
    "COMMENT ON COLUMN records.seq IS 'feed number of its latest change'",
    "COMMENT ON COLUMN records.fields IS 'field -> value as on the wire; no nulls'",
    "COMMENT ON COLUMN records.clk IS 'groups (blank between) -> [seq, hlc, station, inc, op_id, actor]'",
    "COMMENT ON COLUMN records.hlc IS 'greatest stamp of its fields'",
    "COMMENT ON COLUMN records.digest IS 'core.operations.row_digest'",
    "COMMENT ON COLUMN records.whole IS 'an insert was seen; parts of a row wait unseen'",
    "COMMENT ON COLUMN stations.id IS 'the station''s own id, made when it was set up'",
    "COMMENT ON COLUMN stations.letter IS 'stands before its ticket numbers; empty at the first of a site'",
    "COMMENT ON COLUMN stations.secret_hash IS 'sha256 of the secret'",
    "COMMENT ON COLUMN stations.next_secret_hash IS 'a new secret that was handed out and not used yet'",
    "COMMENT ON COLUMN stations.inc IS 'its present incarnation'",
    "COMMENT ON COLUMN stations.waiting IS 'operations it still held at last contact'",
    "COMMENT ON COLUMN stations.clock_offset IS 'ms its clock is ahead of ours'",
    "COMMENT ON COLUMN stations.feed_seq IS 'up to where it had read the feed'",
    "COMMENT ON COLUMN verifiers.password_hash IS 'argon2id'",
    "COMMENT ON COLUMN verifiers.number IS 'ascends with every change, for asking what is new'",
    "INSERT INTO feed_head (id, seq, h) VALUES (1, 0, '')",
    "INSERT INTO facts (key, value) VALUES ('server_id', gen_random_uuid()::text), ('epoch', gen_random_uuid()::text)",
    "INSERT INTO facts (key, value) VALUES ('feed_floor', '0')",
)


def upgrade() -> None:
    """Make everything."""
    for statement in STATEMENTS:
        op.execute(statement)

"""What the centre keeps, in PostgreSQL. Rows of the desks are documents: one table holds them all (docs/adr/0006)."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="server_id, epoch, feed_floor (numbers below it were purged)",
)

sites = Table(
    "sites",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
)

stations = Table(
    "stations",
    metadata,
    Column("id", Text, primary_key=True, comment="the station's own id, made when it was set up"),
    Column("site_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("letter", Text, nullable=False, comment="stands before its ticket numbers; empty at the first of a site"),
    Column("secret_hash", LargeBinary, nullable=False, comment="sha256 of the secret"),
    Column("next_secret_hash", LargeBinary, comment="a new secret that was handed out and not used yet"),
    Column("secret_since", BigInteger, nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Column("revoked_reason", Text, nullable=False, server_default=""),
    Column("last_seen_at", BigInteger),
    Column("client", Text, nullable=False, server_default=""),
    Column("schema", Integer, nullable=False, server_default="0"),
    Column("inc", Text, nullable=False, server_default="", comment="its present incarnation"),
    Column("waiting", Integer, nullable=False, server_default="0", comment="operations it still held at last contact"),
    Column("oldest_waiting_at", BigInteger),
    Column("clock_offset", BigInteger, nullable=False, server_default="0", comment="ms its clock is ahead of ours"),
    Column("feed_seq", BigInteger, nullable=False, server_default="0", comment="up to where it had read the feed"),
)

enrol_codes = Table(
    "enrol_codes",
    metadata,
    Column("code_hash", LargeBinary, primary_key=True, comment="sha256 of the code without blanks and dashes"),
    Column("site_id", Text, nullable=False),
    Column("station_name", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_at", BigInteger),
    Column("idempotency_key", Text),
    Column("body_hash", LargeBinary),
    Column(
        "answer", JSONB, comment="what the first use was told, for a repeat whose answer was lost; cleared on expiry"
    ),
)

notices = Table(
    "notices",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("station_id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("code", Text, nullable=False, comment="station_restored, station_forked, server_rewound, serial_twice ..."),
    Column("facts", JSONB, nullable=False),
    Column("seen_at", BigInteger, comment="when a person of the centre marked it as seen"),
    Index("ix_notices_station", "station_id", "at"),
)

feed_head = Table(
    "feed_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False, comment="1"),
    Column("seq", BigInteger, nullable=False),
    Column("h", Text, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("h", Text, nullable=False, comment="running hash, core.operations.feed_hash"),
    Column("tbl", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("op_id", Text, nullable=False),
)

LABEL_NUMBERS = (
    "numrange(least((fields->>'first')::numeric, (fields->>'last')::numeric),"
    " greatest((fields->>'first')::numeric, (fields->>'last')::numeric), '[]')"
)
"""The numbers of a row of `label_ranges`; whatever a station sends makes no range that PostgreSQL refuses."""
_RANGES = "tbl = 'label_ranges'"

records = Table(
    "records",
    metadata,
    Column("tbl", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("scope", Text, nullable=False, comment="global, site:<id> or station:<id>"),
    Column("seq", BigInteger, nullable=False, comment="feed number of its latest change"),
    Column("fields", JSONB, nullable=False, comment="field -> value as on the wire; no nulls"),
    Column("clk", JSONB, nullable=False, comment="groups (blank between) -> [seq, hlc, station, inc, op_id, actor]"),
    Column("hlc", Text, nullable=False, comment="greatest stamp of its fields"),
    Column("digest", Numeric(20), nullable=False, comment="core.operations.row_digest"),
    Column("whole", Boolean, nullable=False, comment="an insert was seen; parts of a row wait unseen"),
    PrimaryKeyConstraint("tbl", "id"),
    Index("ix_records_feed", "scope", "seq"),
    Index("ix_records_credit_code", text("(fields->>'credit_code')"), postgresql_where=text("tbl = 'enterprises'")),
    Index(
        "ix_records_serial",
        text("(fields->>'kind')"),
        text("(fields->>'serial')"),
        postgresql_where=text("tbl = 'serial_issues'"),
    ),
    Index("ix_records_conflict_state", text("(fields->>'state')"), postgresql_where=text("tbl = 'conflicts'")),
    Index("ix_records_label_numbers", text(LABEL_NUMBERS), postgresql_using="gist", postgresql_where=text(_RANGES)),
    Index(
        "ix_records_label_first",
        text("(fields->>'kind')"),
        text("(fields->>'first')"),
        postgresql_where=text(_RANGES),
    ),
    Index(
        "ix_records_of_batch",
        text("(fields->>'batch_id')"),
        "tbl",
        postgresql_where=text("tbl IN ('label_ranges', 'label_exceptions', 'label_moves')"),
    ),
)

digests = Table(
    "digests",
    metadata,
    Column("scope", Text, nullable=False),
    Column("tbl", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("total", Numeric(20), nullable=False, comment="sum of records.digest modulo 2^64, whole rows only"),
    PrimaryKeyConstraint("scope", "tbl"),
)

oplog = Table(
    "oplog",
    metadata,
    Column("station_id", Text, nullable=False),
    Column("inc", Text, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("op_id", Text, nullable=False),
    Column("tx", Text, nullable=False),
    Column("tbl", Text, nullable=False),
    Column("row_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sets", Text, nullable=False, comment="canonical JSON text, as hashed"),
    Column("olds", Text, nullable=False),
    Column("base", BigInteger, nullable=False),
    Column("hlc", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("h", Text, nullable=False),
    Column("status", Text, nullable=False, comment="ok, merged, conflict, rejected, duplicate (known by its op_id)"),
    Column("code", Text, nullable=False, server_default=""),
    Column("seq", BigInteger, comment="feed number, NULL when it changed nothing"),
    Column("received_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("station_id", "inc", "n"),
    Index("uq_oplog_op_id", "op_id", unique=True, postgresql_where=text("status <> 'duplicate'")),
    Index("ix_oplog_tx", "tx"),
    Index("ix_oplog_row", "tbl", "row_id"),
    Index("ix_oplog_rejected", "station_id", postgresql_where=text("status = 'rejected'")),
)

lives = Table(
    "lives",
    metadata,
    Column("station_id", Text, nullable=False),
    Column("inc", Text, nullable=False),
    Column("n", BigInteger, nullable=False, comment="number of its last operation here"),
    Column("h", Text, nullable=False),
    Column("durable", BigInteger, nullable=False, server_default="0", comment="n inside the last verified backup"),
    Column("audit_seq", BigInteger, nullable=False, server_default="0", comment="last audit entry seen in this life"),
    Column("audit_h", Text, nullable=False, server_default=""),
    PrimaryKeyConstraint("station_id", "inc"),
)

blocks = Table(
    "blocks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("first", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
    Column("station_id", Text, nullable=False),
    Column("inc", Text, nullable=False),
    Column("granted_at", BigInteger, nullable=False),
    UniqueConstraint("kind", "first"),
)

claims = Table(
    "claims",
    metadata,
    Column("visit_id", Text, primary_key=True),
    Column("station_id", Text, nullable=False),
    Column("actor_name", Text, nullable=False),
    Column("counter_name", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
)

verifiers = Table(
    "verifiers",
    metadata,
    Column("user_id", Text, primary_key=True),
    Column("site_id", Text, nullable=False),
    Column("password_hash", Text, nullable=False, comment="argon2id"),
    Column("changed_at", BigInteger, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("number", BigInteger, nullable=False, comment="ascends with every change, for asking what is new"),
)

label_keys = Table(
    "label_keys",
    metadata,
    Column("station_id", Text, nullable=False),
    Column("id", Text, nullable=False, comment="sha256 of the key"),
    Column("key", LargeBinary, nullable=False),
    Column("since", BigInteger, nullable=False),
    PrimaryKeyConstraint("station_id", "id"),
)

scans = Table(
    "scans",
    metadata,
    Column("station_id", Text, nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("count", BigInteger, nullable=False),
    Column("first_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("places", Integer, nullable=False, comment="most different places on one day"),
    Column(
        "hour", BigInteger, nullable=False, comment="hour of the last one (ms UTC / 3600000); in_hour: how many in it"
    ),
    Column("in_hour", Integer, nullable=False),
    Column("busiest", Integer, nullable=False, comment="most in one hour"),
    Column("batch_id", Text, nullable=False, server_default="", comment="empty: no station has reported the number"),
    Column("alert", Text, nullable=False, server_default=""),
    Column("told_count", BigInteger, nullable=False, server_default="0"),
    Column("told_alert", Text, nullable=False, server_default=""),
    Column("told_at", BigInteger, comment="when label_scans was last written; NULL = never"),
    PrimaryKeyConstraint("station_id", "serial"),
    Index(
        "ix_scans_untold",
        "told_at",
        postgresql_where=text("count > told_count OR alert <> told_alert OR batch_id = ''"),
    ),
)

scan_visits = Table(
    "scan_visits",
    metadata,
    Column("day", Text, nullable=False),
    Column("station_id", Text, nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("place", LargeBinary, nullable=False),
    Column("phone", LargeBinary, nullable=False),
    Column("at", BigInteger, nullable=False),
    PrimaryKeyConstraint("day", "station_id", "serial", "place", "phone"),
    comment="today only; place and phone are hashes under a key that is thrown away every day and is in no database",
)

backups = Table(
    "backups",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("path", Text, nullable=False),
    Column("feed_seq", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("verified", Boolean, nullable=False),
)

admins = Table(
    "admins",
    metadata,
    Column("login", Text, primary_key=True),
    Column("password_hash", Text, nullable=False, comment="argon2id"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until", BigInteger),
    Column("created_at", BigInteger, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("login", Text, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("used_at", BigInteger, nullable=False),
)

centre_acts = Table(
    "centre_acts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=True),
    Column("at", BigInteger, nullable=False),
    Column("login", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("facts", JSONB, nullable=False),
    Column("prev_h", Text, nullable=False),
    Column("h", Text, nullable=False),
)

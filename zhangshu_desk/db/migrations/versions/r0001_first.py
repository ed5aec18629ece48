"""The first structure: station, people, enterprises, reception, outbox, audit, search index."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None

STATEMENTS = (
    """
    CREATE TABLE audit (
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        tx VARCHAR NOT NULL,
        actor_id VARCHAR NOT NULL,
        actor_name VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        act VARCHAR NOT NULL,
        tbl VARCHAR NOT NULL,
        row_id VARCHAR NOT NULL,
        note VARCHAR NOT NULL,
        ops INTEGER NOT NULL,
        ops_h VARCHAR NOT NULL,
        prev_h VARCHAR NOT NULL,
        h VARCHAR NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_audit PRIMARY KEY (id),
        CONSTRAINT uq_audit_seq UNIQUE (seq),
        CONSTRAINT uq_audit_tx UNIQUE (tx)
    )
    """,
    """
    CREATE INDEX ix_audit_act ON audit (act)
    """,
    """
    CREATE INDEX ix_audit_actor_id ON audit (actor_id)
    """,
    """
    CREATE INDEX ix_audit_at ON audit (at)
    """,
    """
    CREATE INDEX ix_audit_row_id ON audit (row_id)
    """,
    """
    CREATE TABLE enterprises (
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        order_key TEXT NOT NULL,
        former_names TEXT NOT NULL,
        credit_code VARCHAR NOT NULL,
        code_reason VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        address VARCHAR NOT NULL,
        region VARCHAR NOT NULL,
        industry VARCHAR NOT NULL,
        legal_representative VARCHAR NOT NULL,
        founded_on DATE,
        notes TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        voided_at INTEGER,
        void_reason VARCHAR NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_enterprises PRIMARY KEY (id)
    )
    """,
    """
    CREATE INDEX ix_enterprises_credit_code ON enterprises (credit_code)
    """,
    """
    CREATE INDEX ix_enterprises_name_key ON enterprises (name_key)
    """,
    """
    CREATE INDEX ix_enterprises_order_key ON enterprises (order_key)
    """,
    """
    CREATE TABLE import_runs (
        at INTEGER NOT NULL,
        tx VARCHAR NOT NULL,
        file_name VARCHAR NOT NULL,
        counts TEXT NOT NULL,
        undone_at INTEGER,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_import_runs PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE meta (
        "key" VARCHAR NOT NULL,
        value VARCHAR NOT NULL,
        CONSTRAINT pk_meta PRIMARY KEY ("key")
    )
    """,
    """
    CREATE TABLE outbox (
        seq INTEGER NOT NULL,
        inc VARCHAR NOT NULL,
        n INTEGER NOT NULL,
        op_id VARCHAR NOT NULL,
        tx VARCHAR NOT NULL,
        tbl VARCHAR NOT NULL,
        row_id VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        sets TEXT NOT NULL,
        olds TEXT NOT NULL,
        base INTEGER NOT NULL,
        hlc VARCHAR NOT NULL,
        actor VARCHAR NOT NULL,
        prev_h VARCHAR NOT NULL,
        h VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        created INTEGER NOT NULL,
        CONSTRAINT pk_outbox PRIMARY KEY (seq),
        CONSTRAINT uq_outbox_inc_n UNIQUE (inc, n),
        CONSTRAINT uq_outbox_op_id UNIQUE (op_id)
    )
    """,
    """
    CREATE INDEX ix_outbox_row ON outbox (tbl, row_id)
    """,
    """
    CREATE INDEX ix_outbox_state ON outbox (state)
    """,
    """
    CREATE INDEX ix_outbox_tx ON outbox (tx)
    """,
    """
    CREATE TABLE stations (
        name VARCHAR NOT NULL,
        code VARCHAR NOT NULL,
        address VARCHAR NOT NULL,
        phone VARCHAR NOT NULL,
        created_at INTEGER NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_stations PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE users (
        login VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        active BOOLEAN NOT NULL,
        created_at INTEGER NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_users PRIMARY KEY (id),
        CONSTRAINT uq_users_login UNIQUE (login)
    )
    """,
    """
    CREATE TABLE contacts (
        enterprise_id VARCHAR(36) NOT NULL,
        enterprise_name TEXT NOT NULL,
        name VARCHAR NOT NULL,
        phone VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        is_main BOOLEAN NOT NULL,
        created_at INTEGER NOT NULL,
        voided_at INTEGER,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_contacts PRIMARY KEY (id),
        CONSTRAINT fk_contacts_enterprise_id FOREIGN KEY(enterprise_id) REFERENCES enterprises (id)
    )
    """,
    """
    CREATE INDEX ix_contacts_enterprise_id ON contacts (enterprise_id)
    """,
    """
    CREATE TABLE counters (
        station_id VARCHAR(36) NOT NULL,
        position INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        serves TEXT NOT NULL,
        active BOOLEAN NOT NULL,
        clerk_id VARCHAR,
        opened_at INTEGER,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_counters PRIMARY KEY (id),
        CONSTRAINT fk_counters_station_id FOREIGN KEY(station_id) REFERENCES stations (id)
    )
    """,
    """
    CREATE TABLE credentials (
        user_id VARCHAR(36) NOT NULL,
        password_hash VARCHAR NOT NULL,
        changed_at INTEGER NOT NULL,
        must_change BOOLEAN NOT NULL,
        failures INTEGER NOT NULL,
        locked_until INTEGER,
        last_login_at INTEGER,
        CONSTRAINT pk_credentials PRIMARY KEY (user_id),
        CONSTRAINT fk_credentials_user_id FOREIGN KEY(user_id) REFERENCES users (id)
    )
    """,
    """
    CREATE TABLE day_closes (
        station_id VARCHAR(36) NOT NULL,
        day DATE NOT NULL,
        at INTEGER NOT NULL,
        closed_by VARCHAR NOT NULL,
        figures TEXT NOT NULL,
        reopened_at INTEGER,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_day_closes PRIMARY KEY (id),
        CONSTRAINT fk_day_closes_station_id FOREIGN KEY(station_id) REFERENCES stations (id)
    )
    """,
    """
    CREATE INDEX ix_day_closes_day ON day_closes (day)
    """,
    """
    CREATE TABLE enterprise_names (
        enterprise_id VARCHAR(36) NOT NULL,
        name TEXT NOT NULL,
        name_key TEXT NOT NULL,
        valid_from DATE,
        valid_until DATE,
        voided_at INTEGER,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_enterprise_names PRIMARY KEY (id),
        CONSTRAINT fk_enterprise_names_enterprise_id FOREIGN KEY(enterprise_id) REFERENCES enterprises (id)
    )
    """,
    """
    CREATE INDEX ix_enterprise_names_enterprise_id ON enterprise_names (enterprise_id)
    """,
    """
    CREATE INDEX ix_enterprise_names_name_key ON enterprise_names (name_key)
    """,
    """
    CREATE TABLE visits (
        station_id VARCHAR(36) NOT NULL,
        day DATE NOT NULL,
        queue_day DATE NOT NULL,
        "group" VARCHAR NOT NULL,
        number INTEGER,
        label VARCHAR NOT NULL,
        enterprise_id VARCHAR(36),
        enterprise_name TEXT NOT NULL,
        visitor VARCHAR NOT NULL,
        phone VARCHAR NOT NULL,
        priority VARCHAR NOT NULL,
        appointment_at INTEGER,
        remark TEXT NOT NULL,
        services TEXT NOT NULL,
        given TEXT NOT NULL,
        state VARCHAR NOT NULL,
        arrived_at INTEGER NOT NULL,
        since INTEGER NOT NULL,
        counter_id VARCHAR(36),
        clerk_id VARCHAR,
        target_counter_id VARCHAR(36),
        calls INTEGER NOT NULL,
        not_before INTEGER,
        waited_ms INTEGER NOT NULL,
        way_ms INTEGER NOT NULL,
        served_ms INTEGER NOT NULL,
        parked_ms INTEGER NOT NULL,
        note TEXT NOT NULL,
        parked_by VARCHAR,
        finished_at INTEGER,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_visits PRIMARY KEY (id),
        CONSTRAINT uq_visits_station_id_day_group_number UNIQUE (station_id, day, "group", number),
        CONSTRAINT fk_visits_station_id FOREIGN KEY(station_id) REFERENCES stations (id),
        CONSTRAINT fk_visits_enterprise_id FOREIGN KEY(enterprise_id) REFERENCES enterprises (id),
        CONSTRAINT fk_visits_counter_id FOREIGN KEY(counter_id) REFERENCES counters (id),
        CONSTRAINT fk_visits_target_counter_id FOREIGN KEY(target_counter_id) REFERENCES counters (id)
    )
    """,
    """
    CREATE INDEX ix_visits_carried ON visits (station_id, queue_day) WHERE queue_day > day
    """,
    """
    CREATE INDEX ix_visits_day ON visits (station_id, day)
    """,
    """
    CREATE INDEX ix_visits_enterprise ON visits (enterprise_id, day)
    """,
    """
    CREATE INDEX ix_visits_queue ON visits (station_id, queue_day, state)
    """,
    """
    CREATE UNIQUE INDEX uq_visits_person_at_counter ON visits (counter_id) WHERE state IN ('叫号中', '办理中')
    """,
    """
    CREATE TABLE ratings (
        visit_id VARCHAR(36) NOT NULL,
        at INTEGER NOT NULL,
        level VARCHAR NOT NULL,
        reasons TEXT NOT NULL,
        comment TEXT NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_ratings PRIMARY KEY (id),
        CONSTRAINT uq_ratings_visit_id UNIQUE (visit_id),
        CONSTRAINT fk_ratings_visit_id FOREIGN KEY(visit_id) REFERENCES visits (id)
    )
    """,
    """
    CREATE TABLE visit_events (
        visit_id VARCHAR(36) NOT NULL,
        seq INTEGER NOT NULL,
        at INTEGER NOT NULL,
        act VARCHAR NOT NULL,
        from_state VARCHAR NOT NULL,
        to_state VARCHAR NOT NULL,
        counter_id VARCHAR,
        actor_id VARCHAR NOT NULL,
        note TEXT NOT NULL,
        "before" TEXT NOT NULL,
        undoes INTEGER,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_visit_events PRIMARY KEY (id),
        CONSTRAINT uq_visit_events_visit_id_seq UNIQUE (visit_id, seq),
        CONSTRAINT fk_visit_events_visit_id FOREIGN KEY(visit_id) REFERENCES visits (id)
    )
    """,
    """
    CREATE INDEX ix_visit_events_at ON visit_events (at)
    """,
    """
    CREATE TABLE search_doc (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        row_id TEXT NOT NULL,
        title TEXT NOT NULL,
        subtitle TEXT NOT NULL,
        source TEXT NOT NULL,
        UNIQUE (kind, row_id)
    )
    """,
    """
    CREATE VIRTUAL TABLE search_fts USING fts5(
        tokens, content='', detail='none', columnsize=0, tokenize='ascii'
    )
    """,
)


def upgrade() -> None:
    """Create every table."""
    for statement in STATEMENTS:
        op.execute(statement)

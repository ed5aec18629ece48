"""Synchronisation: the books of what was sent and received; what other stations did must fit in beside our own."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    "ALTER TABLE stations ADD COLUMN site_id VARCHAR",
    "ALTER TABLE stations ADD COLUMN letter VARCHAR",
    """
    CREATE TABLE new_users (
        login VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        role VARCHAR NOT NULL,
        active BOOLEAN NOT NULL,
        created_at INTEGER NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_users PRIMARY KEY (id)
    )
    """,
    """
    INSERT INTO new_users (login, name, role, active, created_at, id)
    SELECT login, name, role, active, created_at, id
    FROM users
    """,
    "DROP TABLE users",
    "ALTER TABLE new_users RENAME TO users",
    "CREATE INDEX ix_users_login ON users (login)",
    """
    CREATE TABLE new_visits (
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
        CONSTRAINT fk_visits_station_id FOREIGN KEY(station_id) REFERENCES stations (id),
        CONSTRAINT fk_visits_enterprise_id FOREIGN KEY(enterprise_id) REFERENCES enterprises (id),
        CONSTRAINT fk_visits_counter_id FOREIGN KEY(counter_id) REFERENCES counters (id),
        CONSTRAINT fk_visits_target_counter_id FOREIGN KEY(target_counter_id) REFERENCES counters (id)
    )
    """,
    """
    INSERT INTO new_visits (station_id, day, queue_day, "group", number, label, enterprise_id, enterprise_name,
        visitor, phone, priority, appointment_at, remark, services, given, state, arrived_at, since, counter_id,
        clerk_id, target_counter_id, calls, not_before, waited_ms, way_ms, served_ms, parked_ms, note,
        parked_by, finished_at, id)
    SELECT station_id, day, queue_day, "group", number, label, enterprise_id, enterprise_name, visitor, phone,
        priority, appointment_at, remark, services, given, state, arrived_at, since, counter_id, clerk_id,
        target_counter_id, calls, not_before, waited_ms, way_ms, served_ms, parked_ms, note, parked_by,
        finished_at, id
    FROM visits
    """,
    "DROP TABLE visits",
    "ALTER TABLE new_visits RENAME TO visits",
    "CREATE INDEX ix_visits_carried ON visits (station_id, queue_day) WHERE queue_day > day",
    "CREATE INDEX ix_visits_day ON visits (station_id, day)",
    "CREATE INDEX ix_visits_enterprise ON visits (enterprise_id, day)",
    'CREATE INDEX ix_visits_number ON visits (station_id, day, "group", number)',
    "CREATE INDEX ix_visits_person_at_counter ON visits (counter_id) WHERE state IN ('叫号中', '办理中')",
    "CREATE INDEX ix_visits_queue ON visits (station_id, queue_day, state)",
    """
    CREATE TABLE new_ratings (
        visit_id VARCHAR(36) NOT NULL,
        at INTEGER NOT NULL,
        level VARCHAR NOT NULL,
        reasons TEXT NOT NULL,
        comment TEXT NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_ratings PRIMARY KEY (id),
        CONSTRAINT fk_ratings_visit_id FOREIGN KEY(visit_id) REFERENCES visits (id)
    )
    """,
    """
    INSERT INTO new_ratings (visit_id, at, level, reasons, comment, id)
    SELECT visit_id, at, level, reasons, comment, id
    FROM ratings
    """,
    "DROP TABLE ratings",
    "ALTER TABLE new_ratings RENAME TO ratings",
    "CREATE INDEX ix_ratings_visit_id ON ratings (visit_id)",
    """
    CREATE TABLE new_visit_events (
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
        CONSTRAINT fk_visit_events_visit_id FOREIGN KEY(visit_id) REFERENCES visits (id)
    )
    """,
    """
    INSERT INTO new_visit_events (visit_id, seq, at, act, from_state, to_state, counter_id, actor_id, note,
        "before", undoes, id)
    SELECT visit_id, seq, at, act, from_state, to_state, counter_id, actor_id, note, "before", undoes, id
    FROM visit_events
    """,
    "DROP TABLE visit_events",
    "ALTER TABLE new_visit_events RENAME TO visit_events",
    "CREATE INDEX ix_visit_events_at ON visit_events (at)",
    "CREATE INDEX ix_visit_events_visit ON visit_events (visit_id, seq)",
    """
    CREATE TABLE feed_points (
        seq INTEGER NOT NULL,
        h VARCHAR NOT NULL,
        CONSTRAINT pk_feed_points PRIMARY KEY (seq)
    )
    """,
    """
    CREATE TABLE index_tasks (
        tbl VARCHAR NOT NULL,
        row_id VARCHAR NOT NULL,
        CONSTRAINT pk_index_tasks PRIMARY KEY (tbl, row_id)
    )
    """,
    """
    CREATE TABLE lives (
        inc VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        cut INTEGER,
        start_n INTEGER NOT NULL,
        start_h VARCHAR NOT NULL,
        acked INTEGER NOT NULL,
        durable INTEGER NOT NULL,
        cap_n INTEGER NOT NULL,
        cap_base INTEGER NOT NULL,
        CONSTRAINT pk_lives PRIMARY KEY (inc)
    )
    """,
    """
    CREATE TABLE rejections (
        tx VARCHAR NOT NULL,
        code VARCHAR NOT NULL,
        detail TEXT NOT NULL,
        at INTEGER NOT NULL,
        retry BOOLEAN NOT NULL,
        CONSTRAINT pk_rejections PRIMARY KEY (tx)
    )
    """,
    """
    CREATE TABLE rekeyed (
        inc VARCHAR NOT NULL,
        n INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        prev_h VARCHAR NOT NULL,
        h VARCHAR NOT NULL,
        CONSTRAINT pk_rekeyed PRIMARY KEY (inc, n)
    )
    """,
    "CREATE INDEX ix_rekeyed_seq ON rekeyed (seq)",
    """
    CREATE TABLE row_states (
        tbl VARCHAR NOT NULL,
        row_id VARCHAR NOT NULL,
        ver INTEGER NOT NULL,
        digest INTEGER NOT NULL,
        generation INTEGER NOT NULL,
        CONSTRAINT pk_row_states PRIMARY KEY (tbl, row_id)
    )
    """,
    """
    CREATE TABLE serial_blocks (
        id VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        inc VARCHAR NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        next INTEGER NOT NULL,
        received_at INTEGER NOT NULL,
        CONSTRAINT pk_serial_blocks PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE serial_issues (
        kind VARCHAR NOT NULL,
        serial INTEGER NOT NULL,
        purpose VARCHAR NOT NULL,
        issued_at INTEGER NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_serial_issues PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_serial_issues_serial ON serial_issues (kind, serial)",
    """
    CREATE TABLE staged_rows (
        tbl VARCHAR NOT NULL,
        row_id VARCHAR NOT NULL,
        ver INTEGER NOT NULL,
        fields TEXT NOT NULL,
        CONSTRAINT pk_staged_rows PRIMARY KEY (tbl, row_id)
    )
    """,
    """
    CREATE TABLE table_sums (
        tbl VARCHAR NOT NULL,
        count INTEGER NOT NULL,
        total VARCHAR NOT NULL,
        CONSTRAINT pk_table_sums PRIMARY KEY (tbl)
    )
    """,
    """
    CREATE TABLE conflicts (
        kind VARCHAR NOT NULL,
        tbl VARCHAR NOT NULL,
        row_id VARCHAR NOT NULL,
        fields TEXT NOT NULL,
        a_values TEXT NOT NULL,
        b_values TEXT NOT NULL,
        a_actor VARCHAR NOT NULL,
        b_actor VARCHAR NOT NULL,
        a_station VARCHAR NOT NULL,
        b_station VARCHAR NOT NULL,
        a_at INTEGER NOT NULL,
        b_at INTEGER NOT NULL,
        other_row_id VARCHAR,
        state VARCHAR NOT NULL,
        resolution VARCHAR,
        resolved_by VARCHAR,
        resolved_at INTEGER,
        created_at INTEGER NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_conflicts PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_conflicts_row ON conflicts (tbl, row_id)",
    "CREATE INDEX ix_conflicts_state ON conflicts (state, created_at)",
)


def upgrade() -> None:
    """Rebuild four tables without their unique constraints and add the new ones."""
    for statement in STATEMENTS:
        op.execute(statement)

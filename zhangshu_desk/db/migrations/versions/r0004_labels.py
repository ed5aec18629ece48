"""Labels: rights, batches, ranges of numbers, the ledger's lines, print jobs. Nothing that was there changes."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE gi_marks (
        enterprise_id VARCHAR NOT NULL,
        enterprise_name TEXT NOT NULL,
        credit_code VARCHAR NOT NULL,
        file_name TEXT NOT NULL,
        media_type VARCHAR NOT NULL,
        sha256 VARCHAR NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        imported_at INTEGER NOT NULL,
        voided_at INTEGER,
        void_reason TEXT NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_gi_marks PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_gi_marks_enterprise_id ON gi_marks (enterprise_id)",
    """
    CREATE TABLE gi_products (
        name TEXT NOT NULL,
        route VARCHAR NOT NULL,
        announcement_no VARCHAR NOT NULL,
        standard_no VARCHAR NOT NULL,
        trademark_name VARCHAR NOT NULL,
        registration_no VARCHAR NOT NULL,
        area TEXT NOT NULL,
        specs TEXT NOT NULL,
        source TEXT NOT NULL,
        verified BOOLEAN NOT NULL,
        notes TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        voided_at INTEGER,
        void_reason TEXT NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_gi_products PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE gi_quotas (
        gi_user_id VARCHAR NOT NULL,
        valid_from DATE NOT NULL,
        valid_until DATE NOT NULL,
        labels INTEGER NOT NULL,
        basis TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        voided_at INTEGER,
        void_reason TEXT NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_gi_quotas PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_gi_quotas_gi_user_id ON gi_quotas (gi_user_id)",
    """
    CREATE TABLE gi_users (
        gi_product_id VARCHAR NOT NULL,
        enterprise_id VARCHAR NOT NULL,
        enterprise_name TEXT NOT NULL,
        credit_code VARCHAR NOT NULL,
        valid_from DATE NOT NULL,
        valid_until DATE,
        announcement_no VARCHAR NOT NULL,
        mark_id VARCHAR,
        notes TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        voided_at INTEGER,
        void_reason TEXT NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_gi_users PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_gi_users_enterprise_id ON gi_users (enterprise_id)",
    "CREATE INDEX ix_gi_users_gi_product_id ON gi_users (gi_product_id)",
    """
    CREATE TABLE label_batches (
        station_id VARCHAR NOT NULL,
        family VARCHAR NOT NULL,
        right_id VARCHAR NOT NULL,
        product_id VARCHAR NOT NULL,
        enterprise_id VARCHAR NOT NULL,
        enterprise_name TEXT NOT NULL,
        credit_code VARCHAR NOT NULL,
        product_name TEXT NOT NULL,
        route VARCHAR NOT NULL,
        announcement_no VARCHAR NOT NULL,
        standard_no VARCHAR NOT NULL,
        trademark_name VARCHAR NOT NULL,
        registration_no VARCHAR NOT NULL,
        mark_id VARCHAR,
        gtin VARCHAR NOT NULL,
        spec_id VARCHAR,
        spec TEXT NOT NULL,
        unit VARCHAR NOT NULL,
        quantity INTEGER NOT NULL,
        pack INTEGER NOT NULL,
        spare INTEGER NOT NULL,
        labels INTEGER NOT NULL,
        batch_no VARCHAR NOT NULL,
        made_on DATE NOT NULL,
        expires_on DATE,
        place TEXT NOT NULL,
        model TEXT NOT NULL,
        inspection_no VARCHAR NOT NULL,
        inspection_until DATE,
        template_id VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        operator_id VARCHAR NOT NULL,
        operator_name VARCHAR NOT NULL,
        checker_id VARCHAR,
        checker_name VARCHAR NOT NULL,
        checked_at INTEGER,
        state_note TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_label_batches PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_label_batches_enterprise_id ON label_batches (enterprise_id)",
    "CREATE INDEX ix_label_batches_product_id ON label_batches (product_id)",
    "CREATE INDEX ix_label_batches_right_id ON label_batches (right_id)",
    """
    CREATE TABLE label_exceptions (
        batch_id VARCHAR NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        fate VARCHAR NOT NULL,
        reason TEXT NOT NULL,
        replaced_by INTEGER,
        at INTEGER NOT NULL,
        actor_id VARCHAR NOT NULL,
        actor_name VARCHAR NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_label_exceptions PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_label_exceptions_batch_id ON label_exceptions (batch_id)",
    """
    CREATE TABLE label_moves (
        batch_id VARCHAR NOT NULL,
        move VARCHAR NOT NULL,
        count INTEGER NOT NULL,
        first INTEGER,
        last INTEGER,
        day DATE NOT NULL,
        receiver VARCHAR NOT NULL,
        reason TEXT NOT NULL,
        at INTEGER NOT NULL,
        actor_id VARCHAR NOT NULL,
        actor_name VARCHAR NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_label_moves PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_label_moves_batch_id ON label_moves (batch_id)",
    """
    CREATE TABLE label_printers (
        id VARCHAR NOT NULL,
        name TEXT NOT NULL,
        settings TEXT NOT NULL,
        changed_at INTEGER NOT NULL,
        CONSTRAINT pk_label_printers PRIMARY KEY (id)
    )
    """,
    """
    CREATE TABLE label_ranges (
        batch_id VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        issued_at INTEGER NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_label_ranges PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_label_ranges_batch_id ON label_ranges (batch_id)",
    "CREATE INDEX ix_label_ranges_first ON label_ranges (first)",
    """
    CREATE TABLE label_runs (
        job_id VARCHAR NOT NULL,
        inc VARCHAR NOT NULL,
        printer_id VARCHAR NOT NULL,
        sheet_id VARCHAR,
        used TEXT NOT NULL,
        todo TEXT NOT NULL,
        unsure TEXT NOT NULL,
        part TEXT,
        parts INTEGER NOT NULL,
        reached INTEGER NOT NULL,
        changed_at INTEGER NOT NULL,
        CONSTRAINT pk_label_runs PRIMARY KEY (job_id)
    )
    """,
    """
    CREATE TABLE label_scans (
        batch_id VARCHAR NOT NULL,
        serial INTEGER NOT NULL,
        count INTEGER NOT NULL,
        places INTEGER NOT NULL,
        first_at INTEGER NOT NULL,
        last_at INTEGER NOT NULL,
        alert VARCHAR NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_label_scans PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_label_scans_batch_id ON label_scans (batch_id)",
    "CREATE INDEX ix_label_scans_serial ON label_scans (serial)",
    """
    CREATE TABLE label_sheets (
        id VARCHAR NOT NULL,
        geometry VARCHAR NOT NULL,
        used TEXT NOT NULL,
        begun_at INTEGER NOT NULL,
        ended_at INTEGER,
        CONSTRAINT pk_label_sheets PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_label_sheets_geometry ON label_sheets (geometry)",
    """
    CREATE TABLE label_specs (
        product_id VARCHAR NOT NULL,
        name TEXT NOT NULL,
        unit VARCHAR NOT NULL,
        pack INTEGER NOT NULL,
        gtin VARCHAR NOT NULL,
        created_at INTEGER NOT NULL,
        voided_at INTEGER,
        void_reason TEXT NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_label_specs PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_label_specs_product_id ON label_specs (product_id)",
    """
    CREATE TABLE print_jobs (
        batch_id VARCHAR NOT NULL,
        station_id VARCHAR NOT NULL,
        template_id VARCHAR NOT NULL,
        template_sha VARCHAR NOT NULL,
        printer TEXT NOT NULL,
        first INTEGER NOT NULL,
        last INTEGER NOT NULL,
        state VARCHAR NOT NULL,
        good_until INTEGER NOT NULL,
        repeats TEXT NOT NULL,
        result TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        ended_at INTEGER,
        actor_id VARCHAR NOT NULL,
        actor_name VARCHAR NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_print_jobs PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_print_jobs_batch_id ON print_jobs (batch_id)",
    """
    CREATE TABLE traced_products (
        enterprise_id VARCHAR NOT NULL,
        enterprise_name TEXT NOT NULL,
        name TEXT NOT NULL,
        model TEXT NOT NULL,
        gtin VARCHAR NOT NULL,
        standard_no VARCHAR NOT NULL,
        place TEXT NOT NULL,
        notes TEXT NOT NULL,
        created_at INTEGER NOT NULL,
        voided_at INTEGER,
        void_reason TEXT NOT NULL,
        id VARCHAR(36) NOT NULL,
        CONSTRAINT pk_traced_products PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_traced_products_enterprise_id ON traced_products (enterprise_id)",
)


def upgrade() -> None:
    """Add the tables."""
    for statement in STATEMENTS:
        op.execute(statement)

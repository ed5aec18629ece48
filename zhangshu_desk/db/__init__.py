"""The store: SQLite through SQLAlchemy, with every change captured for the centre and for the audit."""

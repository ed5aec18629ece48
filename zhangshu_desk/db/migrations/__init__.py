"""Alembic migrations. A migration never imports our models: it stays as it was when it was written."""

HEAD = "0004"
"""The newest revision; revisions are four digits that ascend."""

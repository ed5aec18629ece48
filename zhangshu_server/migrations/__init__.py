"""Alembic migrations of the centre. A migration never imports our models: it stays as it was when it was written."""

HEAD = "0002"
"""The newest revision; revisions are four digits that ascend."""

"""Making the search index anew from all rows, after its rules changed or when `verify` found it out of step."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhangshu_desk.db import search
from zhangshu_desk.db.base import Synced, synced_classes
from zhangshu_desk.db.tables.ledger import Meta

Document = tuple[str, str, str, str, search.SearchSource]


def bring_up_to_date(session: Session) -> None:
    """Rebuild the index if it was made by other rules than ours; the caller commits."""
    version = search.index_version()
    known = session.get(Meta, "search_index")
    if known is None or known.value != version:
        search.rebuild(session, documents(session))
        session.merge(Meta(key="search_index", value=version))
        session.flush()


def documents(session: Session) -> Iterator[Document]:
    """What the index should hold: one document per row that is searched, oldest first within its table."""
    for kind in sorted(synced_classes(), key=lambda one: one.__tablename__):
        if kind.search_kind:
            yield from _documents_of(session, kind)


def _documents_of(session: Session, kind: type[Synced]) -> Iterator[Document]:
    for row in session.scalars(select(kind).order_by(kind.id).execution_options(yield_per=1_000)):
        entry = row.search_entry()
        if entry is not None:
            source = search.SearchSource(entry.names, entry.codes, entry.numbers)
            yield kind.search_kind, row.id, entry.title, entry.subtitle, source

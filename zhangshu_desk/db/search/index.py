"""The search index in the database: `search_doc` knows what is shown, `search_fts` holds their tokens.

The full-text table keeps no text, so an entry leaves it by naming its tokens again; they are recomputed from
`search_doc.source`. Everything happens in the caller's transaction.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from zhangshu_desk.core import resources
from zhangshu_desk.db.search.folding import fold, is_latin, words
from zhangshu_desk.db.search.match import Rank, folded
from zhangshu_desk.db.search.source import SearchSource
from zhangshu_desk.db.search.tokens import entry_tokens, scattered_tokens, whole_token, word_tokens

INDEX_VERSION = 1
"""Raise it when other tokens are made of the same entry."""

SCHEMA = (
    """CREATE TABLE search_doc (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    row_id TEXT NOT NULL,
    title TEXT NOT NULL,
    subtitle TEXT NOT NULL,
    source TEXT NOT NULL,
    UNIQUE (kind, row_id)
)""",
    """CREATE VIRTUAL TABLE search_fts USING fts5(
    tokens, content='', detail='none', columnsize=0, tokenize='ascii'
)""",
)
"""The statements that make the index; a migration keeps its own frozen copy."""

KINDS = {
    "enterprise": "e",
    "person": "p",
    "ticket": "t",
    "case": "c",
    "instrument": "i",
    "label": "l",
}
"""Every kind of entry with the letter its tokens begin with."""

_BATCH = 1_000
Db = Session | Connection
Document = tuple[str, str, str, str, SearchSource]
"""Kind, row id, title, subtitle, source."""

_INSERT_DOC = text(
    "INSERT INTO search_doc (id, kind, row_id, title, subtitle, source)"
    " VALUES (:id, :kind, :row_id, :title, :subtitle, :source)"
)
_INSERT_TOKENS = text("INSERT INTO search_fts (rowid, tokens) VALUES (coalesce(:id, last_insert_rowid()), :tokens)")
_DELETE_TOKENS = text("INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', :id, :tokens)")
_SELECT_DOC = text("SELECT id, title, subtitle, source FROM search_doc WHERE kind = :kind AND row_id = :row_id")
_UPDATE_DOC = text("UPDATE search_doc SET title = :title, subtitle = :subtitle, source = :source WHERE id = :id")
_DELETE_DOC = text("DELETE FROM search_doc WHERE id = :id")
_MATCH = text(
    "SELECT d.id, d.row_id, d.title, d.subtitle, d.source"
    " FROM search_fts CROSS JOIN search_doc d ON d.id = search_fts.rowid"
    " WHERE search_fts MATCH :tokens ORDER BY search_fts.rowid DESC LIMIT :most"
)


@dataclass(frozen=True)
class Hit:
    """One answer: which row, what to show, and how well it answers."""

    kind: str
    row_id: str
    title: str
    subtitle: str
    rank: Rank


def put(db: Db, kind: str, row_id: str, title: str, subtitle: str, source: SearchSource) -> None:
    """Index a row, or bring its entry up to date; tokens are written only when the source changed.

    Args:
        kind: one of `KINDS`.
        title, subtitle: what a list of results shows; personal data masked by the caller.
    """
    text_of_source = source.to_json()
    shown = {"title": title, "subtitle": subtitle, "source": text_of_source}
    old = db.execute(_SELECT_DOC, {"kind": kind, "row_id": row_id}).one_or_none()
    if old is None:
        row = _row(None, kind, row_id, title, subtitle, source)
        db.execute(_INSERT_DOC, row)
        db.execute(_INSERT_TOKENS, row)
        return
    if old.source != text_of_source:
        _delete_tokens(db, kind, old.id, old.source)
        db.execute(_INSERT_TOKENS, {"id": old.id, "tokens": entry_tokens(KINDS[kind], source)})
    if (old.title, old.subtitle, old.source) != (title, subtitle, text_of_source):
        db.execute(_UPDATE_DOC, {"id": old.id, **shown})


def remove(db: Db, kind: str, row_id: str) -> None:
    """Take a row out of the index; nothing happens when it is not there."""
    old = db.execute(_SELECT_DOC, {"kind": kind, "row_id": row_id}).one_or_none()
    if old is not None:
        _delete_tokens(db, kind, old.id, old.source)
        db.execute(_DELETE_DOC, {"id": old.id})


def rebuild(db: Db, documents: Iterable[Document]) -> int:
    """Make the index anew from documents (each as the arguments of `put`), oldest first; returns how many.

    A row must not come twice.
    """
    db.execute(text("INSERT INTO search_fts (search_fts) VALUES ('delete-all')"))
    db.execute(text("DELETE FROM search_doc"))
    count = 0
    waiting = iter(documents)
    while batch := list(islice(waiting, _BATCH)):
        rows = [_row(number, *document) for number, document in enumerate(batch, count + 1)]
        db.execute(_INSERT_DOC, rows)
        db.execute(_INSERT_TOKENS, rows)
        count += len(batch)
    return count


def index_version() -> str:
    """By which rules tokens are made now; an index made by others must be rebuilt before it is used."""
    table = zlib.crc32(resources.data("pinyin.txt") + resources.data("pinyin_rare.txt"))
    return f"{INDEX_VERSION}-{table:x}-{unicodedata.unidata_version}"


def find(db: Db, query: str, kinds: Sequence[str] = tuple(KINDS), limit: int = 20) -> list[Hit]:
    """What answers a query, best first, then newest first; at most `limit` hits of each kind.

    Every word must be found, in any order. Words end at blanks, punctuation, and where Chinese meets Latin.
    """
    asked = words(query)
    if not asked:
        return []
    found = [hit for kind in kinds for hit in _find_kind(db, kind, query, asked, limit)]
    return [hit for _, _, hit in sorted(found, key=lambda one: one[:2])]


def _find_kind(db: Db, kind: str, query: str, asked: tuple[str, ...], limit: int) -> Iterator[tuple[Rank, int, Hit]]:
    seen: set[int] = set()
    for rank, tokens, wanted in _questions(query, asked):
        rows = db.execute(_MATCH, {"tokens": _expression(KINDS[kind], tokens), "most": 4 * limit + 40})
        for row in rows:
            if row.id not in seen and folded(SearchSource.from_json(row.source)).matches(wanted, rank):
                seen.add(row.id)
                yield rank, -row.id, Hit(kind, row.row_id, row.title, row.subtitle, rank)
                if len(seen) >= limit:
                    rows.close()
                    return


def _questions(query: str, asked: tuple[str, ...]) -> Iterator[tuple[Rank, list[str], tuple[str, ...]]]:
    """What to ask the full-text table, best rank first: the rank, the tokens, the words to check."""
    whole = fold(query)
    yield Rank.EXACT, [whole_token(whole)], (whole,)
    first, others = asked[0], [token for word in asked[1:] for token in word_tokens(word)]
    if len(asked) > 1 and is_latin(whole):
        yield Rank.BEGINS, word_tokens(whole, begins=True), (whole,)
        yield Rank.CONTAINS, word_tokens(whole), (whole,)
    yield Rank.BEGINS, word_tokens(first, begins=True) + others, asked
    yield Rank.CONTAINS, word_tokens(first) + others, asked
    if any(len(word) > 2 and not is_latin(word) for word in asked):
        yield Rank.SCATTERED, [token for word in asked for token in scattered_tokens(word)], asked


def _expression(letter: str, tokens: list[str]) -> str:
    return " ".join(f'"{letter}{token}"' for token in dict.fromkeys(tokens))


def _row(doc_id: int | None, kind: str, row_id: str, title: str, subtitle: str, source: SearchSource) -> dict[str, Any]:
    return {
        "id": doc_id,
        "kind": kind,
        "row_id": row_id,
        "title": title,
        "subtitle": subtitle,
        "source": source.to_json(),
        "tokens": entry_tokens(KINDS[kind], source),
    }


def _delete_tokens(db: Db, kind: str, doc_id: int, source: str) -> None:
    tokens = entry_tokens(KINDS[kind], SearchSource.from_json(source))
    db.execute(_DELETE_TOKENS, {"id": doc_id, "tokens": tokens})

"""The search index in the database: `search_doc` knows what is shown, `search_fts` holds their tokens.

The full-text table keeps no text, so an entry leaves it by naming its tokens again; they are recomputed from
`search_doc.source`. Everything happens in the caller's transaction.
"""

from __future__ import annotations

import sqlite3
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from zhangshu_desk.core import resources
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.search import tokens
from zhangshu_desk.db.search.folding import is_latin, without_country, words
from zhangshu_desk.db.search.match import Rank, rank_of, rank_of_pieces
from zhangshu_desk.db.search.source import Folded, SearchSource

INDEX_VERSION = 5
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

CANDIDATES = 1_000
"""Entries with the right tokens that may turn out not to answer before a search gives up."""
PAGE_BYTES = 2_000
"""Page of the full-text table: half of the usual, so that skipping along a list reads less."""
_BATCH = 1_000

Db = Session | Connection | sqlite3.Connection
Document = tuple[str, str, str, str, SearchSource]
"""Kind, row id, title, subtitle, source."""
Found = tuple[Rank, int, "Hit"]
Judge = Callable[[Folded], Rank | None]

_SELECT_DOC = "SELECT id, title, subtitle, source FROM search_doc WHERE kind = ? AND row_id = ?"
_INSERT_DOC = "INSERT INTO search_doc (id, kind, row_id, title, subtitle, source) VALUES (?, ?, ?, ?, ?, ?)"
_UPDATE_DOC = "UPDATE search_doc SET title = ?, subtitle = ?, source = ? WHERE id = ?"
_INSERT_TOKENS = "INSERT INTO search_fts (rowid, tokens) VALUES (?, ?)"
_DELETE_TOKENS = "INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', ?, ?)"
_COMMAND = "INSERT INTO search_fts (search_fts, rank) VALUES (?, ?)"  # FTS5 documentation, "special INSERT commands"
_MATCH = (
    "SELECT d.id, d.row_id, d.title, d.subtitle, d.source"
    " FROM search_fts CROSS JOIN search_doc d ON d.id = search_fts.rowid"
    " WHERE search_fts MATCH ? ORDER BY search_fts.rowid DESC LIMIT ?"
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
    execute, letter = bare(db).execute, KINDS[kind]
    entry = Folded.of(source)
    written = entry.to_json()
    old = execute(_SELECT_DOC, (kind, row_id)).fetchone()
    if old is None:
        new_id = execute(_INSERT_DOC, (None, kind, row_id, title, subtitle, written)).lastrowid
        execute(_INSERT_TOKENS, (new_id, tokens.of_entry(letter, entry)))
        return
    doc_id, *shown, old_source = old
    if [*shown, old_source] != [title, subtitle, written]:
        execute(_UPDATE_DOC, (title, subtitle, written, doc_id))
    if old_source != written:
        execute(_DELETE_TOKENS, (doc_id, tokens.of_entry(letter, Folded.from_json(old_source))))
        execute(_INSERT_TOKENS, (doc_id, tokens.of_entry(letter, entry)))


def remove(db: Db, kind: str, row_id: str) -> None:
    """Take a row out of the index; nothing happens when it is not there."""
    execute = bare(db).execute
    old = execute(_SELECT_DOC, (kind, row_id)).fetchone()
    if old is not None:
        execute(_DELETE_TOKENS, (old[0], tokens.of_entry(KINDS[kind], Folded.from_json(old[3]))))
        execute("DELETE FROM search_doc WHERE id = ?", (old[0],))


def rebuild(db: Db, documents: Iterable[Document]) -> int:
    """Make the index anew from documents (each as the arguments of `put`), oldest first; returns how many.

    A row must not come twice.
    """
    connection = bare(db)
    connection.execute(_COMMAND, ("delete-all", None))
    connection.execute(_COMMAND, ("pgsz", PAGE_BYTES))
    connection.execute("DELETE FROM search_doc")
    count = 0
    waiting = iter(documents)
    while batch := list(islice(waiting, _BATCH)):
        docs, held = [], []
        for doc_id, (kind, row_id, title, subtitle, source) in enumerate(batch, count + 1):
            entry = Folded.of(source)
            docs.append((doc_id, kind, row_id, title, subtitle, entry.to_json()))
            held.append((doc_id, tokens.of_entry(KINDS[kind], entry)))
        connection.executemany(_INSERT_DOC, docs)
        connection.executemany(_INSERT_TOKENS, held)
        count += len(batch)
    connection.execute(_COMMAND, ("optimize", None))
    return count


def index_version() -> str:
    """By which rules tokens are made now; an index made by others must be rebuilt before it is used."""
    table = zlib.crc32(resources.data("pinyin.txt") + resources.data("pinyin_rare.txt"))
    return f"{INDEX_VERSION}-{table:x}-{unicodedata.unidata_version}"


def find(db: Db, query: str, kinds: Sequence[str] = tuple(KINDS), limit: int = 20) -> list[Hit]:
    """What answers a query, best first, then newest first; at most `limit` hits of each kind.

    Every word must be found, in any order. Words end at blanks, punctuation, and where Chinese meets Latin. When
    nothing has them in one piece, entries are found whose name has all their characters somewhere.
    """
    asked = words(query)
    if not asked:
        return []
    found = [one for kind in kinds for one in _in_one_piece(db, kind, asked, limit)]
    if not found and any(len(word) > 2 and not is_latin(word) for word in asked):
        found = [one for kind in kinds for one in _in_pieces(db, kind, asked, limit)]
    return [hit for _, _, hit in sorted(found, key=_best_first)]


def _best_first(found: Found) -> tuple[Rank, int]:
    return found[0], -found[1]


def _in_one_piece(db: Db, kind: str, asked: tuple[str, ...], limit: int) -> list[Found]:
    """The best entries that have every word; a code or phone typed in groups is also tried as one word."""
    whole = without_country("".join(asked))
    ways = [(whole,), asked] if len(asked) > 1 and is_latin(whole) else [asked]
    found = {one[1]: one for way in ways for one in _answers(db, kind, way, limit)}
    return sorted(found.values(), key=_best_first)[:limit]


def _answers(db: Db, kind: str, way: tuple[str, ...], limit: int) -> list[Found]:
    """All entries that have every word or, when they are many, the newest and those that answer best."""
    judge = partial(rank_of, words=way)
    everything = [tokens.contains(word) for word in way]
    found = _match(db, kind, everything, judge, limit)
    if len(found) == limit:
        found += _match(db, kind, [tokens.begins(way[0]), *everything], partial(_begins, judge), limit)
    return found + _match(db, kind, [[[tokens.whole("".join(way))]]], judge, limit)


def _begins(judge: Judge, entry: Folded) -> Rank | None:
    rank = judge(entry)
    return rank if rank in (Rank.EXACT, Rank.BEGINS) else None


def _in_pieces(db: Db, kind: str, asked: tuple[str, ...], limit: int) -> list[Found]:
    return _match(db, kind, [tokens.scattered(word) for word in asked], partial(rank_of_pieces, words=asked), limit)


def _match(db: Db, kind: str, wanted: list[list[list[str]]], judge: Judge, enough: int) -> list[Found]:
    """The newest entries of a kind that have the tokens and answer, until there are enough.

    Args:
        wanted: of each of these, all tokens of one list.
    """
    letter = KINDS[kind]
    expression = " AND ".join(_one_of([[letter + token for token in way] for way in ways]) for ways in wanted)
    found: list[Found] = []
    with closing(bare(db).execute(_MATCH, (expression, CANDIDATES + enough))) as rows:
        for doc_id, row_id, title, subtitle, source in rows:
            rank = judge(Folded.from_json(source))
            if rank is not None:
                found.append((rank, doc_id, Hit(kind, row_id, title, subtitle, rank)))
                if len(found) == enough:
                    break
    return found


def _one_of(ways: list[list[str]]) -> str:
    """A full-text expression: all tokens of one of the lists."""
    return "(" + " OR ".join(" ".join(f'"{token}"' for token in way) for way in ways) + ")"

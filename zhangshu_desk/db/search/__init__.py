"""One search index over enterprises, people, tickets and what comes later; index.py says how it is kept."""

from zhangshu_desk.db.search.index import KINDS, SCHEMA, Document, Hit, find, index_version, put, rebuild, remove
from zhangshu_desk.db.search.match import Rank
from zhangshu_desk.db.search.source import SearchSource

__all__ = [
    "KINDS",
    "SCHEMA",
    "Document",
    "Hit",
    "Rank",
    "SearchSource",
    "find",
    "index_version",
    "put",
    "rebuild",
    "remove",
]

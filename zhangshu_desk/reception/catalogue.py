"""The services that a desk offers: what the centre sent down, else what came with the program.

They are held beside their store and read again when a commit brought others, before anybody hears of it: so a window
can ask at any time without waiting for the disk.
"""

from __future__ import annotations

import logging
import threading
import weakref
from dataclasses import dataclass, replace
from typing import Any

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.services import Catalogue, checked_catalogue
from zhangshu_desk.db.bare import bare
from zhangshu_desk.db.store import Store
from zhangshu_desk.reception.rules import catalog

TABLES = frozenset({"services", "service_groups"})
"""Whoever shows services watches these."""
_SENT = "中心下发"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class InForce:
    """The services in force at a desk.

    Attributes:
        from_centre: the centre sent them. changed_at: when the centre last changed them, ms UTC, None = it never did.
        problem: what is wrong with what the centre sent last; then the services from before that are in force.
    """

    catalogue: Catalogue
    from_centre: bool = False
    changed_at: int | None = None
    problem: DeskError | None = None


_held: weakref.WeakKeyDictionary[Store, InForce] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def catalogue_of(store: Store) -> Catalogue:
    """The services and groups in force."""
    return in_force(store).catalogue


def in_force(store: Store) -> InForce:
    """The services in force and where they come from."""
    found = _held.get(store)
    return found if found is not None else _look(store)


def _look(store: Store) -> InForce:
    """Read what is in force now; the first time also begin to listen."""
    with _lock:
        before = _held.get(store)
        if before is None:
            there = weakref.ref(store)
            store.listen(lambda tables: _heard(there(), tables))
        _held[store] = found = _read(store, before or InForce(catalog()))
    return found


def _heard(store: Store | None, tables: frozenset[str]) -> None:
    if store is not None and tables & TABLES:
        _look(store)


def _read(store: Store, before: InForce) -> InForce:
    try:
        with store.read() as session:
            db = bare(session)
            groups, services = db.execute(_GROUPS).fetchall(), db.execute(_SERVICES).fetchall()
            changed_at = db.execute(_CHANGED).fetchone()[0]
    except DeskError as error:
        _log.warning("the services could not be read: %s", error.code)
        return before
    if not services:
        return InForce(catalog())
    try:
        catalogue = checked_catalogue(_rows(_GROUP, groups), _rows(_SERVICE, services), _SENT)
    except DeskError as error:
        _log.warning("the services that the centre sent cannot be used: %s", error.facts["key"])
        return replace(before, problem=DeskError("services.not_usable", **error.facts))
    return InForce(catalogue, True, changed_at)


_GROUP = ("letter", "name", "prefix", "first", "last", "verified")
_SERVICE = ("id", "name", "short", "group", "daily_cap", "usual_minutes", "frequent", "verified")
_GROUPS = """SELECT letter, name, prefix, first, last, verified FROM service_groups
    WHERE voided_at IS NULL ORDER BY position, letter"""
_SERVICES = """SELECT code, name, short, "group", daily_cap, usual_minutes, frequent, verified FROM services
    WHERE voided_at IS NULL ORDER BY position, code"""
_CHANGED = """SELECT max(changed_at) FROM
    (SELECT changed_at FROM services UNION ALL SELECT changed_at FROM service_groups)"""


def _rows(names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [{**dict(zip(names, row, strict=True)), "verified": bool(row[-1])} for row in rows]

"""The services that the centre hands down: one row for each service and each group, written by nobody else.

Where none were loaded the desks offer what came with their program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.ids import id_of, new_id
from zhangshu_desk.core.services import Catalogue, checked_catalogue, parse_catalogue
from zhangshu_server import authoring, database, feed, records
from zhangshu_server.database import Connection
from zhangshu_server.feed import CentreEntry
from zhangshu_server.merging import PENDING, Record
from zhangshu_server.records import Key

GROUPS, SERVICES = "service_groups", "services"
_LOCK = 0x73657276  # pg_advisory_xact_lock: one change of the services at a time
_SCOPE = "global"
_OURS = ("position", "changed_at", "voided_at")
"""What a row has beside the fields of a file."""


@dataclass(frozen=True)
class Loaded:
    """How many rows were added (or are back), changed, taken out; `head`: feed number up to which that is known."""

    added: int
    changed: int
    voided: int
    head: int

    @property
    def any(self) -> bool:
        """Whether anything differed."""
        return bool(self.added or self.changed or self.voided)


@dataclass(frozen=True)
class HandedDown:
    """What the desks have from here: the catalogue, None when they offer their own, and when it changed last."""

    catalogue: Catalogue | None
    changed_at: int | None


def read_file(text: str, file: str) -> Catalogue:
    """A services file, checked as the desks check it.

    Raises:
        DeskError: `centre.services_wrong` naming file, key and what is wrong with it.
    """
    try:
        return parse_catalogue(text, file)
    except DeskError as error:
        raise DeskError("centre.services_wrong", **error.facts) from error


def load(engine: Engine, catalogue: Catalogue, now: int) -> Loaded:
    """Hand these services down instead of those before: what differs, at once; what is gone is voided."""
    return database.retrying(lambda: _replace(engine, _rows_of(catalogue), now))


def reset(engine: Engine, now: int) -> Loaded:
    """Hand nothing down any more: the desks go back to what came with their program."""
    return database.retrying(lambda: _replace(engine, {}, now))


def handed_down(engine: Engine) -> HandedDown:
    """What the desks have from here.

    Raises:
        DeskError: `centre.services_unusable`: it does not fit together, which no loading can have done.
    """
    with database.pull_transaction(engine) as connection:
        stored = records.read(connection, _keys(connection))
    rows = [one.record for one in stored.values()]
    changed_at = max((one.fields["changed_at"] for one in rows), default=None)
    live = [one for one in rows if "voided_at" not in one.fields]
    if not any(one.tbl == SERVICES for one in live):
        return HandedDown(None, changed_at)
    live.sort(key=lambda one: (one.fields["position"], one.id))
    groups = [_as_in_a_file(one) for one in live if one.tbl == GROUPS]
    services = [_as_in_a_file(one) for one in live if one.tbl == SERVICES]
    try:
        return HandedDown(checked_catalogue(groups, services, "中心下发"), changed_at)
    except DeskError as error:
        raise DeskError("centre.services_unusable", **error.facts) from error


# -- rows -------------------------------------------------------------------------------------------------------------


def _rows_of(catalogue: Catalogue) -> dict[Key, dict[str, Any]]:
    """The rows of a catalogue by (table, id)."""
    found: dict[Key, dict[str, Any]] = {}
    for position, group in enumerate(catalogue.groups, 1):
        found[GROUPS, id_of(GROUPS, group.letter)] = _wire(asdict(group), position)
    for position, service in enumerate(catalogue.services, 1):
        fields = asdict(service)
        fields["code"] = fields.pop("id")
        found[SERVICES, id_of(SERVICES, service.id)] = _wire(fields, position)
    return found


def _wire(fields: Mapping[str, Any], position: int) -> dict[str, Any]:
    return {**fields, "verified": int(fields["verified"]), "position": position, "voided_at": None}


def _as_in_a_file(record: Record) -> dict[str, Any]:
    fields = {name: value for name, value in record.fields.items() if name not in _OURS}
    if record.tbl == SERVICES:
        fields["id"] = fields.pop("code")
    return {**fields, "verified": bool(fields["verified"])}


def _keys(connection: Connection) -> list[Key]:
    found = database.rows(connection, "SELECT tbl, id FROM records WHERE tbl = ANY(%s)", [[GROUPS, SERVICES]])
    return [(one.tbl, one.id) for one in found]


# -- writing ----------------------------------------------------------------------------------------------------------


def _replace(engine: Engine, wanted: Mapping[Key, Mapping[str, Any]], now: int) -> Loaded:
    with database.push_transaction(engine) as connection:
        database.run(connection, "SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        stored = records.read_locked(connection, {*_keys(connection), *wanted})
        tx = new_id(now)
        changed: dict[Key, Record] = {}
        entries: list[CentreEntry] = []
        counts: Counter[str] = Counter()
        for key in [*wanted, *(key for key in stored if key not in wanted)]:
            there = stored[key].record if key in stored else Record(*key, _SCOPE)
            sets = _differing(there, wanted.get(key), now)
            if sets:
                counts[_what(there, sets)] += 1
                kind = "update" if there.whole else "insert"
                seq = PENDING + len(entries)
                changed[key], entry = authoring.write(there, kind, sets, seq, now, len(entries), tx)
                entries.append(entry)
        numbered = feed.number(connection, entries)
        if entries:
            records.write(connection, stored, changed, numbered.start)
            feed.append(connection, numbered.feed)
            feed.log(connection, numbered.operations)
            feed.announce(connection, numbered.head, "", {_SCOPE})
    return Loaded(counts["added"], counts["changed"], counts["voided"], numbered.head)


def _differing(there: Record, wanted: Mapping[str, Any] | None, now: int) -> dict[str, Any]:
    """The fields that are to be written; empty when the row is as it should be."""
    if wanted is None:
        return {} if "voided_at" in there.fields else {"voided_at": now, "changed_at": now}
    sets = {name: value for name, value in wanted.items() if not there.whole or there.fields.get(name) != value}
    return {**sets, "changed_at": now} if sets else {}


def _what(there: Record, sets: Mapping[str, Any]) -> str:
    if sets.get("voided_at") is not None:
        return "voided"
    return "added" if not there.whole or "voided_at" in there.fields else "changed"

"""Whether an operation may be applied: a known table and its columns, values that fit, and an actor who may do it.

Everything that a station sends is checked again here; the station's own checks are for its clerks. Pure: no SQL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.operations import canonical
from zhangshu_desk.sync.wire import MAX_TEXT, PSEUDO_ACTORS, TABLES, Column, Table
from zhangshu_server.merging import Operation, Record

KINDS = frozenset({"insert", "update", "rescue"})
MAX_JSON = 10 * MAX_TEXT
MAX_INDEXED = 200
"""Characters in a text that is looked up; PostgreSQL's indices refuse very long ones."""
_INDEXED = {(table.name, name) for table in TABLES.values() for name in table.unique} | {("conflicts", "state")}
_INT64 = 1 << 63
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CENTRE_FIELDS = {"stations": frozenset({"site_id", "letter"})}
"""Fields that only the centre writes."""
_RESOLVING = frozenset({"state", "resolution", "resolved_by", "resolved_at"})
"""What a station may change of a conflict."""

CODES = (
    "table_unknown",
    "column_unknown",
    "kind_unknown",
    "value_wrong",
    "text_too_long",
    "append_only",
    "actor_unknown",
    "actor_revoked",
    "role_denied",
    "scope_denied",
    "centre_only",
)
"""Every reason for which a transaction is rejected; `detail` names table, column or actor."""


class Refused(Exception):
    """An operation that cannot be applied; its whole transaction is rejected with this code."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Person:
    """An account as the centre knows it; `active_hlc`: clock of the last change of `active`."""

    id: str
    role: str
    active: bool
    active_hlc: str


def person_of(record: Record) -> Person | None:
    """The account in a row of `users`, None while the row is partial."""
    if not record.whole:
        return None
    fields, stamp = record.fields, record.clk.get("active")
    hlc = stamp.hlc if stamp else ""
    return Person(record.id, str(fields.get("role", "")), bool(fields.get("active", 0)), hlc)


def check_form(op: Operation) -> Table:
    """The table of an operation whose names and values are all as they must be.

    Raises:
        Refused
    """
    table = TABLES.get(op.tbl)
    if table is None:
        raise Refused("table_unknown", op.tbl)
    if op.kind not in KINDS:
        raise Refused("kind_unknown", op.kind)
    for name, value in op.sets.items():
        column = table.columns.get(name)
        if column is None:
            raise Refused("column_unknown", f"{op.tbl}.{name}")
        _check_value(op.tbl, name, column, value)
    return table


def check_rights(
    table: Table, op: Operation, record: Record, scopes: frozenset[str], person: Person | None, *, known: bool
) -> None:
    """Whether this actor of this station may apply the operation to the record.

    Args:
        scopes: the station's own; person: the actor's account, None for one that is not of this site.
        known: whether the centre had the record before.

    Raises:
        Refused
    """
    if known and record.scope not in scopes:
        raise Refused("scope_denied", f"{op.tbl}:{op.row_id}")
    _check_centre_only(op)
    if table.append_only:
        for name, value in op.sets.items():
            if table.group_of(name) in record.clk and record.fields.get(name) != value and op.kind != "rescue":
                raise Refused("append_only", f"{op.tbl}.{name}")
    _check_actor(table, op, record, person)


def _check_centre_only(op: Operation) -> None:
    if TABLES[op.tbl].centre_only:
        raise Refused("centre_only", op.tbl)
    if op.kind != "rescue" and not _CENTRE_FIELDS.get(op.tbl, frozenset()).isdisjoint(op.sets):
        raise Refused("centre_only", op.tbl)
    if op.tbl == "stations" and op.kind == "insert" and op.row_id != op.station:
        raise Refused("scope_denied", f"stations:{op.row_id}")
    if op.tbl == "conflicts" and (op.kind == "insert" or (op.kind == "update" and not op.sets.keys() <= _RESOLVING)):
        raise Refused("centre_only", op.tbl)


def _check_actor(table: Table, op: Operation, record: Record, person: Person | None) -> None:
    if op.actor in PSEUDO_ACTORS:
        return
    if person is None:
        raise Refused("actor_unknown", op.actor)
    if not person.active and op.hlc > person.active_hlc:
        raise Refused("actor_revoked", op.actor)
    if table.roles and person.role not in table.roles and not op.sets.keys() <= table.open_fields:
        raise Refused("role_denied", f"{op.tbl}:{person.role}")
    makes_administrator = table.name == "users" and op.sets.get("role") == Role.ADMINISTRATOR
    if makes_administrator and record.fields.get("role") != Role.ADMINISTRATOR and person.role != Role.ADMINISTRATOR:
        raise Refused("role_denied", f"{op.tbl}:{person.role}")


def without_centre_fields(op: Operation) -> Mapping[str, Any]:
    """What a rescue may bring back: not the fields that the centre itself knows better."""
    own = _CENTRE_FIELDS.get(op.tbl, frozenset())
    return {name: value for name, value in op.sets.items() if name not in own}


def _check_value(tbl: str, name: str, column: Column, value: Any) -> None:
    if value is None:
        fits = column.nullable
    elif column.kind == "text":
        fits = type(value) is str and "\0" not in value
        if fits and len(value) > (MAX_INDEXED if (tbl, name) in _INDEXED else MAX_TEXT):
            raise Refused("text_too_long", f"{tbl}.{name}")
    elif column.kind == "json":
        size = _plain_size(value) if isinstance(value, list | dict) else 0
        if size > MAX_JSON:
            raise Refused("text_too_long", f"{tbl}.{name}")
        fits = size > 0
    elif column.kind == "date":
        fits = type(value) is str and _is_date(value)
    else:
        fits = type(value) is int and -_INT64 <= value < _INT64 and (column.kind == "int" or value in (0, 1))
    if not fits:
        raise Refused("value_wrong", f"{tbl}.{name}")


def _plain_size(value: Any) -> int:
    """How many characters a list or object has as text; 0 when it has no one spelling that PostgreSQL can keep."""
    if not value:
        return 2
    try:
        text = canonical(value)
        text.encode()
    except (TypeError, ValueError, RecursionError):
        return 0
    has_nul = "\\u0000" in text and "\\u0000" in text.replace("\\\\", "")
    return 0 if has_nul else len(text)


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

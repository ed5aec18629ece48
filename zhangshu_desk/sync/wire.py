"""What crosses the wire between station and centre: tables and columns, their merge rules, limits and names.

Both ends read this module; it imports nothing but `core`. A synced table without a line here fails a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from zhangshu_desk.core.actors import Role

PROTOCOLS = (1, 1)
"""Oldest and newest protocol this program speaks."""
SCHEMA = 4
"""Structure of the synced data; raised by every migration that touches it, and additive within a protocol."""
LATEST_AHEAD_MS = 5 * 60 * 1_000
"""A clock further ahead of the centre's is clamped to it, never refused."""
MAX_PUSH_OPS = 2_000
MAX_PUSH_BYTES = 1 << 20
"""A push ends before it has more; one transaction alone may have more (it is never split)."""
MAX_BODY_BYTES = 64 << 20
"""A body that unpacks to more is refused."""
MAX_PAGE_ROWS = 2_000
MAX_TEXT = 20_000
"""Characters in one text field; what the desk's own limits allow is far below."""
OPERATION = ("n", "op_id", "tx", "tbl", "row_id", "kind", "sets", "olds", "base", "hlc", "actor", "created", "h")
"""Fields of an operation on the wire; `sets` and `olds` are the canonical JSON texts that `h` covers."""
PSEUDO_ACTORS = frozenset({"system", "command-line", "visitor-screen"})
"""Actors without an account; the station itself vouches for them."""
CENTRE = "centre"
"""Origin of what the centre itself writes."""


class Scope(StrEnum):
    """Who receives the rows of a table."""

    GLOBAL = "global"
    SITE = "site"
    """The stations of the same site."""
    PRIVATE = "private"
    """Only the centre: pushed, never pulled."""


class Policy(StrEnum):
    """What happens when two stations changed the same field (or group) without having seen each other."""

    AUTO = "auto"
    """The later clock wins; the other value is kept as history."""
    ASK = "ask"
    """The later clock wins for now; both values go to the inbox for a person to decide."""
    FIRST = "first"
    """What reached the centre first stands, all fields of the group together; the other is told."""


@dataclass(frozen=True)
class Column:
    """A column: `kind` is `text`, `int`, `bool` (0/1), `date` (ISO text) or `json` (list or object)."""

    kind: str
    nullable: bool = False


@dataclass(frozen=True)
class Table:
    """How a table travels.

    Attributes:
        groups: fields that only make sense together, by the name of the group; all others stand for themselves.
        policies: by group or field; what is not named is `AUTO`.
        void: the field that says a row is voided, with those that belong to it in the group `void`.
        roles: who may write it; empty = everyone with an account.
        open_fields: fields that everybody of the desk may write although `roles` is narrower.
        append_only: rows are written once; a second value of a field is refused.
        unique: fields that identify the thing the row is about; the same twice is a duplicate for the inbox.
        centre_only: the centre alone writes it; a row that it does not have is none, and is not offered to it.
    """

    name: str
    scope: Scope
    columns: Mapping[str, Column]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    void: str = ""
    roles: frozenset[Role] = frozenset()
    open_fields: frozenset[str] = frozenset()
    append_only: bool = False
    unique: tuple[str, ...] = ()
    centre_only: bool = False

    def group_of(self, name: str) -> str:
        """The group a field belongs to; its own name when it stands for itself."""
        return self._by_field.get(name, name)

    @cached_property
    def _by_field(self) -> Mapping[str, str]:
        return {name: group for group, members in self.groups.items() for name in members}

    def policy_of(self, group: str) -> Policy:
        """How a concurrent change of a group or field is decided."""
        return self.policies.get(group, Policy.AUTO)


_TEXT, _INT, _BOOL, _DATE, _JSON = Column("text"), Column("int"), Column("bool"), Column("date"), Column("json")
_TEXT0, _INT0, _DATE0 = Column("text", True), Column("int", True), Column("date", True)
_HEADS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_DESK = frozenset({Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR})
_LABELS = frozenset({Role.LABEL, Role.SUPERVISOR, Role.ADMINISTRATOR})

_TABLES = (
    # Parents before children: a snapshot is applied in this order.
    Table(
        "service_groups",
        Scope.GLOBAL,
        {
            "letter": _TEXT,
            "name": _TEXT,
            "prefix": _TEXT,
            "first": _INT,
            "last": _INT,
            "verified": _BOOL,
            "position": _INT,
            "changed_at": _INT,
            "voided_at": _INT0,
        },
        groups={"void": ("voided_at",)},
        void="voided_at",
        centre_only=True,
    ),
    Table(
        "services",
        Scope.GLOBAL,
        {
            "code": _TEXT,
            "name": _TEXT,
            "short": _TEXT,
            "group": _TEXT,
            "daily_cap": _INT,
            "usual_minutes": _INT,
            "frequent": _INT,
            "verified": _BOOL,
            "position": _INT,
            "changed_at": _INT,
            "voided_at": _INT0,
        },
        groups={"void": ("voided_at",)},
        void="voided_at",
        centre_only=True,
    ),
    Table(
        "stations",
        Scope.SITE,
        {
            "name": _TEXT,
            "code": _TEXT,
            "address": _TEXT,
            "phone": _TEXT,
            "created_at": _INT,
            "site_id": _TEXT0,
            "letter": _TEXT0,
        },
        roles=_HEADS,
    ),
    Table(
        "users",
        Scope.SITE,
        {"login": _TEXT, "name": _TEXT, "role": _TEXT, "active": _BOOL, "created_at": _INT},
        roles=_HEADS,
        policies={"role": Policy.ASK, "active": Policy.ASK},
    ),
    Table(
        "counters",
        Scope.SITE,
        {
            "station_id": _TEXT,
            "position": _INT,
            "name": _TEXT,
            "serves": _JSON,
            "active": _BOOL,
            "clerk_id": _TEXT0,
            "opened_at": _INT0,
        },
        groups={"seat": ("clerk_id", "opened_at")},
        roles=_HEADS,
        open_fields=frozenset({"clerk_id", "opened_at"}),
    ),
    Table(
        "enterprises",
        Scope.GLOBAL,
        {
            "name": _TEXT,
            "name_key": _TEXT,
            "order_key": _TEXT,
            "former_names": _JSON,
            "credit_code": _TEXT,
            "code_reason": _TEXT,
            "kind": _TEXT,
            "address": _TEXT,
            "region": _TEXT,
            "industry": _TEXT,
            "legal_representative": _TEXT,
            "founded_on": _DATE0,
            "notes": _TEXT,
            "created_at": _INT,
            "voided_at": _INT0,
            "void_reason": _TEXT,
        },
        groups={
            "name": ("name", "name_key", "order_key", "former_names"),
            "credit_code": ("credit_code", "code_reason"),
            "void": ("voided_at", "void_reason"),
        },
        policies={"name": Policy.ASK, "credit_code": Policy.ASK, "legal_representative": Policy.ASK},
        void="voided_at",
        roles=_DESK,
        unique=("credit_code",),
    ),
    Table(
        "enterprise_names",
        Scope.GLOBAL,
        {
            "enterprise_id": _TEXT,
            "name": _TEXT,
            "name_key": _TEXT,
            "valid_from": _DATE0,
            "valid_until": _DATE0,
            "voided_at": _INT0,
        },
        roles=_DESK,
    ),
    Table(
        "contacts",
        Scope.GLOBAL,
        {
            "enterprise_id": _TEXT,
            "enterprise_name": _TEXT,
            "name": _TEXT,
            "phone": _TEXT,
            "role": _TEXT,
            "is_main": _BOOL,
            "created_at": _INT,
            "voided_at": _INT0,
        },
        groups={"void": ("voided_at",)},
        policies={"name": Policy.ASK},
        void="voided_at",
        roles=_DESK,
    ),
    Table(
        "import_runs",
        Scope.PRIVATE,
        {"at": _INT, "tx": _TEXT, "file_name": _TEXT, "counts": _JSON, "undone_at": _INT0},
        roles=_HEADS,
    ),
    Table(
        "visits",
        Scope.SITE,
        {
            "station_id": _TEXT,
            "day": _DATE,
            "queue_day": _DATE,
            "group": _TEXT,
            "number": _INT0,
            "label": _TEXT,
            "enterprise_id": _TEXT0,
            "enterprise_name": _TEXT,
            "visitor": _TEXT,
            "phone": _TEXT,
            "priority": _TEXT,
            "appointment_at": _INT0,
            "remark": _TEXT,
            "services": _JSON,
            "given": _JSON,
            "state": _TEXT,
            "arrived_at": _INT,
            "since": _INT,
            "counter_id": _TEXT0,
            "clerk_id": _TEXT0,
            "target_counter_id": _TEXT0,
            "calls": _INT,
            "not_before": _INT0,
            "waited_ms": _INT,
            "way_ms": _INT,
            "served_ms": _INT,
            "parked_ms": _INT,
            "note": _TEXT,
            "parked_by": _TEXT0,
            "finished_at": _INT0,
        },
        groups={
            "state": (
                "queue_day",
                "given",
                "state",
                "since",
                "counter_id",
                "clerk_id",
                "target_counter_id",
                "calls",
                "not_before",
                "waited_ms",
                "way_ms",
                "served_ms",
                "parked_ms",
                "note",
                "parked_by",
                "finished_at",
            ),
            "enterprise": ("enterprise_id", "enterprise_name"),
        },
        policies={"state": Policy.FIRST},
        roles=_DESK,
    ),
    Table(
        "visit_events",
        Scope.SITE,
        {
            "visit_id": _TEXT,
            "seq": _INT,
            "at": _INT,
            "act": _TEXT,
            "from_state": _TEXT,
            "to_state": _TEXT,
            "counter_id": _TEXT0,
            "actor_id": _TEXT,
            "note": _TEXT,
            "before": _JSON,
            "undoes": _INT0,
        },
        roles=_DESK,
        append_only=True,
    ),
    Table(
        "ratings",
        Scope.SITE,
        {"visit_id": _TEXT, "at": _INT, "level": _TEXT, "reasons": _JSON, "comment": _TEXT},
        append_only=True,
    ),
    Table(
        "day_closes",
        Scope.SITE,
        {
            "station_id": _TEXT,
            "day": _DATE,
            "at": _INT,
            "closed_by": _TEXT,
            "figures": _JSON,
            "reopened_at": _INT0,
        },
        roles=_HEADS,
    ),
    Table(
        "gi_products",
        Scope.GLOBAL,
        {
            "name": _TEXT,
            "route": _TEXT,
            "announcement_no": _TEXT,
            "standard_no": _TEXT,
            "trademark_name": _TEXT,
            "registration_no": _TEXT,
            "area": _TEXT,
            "specs": _JSON,
            "source": _TEXT,
            "verified": _BOOL,
            "notes": _TEXT,
            "created_at": _INT,
            "voided_at": _INT0,
            "void_reason": _TEXT,
        },
        groups={"void": ("voided_at", "void_reason")},
        policies={
            "name": Policy.ASK,
            "route": Policy.ASK,
            "registration_no": Policy.ASK,
            "announcement_no": Policy.ASK,
        },
        void="voided_at",
        roles=_HEADS,
    ),
    Table(
        "gi_marks",
        Scope.GLOBAL,
        {
            "enterprise_id": _TEXT,
            "enterprise_name": _TEXT,
            "credit_code": _TEXT,
            "file_name": _TEXT,
            "media_type": _TEXT,
            "sha256": _TEXT,
            "width": _INT,
            "height": _INT,
            "imported_at": _INT,
            "voided_at": _INT0,
            "void_reason": _TEXT,
        },
        groups={"void": ("voided_at", "void_reason")},
        void="voided_at",
        roles=_LABELS,
    ),
    Table(
        "gi_users",
        Scope.GLOBAL,
        {
            "gi_product_id": _TEXT,
            "enterprise_id": _TEXT,
            "enterprise_name": _TEXT,
            "credit_code": _TEXT,
            "valid_from": _DATE,
            "valid_until": _DATE0,
            "announcement_no": _TEXT,
            "mark_id": _TEXT0,
            "notes": _TEXT,
            "created_at": _INT,
            "voided_at": _INT0,
            "void_reason": _TEXT,
        },
        groups={"void": ("voided_at", "void_reason")},
        policies={
            "valid_from": Policy.ASK,
            "valid_until": Policy.ASK,
            "credit_code": Policy.ASK,
            "mark_id": Policy.ASK,
        },
        void="voided_at",
        roles=_LABELS,
    ),
    Table(
        "gi_quotas",
        Scope.GLOBAL,
        {
            "gi_user_id": _TEXT,
            "valid_from": _DATE,
            "valid_until": _DATE,
            "labels": _INT,
            "basis": _TEXT,
            "created_at": _INT,
            "voided_at": _INT0,
            "void_reason": _TEXT,
        },
        groups={"void": ("voided_at", "void_reason")},
        policies={"labels": Policy.ASK, "valid_from": Policy.ASK, "valid_until": Policy.ASK},
        void="voided_at",
        roles=_HEADS,
    ),
    Table(
        "traced_products",
        Scope.GLOBAL,
        {
            "enterprise_id": _TEXT,
            "enterprise_name": _TEXT,
            "name": _TEXT,
            "model": _TEXT,
            "gtin": _TEXT,
            "standard_no": _TEXT,
            "place": _TEXT,
            "notes": _TEXT,
            "created_at": _INT,
            "voided_at": _INT0,
            "void_reason": _TEXT,
        },
        groups={"void": ("voided_at", "void_reason")},
        policies={"gtin": Policy.ASK},
        void="voided_at",
        roles=_LABELS,
    ),
    Table(
        "label_specs",
        Scope.GLOBAL,
        {
            "product_id": _TEXT,
            "name": _TEXT,
            "unit": _TEXT,
            "pack": _INT,
            "gtin": _TEXT,
            "created_at": _INT,
            "voided_at": _INT0,
            "void_reason": _TEXT,
        },
        groups={"void": ("voided_at", "void_reason")},
        policies={"pack": Policy.ASK},
        void="voided_at",
        roles=_LABELS,
    ),
    Table(
        "label_batches",
        Scope.SITE,
        {
            "station_id": _TEXT,
            "family": _TEXT,
            "right_id": _TEXT,
            "product_id": _TEXT,
            "enterprise_id": _TEXT,
            "enterprise_name": _TEXT,
            "credit_code": _TEXT,
            "product_name": _TEXT,
            "route": _TEXT,
            "announcement_no": _TEXT,
            "standard_no": _TEXT,
            "trademark_name": _TEXT,
            "registration_no": _TEXT,
            "mark_id": _TEXT0,
            "gtin": _TEXT,
            "spec_id": _TEXT0,
            "spec": _TEXT,
            "unit": _TEXT,
            "quantity": _INT,
            "pack": _INT,
            "spare": _INT,
            "labels": _INT,
            "batch_no": _TEXT,
            "made_on": _DATE,
            "expires_on": _DATE0,
            "place": _TEXT,
            "model": _TEXT,
            "inspection_no": _TEXT,
            "inspection_until": _DATE0,
            "template_id": _TEXT,
            "state": _TEXT,
            "operator_id": _TEXT,
            "operator_name": _TEXT,
            "checker_id": _TEXT0,
            "checker_name": _TEXT,
            "checked_at": _INT0,
            "state_note": _TEXT,
            "created_at": _INT,
        },
        groups={
            "state": ("state", "checker_id", "checker_name", "checked_at", "state_note"),
            "amount": ("unit", "quantity", "pack", "spare", "labels"),
        },
        policies={"state": Policy.FIRST, "amount": Policy.ASK},
        roles=_LABELS,
    ),
    Table(
        "label_ranges",
        Scope.SITE,
        {
            "batch_id": _TEXT,
            "kind": _TEXT,
            "first": _INT,
            "last": _INT,
            "issued_at": _INT,
        },
        roles=_LABELS,
        append_only=True,
        unique=("kind", "first"),
    ),
    Table(
        "label_exceptions",
        Scope.SITE,
        {
            "batch_id": _TEXT,
            "first": _INT,
            "last": _INT,
            "fate": _TEXT,
            "reason": _TEXT,
            "replaced_by": _INT0,
            "at": _INT,
            "actor_id": _TEXT,
            "actor_name": _TEXT,
        },
        roles=_LABELS,
        append_only=True,
    ),
    Table(
        "label_moves",
        Scope.SITE,
        {
            "batch_id": _TEXT,
            "move": _TEXT,
            "count": _INT,
            "first": _INT0,
            "last": _INT0,
            "day": _DATE,
            "receiver": _TEXT,
            "reason": _TEXT,
            "at": _INT,
            "actor_id": _TEXT,
            "actor_name": _TEXT,
        },
        roles=_LABELS,
        append_only=True,
    ),
    Table(
        "print_jobs",
        Scope.SITE,
        {
            "batch_id": _TEXT,
            "station_id": _TEXT,
            "template_id": _TEXT,
            "template_sha": _TEXT,
            "printer": _TEXT,
            "first": _INT,
            "last": _INT,
            "state": _TEXT,
            "good_until": _INT,
            "repeats": _JSON,
            "result": _TEXT,
            "started_at": _INT,
            "ended_at": _INT0,
            "actor_id": _TEXT,
            "actor_name": _TEXT,
        },
        groups={"progress": ("state", "good_until", "repeats", "result", "ended_at")},
        roles=_LABELS,
    ),
    Table(
        "label_scans",
        Scope.SITE,
        {
            "batch_id": _TEXT,
            "serial": _INT,
            "count": _INT,
            "places": _INT,
            "first_at": _INT,
            "last_at": _INT,
            "alert": _TEXT,
        },
        centre_only=True,
    ),
    Table(
        "serial_issues",
        Scope.SITE,
        {"kind": _TEXT, "serial": _INT, "purpose": _TEXT, "issued_at": _INT},
        append_only=True,
        unique=("kind", "serial"),
    ),
    Table(
        "conflicts",
        Scope.SITE,  # of the site whose change lost; global rows' conflicts go to every station
        {
            "kind": _TEXT,
            "tbl": _TEXT,
            "row_id": _TEXT,
            "fields": _JSON,
            "a_values": _JSON,
            "b_values": _JSON,
            "a_actor": _TEXT,
            "b_actor": _TEXT,
            "a_station": _TEXT,
            "b_station": _TEXT,
            "a_at": _INT,
            "b_at": _INT,
            "other_row_id": _TEXT0,
            "state": _TEXT,
            "resolution": _TEXT0,
            "resolved_by": _TEXT0,
            "resolved_at": _INT0,
            "created_at": _INT,
        },
        groups={"resolved": ("state", "resolution", "resolved_by", "resolved_at")},
        roles=_DESK,
    ),
    Table(
        "audit",
        Scope.PRIVATE,
        {
            "seq": _INT,
            "at": _INT,
            "tx": _TEXT,
            "actor_id": _TEXT,
            "actor_name": _TEXT,
            "role": _TEXT,
            "act": _TEXT,
            "tbl": _TEXT,
            "row_id": _TEXT,
            "note": _TEXT,
            "ops": _INT,
            "ops_h": _TEXT,
            "prev_h": _TEXT,
            "h": _TEXT,
        },
        append_only=True,
    ),
)
TABLES: Mapping[str, Table] = {table.name: table for table in _TABLES}
"""Every synced table, parents before children."""
PULLED = tuple(table.name for table in _TABLES if table.scope is not Scope.PRIVATE)
"""The tables that stations receive, in the order in which a snapshot hands them out."""

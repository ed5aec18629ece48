"""What can be decided about a conflict, and in which form a value a person typed instead is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.identifiers import normalise_credit_code, normalise_name, normalise_phone


class Kind(StrEnum):
    """What happened."""

    FIELD = "field"
    VOID = "void"
    STATE = "state"
    DUPLICATE = "duplicate"
    SERIAL = "serial"


class Choice(StrEnum):
    """How it is decided; kept as `resolution`."""

    KEEP = "a"
    TAKE_OTHER = "b"
    EDIT = "edited"
    MERGE = "merged"
    KEEP_BOTH = "kept_both"


TEXTS: Mapping[str, Mapping[str, int]] = {
    "enterprises": {
        "name": 200,
        "credit_code": 40,
        "code_reason": 200,
        "kind": 60,
        "address": 300,
        "region": 60,
        "industry": 60,
        "legal_representative": 60,
        "notes": 2000,
    },
    "contacts": {"name": 60, "phone": 120, "role": 60},
    "visits": {"visitor": 60, "phone": 120, "remark": 500},
    "stations": {"name": 60, "address": 200, "phone": 40},
    "users": {"name": 30},
}
"""Fields that may be given another text here, with their longest, in characters; as the pages that own them allow."""
_WHOLE: Mapping[str, frozenset[str]] = {
    "enterprises": frozenset({"founded_on", "voided_at", "void_reason"}),
    "contacts": frozenset({"voided_at"}),
    "visits": frozenset({"enterprise_id", "enterprise_name"}),
    "users": frozenset({"role", "active"}),
    "gi_products": frozenset({"name", "route", "registration_no", "announcement_no", "voided_at", "void_reason"}),
    "gi_users": frozenset({"valid_from", "valid_until", "credit_code", "mark_id", "voided_at", "void_reason"}),
    "gi_quotas": frozenset({"labels", "valid_from", "valid_until", "voided_at", "void_reason"}),
    "traced_products": frozenset({"gtin", "voided_at", "void_reason"}),
    "label_specs": frozenset({"pack", "voided_at", "void_reason"}),
    "label_batches": frozenset({"unit", "quantity", "pack", "spare", "labels"}),
}
"""Fields of which one of the two values may be taken, but no third."""
FOLLOWING: Mapping[str, frozenset[str]] = {
    "enterprises": frozenset({"name_key", "order_key", "former_names"}),
}
"""Fields that follow from another one; nobody decides about them."""
_NEEDED = frozenset({("enterprises", "name"), ("stations", "name"), ("users", "name")})
_FOR_HEADS = frozenset({"users", "stations", "counters", "day_closes", "gi_products", "gi_users", "gi_quotas"})
_HEADS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def decided_fields(tbl: str, names: Iterable[str]) -> tuple[str, ...]:
    """The fields a person decides about, in a fixed order: those that only follow are left out."""
    following = FOLLOWING.get(tbl, frozenset())
    return tuple(sorted({name for name in names if name not in following}, key=lambda name: (_rank(tbl, name), name)))


def choices(kind: str, tbl: str, stands: Iterable[str], other: Iterable[str], state: str) -> frozenset[Choice]:
    """What may be decided about a conflict.

    A visit that two counters handled is decided already: what happened stays in its history, and setting it back would
    say something that did not happen.

    Args:
        stands, other: the fields of what stands and of what the other one wanted.
        state: `open`, `auto`, `resolved`; of a kind or state that a newer program wrote nothing is changed.
    """
    wanted = decided_fields(tbl, other if kind == Kind.VOID else {*stands, *other})
    texts, whole = TEXTS.get(tbl, {}), _WHOLE.get(tbl, frozenset())
    may_take = bool(wanted) and all(name in texts or name in whole for name in wanted)
    if state not in ("open", "auto"):  # resolved, or something of the future
        return frozenset()
    if state == "auto":
        return frozenset({Choice.TAKE_OTHER}) if may_take and kind in (Kind.FIELD, Kind.VOID) else frozenset()
    if kind == Kind.DUPLICATE:
        return frozenset({Choice.KEEP_BOTH} | ({Choice.MERGE} if tbl == "enterprises" else set()))
    if kind == Kind.SERIAL:
        return frozenset({Choice.KEEP_BOTH})
    found = {Choice.KEEP}
    if may_take and kind in (Kind.FIELD, Kind.VOID):  # of a visit, or of a kind of the future, what stands stays
        found.add(Choice.TAKE_OTHER)
        if all(name in texts for name in wanted):
            found.add(Choice.EDIT)
    return frozenset(found)


def may_decide(tbl: str, role: Role) -> bool:
    """Whether a person of this role may decide about this table: accounts and the station belong to the heads."""
    return tbl not in _FOR_HEADS or role in _HEADS


def cleaned(tbl: str, field: str, text: str) -> str:
    """A typed value in the one spelling its table keeps."""
    plain = "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()
    if field == "notes":
        return plain
    plain = " ".join(plain.split())
    if (tbl, field) == ("enterprises", "name"):
        return normalise_name(plain)
    if field == "credit_code":
        return normalise_credit_code(plain)
    return normalise_phone(plain) if field == "phone" and tbl != "stations" else plain


def problem(tbl: str, field: str, text: str) -> str:
    """Why a cleaned value cannot be kept: `missing`, `long`, or nothing."""
    if not text and (tbl, field) in _NEEDED:
        return "missing"
    return "long" if len(text) > TEXTS[tbl][field] else ""


def _rank(tbl: str, name: str) -> int:
    order = (*TEXTS.get(tbl, {}), "state", "counter_id", "clerk_id", "since", "given")
    return order.index(name) if name in order else len(order)

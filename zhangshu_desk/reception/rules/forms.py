"""What a clerk fills in at the desk, and how it is cleaned and checked before it is kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.reception.rules.order import PRIORITIES
from zhangshu_desk.reception.rules.services import Catalogue

LIMITS = {"企业": 200, "来访人": 60, "手机": 40, "备注": 1000, "原因": 200, "转交说明": 500, "意见": 500}
"""Longest text of a field, characters."""
MOST_SERVICES = 13
MOST_MINUTES = 480
MOST_GIVEN = 999


@dataclass(frozen=True)
class WalkIn:
    """A visitor who takes a number.

    Attributes:
        enterprise_id: a known enterprise, which gives its own name, or None.
        enterprise_name: as typed, for one that is not known.
        services: ids; the first decides the group of the ticket.
        priority: one of `PRIORITIES` or empty; appointment_at: ms UTC.
    """

    services: tuple[str, ...]
    enterprise_id: str | None = None
    enterprise_name: str = ""
    visitor: str = ""
    phone: str = ""
    priority: str = ""
    appointment_at: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class QuickService:
    """A one-minute question, answered without a ticket; `minutes` is how long it took."""

    services: tuple[str, ...]
    enterprise_id: str | None = None
    enterprise_name: str = ""
    visitor: str = ""
    minutes: int = 1
    remark: str = ""


@dataclass(frozen=True)
class Transfer:
    """Where a visit goes: to a counter, to other services, or both, with a note for whoever serves it next."""

    counter_id: str | None = None
    services: tuple[str, ...] | None = None
    note: str = ""


def clean(text: str, field: str, *, lines: bool = False) -> str:
    """The text as it is kept: NFC, blanks trimmed and folded, no control characters.

    Args:
        field: a key of `LIMITS`, named in the refusal.
        lines: line breaks stay.

    Raises:
        DeskError: `visit.too_long`.
    """
    kept = "".join(one if _plain(one) or (lines and one == "\n") else " " for one in unicodedata.normalize("NFC", text))
    rows = [" ".join(row.split()) for row in kept.split("\n")]
    found = "\n".join(rows).strip()
    if len(found) > LIMITS[field]:
        raise DeskError("visit.too_long", field=field, length=len(found), most=LIMITS[field])
    return found


def _plain(one: str) -> bool:
    """Not a control character, and not half of a surrogate pair, which no UTF-8 file can hold."""
    return unicodedata.category(one) not in ("Cc", "Cs")


def checked_services(services: tuple[str, ...], catalogue: Catalogue, already: Collection[str] = ()) -> tuple[str, ...]:
    """The services without repeats.

    Args:
        already: what the visit was registered for; it may stay so although it is not offered any more.

    Raises:
        DeskError: `visit.no_service`, `visit.unknown_service`.
    """
    found = tuple(dict.fromkeys(services))
    if not found:
        raise DeskError("visit.no_service")
    for one in found:
        if one not in already:
            catalogue.service(one)
    return found


def checked_walk_in(walk_in: WalkIn, catalogue: Catalogue, before: WalkIn | None = None) -> WalkIn:
    """The form with its texts cleaned.

    Args:
        before: what is corrected: its services and its priority may stay, whatever is known of them now.

    Raises:
        DeskError: `visit.no_service`, `visit.unknown_service`, `visit.nobody`, `visit.unknown_priority`,
            `visit.too_long`.
    """
    found = replace(
        walk_in,
        services=checked_services(walk_in.services, catalogue, before.services if before is not None else ()),
        enterprise_name=clean(walk_in.enterprise_name, "企业"),
        visitor=clean(walk_in.visitor, "来访人"),
        phone=clean(unicodedata.normalize("NFKC", walk_in.phone), "手机"),
        remark=clean(walk_in.remark, "备注", lines=True),
    )
    if not (found.enterprise_id or found.enterprise_name or found.visitor):
        raise DeskError("visit.nobody")
    kept = before is not None and found.priority == before.priority
    if found.priority and found.priority not in PRIORITIES and not kept:
        raise DeskError("visit.unknown_priority", priority=found.priority, known="、".join(PRIORITIES))
    return found


def checked_quick(quick: QuickService, catalogue: Catalogue) -> QuickService:
    """The form with its texts cleaned. Raises `DeskError` as `checked_walk_in`, and `visit.minutes`."""
    if not 0 <= quick.minutes <= MOST_MINUTES:
        raise DeskError("visit.minutes", most=MOST_MINUTES)
    return replace(
        quick,
        services=checked_services(quick.services, catalogue),
        enterprise_name=clean(quick.enterprise_name, "企业"),
        visitor=clean(quick.visitor, "来访人"),
        remark=clean(quick.remark, "备注", lines=True),
    )


def checked_given(given: dict[str, int], catalogue: Catalogue, already: Collection[str] = ()) -> dict[str, int]:
    """The services really given with their quantity.

    Args:
        already: what the visit was registered for, as in `checked_services`.

    Raises:
        DeskError: `visit.nothing_given`, `visit.unknown_service`, `visit.quantity`.
    """
    found = {one: count for one, count in given.items() if count != 0}
    if not found:
        raise DeskError("visit.nothing_given")
    for one, count in found.items():
        if one not in already:
            catalogue.service(one)
        if not 1 <= count <= MOST_GIVEN:
            raise DeskError("visit.quantity", service=catalogue.text([one]), most=MOST_GIVEN)
    return found

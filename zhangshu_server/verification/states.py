"""Which answer a look-up gets, and what of the batch is shown. Pure: no SQL, no clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.rights import Family, Route
from zhangshu_desk.labels.rules.scans import Standing
from zhangshu_server.verification.counting import Counted
from zhangshu_server.verification.looking import Label


class State(StrEnum):
    """The answers, as `resources/i18n/centre.toml` has them under `label_states`."""

    FIRST = "first"
    AGAIN = "again"
    UNUSUAL = "unusual"
    ON_ITS_WAY = "on_its_way"
    EXPIRED = "expired"
    NOT_HANDED_OUT = "not_handed_out"
    REPLACED = "replaced"
    RETURNED = "returned"
    VOID = "void"
    TWICE = "twice"
    UNKNOWN = "unknown"
    BUSY = "busy"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Line:
    """Something registered: its word in `label_facts` and what it is."""

    word: str
    value: str


_OF_STANDING = {
    Standing.REPLACED: State.REPLACED,
    Standing.RETURNED: State.RETURNED,
    Standing.VOID: State.VOID,
    Standing.TWICE: State.TWICE,
}
_TRADEMARKS = {Route.COLLECTIVE: "collective", Route.CERTIFICATION: "certification"}


def state_of(label: Label | None, counted: Counted, today: date) -> State:
    """The gravest of what is true of a label."""
    if label is None or not label.trusted:
        return State.UNKNOWN
    if label.standing in _OF_STANDING:
        return _OF_STANDING[label.standing]
    if label.batch is None:
        return State.ON_ITS_WAY
    if _is_over(label.batch.get("expires_on"), today):
        return State.EXPIRED
    if counted.alert.suggests_a_copy:
        return State.UNUSUAL
    if label.held_back:
        return State.NOT_HANDED_OUT
    return State.FIRST if counted.count <= 1 else State.AGAIN


def lines(label: Label, site: str) -> tuple[Line, ...]:
    """What is shown of a label, without what is empty: nothing about people, no internal ids."""
    found = [*(_of_batch(label.batch) if label.batch is not None else ()), *_of_number(label)]
    found.append(Line("site", site))
    return tuple(one for one in found if one.value)


def _of_batch(batch: Mapping[str, Any]) -> Iterator[Line]:
    is_gi = batch.get("family") == Family.GI
    yield from _of_indication(batch) if is_gi else _of_product(batch)
    yield Line("user" if is_gi else "enterprise_name", _text(batch, "enterprise_name"))
    for word in ("credit_code", "spec", "batch_no", "made_on", "expires_on", "place"):
        yield Line(word, _text(batch, word))


def _of_indication(batch: Mapping[str, Any]) -> Iterator[Line]:
    route = Route(_text(batch, "route"))
    if route is Route.PRODUCT:
        yield Line("gi_product", _text(batch, "product_name"))
        yield Line("announcement_no", _text(batch, "announcement_no"))
    else:
        yield Line("product_name", _text(batch, "product_name"))
        yield Line(_TRADEMARKS.get(route, "mark_of_future"), _text(batch, "trademark_name"))
        yield Line("registration_no", _text(batch, "registration_no"))
    yield Line("standard_no", _text(batch, "standard_no"))


def _of_product(batch: Mapping[str, Any]) -> Iterator[Line]:
    for word in ("product_name", "model", "standard_no"):
        yield Line(word, _text(batch, word))


def _of_number(label: Label) -> Iterator[Line]:
    yield Line("serial", codes.serial_text(label.serial))
    yield Line("replaces", codes.serial_text(label.replaces) if label.replaces else "")
    yield Line("handed_out", label.handed_out)


def _text(batch: Mapping[str, Any], name: str) -> str:
    return str(batch.get(name, "") or "")


def _is_over(day: object, today: date) -> bool:
    return isinstance(day, str) and day < today.isoformat()

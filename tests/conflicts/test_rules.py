"""What may be decided about which conflict, by whom, and how a typed value is kept."""

from __future__ import annotations

import pytest

from zhangshu_desk.conflicts import rules
from zhangshu_desk.conflicts.rules import Choice, Kind
from zhangshu_desk.core.actors import Role
from zhangshu_desk.db.base import synced_classes
from zhangshu_desk.sync import wire

K, B, E = Choice.KEEP, Choice.TAKE_OTHER, Choice.EDIT


@pytest.mark.parametrize(
    ("kind", "tbl", "stands", "other", "state", "offered"),
    [
        (Kind.FIELD, "enterprises", ["name", "name_key"], ["name", "order_key"], "open", {K, B, E}),
        (Kind.FIELD, "enterprises", ["founded_on"], ["founded_on"], "open", {K, B}),
        (Kind.FIELD, "users", ["role"], ["role"], "open", {K, B}),
        (Kind.FIELD, "enterprises", ["a_column_of_the_future"], ["a_column_of_the_future"], "open", {K}),
        (Kind.VOID, "enterprises", ["address"], ["voided_at", "void_reason"], "open", {K, B}),
        (Kind.STATE, "visits", ["state"], ["state"], "open", {K}),
        (Kind.DUPLICATE, "enterprises", [], [], "open", {Choice.MERGE, Choice.KEEP_BOTH}),
        (Kind.SERIAL, "serial_issues", ["serial"], ["serial"], "open", {Choice.KEEP_BOTH}),
        (Kind.FIELD, "enterprises", ["notes"], ["notes"], "auto", {B}),
        (Kind.FIELD, "visit_events", ["note"], ["note"], "auto", set()),
        (Kind.FIELD, "enterprises", ["notes"], ["notes"], "resolved", set()),
        (Kind.FIELD, "enterprises", ["notes"], ["notes"], "a state of the future", set()),
        ("a kind of the future", "enterprises", ["notes"], ["notes"], "open", {K}),
        ("a kind of the future", "enterprises", ["notes"], ["notes"], "auto", set()),
    ],
)
def test_what_is_offered(
    kind: str, tbl: str, stands: list[str], other: list[str], state: str, offered: set[Choice]
) -> None:
    assert rules.choices(kind, tbl, stands, other, state) == offered


def test_accounts_are_decided_by_the_heads() -> None:
    assert rules.may_decide("enterprises", Role.CLERK)
    assert not rules.may_decide("users", Role.CLERK)
    assert rules.may_decide("users", Role.SUPERVISOR)


@pytest.mark.parametrize(
    ("tbl", "field", "typed", "kept"),
    [
        ("enterprises", "name", " 樟树 袁河(集团)有限公司 ", "樟树袁河（集团）有限公司"),
        ("enterprises", "credit_code", "9136 0982 0000 0000 19", "913609820000000019"),
        ("contacts", "phone", "138-1234-5678", "13812345678"),
        ("enterprises", "notes", "一 \n  二", "一\n二"),
        ("visits", "remark", "带来 \n 三台", "带来 三台"),
    ],
)
def test_typed_values_in_their_one_spelling(tbl: str, field: str, typed: str, kept: str) -> None:
    assert rules.cleaned(tbl, field, typed) == kept


def test_values_that_cannot_be_kept() -> None:
    assert rules.problem("enterprises", "name", "") == "missing"
    assert rules.problem("enterprises", "address", "") == ""
    assert rules.problem("contacts", "name", "长" * 61) == "long"


def test_fields_are_those_of_the_tables() -> None:
    columns = {kind.__tablename__: set(kind.__table__.columns.keys()) for kind in synced_classes()}
    for fields in (rules.TEXTS, rules.FOLLOWING, rules._WHOLE):
        for tbl, names in fields.items():
            assert set(names) <= columns[tbl], tbl


def test_every_field_that_is_asked_about_can_be_decided() -> None:
    """A policy that asks a person, and nothing the person could choose, would be an entry that never goes away."""
    for table in wire.TABLES.values():
        for group, policy in table.policies.items():
            if policy is wire.Policy.ASK:
                names = table.groups.get(group, (group,))
                assert B in rules.choices(Kind.FIELD, table.name, names, names, "open"), (table.name, group)

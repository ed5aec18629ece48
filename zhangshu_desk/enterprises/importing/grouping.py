"""Rows of one file that speak of the same enterprise, put together: by credit code, else by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.enterprises.importing.rows import SourceRow
from zhangshu_desk.enterprises.rules import LABELS, ContactFields

FILLABLE = ("kind", "address", "region", "industry", "legal_representative", "founded_on", "notes")
"""Fields a file may fill or change, besides name and code."""

Value = str | date


@dataclass
class Group:
    """One enterprise as a file describes it, in one row or several.

    Attributes:
        key: what spellings of its name share.
        code: its credit code, empty when no row has one; code_problem: what is wrong with it.
        values: what the rows say, by field; said_in: the row that said it first.
        people: each contact with the row that named it.
        warnings: remarks by row.
    """

    name: str
    key: str
    code: str
    code_problem: str
    rows: list[int]
    values: dict[str, Value] = field(default_factory=dict)
    said_in: dict[str, int] = field(default_factory=dict)
    people: list[tuple[int, ContactFields]] = field(default_factory=list)
    warnings: dict[int, list[str]] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The row where it appears first."""
        return self.rows[0]


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken, and why."""

    row: SourceRow
    reason: str


def group(rows: Iterable[SourceRow], *, accept_bad_codes: bool) -> tuple[list[Group], list[Refused]]:
    """Put rows of the same enterprise together; the first row's values stand, later ones fill what it left empty.

    Refused are rows that cannot be read, rows with a wrong code (unless accepted), and rows that contradict an
    earlier row about what belongs to which name and code.
    """
    groups: list[Group] = []
    refused: list[Refused] = []
    by_code: dict[str, Group] = {}
    by_name: dict[str, Group] = {}
    for row in rows:
        key, code = same_name_key(row.fields.name), row.fields.credit_code
        known = by_code.get(code) or by_name.get(key)
        reason = row.refusal or ("" if accept_bad_codes else row.code_problem) or _contradiction(known, key, code)
        if reason:
            refused.append(Refused(row, reason))
            continue
        if known is None:
            known = Group(row.fields.name, key, "", "", [])
            groups.append(known)
        _merge(known, row)
        by_name.setdefault(key, known)
        if code:
            by_code[code] = known
    return groups, refused


def _contradiction(known: Group | None, key: str, code: str) -> str:
    if known is None:
        return ""
    if known.key != key:
        return f"与第 {known.first} 行信用代码相同而名称不同（{known.name[:30]}），请核对"
    if code and known.code and known.code != code:
        return f"与第 {known.first} 行名称相同而信用代码不同（{known.code}），请核对"
    return ""


def _merge(known: Group, row: SourceRow) -> None:
    known.rows.append(row.number)
    remarks = list(row.warnings)
    if row.fields.credit_code and not known.code:
        known.code, known.code_problem = row.fields.credit_code, row.code_problem
    for name in FILLABLE:
        value = getattr(row.fields, name)
        if not value:
            continue
        if name not in known.values:
            known.values[name], known.said_in[name] = value, row.number
        elif comparable(known.values[name]) != comparable(value):
            remarks.append(f"{LABELS[name]}与第 {known.said_in[name]} 行不同，按第 {known.said_in[name]} 行")
    if row.contact is not None:
        _meet(known, row.number, row.contact, remarks)
    if remarks:
        known.warnings[row.number] = remarks


def _meet(known: Group, number: int, person: ContactFields, remarks: list[str]) -> None:
    """Add a contact; the same person again only adds the phones that were not there."""
    for at, (said_in, one) in enumerate(known.people):
        if is_same_person(one, person):
            known.people[at] = (said_in, together(one, person))
            return
    known.people.append((number, person))
    if number != known.first:
        remarks.append(f"与第 {known.first} 行是同一家企业，联系人一并登记")


def is_same_person(one: ContactFields, other: ContactFields) -> bool:
    """Whether two contacts of one enterprise are one person: the same name, or without a name a phone in common."""
    if one.name and other.name:
        return same_name_key(one.name) == same_name_key(other.name)
    return bool(set(phones_of(one.phone)) & set(phones_of(other.phone)))


def together(one: ContactFields, other: ContactFields) -> ContactFields:
    """What two mentions of one person say together."""
    phones = dict.fromkeys((*phones_of(one.phone), *phones_of(other.phone)))
    return ContactFields(one.name or other.name, "/".join(phones), one.role or other.role, one.is_main)


def phones_of(phone: str) -> tuple[str, ...]:
    """The single numbers in a contact's phone."""
    return tuple(part for part in phone.split("/") if part)


def comparable(value: Value) -> str:
    """What spellings of one value share: blanks, width and case do not make it another."""
    return value.isoformat() if isinstance(value, date) else same_name_key(value)

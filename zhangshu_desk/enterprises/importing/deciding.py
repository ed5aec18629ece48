"""From what a file says and what the store knows to a verdict per row; the rules are in docs/adr/0005."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.core.masking import mask_name, mask_phone
from zhangshu_desk.enterprises.importing.grouping import (
    Group,
    Value,
    comparable,
    group,
    is_same_person,
    phones_of,
)
from zhangshu_desk.enterprises.importing.known import KnownContact, KnownEnterprise, Snapshot
from zhangshu_desk.enterprises.importing.plan import Change, Decision, Entry, PlannedRow, Verdict
from zhangshu_desk.enterprises.importing.rows import SourceRow
from zhangshu_desk.enterprises.rules import LABELS, ContactFields, EnterpriseFields, code_problem

_NO_CODE = "导入：文件中没有信用代码"


@dataclass(frozen=True)
class _Match:
    """The enterprise a group means, if any, or why it cannot be told; `once` = only by an earlier name of it."""

    known: KnownEnterprise | None = None
    reason: str = ""
    once: bool = False


@dataclass(frozen=True)
class _Row:
    """What one row of a group brings."""

    changes: list[Change]
    notes: list[str]


def decide(rows: Iterable[SourceRow], snapshot: Snapshot, *, accept_bad_codes: bool) -> Decision:
    """The verdict of every row and what has to be done; pure, the same input gives the same decision."""
    groups, refused = group(rows, accept_bad_codes=accept_bad_codes)
    planned = [
        PlannedRow(one.row.number, Verdict.REFUSED, one.row.fields.name, one.row.fields.credit_code, one.reason)
        for one in refused
    ]
    entries: list[Entry] = []
    meant: dict[str, Group] = {}
    renamed = _renamed(groups, snapshot)
    for one in groups:
        match = _only_once(_match(one, snapshot, renamed), one, meant)
        if match.reason:
            planned += [
                PlannedRow(number, Verdict.REFUSED, one.name, one.code, match.reason, notes=_remarks(one, number))
                for number in one.rows
            ]
        elif match.known is None or match.known.revivable:
            entries.append(_new_entry(one, match.known))
            planned += _new_rows(one)
        else:
            entry, verdicts = _changed(one, match.known)
            entries += [entry] if entry is not None else []
            planned += verdicts
    return Decision(tuple(sorted(planned, key=lambda row: row.number)), tuple(entries))


# -- which enterprise is meant ----------------------------------------------------------------------------------------


def _renamed(groups: Iterable[Group], snapshot: Snapshot) -> set[str]:
    """Ids of the enterprises to which the file, by their code, gives a new name: their old one is free then."""
    found = set()
    for one in groups:
        match = _by_code(one, snapshot)
        if match.known is not None and one.key not in _keys(match.known):
            found.add(match.known.id)
    return found


def _match(one: Group, snapshot: Snapshot, renamed: set[str]) -> _Match:
    found = _by_code(one, snapshot)
    if found.known or found.reason:
        return found
    found = _by_name(one, snapshot, renamed)
    if found.known or found.reason:
        return found
    voided = [known for known in (*snapshot.with_code(one.code), *snapshot.named(one.key)) if known.voided]
    mine = [known for known in voided if _may_be(one, known)]
    blocking = next((known for known in mine if not known.revivable), None)
    if blocking is not None:
        return _Match(reason=f"该企业已作废（{blocking.void_reason[:30]}），如需使用请先恢复")
    return _Match(mine[0] if mine else None)


def _by_code(one: Group, snapshot: Snapshot) -> _Match:
    found = _one_of([known for known in snapshot.with_code(one.code) if not known.voided], "使用这个信用代码")
    if found.known is None or one.key in _keys(found.known):
        return found
    others = [known for known in snapshot.named(one.key) if not known.voided]
    if others:
        return _Match(reason=f"信用代码属于「{found.known.fields.name[:30]}」，而这个名称属于另一家企业，请核对")
    return found


def _by_name(one: Group, snapshot: Snapshot, renamed: set[str]) -> _Match:
    live = [known for known in snapshot.named(one.key) if not known.voided]
    staying = [known for known in live if known.id not in renamed]
    mine = [known for known in staying if _may_be(one, known)]
    if mine:
        return _one_of(mine, "名称相同")
    if staying:
        code = staying[0].fields.credit_code
        return _Match(reason=f"已有同名企业，其信用代码为 {code}，与本行不同；请核对后在企业页登记")
    leaving = [known for known in live if known.id in renamed]
    once = [known for known in (*snapshot.once_named(one.key), *leaving) if not known.voided]
    return replace(_one_of([known for known in once if _may_be(one, known)], "曾用这个名称"), once=True)


def _keys(known: KnownEnterprise) -> set[str]:
    """Keys of today's name and the earlier ones."""
    return {known.key, *map(same_name_key, known.former)}


def _only_once(match: _Match, one: Group, meant: dict[str, Group]) -> _Match:
    """The match, unless earlier rows under another name mean the same enterprise."""
    if match.known is None:
        return match
    earlier = meant.setdefault(match.known.id, one)
    if earlier is one:
        return match
    if match.once and one.code and earlier.code and one.code != earlier.code:
        return _Match()  # it took a name that was given up: an enterprise of its own
    return _Match(
        reason=f"与第 {earlier.first} 行指向同一家企业「{match.known.fields.name[:30]}」，请核对名称和信用代码"
    )


def _one_of(found: list[KnownEnterprise], what: str) -> _Match:
    if len(found) > 1:
        return _Match(reason=f"系统中有 {len(found)} 家企业{what}，不能确定是哪一家")
    return _Match(found[0]) if found else _Match()


def _may_be(one: Group, known: KnownEnterprise) -> bool:
    """Whether codes do not contradict: one of them is missing or wrong, or both are the same."""
    code = known.fields.credit_code
    return not one.code or not code or one.code == code or bool(one.code_problem) or bool(code_problem(code))


# -- new ones ---------------------------------------------------------------------------------------------------------


def _new_entry(one: Group, voided: KnownEnterprise | None) -> Entry:
    fields = EnterpriseFields(
        name=one.name,
        credit_code=one.code,
        code_reason=f"导入：{one.code_problem}" if one.code_problem else "" if one.code else _NO_CODE,
        **one.values,  # type: ignore[arg-type]  # FILLABLE fields with values of their kind
    )
    people = tuple(person for _, person in one.people)
    return Entry(voided.id if voided else None, fields, revive=voided is not None, new_contacts=people)


def _new_rows(one: Group) -> list[PlannedRow]:
    """The first row makes the enterprise; further rows of it bring no other one and count as the same."""
    notes = (f"{one.code_problem}，仍按此登记",) if one.code_problem else ()
    first = PlannedRow(one.first, Verdict.NEW, one.name, one.code, notes=(*_remarks(one, one.first), *notes))
    further = [
        PlannedRow(number, Verdict.SAME, one.name, one.code, notes=_remarks(one, number) or _repeated(one))
        for number in one.rows[1:]
    ]
    return [first, *further]


def _repeated(one: Group) -> tuple[str, ...]:
    return (f"与第 {one.first} 行是同一家企业",)


def _remarks(one: Group, number: int) -> tuple[str, ...]:
    return tuple(one.warnings.get(number, ()))


# -- those that are there ---------------------------------------------------------------------------------------------


def _changed(one: Group, known: KnownEnterprise) -> tuple[Entry | None, list[PlannedRow]]:
    rows = {number: _Row([], list(_remarks(one, number))) for number in one.rows}
    rename = _rename(one, known, rows[one.first])
    values = dict(_code(one, known, rows[one.first]))
    for name, value in one.values.items():
        before = getattr(known.fields, name)
        if not before or comparable(before) != comparable(value):
            values[name] = value
            rows[one.said_in[name]].changes.append(Change(LABELS[name], _shown(name, before), _shown(name, value)))
    new_contacts, contact_changes = _people(one, known, lambda number: rows[number].changes)
    verdicts = [
        PlannedRow(
            number,
            Verdict.CHANGED if row.changes else Verdict.SAME,
            one.name,
            one.code,
            changes=tuple(row.changes),
            notes=tuple(row.notes) or (_repeated(one) if number != one.first and not row.changes else ()),
        )
        for number, row in rows.items()
    ]
    if not any(row.changes for row in rows.values()):
        return None, verdicts
    return (
        Entry(
            known.id,
            known.fields,
            rename=rename,
            changes=tuple(values.items()),
            new_contacts=new_contacts,
            contact_changes=contact_changes,
        ),
        verdicts,
    )


def _rename(one: Group, known: KnownEnterprise, row: _Row) -> str:
    if known.key == one.key:
        return ""
    if any(same_name_key(name) == one.key for name in known.former):
        row.notes.append(f"文件中是曾用名，现名「{known.fields.name[:40]}」不变")
        return ""
    row.changes.append(Change("企业名称（更名）", known.fields.name, one.name))
    return one.name


def _code(one: Group, known: KnownEnterprise, row: _Row) -> Iterable[tuple[str, Value]]:
    """The code of the file when ours is missing or wrong and the file's is better; a right one is never replaced."""
    ours = known.fields.credit_code
    if not one.code or one.code == ours:
        return
    if one.code_problem and ours:
        row.notes.append(f"文件中的信用代码有误（{one.code_problem}），保留现有代码")
        return
    row.changes.append(Change(LABELS["credit_code"], ours, one.code))
    yield "credit_code", one.code
    yield "code_reason", f"导入：{one.code_problem}" if one.code_problem else ""


def _people(
    one: Group, known: KnownEnterprise, changes_of: Callable[[int], list[Change]]
) -> tuple[tuple[ContactFields, ...], tuple[tuple[str, str, str], ...]]:
    added: list[ContactFields] = []
    changed: list[tuple[str, str, str]] = []
    for number, person in one.people:
        ours = next((have for have in known.contacts if is_same_person(have.fields, person)), None)
        if ours is None:
            added.append(person)
            changes_of(number).append(Change("联系人", "", _person(person)))
            continue
        for name, value in _contact_changes(ours, person):
            changed.append((ours.id, name, value))
            changes_of(number).append(_contact_change(ours, name, value))
    return tuple(added), tuple(changed)


def _contact_changes(ours: KnownContact, person: ContactFields) -> Iterable[tuple[str, str]]:
    if person.name and not ours.fields.name:
        yield "name", person.name
    if person.phone and not set(phones_of(person.phone)) <= set(phones_of(ours.fields.phone)):
        yield "phone", person.phone
    if person.role and person.role != ours.fields.role:
        yield "role", person.role


_CONTACT_WORDS = {"name": "联系人姓名", "phone": "联系电话", "role": "联系人职务"}


def _contact_change(ours: KnownContact, name: str, value: str) -> Change:
    shown = {"name": mask_name, "phone": mask_phone}.get(name, str)
    who = mask_name(ours.fields.name)
    label = f"{_CONTACT_WORDS[name]}（{who}）" if who else _CONTACT_WORDS[name]
    return Change(label, shown(getattr(ours.fields, name)), shown(value))


def _person(person: ContactFields) -> str:
    return " ".join(part for part in (mask_name(person.name), mask_phone(person.phone), person.role) if part)


def _shown(name: str, value: Value | None) -> str:
    if value is None:
        return ""
    if name == "legal_representative":
        return mask_name(str(value))
    return value if isinstance(value, str) else value.isoformat()

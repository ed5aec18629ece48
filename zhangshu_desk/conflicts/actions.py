"""Deciding a conflict: the record and the entry of the inbox change in one act, which travels like any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Date, func, select

from zhangshu_desk.conflicts import rules
from zhangshu_desk.conflicts.records import row_of, wire_values
from zhangshu_desk.conflicts.rules import Choice
from zhangshu_desk.core.actors import Actor, Role
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.core.words import field_word
from zhangshu_desk.db import enterprise_rows
from zhangshu_desk.db.base import Synced
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.accounts import User
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.db.tables.sync import Conflict

LONGEST_REASON = 200
_DONE = {
    Choice.KEEP: "保留现值",
    Choice.TAKE_OTHER: "采用另一值",
    Choice.EDIT: "修改后保存",
    Choice.KEEP_BOTH: "都保留",
}


def resolve(
    store: Store,
    actor: Actor,
    conflict_id: str,
    choice: Choice,
    values: Mapping[str, str],
    now: int,
    *,
    seen: Mapping[str, Any] | None = None,
) -> None:
    """Decide a conflict. `MERGE` is done by `enterprises.actions.merge`, which closes the entry too.

    Args:
        values: for `EDIT`, the new text of each field that is to have one; the others stay as they are.
        seen: the record's values that the person saw (`queries.ConflictCard.seen`).

    Raises:
        DeskError: `conflict.gone`, `conflict.decided`, `conflict.changed_meanwhile`, `conflict.record_gone`,
            `conflict.heads_only`, `conflict.not_offered`, `conflict.value_missing`, `conflict.value_long`,
            `account.last_head`.
    """
    with store.write(actor, "conflict.resolve", now) as session:
        entry = _open_entry(session, conflict_id, actor, choice)
        if choice is not Choice.KEEP_BOTH:
            row = row_of(session, entry.tbl, entry.row_id)
            if row is None:
                raise DeskError("conflict.record_gone")
            _refuse_stale(row, seen or {})
            _decide(session, entry, row, _wanted(entry, choice, values))
        entry.state, entry.resolution = "resolved", choice.value
        entry.resolved_by, entry.resolved_at = actor.user_id, now
        session.about(entry.tbl, entry.row_id, _note(entry, choice))


def unmask(store: Store, actor: Actor, conflict_id: str, field: str, reason: str, now: int) -> tuple[str, str]:
    """A personal field of both sides in full (现值, 另一值); who looked at what and why is kept, the values are not.

    Raises:
        DeskError: `privacy.reason_missing`, `privacy.gone`.
    """
    why = " ".join(reason.split())
    if not why:
        raise DeskError("privacy.reason_missing")
    with store.write(actor, "privacy.unmask", now) as session:
        entry = session.get(Conflict, conflict_id)
        row = row_of(session, entry.tbl, entry.row_id) if entry is not None else None
        if entry is None or row is None:
            raise DeskError("privacy.gone")
        now_value, other = getattr(row, field, None), (entry.b_values or {}).get(field)
        word = field_word(entry.tbl, field)
        session.about(entry.tbl, entry.row_id, f"{word}（待核对）：{mask_text(why)[:LONGEST_REASON]}")
    return str(now_value or ""), str(other or "")


def _open_entry(session: WriteSession, conflict_id: str, actor: Actor, choice: Choice) -> Conflict:
    entry = session.get(Conflict, conflict_id)
    if entry is None:
        raise DeskError("conflict.gone")
    if entry.state == "resolved":
        raise DeskError("conflict.decided", name=_name(session, entry.resolved_by))
    if not rules.may_decide(entry.tbl, actor.role):
        raise DeskError("conflict.heads_only")
    offered = rules.choices(entry.kind, entry.tbl, entry.a_values or {}, entry.b_values or {}, entry.state)
    if choice is Choice.MERGE or choice not in offered:
        raise DeskError("conflict.not_offered")
    return entry


def _wanted(entry: Conflict, choice: Choice, values: Mapping[str, str]) -> dict[str, Any]:
    """The values the record is to have, as on the wire; nothing for what stays."""
    if choice is Choice.TAKE_OTHER:
        return dict(entry.b_values or {})
    if choice is not Choice.EDIT:
        return {}
    wanted = {field: rules.cleaned(entry.tbl, field, text) for field, text in values.items()}
    for field, text in wanted.items():
        if field not in rules.TEXTS.get(entry.tbl, {}):
            raise DeskError("conflict.not_offered")
        wrong = rules.problem(entry.tbl, field, text)
        if wrong == "missing":
            raise DeskError("conflict.value_missing", field=field_word(entry.tbl, field))
        if wrong:
            longest = rules.TEXTS[entry.tbl][field]
            raise DeskError("conflict.value_long", field=field_word(entry.tbl, field), longest=longest)
    return wanted


def _refuse_stale(row: Synced, seen: Mapping[str, Any]) -> None:
    present = wire_values(row, seen)
    for field, value in seen.items():
        if present.get(field) != value:
            raise DeskError("conflict.changed_meanwhile", field=field_word(row.__tablename__, field))


def _decide(session: WriteSession, entry: Conflict, row: Synced, wanted: dict[str, Any]) -> None:
    if isinstance(row, Enterprise):
        _decide_enterprise(session, entry, row, wanted)
    else:
        for field, value in wanted.items():
            setattr(row, field, _stored(row, field, value))
    if isinstance(row, User):
        _refuse_headless(session)
    elif isinstance(row, Contact):
        enterprise_rows.settle_main(session, row.enterprise_id)
    elif isinstance(row, Visit) and row.enterprise_id and session.get(Enterprise, row.enterprise_id) is None:
        raise DeskError("conflict.record_gone")


def _decide_enterprise(session: WriteSession, entry: Conflict, row: Enterprise, wanted: dict[str, Any]) -> None:
    """The name in all its places, the void with its contacts, and the rest as it is."""
    touched = {*(entry.a_values or {}), *(entry.b_values or {})}
    following = rules.FOLLOWING["enterprises"]
    for field, value in wanted.items():
        if field in following and field != "former_names":
            continue  # made anew from the name
        if field not in ("name", "voided_at", "void_reason"):
            setattr(row, field, _stored(row, field, value))
    if "name" in touched:
        enterprise_rows.settle_name(session, row, wanted.get("name", row.name))
    if "voided_at" in touched:
        _settle_void(session, entry, row, wanted)


def _settle_void(session: WriteSession, entry: Conflict, row: Enterprise, wanted: dict[str, Any]) -> None:
    """In use with the contacts that went with it, or out of use with them: never half of it."""
    voided = wanted.get("voided_at", row.voided_at)
    if voided is None:
        moments = [values.get("voided_at") for values in (entry.a_values or {}, entry.b_values or {})]
        at = row.voided_at or next((moment for moment in moments if moment), None)
        enterprise_rows.restore_row(session, row, at)
    else:
        enterprise_rows.void_row(session, row, str(wanted.get("void_reason", row.void_reason)), voided)


def _stored(row: Synced, field: str, value: Any) -> Any:
    """A value of the wire as the column holds it."""
    column = row.__table__.columns[field]
    if value is None:
        return None if column.nullable else ""
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return bool(value) if column.type.python_type is bool else value


def _refuse_headless(session: WriteSession) -> None:
    session.flush()
    heads = (Role.SUPERVISOR.value, Role.ADMINISTRATOR.value)
    left = session.scalar(select(func.count()).where(User.active, User.role.in_(heads)))
    if not left:
        raise DeskError("account.last_head")


def _note(entry: Conflict, choice: Choice) -> str:
    words = "、".join(
        field_word(entry.tbl, field)
        for field in rules.decided_fields(entry.tbl, {*(entry.a_values or {}), *(entry.b_values or {})})
    )
    return f"{_DONE[choice]}：{words}" if words else _DONE[choice]


def _name(session: WriteSession, user_id: str | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.name if user is not None else "另一位人员"

"""Making one enterprise of two that are the same: everything moves to the one that is kept, the other is voided."""

from __future__ import annotations

from sqlalchemy import and_, or_, select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.db import enterprise_rows
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.enterprises import Enterprise
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.db.tables.sync import Conflict
from zhangshu_desk.enterprises import records
from zhangshu_desk.enterprises.rules import LIMITS

_CODE = ("credit_code", "code_reason")
_LONGEST_REASON = 200


def merge(store: Store, actor: Actor, keep_id: str, drop_id: str, now: int) -> None:
    """Merge `drop_id` into `keep_id`; open entries of the inbox about the two are closed by it.

    Contacts, names and visits move; a contact that both have stays with the dropped one. Fields that are empty on the
    kept card are filled from the dropped one, notes of both are kept. The dropped card is voided and keeps all its
    own fields, so that it can be looked at and restored; visits keep the name of their day.

    Raises:
        DeskError: `enterprise.merge_same`, `enterprise.gone`, `enterprise.voided`.
    """
    if keep_id == drop_id:
        raise DeskError("enterprise.merge_same")
    with store.write(actor, "enterprise.merge", now) as session:
        keep, drop = records.live(session, keep_id), records.live(session, drop_id)
        _fill(keep, drop)
        _move_names(session, keep, drop)
        _move_contacts(session, keep, drop)
        for visit in session.scalars(select(Visit).where(Visit.enterprise_id == drop.id)):
            visit.enterprise_id = keep.id
        session.flush()
        records.void_row(session, drop, f"合并到：{keep.name}"[:_LONGEST_REASON])
        enterprise_rows.settle_main(session, keep.id)
        _close_entries(session, keep, drop)
        session.about("enterprises", keep_id, f"合并入：{drop.name[:60]}")


def _fill(keep: Enterprise, drop: Enterprise) -> None:
    """What the kept card does not say; a code comes with its reason."""
    if drop.credit_code and not keep.credit_code:
        keep.credit_code, keep.code_reason = drop.credit_code, drop.code_reason
    for name in records.FIELDS:
        if name not in ("name", "notes", *_CODE) and not getattr(keep, name) and getattr(drop, name):
            setattr(keep, name, getattr(drop, name))
    both = "\n".join(dict.fromkeys(one for one in (keep.notes, drop.notes) if one))
    if len(both) <= LIMITS["notes"]:
        keep.notes = both


def _move_names(session: WriteSession, keep: Enterprise, drop: Enterprise) -> None:
    """Names the kept one did not bear become former names of it; one that was still borne ends today."""
    known = {one.name_key for one in records.names_of(session, keep.id)}
    for dated in records.names_of(session, drop.id):
        if dated.name_key in known:
            continue
        known.add(dated.name_key)
        dated.enterprise_id = keep.id
        dated.valid_until = dated.valid_until or max(day_of(session.now), dated.valid_from or day_of(session.now))
    found = {same_name_key(one): one for one in (*keep.former_names, *drop.former_names, drop.name)}
    found.pop(keep.name_key, None)
    keep.former_names = list(found.values())


def _move_contacts(session: WriteSession, keep: Enterprise, drop: Enterprise) -> None:
    mine = {(one.name, one.phone) for one in records.contacts_of(session, keep.id)}
    for contact in records.contacts_of(session, drop.id):
        if (contact.name, contact.phone) not in mine:
            contact.enterprise_id, contact.enterprise_name = keep.id, keep.name
            contact.is_main = contact.is_main and not mine


def _close_entries(session: WriteSession, keep: Enterprise, drop: Enterprise) -> None:
    about_both = or_(
        and_(Conflict.row_id == keep.id, Conflict.other_row_id == drop.id),
        and_(Conflict.row_id == drop.id, Conflict.other_row_id == keep.id),
    )
    waiting = select(Conflict).where(Conflict.tbl == "enterprises", Conflict.state == "open", about_both)
    for entry in session.scalars(waiting):
        entry.state, entry.resolution = "resolved", "merged"
        entry.resolved_by, entry.resolved_at = session.actor.user_id, session.now

"""Rows of an enterprise inside a transaction: fetched, made, renamed, voided; shared by the acts and the import."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

from sqlalchemy import select

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.db.store import WriteSession
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields, order_key

FIELDS = tuple(one.name for one in fields(EnterpriseFields))


def live(session: WriteSession, enterprise_id: str) -> Enterprise:
    """The enterprise, if it is in use. Raises `DeskError` `enterprise.gone`, `enterprise.voided`."""
    row = any_state(session, enterprise_id)
    if row.voided_at is not None:
        raise DeskError("enterprise.voided", name=row.name[:40])
    return row


def any_state(session: WriteSession, enterprise_id: str) -> Enterprise:
    """The enterprise, voided or not. Raises `DeskError` `enterprise.gone`."""
    row = session.get(Enterprise, enterprise_id)
    if row is None:
        raise DeskError("enterprise.gone")
    return row


def fields_of(row: Enterprise) -> EnterpriseFields:
    """What a row says, as fields."""
    return EnterpriseFields(**{name: getattr(row, name) for name in FIELDS})


def make(session: WriteSession, given: EnterpriseFields) -> Enterprise:
    """Add a new enterprise. Once it is flushed, `open_name` must follow."""
    row = Enterprise(
        id=session.new_id(),
        name_key=same_name_key(given.name),
        order_key=order_key(given.name),
        former_names=[],
        created_at=session.now,
        **{name: getattr(given, name) for name in FIELDS},
    )
    session.add(row)
    return row


def open_name(session: WriteSession, row: Enterprise, since: date | None) -> None:
    """Begin a dated name with today's name of a row; `since` None = since ever."""
    session.add(
        EnterpriseName(
            id=session.new_id(), enterprise_id=row.id, name=row.name, name_key=row.name_key, valid_from=since
        )
    )


def make_contact(session: WriteSession, owner: Enterprise, given: ContactFields) -> Contact:
    """Add a contact as given."""
    row = Contact(
        id=session.new_id(),
        enterprise_id=owner.id,
        enterprise_name=owner.name,
        name=given.name,
        phone=given.phone,
        role=given.role,
        is_main=given.is_main,
        created_at=session.now,
    )
    session.add(row)
    return row


def contacts_of(session: WriteSession, enterprise_id: str) -> list[Contact]:
    """Its contacts in use, in the order they were added."""
    mine = select(Contact).where(Contact.enterprise_id == enterprise_id, Contact.voided_at.is_(None))
    return list(session.scalars(mine.order_by(Contact.created_at, Contact.id)))


def current_name(session: WriteSession, enterprise_id: str) -> EnterpriseName:
    """The dated name that is still borne."""
    return session.scalars(
        select(EnterpriseName).where(
            EnterpriseName.enterprise_id == enterprise_id,
            EnterpriseName.valid_until.is_(None),
            EnterpriseName.voided_at.is_(None),
        )
    ).one()


def correct_name(session: WriteSession, row: Enterprise, name: str) -> None:
    """Spell today's name otherwise: it was entered wrongly and was never another one."""
    dated = current_name(session, row.id)
    dated.name, dated.name_key = name, same_name_key(name)
    _call(session, row, name)


def rename_from(session: WriteSession, row: Enterprise, name: str, since: date) -> None:
    """Close today's name on the day before `since` and open the new one."""
    current_name(session, row.id).valid_until = since - timedelta(days=1)
    row.former_names = [*(one for one in row.former_names if one not in (row.name, name)), row.name]
    _call(session, row, name)
    open_name(session, row, since)


def _call(session: WriteSession, row: Enterprise, name: str) -> None:
    row.name, row.name_key, row.order_key = name, same_name_key(name), order_key(name)
    for contact in session.scalars(select(Contact).where(Contact.enterprise_id == row.id)):
        contact.enterprise_name = name


def void_row(session: WriteSession, row: Enterprise, reason: str) -> None:
    """Void a row and its contacts at one moment, by which they are found again."""
    row.voided_at, row.void_reason = session.now, reason
    for contact in contacts_of(session, row.id):
        contact.voided_at = session.now


def restore_row(session: WriteSession, row: Enterprise) -> None:
    """Unvoid a row and the contacts that were voided with it."""
    together = select(Contact).where(Contact.enterprise_id == row.id, Contact.voided_at == row.voided_at)
    for contact in session.scalars(together):
        contact.voided_at = None
    row.voided_at, row.void_reason = None, ""

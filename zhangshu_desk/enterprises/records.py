"""Rows of an enterprise inside a transaction: fetched, made, renamed, voided; shared by the acts and the import."""

from __future__ import annotations

from dataclasses import fields

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import order_key, same_name_key
from zhangshu_desk.db.enterprise_rows import (
    contacts_of,
    correct_name,
    current_name,
    names_of,
    open_name,
    rename_from,
    restore_row,
    void_row,
)
from zhangshu_desk.db.store import WriteSession
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields

__all__ = [
    "FIELDS",
    "any_state",
    "contacts_of",
    "correct_name",
    "current_name",
    "fields_of",
    "live",
    "make",
    "make_contact",
    "names_of",
    "open_name",
    "rename_from",
    "restore_row",
    "void_row",
]

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

"""What belongs together in the rows of an enterprise: its name in all its places, its contacts when it is voided.

Enterprises change these, and so does deciding between two stations that changed them at once.
"""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from zhangshu_desk.core.identifiers import order_key, same_name_key
from zhangshu_desk.db.store import WriteSession
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName


def contacts_of(session: WriteSession, enterprise_id: str) -> list[Contact]:
    """Its contacts in use, in the order they were added."""
    mine = select(Contact).where(Contact.enterprise_id == enterprise_id, Contact.voided_at.is_(None))
    return list(session.scalars(mine.order_by(Contact.created_at, Contact.id)))


def names_of(session: WriteSession, enterprise_id: str) -> list[EnterpriseName]:
    """Its dated names that were not entered by mistake, the latest first."""
    mine = select(EnterpriseName).where(
        EnterpriseName.enterprise_id == enterprise_id, EnterpriseName.voided_at.is_(None)
    )
    return sorted(session.scalars(mine), key=lambda one: (one.valid_from or date.min, one.id), reverse=True)


def current_name(session: WriteSession, row: Enterprise) -> EnterpriseName:
    """The dated name that is still borne.

    Two stations that renamed it at once leave two: then the one that says what the row says. Where there is none at
    all one is begun.
    """
    still = [one for one in names_of(session, row.id) if one.valid_until is None]
    return min(still, key=lambda one: one.name_key != row.name_key) if still else open_name(session, row, None)


def open_name(session: WriteSession, row: Enterprise, since: date | None) -> EnterpriseName:
    """Begin a dated name with today's name of a row; `since` None = since ever."""
    dated = EnterpriseName(
        id=session.new_id(), enterprise_id=row.id, name=row.name, name_key=row.name_key, valid_from=since
    )
    session.add(dated)
    return dated


def correct_name(session: WriteSession, row: Enterprise, name: str) -> None:
    """Spell today's name otherwise: it was entered wrongly and was never another one."""
    dated = current_name(session, row)
    dated.name, dated.name_key = name, same_name_key(name)
    call(session, row, name)


def rename_from(session: WriteSession, row: Enterprise, name: str, since: date) -> None:
    """Close today's name on the day before `since` and open the new one."""
    current_name(session, row).valid_until = since - timedelta(days=1)
    row.former_names = [*(one for one in row.former_names if one not in (row.name, name)), row.name]
    call(session, row, name)
    open_name(session, row, since)


def settle_name(session: WriteSession, row: Enterprise, name: str) -> None:
    """Let exactly one name be borne, `name`: the dated one that says so already, else the current one corrected.

    The others that are still open were the other station's and never became true: they are voided.
    """
    key = same_name_key(name)
    still = [one for one in names_of(session, row.id) if one.valid_until is None]
    kept = next((one for one in still if one.name_key == key), None) or current_name(session, row)
    for one in still:
        if one is not kept:
            one.voided_at = session.now
    kept.name, kept.name_key = name, key
    row.former_names = [one for one in row.former_names if same_name_key(one) != key]
    call(session, row, name)


def call(session: WriteSession, row: Enterprise, name: str) -> None:
    """Write today's name where it stands: on the card, with its keys, and at every contact."""
    row.name, row.name_key, row.order_key = name, same_name_key(name), order_key(name)
    for contact in session.scalars(select(Contact).where(Contact.enterprise_id == row.id)):
        contact.enterprise_name = name


def settle_main(session: WriteSession, enterprise_id: str) -> None:
    """Let exactly one of its contacts in use be the main one: the oldest that is, else the oldest of all."""
    session.flush()
    mine = contacts_of(session, enterprise_id)
    main = next((one for one in mine if one.is_main), None) or next(iter(mine), None)
    for one in mine:
        if one.is_main != (one is main):
            one.is_main = one is main


def void_row(session: WriteSession, row: Enterprise, reason: str, at: int | None = None) -> None:
    """Void a row and its contacts at one moment (now, or `at`), by which they are found again."""
    row.voided_at, row.void_reason = at or session.now, reason
    for contact in contacts_of(session, row.id):
        contact.voided_at = row.voided_at


def restore_row(session: WriteSession, row: Enterprise, at: int | None = None) -> None:
    """Unvoid a row and the contacts that were voided with it (or at the moment `at`)."""
    together = select(Contact).where(Contact.enterprise_id == row.id, Contact.voided_at == (at or row.voided_at))
    for contact in session.scalars(together):
        contact.voided_at = None
    row.voided_at, row.void_reason = None, ""

"""The people of an enterprise: added, changed, voided; exactly one of them is the main one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.enterprises import Contact
from zhangshu_desk.enterprises import records
from zhangshu_desk.enterprises.rules import ContactFields, cleaned_contact, contact_problems


def add_contact(store: Store, actor: Actor, enterprise_id: str, given: ContactFields, now: int) -> str:
    """Add a contact and return its id; the first one becomes the main one.

    Raises:
        DeskError: `enterprise.gone`, `enterprise.voided`, `contact.invalid`, `contact.exists`.
    """
    wanted = checked_contact(given)
    with store.write(actor, "contact.add", now) as session:
        owner = records.live(session, enterprise_id)
        others = records.contacts_of(session, enterprise_id)
        if any((one.name, one.phone) == (wanted.name, wanted.phone) for one in others):
            raise DeskError("contact.exists")
        made = records.make_contact(session, owner, replace(wanted, is_main=wanted.is_main or not others))
        if made.is_main:
            _only_main(others, made)
        session.about("contacts", made.id)
        return made.id


def change_contact(store: Store, actor: Actor, contact_id: str, changes: Mapping[str, object], now: int) -> None:
    """Change fields of a contact (`name`, `phone`, `role`, `is_main`); making one the main one unmakes the other.

    Raises:
        DeskError: `contact.gone`, `contact.invalid`, `contact.needs_main`.
    """
    with store.write(actor, "contact.change", now) as session:
        row = _live(session, contact_id)
        before = ContactFields(row.name, row.phone, row.role, row.is_main)
        wanted = checked_contact(replace(before, **changes))  # type: ignore[arg-type]  # checked by cleaned_contact()
        if before.is_main and not wanted.is_main:
            raise DeskError("contact.needs_main")
        row.name, row.phone, row.role, row.is_main = wanted.name, wanted.phone, wanted.role, wanted.is_main
        if wanted.is_main:
            _only_main(records.contacts_of(session, row.enterprise_id), row)
        session.about("contacts", contact_id)


def void_contact(store: Store, actor: Actor, contact_id: str, now: int) -> None:
    """Take a contact out of use; the main mark goes to the oldest one left. Raises `DeskError` `contact.gone`."""
    with store.write(actor, "contact.void", now) as session:
        row = _live(session, contact_id)
        row.voided_at = now
        was_main, row.is_main = row.is_main, False
        session.flush()
        left = records.contacts_of(session, row.enterprise_id)
        if was_main and left:
            left[0].is_main = True
        session.about("contacts", contact_id)


def checked_contact(given: ContactFields) -> ContactFields:
    """The contact in its one spelling. Raises `DeskError` `contact.invalid`."""
    wanted = cleaned_contact(given)
    wrong = [one.text for one in contact_problems(wanted) if one.hard]
    if wrong:
        raise DeskError("contact.invalid", problems="".join(wrong))
    return wanted


def _live(session: WriteSession, contact_id: str) -> Contact:
    row = session.get(Contact, contact_id)
    if row is None or row.voided_at is not None:
        raise DeskError("contact.gone")
    return row


def _only_main(others: list[Contact], main: Contact) -> None:
    for one in others:
        if one.id != main.id:
            one.is_main = False

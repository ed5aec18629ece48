"""Registering an enterprise, changing its card, and its new name from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import same_name_key
from zhangshu_desk.core.masking import mask_text
from zhangshu_desk.db.store import Store
from zhangshu_desk.enterprises import records
from zhangshu_desk.enterprises.actions.contacts import checked_contact
from zhangshu_desk.enterprises.queries.finding import certain_duplicates
from zhangshu_desk.enterprises.rules import (
    LABELS,
    ContactFields,
    DuplicateHit,
    EnterpriseFields,
    cleaned,
    problems,
)


def add(
    store: Store,
    actor: Actor,
    given: EnterpriseFields,
    now: int,
    contacts: Sequence[ContactFields] = (),
    *,
    despite: str = "",
) -> str:
    """Register an enterprise and return its id.

    Args:
        contacts: the first is the main one unless another says so.
        despite: why it is registered although one with the same code or name is in use; kept in the audit log.

    Raises:
        DeskError: `enterprise.invalid`, `enterprise.duplicate`, `contact.invalid`.
    """
    wanted = _checked(given, day_of(now))
    people = [checked_contact(one) for one in contacts]
    with store.write(actor, "enterprise.add", now) as session:
        _refuse_duplicates(certain_duplicates(session, wanted.name, wanted.credit_code), despite)
        row = records.make(session, wanted)
        session.flush()
        records.open_name(session, row, since=None)
        main = next((at for at, one in enumerate(people) if one.is_main), 0)
        for at, one in enumerate(people):
            records.make_contact(session, row, replace(one, is_main=at == main))
        session.about("enterprises", row.id, _noted(despite))
        return row.id


def change(
    store: Store,
    actor: Actor,
    enterprise_id: str,
    changes: Mapping[str, object],
    now: int,
    *,
    seen: Mapping[str, object] | None = None,
    despite: str = "",
) -> None:
    """Change fields of a card; `name` here corrects a spelling, a new name from a day on is `rename`.

    Args:
        changes: new values by field of `EnterpriseFields`.
        seen: what the clerk saw in these fields; if another has changed one meanwhile, nothing is saved.
        despite: as for `add`.

    Raises:
        DeskError: `enterprise.gone`, `enterprise.voided`, `enterprise.changed_meanwhile`, `enterprise.invalid`,
            `enterprise.duplicate`.
    """
    with store.write(actor, "enterprise.change", now) as session:
        row = records.live(session, enterprise_id)
        before = records.fields_of(row)
        _refuse_stale(before, seen or {})
        wanted = _checked(replace(before, **changes), day_of(now))  # type: ignore[arg-type]  # checked by cleaned()
        if _identity(wanted) != _identity(before):
            hits = certain_duplicates(session, wanted.name, wanted.credit_code)
            _refuse_duplicates([hit for hit in hits if hit.id != enterprise_id], despite)
        if wanted.name != before.name:
            records.correct_name(session, row, wanted.name)
        for name in records.FIELDS:
            if name != "name" and getattr(wanted, name) != getattr(before, name):
                setattr(row, name, getattr(wanted, name))
        session.about("enterprises", enterprise_id, _noted(despite))


def rename(
    store: Store, actor: Actor, enterprise_id: str, new_name: str, valid_from: date, now: int, *, despite: str = ""
) -> None:
    """Give the enterprise a new name from `valid_from` on; the old one ends the day before and stays on the card.

    Visits keep the name of their day, contacts and search follow.

    Raises:
        DeskError: `enterprise.rename_same`, `enterprise.rename_future`, `enterprise.rename_too_early`, and as `change`.
    """
    with store.write(actor, "enterprise.rename", now) as session:
        row = records.live(session, enterprise_id)
        wanted = cleaned(replace(records.fields_of(row), name=new_name)).name
        wrong = [one.text for one in problems(EnterpriseFields(wanted), day_of(now)) if one.field == "name"]
        if wrong:
            raise DeskError("enterprise.invalid", problems="".join(wrong))
        if same_name_key(wanted) == row.name_key:
            raise DeskError("enterprise.rename_same", name=row.name[:40])
        if valid_from > day_of(now):
            raise DeskError("enterprise.rename_future", day=valid_from.isoformat())
        since = records.current_name(session, row).valid_from
        if since is not None and valid_from <= since:
            raise DeskError("enterprise.rename_too_early", name=row.name[:40], day=since.isoformat())
        hits = certain_duplicates(session, wanted, "")
        _refuse_duplicates([hit for hit in hits if hit.id != enterprise_id], despite)
        records.rename_from(session, row, wanted, valid_from)
        session.about("enterprises", enterprise_id, _noted(despite))


def _checked(given: EnterpriseFields, today: date) -> EnterpriseFields:
    wanted = cleaned(given)
    wrong = [one.text for one in problems(wanted, today) if one.hard]
    if wrong:
        raise DeskError("enterprise.invalid", problems="".join(wrong))
    return wanted


def _refuse_duplicates(hits: Sequence[DuplicateHit], despite: str) -> None:
    if hits and not despite.strip():
        raise DeskError("enterprise.duplicate", name=hits[0].name[:40], why=hits[0].words, count=len(hits))


def _refuse_stale(before: EnterpriseFields, seen: Mapping[str, object]) -> None:
    for name, value in seen.items():
        if getattr(before, name) != value:
            raise DeskError("enterprise.changed_meanwhile", field=LABELS[name])


def _identity(given: EnterpriseFields) -> tuple[str, str]:
    return same_name_key(given.name), given.credit_code


def _noted(despite: str) -> str:
    return f"与已有企业相同仍登记：{mask_text(despite.strip())}" if despite.strip() else ""

"""Carries an import out: everything in one transaction, undoable as one act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, ImportRun
from zhangshu_desk.enterprises import records
from zhangshu_desk.enterprises.importing.deciding import decide
from zhangshu_desk.enterprises.importing.plan import Counts, Entry, ImportPlan
from zhangshu_desk.enterprises.importing.planning import snapshot
from zhangshu_desk.enterprises.rules import EnterpriseFields

_CHUNK = 200
_LONGEST_NAME = 120

Progress = Callable[[int, int], object]
"""Told (done, total) now and then; what it raises rolls the import back."""


@dataclass(frozen=True)
class ImportResult:
    """What an import did; `run_id` is empty when there was nothing to do and nothing was written."""

    run_id: str
    counts: Counts


def run_import(
    store: Store, actor: Actor, plan: ImportPlan, now: int, progress: Progress | None = None
) -> ImportResult:
    """Carry out a plan as one transaction.

    Raises:
        DeskError: `import.outdated`: enterprises were changed since the plan was made, so that it would do something
            else than was shown; nothing is done. `act.not_allowed`.
    """
    if not plan.decision.entries:
        return ImportResult("", plan.counts)
    with store.write(actor, "enterprise.import", now) as session:
        now_due = decide(plan.source, snapshot(session), accept_bad_codes=plan.accept_bad_codes)
        if not now_due.does_the_same(plan.decision):
            raise DeskError("import.outdated", file=plan.file_name)
        run = ImportRun(
            id=session.new_id(),
            at=now,
            tx=session.tape.tx,
            file_name=plan.file_name[-_LONGEST_NAME:],
            counts=plan.counts.as_dict(),
        )
        session.add(run)
        session.about("import_runs", run.id, _note(plan))
        session.flush()
        run_id = run.id
        _apply_all(session, plan.decision.entries, progress)
    return ImportResult(run_id, plan.counts)


def _apply_all(session: WriteSession, entries: tuple[Entry, ...], progress: Progress | None) -> None:
    for done in range(0, len(entries), _CHUNK):
        if progress is not None:
            progress(done, len(entries))
        chunk = entries[done : done + _CHUNK]
        _make_all(session, [entry for entry in chunk if entry.enterprise_id is None])
        _change_all(session, {entry.enterprise_id: entry for entry in chunk if entry.enterprise_id is not None})
        session.flush()
        session.expunge_all()  # or thousands of written rows would be looked through at every further flush
    if progress is not None:
        progress(len(entries), len(entries))


def _make_all(session: WriteSession, entries: list[Entry]) -> None:
    made = [(entry, records.make(session, entry.fields)) for entry in entries]
    session.flush()
    for entry, row in made:
        records.open_name(session, row, since=None)
        _add_people(session, entry, row, has_main=False)


def _change_all(session: WriteSession, entries: dict[str, Entry]) -> None:
    """Change enterprises fetched together with their people; one query each would take a large file minutes."""
    people: dict[str, dict[str, Contact]] = defaultdict(dict)
    mine = select(Contact).where(Contact.enterprise_id.in_(entries), Contact.voided_at.is_(None))
    for contact in session.scalars(mine):
        people[contact.enterprise_id][contact.id] = contact
    with session.no_autoflush:
        for row in session.scalars(select(Enterprise).where(Enterprise.id.in_(entries))).all():
            _change(session, entries[row.id], row, people[row.id])


def _change(session: WriteSession, entry: Entry, row: Enterprise, people: dict[str, Contact]) -> None:
    if entry.revive:
        _revive(session, row, entry.fields)
    if entry.rename:
        _rename(session, row, entry.rename)
    for name, value in entry.changes:
        setattr(row, name, value)
    for contact_id, name, text in entry.contact_changes:
        setattr(people[contact_id], name, text)
    _add_people(session, entry, row, has_main=any(one.is_main for one in people.values()))


def _add_people(session: WriteSession, entry: Entry, row: Enterprise, *, has_main: bool) -> None:
    for at, person in enumerate(entry.new_contacts):
        records.make_contact(session, row, replace(person, is_main=at == 0 and not has_main))


def _revive(session: WriteSession, row: Enterprise, fields: EnterpriseFields) -> None:
    """Take an enterprise into use again whose import was undone; its people come from the file anew."""
    row.voided_at, row.void_reason = None, ""
    if fields.name != row.name:
        records.correct_name(session, row, fields.name)
    for name in records.FIELDS:
        setattr(row, name, getattr(fields, name))


def _rename(session: WriteSession, row: Enterprise, name: str) -> None:
    """A file does not say since when a name is borne: since today, as far as the desk knows."""
    today, since = day_of(session.now), records.current_name(session, row).valid_from
    if since is not None and since >= today:
        records.correct_name(session, row, name)
    else:
        records.rename_from(session, row, name, today)


def _note(plan: ImportPlan) -> str:
    counts = plan.counts
    accepted = "，接受有误的信用代码" if plan.accept_bad_codes else ""
    return f"新增 {counts.new}，变更 {counts.changed}，相同 {counts.same}，拒绝 {counts.refused}{accepted}"

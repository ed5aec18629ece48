"""Takes an import back as one act: new enterprises are voided, changed fields get their old values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.base import Synced
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName, ImportRun
from zhangshu_desk.db.tables.ledger import Audit, Outbox
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.enterprises.importing.applying import Progress
from zhangshu_desk.enterprises.importing.known import UNDONE
from zhangshu_desk.enterprises.rules import CONTACT_LABELS, LABELS

_CHUNK = 400
_NAME = ("name", "name_key", "order_key", "former_names")


@dataclass(frozen=True)
class LeftAlone:
    """What an undo did not touch, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class UndoResult:
    """How many enterprises were voided and how many got their old values back; what was left alone."""

    voided: int
    reverted: int
    left: tuple[LeftAlone, ...]


@dataclass
class _Trace:
    """What the import did to one row: whether it made it, the values before, and those it left."""

    made: bool
    olds: dict[str, Any] = field(default_factory=dict)
    sets: dict[str, Any] = field(default_factory=dict)


@dataclass
class _Done:
    """What the import did, by row."""

    enterprises: dict[str, _Trace] = field(default_factory=dict)
    names: dict[str, _Trace] = field(default_factory=dict)
    contacts: dict[str, _Trace] = field(default_factory=dict)


def undo_import(store: Store, actor: Actor, run_id: str, now: int, progress: Progress | None = None) -> UndoResult:
    """Take an import back, as far as nobody built upon it.

    A new enterprise is voided unless it has visits, further contacts or changes; a changed field gets its old value
    unless it was changed again. The rest is left alone and told.

    Raises:
        DeskError: `import.gone`, `import.undone`, `import.too_old` (its operations are no longer kept here).
    """
    with store.write(actor, "enterprise.undo_import", now) as session:
        run = session.get(ImportRun, run_id)
        if run is None:
            raise DeskError("import.gone")
        if run.undone_at is not None:
            raise DeskError("import.undone", file=run.file_name)
        done = _traces(session, run)
        run.undone_at = now
        session.flush()
        result = _undo_all(session, done, f"{UNDONE}{run.file_name}", progress)
        note = f"作废 {result.voided}，复原 {result.reverted}，保留 {len(result.left)}"
        session.about("import_runs", run_id, note)
    return result


def _traces(session: WriteSession, run: ImportRun) -> _Done:
    """What the import did, from the operations of its transaction."""
    mine = (Outbox.tx == run.tx) & (Outbox.tbl != Audit.__tablename__)
    kept = session.scalar(select(func.count()).select_from(Outbox).where(mine)) or 0
    written = session.scalar(select(Audit.ops).where(Audit.tx == run.tx))
    if written is None or kept < written:
        raise DeskError("import.too_old", file=run.file_name)
    done = _Done()
    found = {"enterprises": done.enterprises, "enterprise_names": done.names, "contacts": done.contacts}
    operations = select(Outbox.tbl, Outbox.row_id, Outbox.kind, Outbox.sets, Outbox.olds)
    for tbl, row_id, kind, sets, olds in session.execute(operations.where(mine).order_by(Outbox.n)):
        if tbl in found:
            trace = found[tbl].setdefault(row_id, _Trace(made=kind == "insert"))
            trace.olds = {**olds, **trace.olds}
            trace.sets.update(sets)
    return done


def _undo_all(session: WriteSession, done: _Done, reason: str, progress: Progress | None) -> UndoResult:
    ids = list(dict.fromkeys((*done.enterprises, *_owners(session, done.contacts))))
    voided = reverted = 0
    left: list[LeftAlone] = []
    for start in range(0, len(ids), _CHUNK):
        if progress is not None:
            progress(start, len(ids))
        with session.no_autoflush:
            for one in _found(session, ids[start : start + _CHUNK], done):
                if one.was_put_into_use():
                    voided += one.void(reason, left)
                else:
                    reverted += one.revert(left)
        session.flush()
        session.expunge_all()
    return UndoResult(voided, reverted, tuple(left))


def _owners(session: WriteSession, contacts: dict[str, _Trace]) -> Iterator[str]:
    ids = list(contacts)
    for start in range(0, len(ids), _CHUNK):
        yield from session.scalars(select(Contact.enterprise_id).where(Contact.id.in_(ids[start : start + _CHUNK])))


def _found(session: WriteSession, ids: list[str], done: _Done) -> Iterator[_One]:
    """The enterprises of a chunk with their people and names, fetched together."""
    people, names = defaultdict(list), defaultdict(list)
    for contact in session.scalars(select(Contact).where(Contact.enterprise_id.in_(ids))):
        people[contact.enterprise_id].append(contact)
    for dated in session.scalars(select(EnterpriseName).where(EnterpriseName.enterprise_id.in_(ids))):
        names[dated.enterprise_id].append(dated)
    visited = set(session.scalars(select(Visit.enterprise_id).where(Visit.enterprise_id.in_(ids)).distinct()))
    for row in session.scalars(select(Enterprise).where(Enterprise.id.in_(ids))):
        yield _One(session, done, row, people[row.id], names[row.id], row.id in visited)


@dataclass(frozen=True)
class _One:
    """One enterprise to be brought back to what it was."""

    session: WriteSession
    done: _Done
    row: Enterprise
    people: list[Contact]
    names: list[EnterpriseName]
    visited: bool

    def was_put_into_use(self) -> bool:
        """Whether the import made it, or took it into use again after an earlier undo."""
        trace = self.done.enterprises.get(self.row.id)
        return trace is not None and (trace.made or "voided_at" in trace.olds)

    def void(self, reason: str, left: list[LeftAlone]) -> bool:
        """Void it unless it is used; whether that was done."""
        if self.row.voided_at is not None:
            return False
        why = self._used()
        if why:
            left.append(LeftAlone(self.row.name, why))
            return False
        self.row.voided_at, self.row.void_reason = self.session.now, reason
        for contact in self._live_people():
            contact.voided_at = self.session.now
        return True

    def revert(self, left: list[LeftAlone]) -> bool:
        """Give it its old values back where nobody has changed them since; whether anything was done."""
        again: list[str] = []
        trace = self.done.enterprises.get(self.row.id, _Trace(made=False))
        reverted = "name" in trace.olds and self._revert_name(trace, again)
        reverted |= _revert(self.row, trace, LABELS, again, but=_NAME)
        for contact in self.people:
            reverted |= self._revert_contact(contact, again)
        if again:
            left.append(LeftAlone(self.row.name, f"{'、'.join(dict.fromkeys(again))}之后又被修改"))
        return reverted

    def _used(self) -> str:
        if self.visited:
            return "导入后已有来访"
        if not _untouched(self.row, self.done.enterprises[self.row.id]):
            return "导入后资料被修改过"
        traces = self.done.contacts
        if any(one.id not in traces or not _untouched(one, traces[one.id]) for one in self._live_people()):
            return "导入后联系人有变动"
        return ""

    def _live_people(self) -> list[Contact]:
        return [one for one in self.people if one.voided_at is None]

    def _revert_name(self, trace: _Trace, again: list[str]) -> bool:
        if self.row.name != trace.sets["name"]:
            again.append(LABELS["name"])
            return False
        for name in _NAME:
            if name in trace.olds:
                setattr(self.row, name, trace.olds[name])
        for contact in self.people:
            contact.enterprise_name = self.row.name
        for dated in self.names:
            mine = self.done.names.get(dated.id)
            if mine is None:
                continue
            if mine.made:
                dated.voided_at = self.session.now
            for name, old in mine.olds.items():
                setattr(dated, name, _unwire(name, old))
        return True

    def _revert_contact(self, contact: Contact, again: list[str]) -> bool:
        trace = self.done.contacts.get(contact.id)
        if trace is None or contact.voided_at is not None:
            return False
        if not trace.made:
            return _revert(contact, trace, CONTACT_LABELS, again, but=("enterprise_name",))
        if not _untouched(contact, trace):
            again.append("新增的联系人")
            return False
        contact.voided_at, contact.is_main = self.session.now, False
        return True


def _revert(row: Synced, trace: _Trace, labels: Mapping[str, str], again: list[str], *, but: tuple[str, ...]) -> bool:
    reverted = False
    for name, old in trace.olds.items():
        if name in but:
            continue
        if _wire(getattr(row, name)) == trace.sets[name]:
            setattr(row, name, _unwire(name, old))
            reverted = True
        else:
            again.append(labels.get(name, name))
    return reverted


def _untouched(row: Synced, trace: _Trace) -> bool:
    return all(_wire(getattr(row, name)) == value for name, value in trace.sets.items())


def _wire(value: Any) -> Any:
    """A value as an operation holds it."""
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, date) else value


def _unwire(name: str, value: Any) -> Any:
    if isinstance(value, str) and name in ("founded_on", "valid_from", "valid_until"):
        return date.fromisoformat(value)
    return bool(value) if name == "is_main" else value

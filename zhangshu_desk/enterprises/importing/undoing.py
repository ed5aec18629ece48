"""Takes an import back as one act: new enterprises are voided, changed fields get their old values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import func, select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.base import Synced
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise, EnterpriseName, ImportRun
from zhangshu_desk.db.tables.ledger import Audit, Outbox
from zhangshu_desk.db.tables.reception import Visit
from zhangshu_desk.enterprises import records
from zhangshu_desk.enterprises.importing.known import UNDONE
from zhangshu_desk.enterprises.rules import CONTACT_LABELS, LABELS

_CHUNK = 400
_NAME = ("name", "name_key", "order_key", "former_names")
_VOID = ("voided_at", "void_reason")
_WORDS = {**LABELS, "voided_at": "作废"}
T = TypeVar("T", bound=Synced)


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


def undo_import(store: Store, actor: Actor, run_id: str, now: int) -> UndoResult:
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
        undo = _Undo(session, run.file_name, _traces(session, run))
        result = undo.all()
        run.undone_at = now
        note = f"作废 {result.voided}，复原 {result.reverted}，保留 {len(result.left)}"
        session.about("import_runs", run_id, note)
    return result


def _traces(session: WriteSession, run: ImportRun) -> dict[str, dict[str, _Trace]]:
    """What the import did, by table and row, from the operations of its transaction."""
    kept = session.scalar(select(func.count()).select_from(Outbox).where(Outbox.tx == run.tx)) or 0
    written = session.scalar(select(Audit.ops).where(Audit.tx == run.tx))
    if written is None or kept < written:
        raise DeskError("import.too_old", file=run.file_name)
    found: dict[str, dict[str, _Trace]] = {"enterprises": {}, "enterprise_names": {}, "contacts": {}}
    operations = select(Outbox.tbl, Outbox.row_id, Outbox.kind, Outbox.sets, Outbox.olds)
    for tbl, row_id, kind, sets, olds in session.execute(operations.where(Outbox.tx == run.tx).order_by(Outbox.n)):
        if tbl in found:
            trace = found[tbl].setdefault(row_id, _Trace(made=kind == "insert"))
            trace.olds = {**olds, **trace.olds}
            trace.sets.update(sets)
    return found


class _Undo:
    """One undo under way."""

    def __init__(self, session: WriteSession, file_name: str, traces: dict[str, dict[str, _Trace]]) -> None:
        self._session = session
        self._reason = f"{UNDONE}{file_name}"
        self._enterprises = traces["enterprises"]
        self._names = traces["enterprise_names"]
        self._contacts = traces["contacts"]
        self._left: list[LeftAlone] = []
        self._kept: set[str] = set()

    def all(self) -> UndoResult:
        """Undo everything that may be undone."""
        made = [row_id for row_id, trace in self._enterprises.items() if trace.made]
        changed = [row_id for row_id, trace in self._enterprises.items() if not trace.made]
        voided = sum(self._void(row) for row in self._rows(Enterprise, made))
        touched = {row.id for row in self._rows(Enterprise, changed) if self._revert_enterprise(row)}
        touched |= self._undo_contacts()
        return UndoResult(voided, len(touched), tuple(self._left))

    # -- new ones -----------------------------------------------------------------------------------------------------

    def _void(self, row: Enterprise) -> bool:
        if row.voided_at is not None:
            return False
        why = self._used(row)
        if why:
            self._left.append(LeftAlone(row.name, why))
            self._kept.add(row.id)
            return False
        records.void_row(self._session, row, self._reason)
        return True

    def _used(self, row: Enterprise) -> str:
        visits = select(func.count()).where(Visit.enterprise_id == row.id)
        if self._session.scalar(visits):
            return "导入后已有来访"
        if not _untouched(row, self._enterprises[row.id]):
            return "导入后资料被修改过"
        people = records.contacts_of(self._session, row.id)
        if any(one.id not in self._contacts or not _untouched(one, self._contacts[one.id]) for one in people):
            return "导入后联系人有变动"
        return ""

    # -- changed ones -------------------------------------------------------------------------------------------------

    def _revert_enterprise(self, row: Enterprise) -> bool:
        trace = self._enterprises[row.id]
        if "voided_at" in trace.olds:
            return self._void_again(row)
        again = []
        reverted = False
        if "name" in trace.olds:
            if row.name == trace.sets["name"]:
                self._old_name(row, trace)
                reverted = True
            else:
                again.append(LABELS["name"])
        for name in (one for one in trace.olds if one not in _NAME):
            if _wire(getattr(row, name)) == trace.sets[name]:
                setattr(row, name, _unwire(name, trace.olds[name]))
                reverted = True
            else:
                again.append(_WORDS.get(name, name))
        if again:
            self._left.append(LeftAlone(row.name, f"{'、'.join(again)}之后又被修改"))
        return reverted

    def _void_again(self, row: Enterprise) -> bool:
        """It had been voided by an earlier undo and came back with this import."""
        return self._void(row)

    def _old_name(self, row: Enterprise, trace: _Trace) -> None:
        for name in _NAME:
            if name in trace.olds:
                setattr(row, name, trace.olds[name])
        for contact in self._session.scalars(select(Contact).where(Contact.enterprise_id == row.id)):
            contact.enterprise_name = row.name
        dated = self._session.scalars(select(EnterpriseName).where(EnterpriseName.enterprise_id == row.id))
        for one in dated.all():
            done = self._names.get(one.id)
            if done is None:
                continue
            if done.made:
                one.voided_at = self._session.now
            for name, old in done.olds.items():
                setattr(one, name, _unwire(name, old))

    # -- people -------------------------------------------------------------------------------------------------------

    def _undo_contacts(self) -> set[str]:
        """Take back contacts of enterprises that were there before; returns the ids of those enterprises."""
        touched = set()
        for row in self._rows(Contact, list(self._contacts)):
            owner, trace = row.enterprise_id, self._contacts[row.id]
            if owner in self._kept or row.voided_at is not None:
                continue
            if trace.made:
                if not _untouched(row, trace):
                    self._left.append(LeftAlone(row.enterprise_name, "新增的联系人之后又被修改"))
                    continue
                row.voided_at, row.is_main = self._session.now, False
                touched.add(owner)
            elif self._revert_contact(row, trace):
                touched.add(owner)
        return touched

    def _revert_contact(self, row: Contact, trace: _Trace) -> bool:
        reverted = False
        for name, old in trace.olds.items():
            if name == "enterprise_name":
                continue
            if _wire(getattr(row, name)) == trace.sets[name]:
                setattr(row, name, _unwire(name, old))
                reverted = True
            else:
                self._left.append(LeftAlone(row.enterprise_name, f"联系人{CONTACT_LABELS.get(name, '')}之后又被修改"))
        return reverted

    def _rows(self, kind: type[T], ids: list[str]) -> Iterator[T]:
        for start in range(0, len(ids), _CHUNK):
            yield from self._session.scalars(select(kind).where(kind.id.in_(ids[start : start + _CHUNK]))).all()


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

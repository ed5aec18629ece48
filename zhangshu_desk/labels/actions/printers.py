"""Adding, changing and taking away a printer of this machine. Printers do not travel to other stations."""

from __future__ import annotations

from sqlalchemy import select

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store, WriteSession
from zhangshu_desk.db.tables.labels import LabelPrinter
from zhangshu_desk.labels.rules.printers import PrinterSettings, checked, to_json


def keep_printer(store: Store, actor: Actor, settings: PrinterSettings, now: int, printer_id: str | None = None) -> str:
    """Keep the settings of a printer and return its id.

    Args:
        printer_id: of the one that changes; None = a new one.

    Raises:
        DeskError: `label.printer_invalid`, `label.printer_taken`, `label.printer_gone`.
    """
    kept = checked(settings)
    with store.write(actor, "label.printer", now) as session:
        others = session.scalars(select(LabelPrinter.name).where(LabelPrinter.id != (printer_id or "")))
        if kept.name in set(others):
            raise DeskError("label.printer_taken", name=kept.name)
        row = _row(session, printer_id)
        row.name, row.settings, row.changed_at = kept.name, to_json(kept), now
        session.about("label_printers", row.id, kept.name)
        return row.id


def forget_printer(store: Store, actor: Actor, printer_id: str, now: int) -> None:
    """Take a printer away; what was printed on it stays in the history by its name.

    Raises:
        DeskError: `label.printer_gone`.
    """
    with store.write(actor, "label.printer", now) as session:
        row = _row(session, printer_id)
        session.about("label_printers", row.id, row.name)
        session.delete(row)


def _row(session: WriteSession, printer_id: str | None) -> LabelPrinter:
    if printer_id is None:
        row = LabelPrinter(id=session.new_id(), name="", settings={}, changed_at=session.now)
        session.add(row)
        return row
    found = session.get(LabelPrinter, printer_id)
    if found is None:
        raise DeskError("label.printer_gone")
    return found

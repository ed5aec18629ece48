"""The printers of this machine as labels know them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.identifiers import order_key
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import LabelPrinter
from zhangshu_desk.labels.rules.printers import PrinterSettings, from_json


@dataclass(frozen=True)
class PrinterRow:
    """A printer; `changed_at`: ms UTC."""

    id: str
    settings: PrinterSettings
    changed_at: int


def printers(store: Store) -> tuple[PrinterRow, ...]:
    """All printers by name."""
    with store.read() as session:
        rows = [_row(one) for one in session.scalars(select(LabelPrinter))]
    return tuple(sorted(rows, key=lambda one: order_key(one.settings.name)))


def printer(store: Store, printer_id: str) -> PrinterRow:
    """One printer.

    Raises:
        DeskError: `label.printer_gone`.
    """
    with store.read() as session:
        row = session.get(LabelPrinter, printer_id)
        if row is None:
            raise DeskError("label.printer_gone")
        return _row(row)


def _row(row: LabelPrinter) -> PrinterRow:
    return PrinterRow(row.id, from_json(row.settings), row.changed_at)

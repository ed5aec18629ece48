"""The dry run of an import: read the file, look at the store, decide; nothing is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.spreadsheets.reading import TableFile, read_table
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.enterprises import Contact, Enterprise
from zhangshu_desk.enterprises.importing.deciding import decide
from zhangshu_desk.enterprises.importing.known import KnownContact, KnownEnterprise, Snapshot
from zhangshu_desk.enterprises.importing.layout import Layout, best_sheet
from zhangshu_desk.enterprises.importing.near import with_near_names
from zhangshu_desk.enterprises.importing.plan import ImportPlan
from zhangshu_desk.enterprises.importing.rows import read_rows
from zhangshu_desk.enterprises.records import FIELDS
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields


def plan_file(store: Store, path: Path, today: date, *, accept_bad_codes: bool = False) -> ImportPlan:
    """Read a file, find sheet and headings by themselves, and say what importing it would do.

    Raises:
        DeskError: `import.*`: the file cannot be read or has no column of names.
    """
    table = read_table(path)
    at, layout = best_sheet(table)
    if layout is None:
        raise DeskError("import.no_header", file=table.name)
    return plan(store, table, at, layout, today, accept_bad_codes=accept_bad_codes)


def plan(
    store: Store, table: TableFile, sheet: int, layout: Layout, today: date, *, accept_bad_codes: bool = False
) -> ImportPlan:
    """What importing one sheet would do.

    Args:
        sheet: its place in `table.sheets`.
        layout: found by `layout.find_header`, corrected by the clerk.

    Raises:
        DeskError: `import.no_name_column`, `import.no_rows`.
    """
    if "name" not in layout.columns:
        raise DeskError("import.no_name_column", file=table.name)
    source, skipped = read_rows(table.sheets[sheet], layout, today)
    if not source:
        raise DeskError("import.no_rows", file=table.name, sheet=table.sheets[sheet].name)
    with store.read() as session:
        known = snapshot(session)
    decision = decide(source, known, accept_bad_codes=accept_bad_codes)
    return ImportPlan(
        file_name=table.name,
        sheet=table.sheets[sheet].name,
        layout=layout,
        source=source,
        skipped=skipped,
        accept_bad_codes=accept_bad_codes,
        decision=replace(decision, rows=with_near_names(decision.rows, known)),
    )


def snapshot(session: Session) -> Snapshot:
    """All enterprises and their contacts in use, as the transaction sees them."""
    people: Mapping[str, list[KnownContact]] = defaultdict(list)
    in_use = select(Contact.enterprise_id, Contact.id, Contact.name, Contact.phone, Contact.role, Contact.is_main)
    ordered = in_use.where(Contact.voided_at.is_(None)).order_by(Contact.created_at, Contact.id)
    for owner, contact_id, name, phone, role, is_main in session.execute(ordered):
        people[owner].append(KnownContact(contact_id, ContactFields(name, phone, role, is_main)))
    columns = [getattr(Enterprise, name) for name in FIELDS]
    rows = session.execute(
        select(
            Enterprise.id,
            Enterprise.name_key,
            Enterprise.former_names,
            Enterprise.voided_at,
            Enterprise.void_reason,
            *columns,
        ).order_by(Enterprise.created_at, Enterprise.id)
    )
    return Snapshot(
        KnownEnterprise(
            row_id,
            key,
            EnterpriseFields(*values),
            tuple(former or ()),
            tuple(people.get(row_id, ())),
            voided_at is not None,
            void_reason,
        )
        for row_id, key, former, voided_at, void_reason, *values in rows
    )

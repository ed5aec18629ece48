"""The audit log as a CSV file, personal data masked; that somebody took it away is an entry itself."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from zhangshu_desk.accounts.auditing import AuditFilter, AuditRow, audit_page
from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.clock import local
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store

HEAD = ("序号", "时间", "人员", "角色", "操作", "对象", "记录", "说明", "改动（原值 → 新值）")
_PAGE = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def export_audit(
    store: Store,
    actor: Actor,
    wanted: AuditFilter,
    file: Path,
    now: int,
    say: Callable[[AuditRow], tuple[str, str]],
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the entries that `wanted` asks for, newest first, UTF-8 with BOM so that spreadsheets read it.

    Args:
        say: the words for the record and for the changes of an entry.
        progress: called with (entries written, 0); what it raises leaves no file.

    Returns:
        The number of entries.

    Raises:
        DeskError: `audit.not_written` when the file cannot be written.
    """
    with store.write(actor, "audit.export", now) as session:
        session.about("audit", "", file.name)
    partial = file.with_name(f".{file.name}.partial")
    try:
        count = _write(store, wanted, partial, say, progress)
        partial.replace(file)
    except OSError as error:
        raise DeskError("audit.not_written", path=file, detail=error.strerror or "") from error
    finally:
        partial.unlink(missing_ok=True)
    return count


def _write(
    store: Store,
    wanted: AuditFilter,
    file: Path,
    say: Callable[[AuditRow], tuple[str, str]],
    progress: Callable[[int, int], None] | None,
) -> int:
    count = 0
    after: int | None = None
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(HEAD)
        while True:
            page = audit_page(store, wanted, after, _PAGE)
            for row in page.rows:
                about, changes = say(row)
                cells = (row.actor_name, row.role, row.title, about, row.row_id, row.note, changes)
                rows.writerow([row.seq, local(row.at).strftime("%Y-%m-%d %H:%M:%S"), *map(_safe, cells)])
            count += len(page.rows)
            if progress is not None:
                progress(count, 0)
            if page.after is None:
                return count
            after = page.after


def _safe(text: str) -> str:
    """A cell a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text

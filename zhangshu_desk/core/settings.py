"""Settings of this machine: declared once with their default, kept as one JSON file beside the database."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from zhangshu_desk.core.files import write_atomic


@dataclass(frozen=True)
class Values:
    """Every setting with its default. Minutes, days and counts are whole numbers.

    Attributes:
        slip_printer: name of the system printer for slips; empty = none, `"pdf"` = a file in `papers/`.
        slip_width_mm: width of the roll, 80 or 58.
        sheet_printer: the same for A4 papers.
        print_slip: print on taking a number.
        skip_minutes: a person called and not come is not offered again for so many minutes.
        max_calls: after so many calls without coming the number is missed (过号).
        undo_seconds: how long an act can be undone.
        appointment_lead_minutes: an appointment counts as due so many minutes before its time.
        wait_warn_minutes, wait_bad_minutes: from here a waiting time is shown as long / too long.
        idle_lock_minutes: the desk locks itself after so many idle minutes; 0 = never.
        backups_kept: daily backups that are kept.
        speech: spoken calls; clips: folder of the site's own recordings, empty = built-in voice.
        colour_scheme: `"system"`, `"light"` or `"dark"`.
        rating_screen: name of the screen that shows the rating, empty = none.
        rating_seconds: the rating stays open so long, then counts as not rated.
        counter_id: the counter this machine usually serves.
        last_login: login name offered at the next start.
        privacy_notice: one line under every slip (个人信息保护法 art. 17).
        label_domain: what the links on labels begin with; the default leads nowhere and is shown as 待设置.
        label_spare_percent: so many labels more than packs a batch may have, of a hundred.
        label_approval_from: batches with more labels need a second person.
        label_stock: serial numbers for labels kept in store.
        columns: remembered column widths by table name.
    """

    slip_printer: str = ""
    slip_width_mm: int = 80
    sheet_printer: str = ""
    print_slip: bool = True
    skip_minutes: int = 5
    max_calls: int = 3
    undo_seconds: int = 60
    appointment_lead_minutes: int = 10
    wait_warn_minutes: int = 15
    wait_bad_minutes: int = 30
    idle_lock_minutes: int = 15
    backups_kept: int = 14
    speech: bool = True
    clips: str = ""
    display_screen: str = ""
    colour_scheme: str = "system"
    rating_screen: str = ""
    rating_seconds: int = 30
    counter_id: str = ""
    last_login: str = ""
    privacy_notice: str = "登记信息仅用于本次服务与回访，按规定期限保存，可向本站查询、更正。"
    label_domain: str = "labels.example.invalid"
    label_spare_percent: int = 5
    label_approval_from: int = 2_000
    label_stock: int = 20_000
    columns: dict[str, list[int]] = field(default_factory=dict)


class Settings:
    """The values of this machine and the file that keeps them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.values = _read(path)

    def change(self, **changes: Any) -> Values:
        """Set some values and write the file.

        Raises:
            TypeError: a name that is not declared.
            OSError: the disk refuses; the values stay as they were.
        """
        values = replace(self.values, **changes)
        rows = {name: getattr(values, name) for name in _NAMES}
        write_atomic(self._path, json.dumps(rows, ensure_ascii=False, indent=1).encode(), private=True)
        self.values = values
        return values


_NAMES = tuple(one.name for one in fields(Values))


def _read(path: Path) -> Values:
    """A missing, broken or partly foreign file gives defaults for the rest: settings never stop the desk."""
    try:
        rows = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return Values()
    if not isinstance(rows, dict):
        return Values()
    defaults = Values()
    known = {k: v for k, v in rows.items() if k in _NAMES and isinstance(v, type(getattr(defaults, k)))}
    return replace(defaults, **known)

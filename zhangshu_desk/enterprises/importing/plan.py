"""What an import would do: verdicts row by row, and the entries that carry it out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from zhangshu_desk.enterprises.importing.grouping import Value
from zhangshu_desk.enterprises.importing.layout import Layout
from zhangshu_desk.enterprises.importing.rows import Skipped, SourceRow
from zhangshu_desk.enterprises.rules import ContactFields, EnterpriseFields


class Verdict(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class Change:
    """One change in words: field, old and new as shown (people masked); an empty old one is an addition."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class PlannedRow:
    """One row of the preview.

    Attributes:
        number: row in the file, 1-based.
        reason: why it is refused, a phrase without a full stop and without personal data; else empty.
        notes: remarks that change nothing about the verdict.
    """

    number: int
    verdict: Verdict
    name: str
    credit_code: str
    reason: str = ""
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What is done to one enterprise.

    Attributes:
        enterprise_id: the one that is there; None = a new one is made of `fields`.
        revive: it was voided by undoing an import and comes back.
        rename: its new name from today on, empty when it keeps its name.
        changes: new values by field.
        new_contacts: people to add; contact_changes: (contact id, field, new value).
    """

    enterprise_id: str | None
    fields: EnterpriseFields
    revive: bool = False
    rename: str = ""
    changes: tuple[tuple[str, Value], ...] = ()
    new_contacts: tuple[ContactFields, ...] = ()
    contact_changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Counts:
    """How many rows came to what; they add up to the rows that speak of an enterprise."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0

    def as_dict(self) -> dict[str, int]:
        """`{"new": n, "changed": n, "same": n, "refused": n}`."""
        return {"new": self.new, "changed": self.changed, "same": self.same, "refused": self.refused}


@dataclass(frozen=True)
class Decision:
    """Verdicts and entries that follow from a file's rows and what is in the store."""

    rows: tuple[PlannedRow, ...]
    entries: tuple[Entry, ...]

    def does_the_same(self, other: Decision) -> bool:
        """Whether both come to the same for every row; remarks do not count."""
        return self.entries == other.entries and [row.verdict for row in self.rows] == [
            row.verdict for row in other.rows
        ]


@dataclass(frozen=True)
class ImportPlan:
    """A dry run: shown to the clerk, then handed to `run_import`.

    Attributes:
        file_name: without folders; sheet: the sheet that was read.
        source, skipped: the rows as read and those set aside.
        accept_bad_codes: rows whose code fails its check are taken with a warning.
    """

    file_name: str
    sheet: str
    layout: Layout
    source: tuple[SourceRow, ...]
    skipped: tuple[Skipped, ...]
    accept_bad_codes: bool
    decision: Decision = field(repr=False)

    @property
    def rows(self) -> tuple[PlannedRow, ...]:
        """The verdicts, in the order of the file."""
        return self.decision.rows

    @property
    def counts(self) -> Counts:
        """How many rows came to what."""
        found = Counter(row.verdict.value for row in self.rows)
        return Counts(**found)

    def as_json(self) -> dict[str, Any]:
        """`{"new": n, "changed": n, "same": n, "refused": [{"row": n, "reason": "…"}]}`."""
        refused = [{"row": row.number, "reason": row.reason} for row in self.rows if row.verdict is Verdict.REFUSED]
        counts: Mapping[str, int] = self.counts.as_dict()
        return {**counts, "refused": refused}

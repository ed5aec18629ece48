"""What stands on each label of a batch, place by place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import GiMark
from zhangshu_desk.labels import keys, marks, records
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.queries.basis import form_of
from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.batches import Numbers
from zhangshu_desk.labels.rules.elements import CODE_KEY, SERIAL_KEY, LabelData
from zhangshu_desk.labels.rules.spans import Spans, holds


@dataclass(frozen=True)
class Content:
    """The labels of a batch.

    Attributes:
        base: what they all say. dead: numbers that are void by now. mark: the user's file, None = no mark.
    """

    batch_no: str
    numbers: Numbers
    dead: Spans
    base: LabelData
    gtin: str
    mark: Path | None
    key: bytes
    domain: str

    def serial(self, place: int) -> int:
        """The number at a place."""
        return self.numbers.serial_at(place)

    def is_dead(self, place: int) -> bool:
        """Whether the number at a place is void."""
        return holds(self.dead, self.serial(place))

    def data(self, place: int) -> LabelData:
        """What the label at a place says."""
        serial = self.serial(place)
        code = codes.link(self.key, self.domain, serial, self.gtin, self.batch_no)
        return {**self.base, SERIAL_KEY: codes.serial_text(serial), CODE_KEY: code}

    def labels(self, places: Iterable[int]) -> Iterator[LabelData]:
        """The labels at these places."""
        return (self.data(place) for place in places)


def content_of(store: Store, batch_id: str, domain: str) -> Content:
    """The labels of a batch as they are now.

    Args:
        domain: what the links begin with.

    Raises:
        DeskError: `label.gone`; `label.mark_not_here`, `label.mark_changed`; of the station's key.
    """
    with store.read() as session:
        row = records.batch_of(session, batch_id)
        numbers = reading.numbers(session, batch_id)
        dead = reading.history(session, batch_id).dead()
        base = form_of(row).label_data(reading.facts(row))
        mark_sha = _mark_of(session, row.mark_id)
        batch_no, gtin = row.batch_no, row.gtin
    mark = marks.checked(store.paths.marks, mark_sha) if mark_sha else None
    return Content(batch_no, numbers, dead, base, gtin, mark, keys.key_of(store.paths), domain)


def _mark_of(session: Session, mark_id: str | None) -> str:
    """The checksum of a mark's file, empty for none."""
    if mark_id is None:
        return ""
    mark = session.get(GiMark, mark_id)
    if mark is None:
        raise DeskError("label.gone", what="专用标志文件")
    return mark.sha256

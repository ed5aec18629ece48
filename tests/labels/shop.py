"""A station with labels to give out: an indication with its user, mark, quota and packs, and a traced wardrobe."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import make
from tests.store_fixtures import NINE
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.labels import LabelBatch
from zhangshu_desk.labels import actions, templates
from zhangshu_desk.labels.queries import reading
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.batches import BatchForm, BatchState
from zhangshu_desk.labels.rules.cards import ProductForm, QuotaForm, SpecForm, TracedForm, UserForm
from zhangshu_desk.labels.rules.jobs import JobState
from zhangshu_desk.labels.rules.ledger import History
from zhangshu_desk.labels.rules.spans import Span, Spans

TODAY = day_of(NINE)
HEAD, CLERK = make.SUPERVISOR, make.LABEL_CLERK
CODE, OTHER_CODE = "91360982MA35G8KL6C", "91360982MA7B12345X"
GI_TEMPLATE, TRACED_TEMPLATE = "gi-product-60x40", "traced-60x40"
PRODUCT = ProductForm("樟树吴茱萸", "地理标志产品", "2010年第18号", "DB36/T 000—2010", area="樟树市", verified=True)


@dataclass(frozen=True)
class Shop:
    """Ids of what there is."""

    herbs: str
    furniture: str
    product: str
    mark: str
    user: str
    quota: str
    bag: str
    wardrobe: str
    piece: str

    def form(self, **changes: Any) -> BatchForm:
        """250 kg in bags of half a kilogram: 500 labels."""
        whole = BatchForm(
            right_id=self.user,
            spec_id=self.bag,
            template_id=GI_TEMPLATE,
            quantity=250_000,
            batch_no="WZY2611",
            made_on=TODAY - timedelta(days=3),
            expires_on=TODAY + timedelta(days=700),
            place="樟树市店下镇",
            inspection_no="ZJ2026-118",
            inspection_until=TODAY + timedelta(days=90),
        )
        return replace(whole, **changes)

    def traced_form(self, **changes: Any) -> BatchForm:
        """Forty wardrobes."""
        whole = BatchForm(
            right_id=self.wardrobe,
            spec_id=self.piece,
            template_id=TRACED_TEMPLATE,
            quantity=40_000,
            batch_no="G-2611-07",
            made_on=TODAY,
        )
        return replace(whole, **changes)


def png(width: int = 600, height: int = 600, ink: int = 0) -> bytes:
    """A picture that is plainly no mark."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"".join(b"\0" + bytes([ink]) * width for _ in range(height)))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


def open_shop(store: Store, folder: Path, quota: int = 10_000) -> Shop:
    """Fill a store that was set up."""
    herbs = make.enterprise(store, NINE, "江西药都樟树药材有限公司", credit_code=CODE)
    furniture = make.enterprise(store, NINE, "樟树市瑞岑校具有限公司", credit_code="91360982MA38XYZ12A")
    product = actions.add_product(store, HEAD, PRODUCT, NINE)
    file = folder / "标志.png"
    file.write_bytes(png())
    mark = actions.import_mark(store, CLERK, herbs, file, CODE, NINE).id
    since = TODAY - timedelta(days=200)
    user = actions.add_user(
        store, CLERK, UserForm(product, herbs, since, announcement_no="2020年第361号", mark_id=mark), NINE
    )
    year = date(TODAY.year, 1, 1), date(TODAY.year, 12, 31)
    granted = actions.set_quota(store, HEAD, QuotaForm(user, *year, quota, "年度核定表"), NINE)
    bag = actions.add_spec(store, CLERK, SpecForm(product, "500 克/袋", "千克", 500), NINE)
    wardrobe = actions.add_traced(
        store, CLERK, TracedForm(furniture, "钢制更衣柜", "RC-6M", standard_no="GB/T 3325—2024", place="樟树市"), NINE
    )
    piece = actions.add_spec(store, CLERK, SpecForm(wardrobe, "一件", "件", 1_000), NINE)
    return Shop(herbs, furniture, product, mark, user, granted, bag, wardrobe, piece)


def numbered(store: Store, form: BatchForm, now: int = NINE) -> str:
    """A batch with numbers, approved if need be; its id."""
    batch = approved(store, form, now)
    actions.number_batch(store, CLERK, batch, now)
    return batch


def approved(store: Store, form: BatchForm, now: int = NINE) -> str:
    """A batch that only needs its numbers; its id."""
    made = actions.make_batch(store, CLERK, form, now)
    if made.state is BatchState.AWAITING:
        actions.approve_batch(store, HEAD, made.id, now)
    return made.id


def refused(act: Callable[..., object], *arguments: object, **more: object) -> DeskError:
    """What an act is refused with; its sentence is whole."""
    with pytest.raises(DeskError) as found:
        act(*arguments, **more)
    assert "〔" not in str(found.value)
    return found.value


def fields(error: DeskError) -> list[str]:
    """The fields that a form is refused for."""
    assert error.code == "label.invalid", error
    found = error.facts["found"]
    assert isinstance(found, tuple)
    return [one.field for one in found]


def printed(store: Store, batch: str, first: int = 0, last: int | None = None, now: int = NINE) -> str:
    """Print places of a batch, all by default, and confirm them; the id of the job."""
    with store.read() as session:
        end = reading.numbers(session, batch).count - 1
    template = templates.load(store.paths.labels, template_of(store, batch))
    job = actions.begin_job(store, CLERK, batch, template, first, end if last is None else last, "打印机", now)
    actions.progress(store, CLERK, job, now, state=JobState.DONE, result="完成")
    return job


def template_of(store: Store, batch: str) -> str:
    """The template it was made for."""
    with store.read() as session:
        return session.get_one(LabelBatch, batch).template_id


def numbers(store: Store, batch: str) -> tuple[Span, ...]:
    """Its numbers, in the order of their places."""
    with store.read() as session:
        return reading.numbers(session, batch).ranges


def history(store: Store, batch: str) -> History:
    with store.read() as session:
        return reading.history(session, batch)


def nth(store: Store, batch: str, first: int, last: int | None = None) -> Spans:
    """The numbers at places `first` to `last` of a batch."""
    with store.read() as session:
        return reading.numbers(session, batch).at_places(first, first if last is None else last)


def stock(store: Store, batch: str) -> int:
    return spans.size(history(store, batch).stock())

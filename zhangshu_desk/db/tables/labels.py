"""Labels: who may have which, what was made of it, and where every number went (docs/adr/0007).

Two families that never mix: a batch belongs either to an authorised user of a geographical indication or to a product
that is only traced. Quantities are counted in thousandths of their unit, so that nothing is ever rounded.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from zhangshu_desk.db.base import Base, Json, Moment, Synced


class GiProduct(Synced):
    """A geographical indication 地理标志.

    `route` says which law protects it (`labels.rules.rights.Route`), and so what must stand on a label:
    `announcement_no` and `standard_no` of a 地理标志产品, `trademark_name` and `registration_no` of a 集体商标 or
    证明商标. `specs`: the protected kinds or specifications, empty = no limit. `verified`: a person compared it with
    the announcement; otherwise it is shown as 待核实.
    """

    __tablename__ = "gi_products"

    name: Mapped[str] = mapped_column(Text)
    route: Mapped[str]
    announcement_no: Mapped[str] = mapped_column(default="")
    standard_no: Mapped[str] = mapped_column(default="")
    trademark_name: Mapped[str] = mapped_column(default="")
    registration_no: Mapped[str] = mapped_column(default="")
    area: Mapped[str] = mapped_column(Text, default="")
    specs: Mapped[Any] = mapped_column(Json, default=list)
    source: Mapped[str] = mapped_column(Text, default="")
    verified: Mapped[bool] = mapped_column(default=False)
    notes: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    voided_at: Mapped[Moment | None] = mapped_column(default=None)
    void_reason: Mapped[str] = mapped_column(Text, default="")


class GiMark(Synced):
    """An official mark 专用标志 as its user received it: the file is kept beside the database under its `sha256`.

    `credit_code` is the code that stands in the picture, read by a person: the program never draws it. `width`,
    `height` give the proportions (pixels, or thousandths of a unit of a vector file).
    """

    __tablename__ = "gi_marks"

    enterprise_id: Mapped[str] = mapped_column(index=True)
    enterprise_name: Mapped[str] = mapped_column(Text)
    credit_code: Mapped[str]
    file_name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str]
    sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    imported_at: Mapped[Moment]
    voided_at: Mapped[Moment | None] = mapped_column(default=None)
    void_reason: Mapped[str] = mapped_column(Text, default="")


class GiUser(Synced):
    """The right of an enterprise to use a geographical indication: from, until (None = no end stated), by which
    announcement or licence, and with which mark file."""

    __tablename__ = "gi_users"

    gi_product_id: Mapped[str] = mapped_column(index=True)
    enterprise_id: Mapped[str] = mapped_column(index=True)
    enterprise_name: Mapped[str] = mapped_column(Text)
    credit_code: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None] = mapped_column(default=None)
    announcement_no: Mapped[str] = mapped_column(default="")
    mark_id: Mapped[str | None] = mapped_column(default=None)
    notes: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    voided_at: Mapped[Moment | None] = mapped_column(default=None)
    void_reason: Mapped[str] = mapped_column(Text, default="")


class GiQuota(Synced):
    """How many labels a user may have in a period, both days included; `basis` says who decided it."""

    __tablename__ = "gi_quotas"

    gi_user_id: Mapped[str] = mapped_column(index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    labels: Mapped[int]
    basis: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    voided_at: Mapped[Moment | None] = mapped_column(default=None)
    void_reason: Mapped[str] = mapped_column(Text, default="")


class TracedProduct(Synced):
    """A product that is traced without a geographical indication, e.g. furniture; `gtin` empty or 14 digits."""

    __tablename__ = "traced_products"

    enterprise_id: Mapped[str] = mapped_column(index=True)
    enterprise_name: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text, default="")
    gtin: Mapped[str] = mapped_column(default="")
    standard_no: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]
    voided_at: Mapped[Moment | None] = mapped_column(default=None)
    void_reason: Mapped[str] = mapped_column(Text, default="")


class LabelSpec(Synced):
    """A packaging specification 包装规格 of a product of either family (`product_id`): one label per `pack` of `unit`.

    `pack` is in thousandths of the unit: 500 g in units of kg = 500. `gtin`: of this pack, empty or 14 digits.
    """

    __tablename__ = "label_specs"

    product_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(Text)
    unit: Mapped[str]
    pack: Mapped[int]
    gtin: Mapped[str] = mapped_column(default="")
    created_at: Mapped[Moment]
    voided_at: Mapped[Moment | None] = mapped_column(default=None)
    void_reason: Mapped[str] = mapped_column(Text, default="")


class LabelBatch(Synced):
    """A batch of labels: what it is for, as it was on its day, and how far it is (`labels.rules.batches.BatchState`).

    `family`: `labels.rules.rights.Family`; `right_id`: the row of `gi_users` or `traced_products` it rests on. Names,
    numbers and the credit code are those of the day the batch was made. `quantity` and `pack` are in thousandths of
    `unit`; `labels`: at most packs + `spare`. Its numbers stand in `label_ranges`. `model`: of a traced product.
    """

    __tablename__ = "label_batches"

    station_id: Mapped[str]
    family: Mapped[str]
    right_id: Mapped[str] = mapped_column(index=True)
    product_id: Mapped[str] = mapped_column(index=True)
    enterprise_id: Mapped[str] = mapped_column(index=True)
    enterprise_name: Mapped[str] = mapped_column(Text)
    credit_code: Mapped[str] = mapped_column(default="")
    product_name: Mapped[str] = mapped_column(Text)
    route: Mapped[str] = mapped_column(default="")
    announcement_no: Mapped[str] = mapped_column(default="")
    standard_no: Mapped[str] = mapped_column(default="")
    trademark_name: Mapped[str] = mapped_column(default="")
    registration_no: Mapped[str] = mapped_column(default="")
    mark_id: Mapped[str | None] = mapped_column(default=None)
    gtin: Mapped[str] = mapped_column(default="")
    spec_id: Mapped[str | None] = mapped_column(default=None)
    spec: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str]
    quantity: Mapped[int]
    pack: Mapped[int]
    spare: Mapped[int] = mapped_column(default=0)
    labels: Mapped[int]
    batch_no: Mapped[str]
    made_on: Mapped[date]
    expires_on: Mapped[date | None] = mapped_column(default=None)
    place: Mapped[str] = mapped_column(Text, default="")
    model: Mapped[str] = mapped_column(Text, default="")
    inspection_no: Mapped[str] = mapped_column(default="")
    inspection_until: Mapped[date | None] = mapped_column(default=None)
    template_id: Mapped[str]
    state: Mapped[str]
    operator_id: Mapped[str]
    operator_name: Mapped[str]
    checker_id: Mapped[str | None] = mapped_column(default=None)
    checker_name: Mapped[str] = mapped_column(default="")
    checked_at: Mapped[Moment | None] = mapped_column(default=None)
    state_note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[Moment]


class LabelRange(Synced):
    """Serial numbers `first` to `last`, both included, that a batch used up; however many, one row."""

    __tablename__ = "label_ranges"
    __table_args__ = (Index("ix_label_ranges_first", "first"),)

    batch_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    first: Mapped[int]
    last: Mapped[int]
    issued_at: Mapped[Moment]


class LabelException(Synced):
    """What happened to some numbers of a batch that did not go the usual way (`labels.rules.batches.Fate`).

    `replaced_by`: the number that took the place of `first` (= `last`) in a reprint.
    """

    __tablename__ = "label_exceptions"

    batch_id: Mapped[str] = mapped_column(index=True)
    first: Mapped[int]
    last: Mapped[int]
    fate: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    replaced_by: Mapped[int | None] = mapped_column(default=None)
    at: Mapped[Moment]
    actor_id: Mapped[str]
    actor_name: Mapped[str]


class LabelMove(Synced):
    """A line of the ledger: labels handed out, returned, reported used or spoiled by the user
    (`labels.rules.ledger.Move`). `first`, `last`: the numbers, None where only a count is known."""

    __tablename__ = "label_moves"

    batch_id: Mapped[str] = mapped_column(index=True)
    move: Mapped[str]
    count: Mapped[int]
    first: Mapped[int | None] = mapped_column(default=None)
    last: Mapped[int | None] = mapped_column(default=None)
    day: Mapped[date]
    receiver: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[Moment]
    actor_id: Mapped[str]
    actor_name: Mapped[str]


class PrintJob(Synced):
    """A run of labels through a printer or into a file (`labels.rules.jobs.JobState`).

    `first`, `last`: places in the batch, from 0, both included. `good_until`: place of the last label known to be good
    on paper, -1 = none; a jam goes on after it. `repeats`: how often pages were printed again while the job was open,
    with the reason. `result`: what the printer said.
    """

    __tablename__ = "print_jobs"

    batch_id: Mapped[str] = mapped_column(index=True)
    station_id: Mapped[str]
    template_id: Mapped[str]
    template_sha: Mapped[str]
    printer: Mapped[str] = mapped_column(Text)
    first: Mapped[int]
    last: Mapped[int]
    state: Mapped[str]
    good_until: Mapped[int] = mapped_column(default=-1)
    repeats: Mapped[Any] = mapped_column(Json, default=list)
    result: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[Moment]
    ended_at: Mapped[Moment | None] = mapped_column(default=None)
    actor_id: Mapped[str]
    actor_name: Mapped[str]


class LabelScan(Synced):
    """How often a label was looked up at the centre, without anything about who did; the centre alone writes it.

    `alert`: what is unusual (`labels.rules.scans.Alert`), empty = nothing.
    """

    __tablename__ = "label_scans"

    batch_id: Mapped[str] = mapped_column(index=True)
    serial: Mapped[int] = mapped_column(index=True)
    count: Mapped[int]
    places: Mapped[int]
    first_at: Mapped[Moment]
    last_at: Mapped[Moment]
    alert: Mapped[str] = mapped_column(default="")


class LabelSheet(Base):
    """A sheet at this machine of which some positions are used or spoiled; paper does not travel, so neither does this.

    `geometry`: id of the sheet geometry. `used`: JSON list of positions, from 0.
    """

    __tablename__ = "label_sheets"

    id: Mapped[str] = mapped_column(primary_key=True)
    geometry: Mapped[str] = mapped_column(index=True)
    used: Mapped[Any] = mapped_column(Json, default=list)
    begun_at: Mapped[Moment]
    ended_at: Mapped[Moment | None] = mapped_column(default=None)


class LabelRun(Base):
    """How far an open print job has come at this machine, so that it goes on after a jam, a cancel or a power cut.

    `printer_id`: of `label_printers`. `sheet_id`, `used`: the started sheet that takes the next page, None = a new one,
    and its positions that are used or spoiled. The columns from `todo` on: see `labels.rules.runs.RunState`.
    `inc`: the life of the database in which this was written; in a restored copy it says nothing about paper.
    """

    __tablename__ = "label_runs"

    job_id: Mapped[str] = mapped_column(primary_key=True)
    inc: Mapped[str]
    printer_id: Mapped[str]
    sheet_id: Mapped[str | None] = mapped_column(default=None)
    used: Mapped[Any] = mapped_column(Json, default=list)
    todo: Mapped[Any] = mapped_column(Json, default=list)
    unsure: Mapped[Any] = mapped_column(Json, default=list)
    part: Mapped[Any | None] = mapped_column(Json, default=None)
    parts: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int] = mapped_column(default=-1)
    changed_at: Mapped[Moment]


class LabelPrinter(Base):
    """A printer of this machine as labels know it; `settings`: JSON of `labels.rules.printers.PrinterSettings`."""

    __tablename__ = "label_printers"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    settings: Mapped[Any] = mapped_column(Json)
    changed_at: Mapped[Moment]

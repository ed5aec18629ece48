"""Beginning a print job: everything that can be wrong is found before a page goes out."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhangshu_desk.core.actors import Actor
from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import sheets
from zhangshu_desk.labels.actions import printing as written
from zhangshu_desk.labels.printers.opening import check_paper
from zhangshu_desk.labels.queries.printers import printer
from zhangshu_desk.labels.rules import runs
from zhangshu_desk.labels.rules.geometries import Geometry
from zhangshu_desk.labels.rules.printers import PrinterSettings, Use, minimum_module
from zhangshu_desk.labels.rules.problems import Problem, refuse
from zhangshu_desk.labels.rules.templates import Template
from zhangshu_desk.labels.running import kept
from zhangshu_desk.labels.running.content import Content, content_of
from zhangshu_desk.labels.running.kept import Kept, Positions

MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Order:
    """What is to be printed.

    Attributes:
        first, last: places of the batch, both included.
        sheet_id: the started sheet that is used first, None = a whole one; skip: positions of it that stay empty, be it
            that printing starts at a later label or that they are damaged.
    """

    batch_id: str
    template: Template
    printer_id: str
    first: int
    last: int
    sheet_id: str | None = None
    skip: Positions = field(default_factory=frozenset)


def problems(settings: PrinterSettings, template: Template, content: Content, first: int) -> tuple[Problem, ...]:
    """What would be wrong with the labels on this printer: too small a module, a character without a glyph …"""
    from zhangshu_desk.labels.painting.checking import check

    least = minimum_module(settings.dpi, Use.PHONE) * MM_PER_INCH / settings.dpi
    black_only = settings.way.language is not None
    return check(template, content.data(first), settings.dpi, content.mark, least, black_only)


def begin(store: Store, actor: Actor, order: Order, domain: str, now: int) -> str:
    """Begin a job and return its id; nothing is printed yet (`going.go`).

    Args:
        domain: what the links in the codes begin with.

    Raises:
        DeskError: `label.printer_paper`, `label.printer_way`, `label.printer_gone`; `label.sheet_gone`,
            `label.sheet_places`; `label.invalid` with everything that would be wrong with the labels; as
            `actions.printing.begin_job`.
    """
    settings = printer(store, order.printer_id).settings
    geometry = order.template.geometry
    check_paper(settings, geometry)
    used = _used(store, order, geometry)
    content = content_of(store, order.batch_id, domain)
    if not 0 <= order.first <= order.last < content.numbers.count:
        raise DeskError("label.places_wrong", batch=content.batch_no, count=content.numbers.count)
    refuse(problems(settings, order.template, content, order.first))
    job_id = written.begin_job(
        store, actor, order.batch_id, order.template, order.first, order.last, settings.name, now
    )
    state = runs.begun(order.first, order.last)
    kept.save(store, Kept(job_id, order.printer_id, state, order.sheet_id, used), now)
    return job_id


def _used(store: Store, order: Order, geometry: Geometry) -> Positions:
    """The positions of the first sheet that get no label."""
    if any(not 0 <= one < geometry.places for one in order.skip):
        raise DeskError("label.sheet_places", paper=geometry.title, places=geometry.places)
    if order.sheet_id is None:
        return order.skip
    found = next((one for one in sheets.started(store, geometry.id) if one.id == order.sheet_id), None)
    if found is None:
        raise DeskError("label.sheet_gone")
    return found.used | order.skip

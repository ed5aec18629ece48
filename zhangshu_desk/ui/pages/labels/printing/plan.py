"""What a print job would put on paper, and each of its pages as a picture of exactly that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtGui import QImage

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels import queries, sheets, templates
from zhangshu_desk.labels.queries import BatchCard
from zhangshu_desk.labels.queries.links import label_domain
from zhangshu_desk.labels.queries.printers import PrinterRow, printers
from zhangshu_desk.labels.rules import spans
from zhangshu_desk.labels.rules.printers import PrinterSettings, Way
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.rights import Route
from zhangshu_desk.labels.rules.sheets import spread
from zhangshu_desk.labels.rules.spans import Span
from zhangshu_desk.labels.rules.templates import Template
from zhangshu_desk.labels.running import Content, OpenJob, content_of, open_jobs
from zhangshu_desk.labels.sheets import StartedSheet

SHEET_DPI, ROLL_DPI = 150, 300
"""Of pictures for the eye; a label printer's is at its own dots."""
PageOf = tuple[tuple[int, int], ...]
"""A page: position on the paper and place in the batch, of each label."""


@dataclass(frozen=True)
class Situation:
    """What there is to print, and with what.

    Attributes:
        templates: of the batch's family and route, its own first.
        sheets: of the own template's paper, begun and not used up.
        free: places that no job has had yet. job: of this batch, still open; None = none is.
    """

    card: BatchCard
    content: Content
    templates: tuple[Template, ...]
    printers: tuple[PrinterRow, ...]
    sheets: tuple[StartedSheet, ...]
    free: tuple[Span, ...]
    job: OpenJob | None


def situation_of(store: Store, batch_id: str, own_domain: str) -> Situation:
    """How a batch stands.

    Args:
        own_domain: what links begin with where the centre has not said it.

    Raises:
        DeskError: of `content_of`; `label.no_template`, or what is wrong with the batch's template.
    """
    card = queries.card(store, batch_id)
    if card is None:
        raise DeskError("label.gone", what="标签批次")
    content = content_of(store, batch_id, label_domain(store, own_domain))
    whole = ((0, content.numbers.count - 1),) if content.numbers.count else ()
    free = spans.minus(whole, ((job.first, job.last) for job in card.jobs))
    job = next((one for one in open_jobs(store) if one.job.batch_id == batch_id), None)
    own = templates.load(store.paths.labels, card.form.template_id)
    route = Route(card.facts.route)
    others = (one.template for one in templates.listed(store.paths.labels) if one.id != own.id)
    fitting = [one for one in others if one and one.family == own.family and (not one.routes or route in one.routes)]
    return Situation(card, content, (own, *fitting), printers(store), started_sheets(store, own), free, job)


def printers_for(template: Template, known: Iterable[PrinterRow]) -> list[PrinterRow]:
    """The printers that can have the paper of a template in them."""
    return [one for one in known if one.settings.way.language is None or template.geometry.places == 1]


def started_sheets(store: Store, template: Template) -> tuple[StartedSheet, ...]:
    """The sheets that were begun, the oldest first; a roll has none."""
    return sheets.started(store, template.geometry.id) if template.geometry.places > 1 else ()


@dataclass(frozen=True)
class Plan:
    """Labels of a batch on the paper of a printer, page by page."""

    template: Template
    settings: PrinterSettings
    content: Content
    pages: tuple[PageOf, ...]

    @property
    def labels(self) -> int:
        """How many labels there are."""
        return sum(map(len, self.pages))

    @property
    def size(self) -> tuple[float, float]:
        """Of a page, in millimetres."""
        return self.template.geometry.page


def plan_of(
    template: Template, settings: PrinterSettings, content: Content, places: Iterable[int], used: frozenset[int]
) -> Plan:
    """The plan for these places of the batch, without those whose numbers are void.

    Args:
        used: positions of the first sheet that get no label.
    """
    alive = (one for one in places if not content.is_dead(one))
    pages = spread(template.geometry, alive, used)
    return Plan(template, settings, content, tuple(tuple(page) for page in pages))


def problems_of(plan: Plan) -> tuple[Problem, ...]:
    """Everything that would be wrong with the labels, by the first of them."""
    from zhangshu_desk.labels.running import problems

    return problems(plan.settings, plan.template, plan.content, plan.pages[0][0][1]) if plan.pages else ()


def picture_of(plan: Plan, number: int) -> QImage:
    """A page as it goes out: of a label printer dot by dot, of others as the PDF has it.

    Raises:
        DeskError: what `problems_of` would have found, `label.offset_cuts`.
    """
    from zhangshu_desk.labels.painting.label import LabelPainter, image_of
    from zhangshu_desk.labels.painting.pages import PagePainter
    from zhangshu_desk.labels.printers.media import dots as whole_dots
    from zhangshu_desk.labels.printers.opening import layout_of
    from zhangshu_desk.labels.printers.raster import from_dots, shifted, to_dots

    page = [(position, plan.content.data(place)) for position, place in plan.pages[number]]
    settings, mark = plan.settings, plan.content.mark
    if settings.way.language is None:
        dpi = SHEET_DPI if plan.template.geometry.places > 1 else ROLL_DPI
        return PagePainter(plan.template, layout_of(settings), mark).picture(page, dpi)
    dots, _ = LabelPainter(plan.template, settings.dpi, mark, hinted=True).dots(page[0][1])
    right, down = (whole_dots(one, settings.dpi) for one in (settings.offset_x, settings.offset_y))
    return image_of(to_dots(shifted(from_dots(dots), right, down)))


def warm_up() -> None:
    """Bring what painting needs, so that the first page need not wait for it."""
    from zhangshu_desk.labels.painting import checking, pages  # noqa: F401  # brought, not used here
    from zhangshu_desk.labels.painting.fonts import Fonts
    from zhangshu_desk.labels.rules.elements import Weight

    fonts = Fonts()
    fonts.face_for("樟", fonts.family("sans") or "sans", Weight.BOLD)


def pdf_printer(known: Iterable[PrinterRow]) -> PrinterRow | None:
    """The printer that is a file, where there is one."""
    return next((one for one in known if one.settings.way is Way.PDF), None)

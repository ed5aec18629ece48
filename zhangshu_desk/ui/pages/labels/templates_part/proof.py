"""A template as it will come out: painted for a printer, with the data of a batch, and everything that is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from zhangshu_desk.labels.rules import codes
from zhangshu_desk.labels.rules.domains import DEFAULT_DOMAIN
from zhangshu_desk.labels.rules.elements import Area, LabelData, Mark, Qr
from zhangshu_desk.labels.rules.geometries import Medium
from zhangshu_desk.labels.rules.printers import PrinterSettings, minimum_module
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.rights import Family, Route
from zhangshu_desk.labels.rules.templates import Flaw, Template, flaws
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.page_view import MM_PER_INCH, PageView
from zhangshu_desk.ui.pages.labels.templates_part import words
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import ComboField, Muted, Text, column, row

_PICTURE_DPI = 300
"""Of a label for a printer with greys; its code is in whole dots of `PDF_DPI` all the same."""
_PROBLEMS_HIGH = 96
_INVENTED = ("示例数据", "示例数据（有商品条码）")
_KEY, _SERIAL, _GTIN = bytes(32), 12_345_678, "06901234567892"


@dataclass(frozen=True)
class Target:
    """What a label is to be printed on; `black_only`: a label printer, which has no greys."""

    title: str
    dpi: int
    black_only: bool = False

    @property
    def least_mm(self) -> float:
        """The smallest module of a code that it prints well, in millimetres."""
        return minimum_module(self.dpi) * MM_PER_INCH / self.dpi


TARGETS = (Target("203 dpi 标签机", 203, True), Target("300 dpi 标签机", 300, True), Target("激光打印机、PDF", 600))
"""What there is to try a template on where no printer was set up yet."""


def target_of(printer: PrinterSettings) -> Target:
    """A printer of this machine as something to try a template on."""
    return Target(printer.name, printer.dpi, printer.way.language is not None)


@dataclass(frozen=True)
class Sample:
    """What a label says when a template is tried.

    Attributes:
        mark: the user's file, None = there is none. invented: of nobody, so that it cannot have a mark.
    """

    data: LabelData
    mark: Path | None = None
    invented: bool = False


@dataclass(frozen=True)
class Real:
    """A batch whose first label a template of its family can be tried with; `load` may raise `DeskError`."""

    title: str
    family: str
    load: Callable[[], Sample]


@dataclass(frozen=True)
class Proof:
    """How a label comes out.

    Attributes:
        image: None when it cannot be painted; `problems` say why.
        code: about the code, in words. has_mark: whether the official mark is on it.
    """

    image: QImage | None
    problems: tuple[Problem, ...]
    code: str = ""
    has_mark: bool = False


def samples(template: Template, domain: str = DEFAULT_DOMAIN) -> tuple[Sample, Sample]:
    """Made-up data for a template: with a plain link, and with the longer link of an enterprise that has a GTIN."""
    route = template.routes[0] if template.routes else Route.PRODUCT
    said = _GI if template.family == Family.GI else _TRACED
    data = {**_BATCH, **said, "serial": codes.serial_text(_SERIAL)}
    if template.family == Family.GI:
        data["route"] = str(route)
    plain = {**data, "code": codes.link(_KEY, domain, _SERIAL)}
    long = {**data, "code": codes.link(_KEY, domain, _SERIAL, _GTIN, data["batch_no"])}
    return Sample(plain, invented=True), Sample(long, invented=True)


def paintable(template: Template, found: Iterable[Flaw]) -> bool:
    """Whether a template with these flaws can be painted at all: overlaps and missing pieces can be looked at."""
    label = Area(0, 0, template.width, template.height)
    has_code = sum(isinstance(one, Qr) for one in template.elements) == 1

    def stops(flaw: Flaw) -> bool:
        return flaw.element is not None and (flaw.field != "x" or not label.holds(template.elements[flaw.element].area))

    return has_code and not any(map(stops, found))


def prove(template: Template, sample: Sample, target: Target) -> Proof:
    """Paint a label and look for everything that would be wrong with it. In any thread but the window's."""
    from zhangshu_desk.labels.painting.checking import check

    least = target.least_mm
    found = check(template, sample.data, target.dpi, sample.mark, least, target.black_only)
    if sample.invented:
        found = tuple(one for one in found if one.field != "mark")
    if any(one.hard and one.field != "mark" for one in found):
        return Proof(None, found)
    image, module = _painted(template, sample, target)
    return Proof(image, found, f"二维码模块 {module:.2f} 毫米", sample.mark is not None)


def _painted(template: Template, sample: Sample, target: Target) -> tuple[QImage, float]:
    """The label, and how large a module of its code is in millimetres."""
    from PySide6.QtGui import QPainter

    from zhangshu_desk.labels.painting.label import LabelPainter, image_of

    dpi = target.dpi if target.black_only else _PICTURE_DPI
    painter = LabelPainter(template, target.dpi, sample.mark, hinted=target.black_only)
    if target.black_only:
        dots, placed = painter.dots(sample.data)
        return image_of(dots), placed.module * MM_PER_INCH / target.dpi
    size = round(template.width * dpi / MM_PER_INCH), round(template.height * dpi / MM_PER_INCH)
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    hints = QPainter.RenderHint
    with QPainter(image) as pen:
        pen.setRenderHints(hints.Antialiasing | hints.TextAntialiasing | hints.SmoothPixmapTransform)
        pen.scale(dpi / target.dpi, dpi / target.dpi)
        placed = painter.paint(pen, 0, 0, sample.data)
    return image, placed.module * MM_PER_INCH / target.dpi


class ProofView(QWidget):
    """The label of a template with choices of printer and data. `clicked(x, y)` in millimetres on the label.

    Args:
        whole: begin with the label as large as there is room, instead of its true size.
    """

    clicked = Signal(float, float)

    def __init__(self, desk: Desk, *, whole: bool = False) -> None:
        super().__init__()
        self._desk = desk
        self._template: Template | None = None
        self._flaws: tuple[Flaw, ...] = ()
        self._asking = self._again = self._picked = False
        self._real: tuple[Real, ...] = ()
        self._domain = DEFAULT_DOMAIN
        self._targets: tuple[Target, ...] = TARGETS
        self.proof: Proof | None = None
        self.page = PageView("标签预览", whole=whole)
        self.target = ComboField[Target]("按打印机核对")
        self.sample = ComboField[Real | int]("数据")
        self.code = Muted()
        self.problems = Text(wrap=True)
        self.problems.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.problems.setAccessibleName("模板的问题")
        self._build()

    def offer(self, printers: Sequence[PrinterSettings], batches: Sequence[Real], domain: str) -> None:
        """Let the person choose among these printers and batches; `domain`: what made-up links begin with."""
        self._domain = domain
        self._targets = (*(target_of(one) for one in printers), *TARGETS)
        if printers and not self._picked:
            self.target.set_choices([(self._targets[0], self._targets[0].title)])  # it is kept among the others below
        self._real = tuple(batches)
        self._offer_choices()

    def show_template(self, template: Template | None) -> None:
        """Show a template; what is wrong with it is named at once, the picture follows."""
        self._template = template
        self._flaws = flaws(template) if template is not None else ()
        self._offer_choices()
        self._say()
        self._ask()

    def _build(self) -> None:
        self.page.clicked.connect(self.clicked)
        self.target.chosen.connect(lambda _target: self._pick())
        self.sample.chosen.connect(lambda _data: self._ask())
        area = QScrollArea()
        area.setWidget(self.problems)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFixedHeight(_PROBLEMS_HIGH)
        area.setAccessibleName("模板的问题")
        area.viewport().setProperty("bare", True)
        facts = row(self.page.facts, self.code, spacing=16)
        facts.addStretch(1)
        lines = column(row(self.target, self.sample, spacing=12), self.page, facts, area)
        lines.setStretch(1, 1)
        self.setLayout(lines)

    def _offer_choices(self) -> None:
        if self._template is None:
            return
        on_roll = self._template.medium is Medium.ROLL
        targets = [one for one in self._targets if on_roll or not one.black_only]
        self.target.set_choices([(one, one.title) for one in targets])
        family = str(self._template.family)
        real = [(one, one.title) for one in self._real if one.family == family]
        self.sample.set_choices([*enumerate(_INVENTED), *real])

    def _pick(self) -> None:
        self._picked = True
        self._ask()

    def _loading(self, template: Template) -> Callable[[], Sample]:
        """What brings the chosen data."""
        chosen = self.sample.key()
        if isinstance(chosen, Real):
            return chosen.load
        invented = samples(template, self._domain)[chosen or 0]
        return lambda: invented

    def _ask(self) -> None:
        """Ask for the picture of what is shown now; while one is made, only the last wish is remembered."""
        template = self._template
        if template is None or not paintable(template, self._flaws):
            return
        if self._asking:
            self._again = True
            return
        self._asking = True
        load, target = self._loading(template), self.target.key() or TARGETS[0]
        self._desk.work.do_apart(
            self, lambda: prove(template, load(), target), lambda made: self._made(template, made), ended=self._ended
        )

    def _ended(self) -> None:
        self._asking = False

    def _made(self, template: Template, proof: Proof) -> None:
        if self._again:
            self._again = False
            self._ask()
            return
        self.proof = proof
        if proof.image is not None:
            places = [] if proof.has_mark else [one.area for one in template.elements if isinstance(one, Mark)]
            self.page.hold([(QRectF(a.x, a.y, a.width, a.height), words.KINDS[Mark.kind]) for a in places])
            self.page.show_page(proof.image, template.width, template.height)
        self._say()

    def _say(self) -> None:
        template, proof = self._template, self.proof
        lines = [words.flaw_words(template, one) for one in self._flaws] if template is not None else []
        if not lines and proof is not None:
            lines = [one.text for one in proof.problems]
        tone = Tone.GOOD if not lines else Tone.BAD if self._flaws or _hard(proof) else Tone.WARN
        self.problems.set_tone(tone)
        self.problems.setText("\n".join(lines) or "核对无误：文字放得下，二维码够大。")
        self.code.setText(proof.code if proof is not None else "")


def _hard(proof: Proof | None) -> bool:
    return proof is not None and any(one.hard for one in proof.problems)


_BATCH = {
    "enterprise_name": "江西省樟树市阁皂山中药材种植专业合作社",
    "credit_code": "91360982000000019X",
    "spec": "500 克/袋",
    "unit": "千克",
    "batch_no": "2026-1123-A",
    "made_on": "2026-11-20",
    "expires_on": "2028-11-19",
    "place": "江西省宜春市樟树市",
    "inspection_no": "JX-2026-08123",
}
_GI = {
    "product_name": "樟树吴茱萸",
    "announcement_no": "2010 年第 18 号",
    "standard_no": "DB36/T 595",
    "trademark_name": "樟树吴茱萸",
    "registration_no": "12345678",
}
_TRACED = {"product_name": "六门更衣柜", "model": "ZS-GYG-06", "standard_no": "GB/T 3325"}

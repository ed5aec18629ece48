"""标签: batches, rights, the ledger, templates, printers, and what a code says, one tab each."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from zhangshu_desk.core.actors import Role
from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.widgets.key_tabs import KeyTabs

P = TypeVar("P", bound=Part)


def parts() -> tuple[type[Part], ...]:
    """The parts in the order of their tabs; a new one is a folder here and a line."""
    from zhangshu_desk.ui.pages.labels.batches_part import BatchesPart
    from zhangshu_desk.ui.pages.labels.ledger_part import LedgerPart
    from zhangshu_desk.ui.pages.labels.lookup_part import LookupPart
    from zhangshu_desk.ui.pages.labels.printers_part import PrintersPart
    from zhangshu_desk.ui.pages.labels.rights_part import RightsPart
    from zhangshu_desk.ui.pages.labels.templates_part import TemplatesPart

    return (BatchesPart, RightsPart, LedgerPart, TemplatesPart, PrintersPart, LookupPart)


class LabelsPage(Page):
    """The parts by role. `receive` takes a part's title, or `(title, payload)` with something for that part."""

    title: ClassVar[str] = "标签"
    key: ClassVar[str] = "Alt+4"
    icon: ClassVar[str] = "label"
    roles: ClassVar[frozenset[Role] | None] = frozenset({Role.LABEL, Role.CLERK, Role.SUPERVISOR, Role.ADMINISTRATOR})
    watches: ClassVar[frozenset[str]] = frozenset(
        {
            "gi_products",
            "gi_marks",
            "gi_users",
            "gi_quotas",
            "traced_products",
            "label_specs",
            "label_batches",
            "label_ranges",
            "label_exceptions",
            "label_moves",
            "label_scans",
            "label_printers",
            "label_sheets",
            "label_templates",
            "print_jobs",
            "enterprises",
        }
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        role = desk.session.actor.role
        self._is_warm = False
        self.parts = tuple(kind(self) for kind in parts() if kind.may_see(role))
        self.tabs = KeyTabs("标签的各部分")
        for part in self.parts:
            self.tabs.add(part, part.title, part.key)
        self.tabs.currentChanged.connect(self._turned)
        self.tabs.jumped.connect(lambda: self.part().begin())
        self.body.addWidget(self.tabs)

    def refresh(self) -> None:
        """Only the part in front asks; the others do when they come to the front."""
        self.part().load()

    def on_shown(self) -> None:
        self.part().begin()
        if not self._is_warm:
            self._is_warm = True
            self.desk.work.do_apart(self, _warm_up)

    def receive(self, payload: object) -> None:
        """Show a part, and hand it what comes with its title."""
        title, given = payload if isinstance(payload, tuple) else (payload, None)
        part = next((one for one in self.parts if one.title == title), None)
        if part is not None:
            self.tabs.setCurrentWidget(part)
            if given is not None:
                part.receive(given)

    def part(self) -> Part:
        """The part in front."""
        return self.parts[self.tabs.currentIndex()]

    def part_of(self, kind: type[P]) -> P:
        """The part of this kind, which must be one that the person sees."""
        return next(one for one in self.parts if isinstance(one, kind))

    def _turned(self) -> None:
        self.notices.clear()
        self.part().load()


def _warm_up() -> None:
    """Bring what painting labels needs while the person still reads, so that the first page is there at once."""
    from zhangshu_desk.ui.pages.labels.printing.plan import warm_up

    warm_up()

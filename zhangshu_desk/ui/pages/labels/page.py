"""标签: batches, rights, the ledger, templates, printers, and what a code says, one tab each."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from PySide6.QtWidgets import QStackedLayout, QWidget

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
        self.kinds = tuple(kind for kind in parts() if kind.may_see(role))
        self._built: dict[int, Part] = {}
        self.tabs = KeyTabs("标签的各部分")
        for kind in self.kinds:
            self.tabs.add(_Place(), kind.title, kind.key)
        self.tabs.currentChanged.connect(self._turned)
        self.tabs.jumped.connect(lambda: self.part().begin())
        self.body.addWidget(self.tabs)

    def refresh(self) -> None:
        """Only the part in front asks; the others do when they come to the front."""
        self.part().load()

    def on_shown(self) -> None:
        self.part().begin()

    def receive(self, payload: object) -> None:
        """Show a part, and hand it what comes with its title."""
        title, given = payload if isinstance(payload, tuple) else (payload, None)
        at = next((at for at, kind in enumerate(self.kinds) if kind.title == title), None)
        if at is not None:
            self.tabs.setCurrentIndex(at)
            if given is not None:
                self._part_at(at).receive(given)

    def part(self) -> Part:
        """The part in front."""
        return self._part_at(self.tabs.currentIndex())

    def part_of(self, kind: type[P]) -> P:
        """The part of this kind, which must be one that the person sees."""
        found = self._part_at(self.kinds.index(kind))
        assert isinstance(found, kind), "it was made of this kind"
        return found

    def _part_at(self, at: int) -> Part:
        """A part is built when it is first looked at."""
        if at not in self._built:
            part = self._built[at] = self.kinds[at](self)
            place = self.tabs.widget(at)
            assert isinstance(place, _Place), "every tab is one"
            place.lines.addWidget(part)
            part.show()  # now, not with the next turn of the event loop: it may get the focus at once
        return self._built[at]

    def _turned(self) -> None:
        self.notices.clear()
        self.part().load()


class _Place(QWidget):
    """Where a part will stand."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = QStackedLayout(self)

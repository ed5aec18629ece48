"""Editing a template: its elements at the left, the chosen one's form, the label as it will be printed at the right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtWidgets import QFrame, QMenu, QScrollArea, QSizePolicy, QWidget

from zhangshu_desk.labels.rules.elements import Element
from zhangshu_desk.labels.rules.geometries import Geometry
from zhangshu_desk.labels.rules.rights import PIECES, Family, Route
from zhangshu_desk.labels.rules.templates import Flaw, Template, flaws
from zhangshu_desk.ui.dialogs.base import Ask, Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.templates_part import words
from zhangshu_desk.ui.pages.labels.templates_part.form import ElementForm
from zhangshu_desk.ui.pages.labels.templates_part.proof import ProofView
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import (
    Chips,
    Column,
    ComboField,
    DangerButton,
    PlainButton,
    Table,
    TextField,
    column,
    row,
)

_WIDTH, _HEIGHT = 1260, 680
_LIST_WIDTH, _FORM_WIDTH = 372, 316
_LEAST_HEIGHT = 200
_EMPTY = "还没有元素。\n按 Ctrl+N 添加文字、二维码等。"


@dataclass(frozen=True)
class ElementRow:
    """An element in the list; `wrong`: something about it is."""

    number: int
    element: Element
    wrong: bool


class EditTemplate(Dialog):
    """Changes one of the site's own templates.

    Args:
        save: keeps the template; may raise `DeskError`; called on the database thread.
        saved: called with the template that was kept.
    """

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        template: Template,
        geometries: Sequence[Geometry],
        save: Callable[[Template], Template],
        saved: Callable[[Template], object],
    ) -> None:
        super().__init__(parent, f"修改模板 · {template.title}", "保存", many_lines=True, width=1100)
        self._desk, self._save, self._saved = desk, save, saved
        self._kept = self.template = template
        self._geometries = {one.id: one for one in (*geometries, template.geometry)}
        self.title = TextField(words.FIELDS["title"], template.title)
        self.family = ComboField[Family](words.FIELDS["family"], [(one, str(one)) for one in Family], template.family)
        sizes = [(one.id, one.title) for one in self._geometries.values()]
        self.geometry_field = ComboField[str](words.FIELDS["geometry"], sizes, template.geometry.id)
        self.routes = Chips[Route](words.FIELDS["routes"], [(route, str(route)) for route in PIECES])
        self.table = Table("元素", _columns(), lambda one: one.number, _EMPTY)
        self.add_one = PlainButton("添加…", "Ctrl+N", self._offer)
        self.double = PlainButton("复制", "Ctrl+D", self._double)
        self.remove = DangerButton("删除", "Ctrl+Delete", self._remove)
        self.form = ElementForm()
        self.proof = ProofView(desk, whole=True)
        self._build()
        self._connect()
        self.resize(_WIDTH, _HEIGHT)
        self._show_all(choose=0)
        self.table.setFocus()

    def act(self) -> None:
        template = self.template
        if flaws(template):
            self._show_flaws()
            self.notices.refused("模板还有问题，没有保存。请先改正右下方列出的各项。")
            return
        self._desk.work.do(self, lambda: self._save(template), self._done)

    def reject(self) -> None:
        """Leave; what was changed is not lost without asking."""
        if self.template == self._kept:
            super().reject()
        else:
            Ask(self, "放弃修改", "修改还没有保存。要放弃这些修改吗？", "放弃修改", super().reject, danger=True).open()

    def choose(self, number: int) -> None:
        """Choose an element by its number, from 0."""
        self.table.choose(number)

    def _build(self) -> None:
        self.family.setFixedWidth(120)
        head = row(self.title, self.family, self.geometry_field, spacing=12)
        head.setStretch(0, 1)
        area = QScrollArea()
        area.setWidget(self.form)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setFixedWidth(_FORM_WIDTH)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setFixedWidth(_LIST_WIDTH)
        for scrolled in (self.table, area):  # a small screen has less room than all of it would take
            scrolled.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
            scrolled.setMinimumHeight(_LEAST_HEIGHT)
        buttons = row(self.add_one, self.double, self.remove)
        buttons.addStretch(1)
        elements = column(self.table, buttons)
        elements.setStretch(0, 1)
        left = column(head, self.routes, row(elements, area, spacing=12), spacing=12)
        left.setStretch(2, 1)
        sides = row(left, self.proof, spacing=20)
        sides.setStretch(1, 1)
        self.add(sides, stretch=1)

    def _connect(self) -> None:
        self.title.edited.connect(lambda _text: self._change(title=self.title.text()))
        self.family.chosen.connect(self._family_chosen)
        self.geometry_field.chosen.connect(lambda one: self._change(geometry=self._geometries[one]))
        self.routes.changed.connect(lambda: self._change(routes=tuple(self.routes.chosen())))
        self.table.chosen.connect(self._chosen)
        self.table.opened.connect(lambda _row: self.form.begin())
        self.form.changed.connect(self._edited)
        self.proof.clicked.connect(self._clicked)

    def _family_chosen(self, family: Family) -> None:
        self._change(family=family, routes=() if family != Family.GI else tuple(self.routes.chosen()))

    def _change(self, **changes: Any) -> None:
        self.template = replace(self.template, **changes)
        self._show_flaws()

    def _edited(self) -> None:
        at, element = self._at(), self.form.element
        if at is not None and element is not None:
            self._put(at, [element])

    def _put(self, at: int, elements: Iterable[Element], instead: int = 1) -> None:
        now = list(self.template.elements)
        now[at : at + instead] = elements
        self._change(elements=tuple(now))

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for kind, title in words.KINDS.items():
            menu.addAction(title, lambda kind=kind: self.append(kind))
        menu.setActiveAction(menu.actions()[0])
        menu.popup(self.add_one.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def append(self, kind: str) -> None:
        """Add an element of this kind and choose it."""
        self._insert(words.fresh(kind, self.template.width, self.template.height))

    def _double(self) -> None:
        if self.form.element is not None:
            self._insert(self.form.element)

    def _insert(self, element: Element) -> None:
        number = len(self.template.elements)
        self._put(number, [element], 0)
        self.choose(number)
        self.form.begin()

    def _remove(self) -> None:
        at = self._at()
        if at is not None:
            self._put(at, [])
            self.choose(min(at, len(self.template.elements) - 1))
            self._chosen()
            self.table.setFocus()

    def _at(self) -> int | None:
        chosen = self.table.current()
        return chosen.number if chosen is not None else None

    def _chosen(self) -> None:
        at = self._at()
        element = self.template.elements[at] if at is not None and at < len(self.template.elements) else None
        if element is not self.form.element:  # the list is shown anew with every letter that is typed in the form
            self.form.show_element(element)
        for button in (self.double, self.remove):
            button.setEnabled(element is not None)
        self._complain(flaws(self.template))
        self._frame()

    def _clicked(self, x: float, y: float) -> None:
        """Choose the smallest element at a place of the label, in millimetres."""
        there = [
            (one.area.width * one.area.height, number)
            for number, one in enumerate(self.template.elements)
            if QRectF(one.area.x, one.area.y, one.area.width, one.area.height).contains(x, y)
        ]
        if there:
            self.choose(min(there)[1])

    def _show_all(self, choose: int) -> None:
        self.routes.choose(self.template.routes)
        self._show_flaws()
        self.choose(choose)

    def _show_flaws(self) -> None:
        found = flaws(self.template)
        wrong = {flaw.element for flaw in found}
        elements = enumerate(self.template.elements)
        self.table.show_rows([ElementRow(number, one, number in wrong) for number, one in elements])
        self.routes.setVisible(self.template.family == Family.GI)
        self._complain(found)
        self._frame()
        self.proof.show_template(self.template)

    def _complain(self, found: Sequence[Flaw]) -> None:
        at = self._at()
        self.form.complain(flaw for flaw in found if flaw.element == at and at is not None)
        of_title = [f"{flaw.why}。" for flaw in found if flaw.element is None and flaw.field == "title"]
        self.title.complain("".join(of_title))

    def _frame(self) -> None:
        area = self.form.element.area if self.form.element is not None else None
        self.proof.page.frame([QRectF(area.x, area.y, area.width, area.height)] if area is not None else [])

    def _done(self, kept: Template) -> None:
        self._kept = self.template = kept
        self.accept()
        self._saved(kept)


def _columns() -> list[Column[ElementRow]]:
    def tone(one: ElementRow) -> Tone:
        return Tone.BAD if one.wrong else Tone.PLAIN

    def kind(one: ElementRow) -> str:
        return words.KINDS[one.element.kind] + ("（有误）" if one.wrong else "")

    return [
        Column("种类", kind, 92, bold=True, wrap=True, tone=tone),
        Column("内容", lambda one: words.content(one.element), 130, stretch=True, wrap=True),
        Column("位置（毫米）", lambda one: words.place(one.element), 112, wrap=True),
    ]

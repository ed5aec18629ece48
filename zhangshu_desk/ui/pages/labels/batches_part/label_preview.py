"""One label of a batch that is still being filled in, as it will come out of the printer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtWidgets import QWidget

from zhangshu_desk.labels.rules.geometries import Medium
from zhangshu_desk.labels.rules.problems import Problem
from zhangshu_desk.labels.rules.templates import Template
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.page_view import PageView
from zhangshu_desk.ui.pages.labels.templates_part.proof import TARGETS, Proof, Sample, prove
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Muted, Text, column, row

_NOTHING = "选定产品、企业和规格后，这里显示一枚标签。"


@dataclass(frozen=True)
class Wanted:
    """What is to be shown."""

    template: Template
    data: dict[str, str]
    mark: Path | None


class LabelPreview(QWidget):
    """Paints beside everything else; while one is made, only the last wish is remembered."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._wanted: Wanted | None = None
        self._asking = self._again = False
        self.proof: Proof | None = None
        self.page = PageView("标签预览", whole=True)
        for button in (self.page.smaller, self.page.larger, self.page.true, self.page.whole):
            button.hide()  # always as large as there is room
        self.about = Muted()
        self.problems = Text("", Tone.BAD, wrap=True)
        self.problems.setAccessibleName("标签的问题")
        facts = row(self.page.facts, self.about, spacing=16)
        facts.addStretch(1)
        lines = column(self.page, facts, self.problems)
        lines.setStretch(0, 1)
        self.setLayout(lines)
        self.show_label(None)

    def show_label(self, wanted: Wanted | None) -> None:
        """Show this label, or say what is needed for one."""
        self._wanted = wanted
        if wanted is None:
            self.proof = None
            self.page.clear()
            self.about.setText(_NOTHING)
            self.problems.setText("")
        else:
            self._ask()

    def _ask(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return
        if self._asking:
            self._again = True
            return
        self._asking = True
        self._desk.work.do_apart(self, lambda: _proved(wanted), self._made, ended=self._ended)

    def _ended(self) -> None:
        self._asking = False

    def _made(self, proof: Proof) -> None:
        if self._again:
            self._again = False
            self._ask()
            return
        wanted = self._wanted
        if wanted is None:
            return
        self.proof = proof
        if proof.image is not None:
            self.page.show_page(proof.image, wanted.template.width, wanted.template.height)
        else:
            self.page.clear()
        self.about.setText(f"{proof.code} · 编号为示例" if proof.code else "")
        self.problems.setText("".join(one.text for one in proof.problems))
        self.problems.set_tone(Tone.WARN if proof.image is not None else Tone.BAD)


def _proved(wanted: Wanted) -> Proof:
    """The label for the coarsest usual printer that can print it, with what the coarsest of all finds wrong."""
    sample, first = Sample(wanted.data, wanted.mark), None
    for target in TARGETS if wanted.template.medium is Medium.ROLL else TARGETS[-1:]:
        proof = prove(wanted.template, sample, target)
        first = first or proof
        if proof.image is not None:
            return replace(proof, problems=first.problems)
    assert first is not None, "there are targets"
    return first


def paint_problems(template: Template, data: dict[str, str], mark: Path | None) -> tuple[Problem, ...]:
    """What no printer can make good: a character without a glyph, a text without room. Not in the window's thread."""
    from zhangshu_desk.labels.painting.checking import check

    return check(template, data, TARGETS[-1].dpi, mark)

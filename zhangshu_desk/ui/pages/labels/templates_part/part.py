"""模板: the templates that come with the program and the site's own, and each as it comes out of a printer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.labels import templates
from zhangshu_desk.labels.actions import templates as acts
from zhangshu_desk.labels.queries import BatchRow, page
from zhangshu_desk.labels.queries.links import label_domain
from zhangshu_desk.labels.queries.printers import printers
from zhangshu_desk.labels.rules.batches import WITH_NUMBERS
from zhangshu_desk.labels.rules.domains import DEFAULT_DOMAIN
from zhangshu_desk.labels.rules.geometries import Geometry, shipped_geometries
from zhangshu_desk.labels.rules.printers import PrinterSettings
from zhangshu_desk.labels.rules.rights import Family
from zhangshu_desk.labels.rules.templates import LONGEST_TITLE, Template
from zhangshu_desk.labels.templates import Listed
from zhangshu_desk.ui.dialogs.base import Ask, Dialog
from zhangshu_desk.ui.page import Desk, Page
from zhangshu_desk.ui.pages.labels.part import Part
from zhangshu_desk.ui.pages.labels.templates_part import words
from zhangshu_desk.ui.pages.labels.templates_part.proof import ProofView, Real, Sample
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, DangerButton, PlainButton, Table, Text, TextField, row

_LIST_WIDTH = 560
_EMPTY = "这里会列出标签模板。"


_BATCHES = 30


@dataclass(frozen=True)
class Seen:
    """What the part shows: templates, what they may be printed on and by, the last batches that have numbers, and
    what links begin with."""

    templates: tuple[Listed, ...]
    geometries: tuple[Geometry, ...]
    printers: tuple[PrinterSettings, ...]
    batches: tuple[Real, ...]
    domain: str


class TemplatesPart(Part):
    """List at the left, the label at the right. Templates that come with the program are copied to be changed."""

    title: ClassVar[str] = "模板"
    key: ClassVar[str] = "Ctrl+4"

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.table = Table("模板", _columns(), lambda one: one.id, _EMPTY, self.desk.settings)
        self.copy = PlainButton("复制…", "Ctrl+D", self._ask_copy)
        self.change = PlainButton("修改…", "F4", self._change)
        self.lock = PlainButton("锁定", "F6", self._lock)
        self.delete = DangerButton("删除…", "Ctrl+Delete", self._ask_delete)
        self.list = Card("模板")
        self.about = Card("模板")
        self.broken = Text("", Tone.BAD, wrap=True)
        self.proof = ProofView(self.desk)
        self._rest = QWidget()  # the room below while there is no label to show
        self._seen = Seen((), (), (), (), DEFAULT_DOMAIN)
        self._wanted = ""
        self._build()
        self.table.chosen.connect(self._show_chosen)
        self.table.opened.connect(lambda _row: self._open())
        self._show_chosen()

    def load(self) -> None:
        desk = self.desk
        desk.work.do_apart(self, lambda: _seen(desk), self._show)

    def begin(self) -> None:
        self.table.setFocus()

    def receive(self, payload: object) -> None:
        """`payload` is the id of a template."""
        self._wanted = str(payload)
        self.load()

    def _build(self) -> None:
        buttons = row(self.copy, self.change, self.lock, self.delete)
        buttons.addStretch(1)
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.add(self.table, stretch=1)
        self.list.add(buttons)
        self.about.add(self.broken)
        self.about.add(self.proof, self._rest, stretch=1)
        self.body.addWidget(self.list)
        self.body.addWidget(self.about, 1)

    def _show(self, seen: Seen) -> None:
        self._seen = seen
        self.proof.offer(seen.printers, seen.batches, seen.domain)
        self.table.show_rows(seen.templates)
        self.table.choose(self._wanted)
        self._wanted = ""
        own = sum(one.own for one in seen.templates)
        self.list.hint.setText(f"自带 {len(seen.templates) - own} 个，自建 {own} 个")
        if self.table.current() is None and seen.templates:
            self.table.choose(seen.templates[0].id)
        self._show_chosen()

    def _show_chosen(self) -> None:
        chosen = self.table.current()
        template = chosen.template if chosen is not None else None
        self.copy.setEnabled(template is not None)
        self.change.setEnabled(template is not None)
        self.lock.setEnabled(template is not None and chosen is not None and chosen.own)
        self.lock.set_text("解锁" if template is not None and template.locked else "锁定")
        self.delete.setEnabled(chosen is not None and chosen.changeable and chosen.id != templates.GEOMETRIES)
        self.about.set_title(chosen.title if chosen is not None else "在左边选一个模板")
        problem = chosen.problem if chosen is not None else None
        self.broken.setVisible(problem is not None)
        if chosen is not None:
            self.broken.setText(f"{problem}\n文件：{self.desk.store.paths.labels / chosen.title}")
        self.proof.setVisible(template is not None)
        self._rest.setVisible(template is None)
        self.proof.show_template(template)

    def _open(self) -> None:
        chosen = self.table.current()
        if chosen is not None and chosen.template is not None:
            self._change()

    def _change(self) -> None:
        chosen = self.table.current()
        if chosen is None or chosen.template is None:
            return
        if not chosen.changeable:
            self._ask_copy()
            return
        from zhangshu_desk.ui.pages.labels.templates_part.dialog import EditTemplate

        desk = self.desk

        def save(template: Template) -> Template:
            return acts.save_template(desk.store, desk.session.actor, template, desk.clock.now())

        dialog = EditTemplate(self.window(), desk, chosen.template, self._seen.geometries, save, self._changed)
        dialog.proof.offer(self._seen.printers, self._seen.batches, self._seen.domain)
        dialog.open()

    def _changed(self, template: Template) -> None:
        self._said(f"模板「{template.title}」已保存。", template.id)

    def _ask_copy(self) -> None:
        chosen = self.table.current()
        if chosen is not None and chosen.template is not None:
            why = "" if chosen.changeable else ("已锁定的模板不能修改，" if chosen.own else "自带的模板不能修改，")
            CopyTemplate(self.window(), self.desk, chosen.template, why, self._copied).open()

    def _copied(self, template: Template) -> None:
        self._said(f"已复制为「{template.title}」，可以修改。", template.id)

    def _lock(self) -> None:
        chosen = self.table.current()
        if chosen is None or chosen.template is None:
            return
        desk, now = self.desk, self.desk.clock.now()
        lock = not chosen.template.locked
        said = f"「{chosen.title}」已{'锁定，只能使用，不能修改' if lock else '解锁'}。"
        desk.work.do(
            self,
            lambda: acts.lock_template(desk.store, desk.session.actor, chosen.id, lock, now),
            lambda _: self._said(said, chosen.id),
        )

    def _ask_delete(self) -> None:
        chosen = self.table.current()
        if chosen is None:
            return
        text = f"「{chosen.title}」将从本机删除。用它做过的批次和打印记录不变，但不能再用它打印。"
        Ask(self.window(), "删除模板", text, "删除", lambda: self._delete(chosen), danger=True).open()

    def _delete(self, chosen: Listed) -> None:
        desk, now = self.desk, self.desk.clock.now()
        desk.work.do(
            self,
            lambda: acts.delete_template(desk.store, desk.session.actor, chosen.id, now),
            lambda _: self._said(f"「{chosen.title}」已删除。", ""),
        )

    def _said(self, said: str, choose: str) -> None:
        self.page.notices.info(said)
        self._wanted = choose
        self.load()


class CopyTemplate(Dialog):
    """Asks what the copy is to be called.

    Args:
        why: why it is copied, in front of the rest of the sentence; may be empty.
        copied: called with the copy.
    """

    def __init__(
        self, parent: QWidget, desk: Desk, template: Template, why: str, copied: Callable[[Template], object]
    ) -> None:
        super().__init__(parent, "复制模板", "复制")
        self._desk, self._template, self._copied = desk, template, copied
        title = f"{template.title}（本站）"[:LONGEST_TITLE]
        self.title = TextField("新模板的名称", title, longest=LONGEST_TITLE)
        self.add(Text(f"{why}复制「{template.title}」后可以修改复制的那份。", wrap=True), self.title)
        self.title.setFocus()

    def act(self) -> None:
        if not self.title.text():
            self.title.complain("请填写名称。")
            return
        desk, template, title, now = self._desk, self._template, self.title.text(), self._desk.clock.now()
        desk.work.do(self, lambda: acts.copy_template(desk.store, desk.session.actor, template, title, now), self._done)

    def _done(self, template: Template) -> None:
        self.accept()
        self._copied(template)


def state(one: Listed) -> str:
    """The state of a template in a word."""
    if one.problem is not None:
        return "有误"
    if not one.own:
        return "自带"
    return "已锁定" if one.template is not None and one.template.locked else "自建"


def _seen(desk: Desk) -> Seen:
    folder = desk.store.paths.labels
    try:
        known = templates.geometries(folder)
    except DeskError:  # it is in the list as a template that is wrong
        known = shipped_geometries()
    domain = label_domain(desk.store, desk.settings.values.label_domain)
    numbered = page(desk.store, states=WITH_NUMBERS, limit=_BATCHES).rows
    return Seen(
        tuple(templates.listed(folder)),
        tuple(known.values()),
        tuple(one.settings for one in printers(desk.store)),
        tuple(_real(desk, one, domain) for one in numbered),
        domain,
    )


def _real(desk: Desk, batch: BatchRow, domain: str) -> Real:
    store = desk.store

    def load() -> Sample:
        from zhangshu_desk.labels.running import content_of

        content = content_of(store, batch.id, domain)
        return Sample(content.data(0), content.mark)

    return Real(f"{batch.batch_no} {batch.product_name}", batch.family, load)


def _use(one: Listed) -> str:
    template = one.template
    if template is None:
        return "—"
    return "、".join(map(str, template.routes)) if template.family == Family.GI else str(template.family)


def _columns() -> list[Column[Listed]]:
    def paper(one: Listed) -> str:
        return words.of_medium(one.template.geometry) if one.template is not None else "—"

    return [
        Column("名称", lambda one: one.title, 184, stretch=True, bold=True, wrap=True),
        Column("用于", _use, 110, wrap=True),
        Column("纸张", paper, 128, wrap=True),
        Column("状态", state, 72, wrap=True, tone=lambda one: Tone.BAD if one.problem else Tone.PLAIN),
    ]

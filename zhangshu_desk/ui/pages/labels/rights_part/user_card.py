"""The card of an authorised user: the right and what stands against it, quotas, the official mark, packs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtWidgets import QWidget

from zhangshu_desk.core.acts import allowed
from zhangshu_desk.core.clock import day_of
from zhangshu_desk.db.store import Store
from zhangshu_desk.labels.actions import rights as actions
from zhangshu_desk.labels.actions.marks import ImportedMark, void_mark
from zhangshu_desk.labels.queries import rights as queries
from zhangshu_desk.labels.queries.rights import MarkRow, QuotaRow, SpecRow, UserRow
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.pages.labels.rights_part import words
from zhangshu_desk.ui.pages.labels.rights_part.mark_box import MarkBox
from zhangshu_desk.ui.pages.labels.rights_part.mark_dialog import MarkDialog
from zhangshu_desk.ui.pages.labels.rights_part.quota_dialog import QuotaDialog
from zhangshu_desk.ui.pages.labels.rights_part.specs_box import SpecsBox
from zhangshu_desk.ui.pages.labels.rights_part.user_dialog import UserDialog
from zhangshu_desk.ui.pages.labels.voiding import Said, void
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Column, DangerButton, PlainButton, Table, Text, column, row
from zhangshu_desk.ui.widgets.facts import Fact, Facts
from zhangshu_desk.ui.widgets.key_tabs import plain_tabs
from zhangshu_desk.ui.widgets.shrinking import Shrinking

_NO_QUOTA = "还没有核定用标数量。\n没有核定数量就不能制作标签，由站长核定。"
_LEAST_HIGH = 110
_WHY_USER = ("授权到期不再续", "企业放弃使用", "主管部门停止使用资格", "登记有误")
_WHY_QUOTA = ("核定有误", "主管部门收回")
_WHY_MARK = ("主管部门换发", "企业已更名", "导入错了文件")


@dataclass(frozen=True)
class UserView:
    """A right with all that belongs to it."""

    user: UserRow
    quotas: tuple[QuotaRow, ...]
    marks: tuple[MarkRow, ...]
    specs: tuple[SpecRow, ...]


def look(store: Store, user_id: str, now: int) -> UserView | None:
    """Read the view. Meant for the database thread."""
    user = queries.user(store, user_id, now)
    if user is None:
        return None
    form = user.form
    return UserView(
        user,
        queries.quotas(store, user_id),
        queries.marks(store, form.enterprise_id, voided=True),
        queries.specs(store, form.gi_product_id, voided=True),
    )


class UserCard(Card):
    """`said(words)` is called after something was changed from here."""

    def __init__(self, desk: Desk, said: Said) -> None:
        super().__init__("用标企业")
        self.wrap_title()
        self._desk, self._said = desk, said
        self.view: UserView | None = None
        self.state = Text(wrap=True)
        self.problems, self.doubts = Text("", Tone.BAD, wrap=True), Text("", Tone.WARN, wrap=True)
        self.facts = Facts()
        self.quotas = Table("核定数量", self._quota_columns(), lambda one: one.id, _NO_QUOTA, desk.settings)
        self.mark = MarkBox(desk, self._import, self._take_mark, self._void_mark)
        self.specs = SpecsBox(desk, said)
        self.tabs = plain_tabs("授权的各部分")
        self.edit = PlainButton("修改授权…", "Ctrl+M", self._edit)
        self.end = DangerButton("终止授权…", "", self._end)
        self._build()

    def show_view(self, view: UserView) -> None:
        """Show a right."""
        self.view = view
        user = view.user
        self.set_title(user.form.enterprise_name)
        self.hint.setText(user.product_name)
        self._show_state(user)
        self.facts.show_facts(self._facts(user))
        self.quotas.show_rows(view.quotas)
        if self.quotas.current() is None and view.quotas:
            self.quotas.choose(view.quotas[0].id)
        self.mark.show_marks(user, view.marks)
        self.specs.show_specs(user.form.gi_product_id, view.specs, live=not user.voided)
        live = sum(not one.voided for one in view.quotas)
        self.tabs.setTabText(0, f"核定数量 {live}")
        self.tabs.setTabText(1, "专用标志" if user.form.mark_id else "专用标志（未选定）")
        self.tabs.setTabText(2, f"包装规格 {sum(not one.voided for one in view.specs)}")
        self._allow(user)

    def _build(self) -> None:
        self.tabs.addTab(self._quota_tab(), "核定数量")
        self.tabs.addTab(self.mark, "专用标志")
        self.tabs.addTab(self.specs, "包装规格")
        buttons = row(self.edit, self.end)
        buttons.addStretch(1)
        inside = QWidget()
        inside.setLayout(column(self.state, self.problems, self.doubts, self.facts))
        self.add(Shrinking("授权的状态和资料", inside, _LEAST_HIGH), buttons)
        self.add(self.tabs, stretch=1)
        self.setFocusProxy(self.quotas)

    def _quota_tab(self) -> QWidget:
        tab = QWidget()
        self.grant = PlainButton("核定数量…", "Ctrl+H", lambda: self._grant(None))
        self.change_quota = PlainButton("修改…", "", lambda: self._grant(self.quotas.current()))
        self.void_quota = DangerButton("撤销…", "", self._void_quota)
        buttons = row(self.grant, self.change_quota, self.void_quota)
        buttons.addStretch(1)
        lines = column(self.quotas, buttons)
        lines.setContentsMargins(0, 8, 0, 0)
        lines.setStretch(0, 1)
        tab.setLayout(lines)
        self.quotas.opened.connect(self._grant)
        self.quotas.chosen.connect(self._allow_quota)
        return tab

    def _show_state(self, user: UserRow) -> None:
        today = day_of(self._desk.clock.now())
        state, tone = words.user_state(user, today)
        hard = [one.text for one in user.problems if one.hard]
        soft = [one.text for one in user.problems if not one.hard]
        if user.idle is not None:
            soft.append(user.idle.said())
        if user.over:
            hard.append(f"已编号的标签比核定数量多 {user.over:,} 张，请站长核对并补核定。")
        if user.granted is None:
            hard.append("今天没有核定的用标数量，由站长在下面核定。")
        self.state.setText(f"{state}。" if user.voided or hard or soft else f"{state}，可以制作标签。")
        self.state.set_tone(tone)
        for label, said in ((self.problems, hard), (self.doubts, soft)):
            label.setText("" if user.voided else "".join(said))
            label.setVisible(bool(label.text()))

    def _facts(self, user: UserRow) -> list[Fact]:
        form, today = user.form, day_of(self._desk.clock.now())
        until = form.valid_until.isoformat() if form.valid_until else "未写明"
        tone = words.user_state(user, today)[1]
        facts = [
            Fact("地理标志", user.product_name),
            Fact("保护方式", user.route),
            Fact("授权自", form.valid_from.isoformat()),
            Fact("至", until, Tone.PLAIN if tone is Tone.GOOD else tone),
            Fact("信用代码", form.credit_code),
            Fact("公告或许可", form.announcement_no or "待核实", Tone.PLAIN if form.announcement_no else Tone.WARN),
        ]
        return [*facts, Fact("备注", form.notes, wide=True)] if form.notes else facts

    def _quota_columns(self) -> list[Column[QuotaRow]]:
        return [
            Column("期间", _period, 152, tone=_gone, bold=True),
            Column("核定", lambda one: f"{one.form.labels:,}", 72, right=True),
            Column("已用", lambda one: f"{one.form.labels - one.left:,}" if not one.voided else "—", 72, right=True),
            Column(
                "余",
                lambda one: f"{one.left:,}" if not one.voided else "—",
                96,
                right=True,
                share=_share,
                tone=lambda one: words.share_tone(_share(one)),
            ),
            Column("依据", lambda one: one.form.basis, 90, stretch=True, wrap=True),
            Column("", lambda one: words.quota_state(one, day_of(self._desk.clock.now())), 64, tone=_gone),
        ]

    def _allow(self, user: UserRow) -> None:
        role = self._desk.session.actor.role
        self.edit.setVisible(not user.voided and allowed("gi.user_change", role))
        self.end.setVisible(not user.voided and allowed("gi.user_void", role))
        self._allow_quota()

    def _allow_quota(self) -> None:
        chosen = self.quotas.current()
        live = self.view is not None and not self.view.user.voided
        may = live and allowed("gi.quota_set", self._desk.session.actor.role)
        self.grant.setVisible(may)
        for button in (self.change_quota, self.void_quota):
            button.setVisible(may)
            button.setEnabled(chosen is not None and not chosen.voided)

    # -- acts -----------------------------------------------------------------------------------------------------

    def _edit(self) -> None:
        if self.view is not None:
            user, said = self.view.user, self._said
            products = [(user.form.gi_product_id, user.product_name)]
            UserDialog(
                self.window(), self._desk, products, "", user.id, user.form, lambda _id: said("授权已修改。")
            ).open()

    def _end(self) -> None:
        view, desk = self.view, self._desk
        if view is None:
            return
        text = "终止后不能再为它制作标签，已发放的标签照常登记；台账和查验不受影响。"
        title = f"终止「{view.user.form.enterprise_name}」使用「{view.user.product_name}」的授权"

        def act(why: str, now: int) -> None:
            actions.void_user(desk.store, desk.session.actor, view.user.id, why, now)

        void(self, desk, title, text, "终止", _WHY_USER, act, self._said).open()

    def _grant(self, quota: QuotaRow | None) -> None:
        view, said = self.view, self._said
        if view is None or not self.grant.isVisible() or (quota is not None and quota.voided):
            return
        known, form = (quota.id, quota.form) if quota is not None else ("", None)
        QuotaDialog(self.window(), self._desk, view.user.id, known, form, lambda _id: said("核定数量已保存。")).open()

    def _void_quota(self) -> None:
        quota, desk = self.quotas.current(), self._desk
        if quota is None:
            return
        text = "撤销后不再计入可用数量；已经编号的标签仍然算在这家企业名下。"

        def act(why: str, now: int) -> None:
            actions.void_quota(desk.store, desk.session.actor, quota.id, why, now)

        void(self, desk, f"撤销 {_period(quota)} 的核定数量", text, "撤销", _WHY_QUOTA, act, self._said).open()

    def _import(self) -> None:
        view = self.view
        if view is not None:
            form = view.user.form
            MarkDialog(
                self.window(),
                self._desk,
                form.enterprise_id,
                form.enterprise_name,
                form.credit_code,
                lambda mark: self._imported(view.user, mark),
            ).open()

    def _imported(self, user: UserRow, mark: ImportedMark) -> None:
        if user.form.mark_id == mark.id:
            self._said("标志文件已存入本机。")
        else:
            self._take_mark(mark.id)

    def _take_mark(self, mark_id: str) -> None:
        """Let labels under this right carry this mark."""
        view, desk, now = self.view, self._desk, self._desk.clock.now()
        if view is None or mark_id == view.user.form.mark_id:
            return
        user = view.user
        desk.work.do(
            self,
            lambda: actions.change_user(
                desk.store, desk.session.actor, user.id, replace(user.form, mark_id=mark_id), now, seen=user.form
            ),
            lambda _: self._said("标志文件已选定，以后的批次使用它。"),
        )

    def _void_mark(self, mark: MarkRow) -> None:
        desk = self._desk

        def act(why: str, now: int) -> None:
            void_mark(desk.store, desk.session.actor, mark.id, why, now)

        text = "停用后不能再用它制作标签，文件仍保存在本机。"
        void(self, desk, f"停用标志文件「{mark.file_name}」", text, "停用", _WHY_MARK, act, self._said).open()


def _period(one: QuotaRow) -> str:
    return words.period(one.form.valid_from, one.form.valid_until)


def _share(one: QuotaRow) -> float | None:
    return None if one.voided else words.left_share(one.form.labels, one.left)


def _gone(one: QuotaRow) -> Tone:
    return Tone.MUTED if one.voided else Tone.PLAIN

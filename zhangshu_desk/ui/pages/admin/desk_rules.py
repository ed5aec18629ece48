"""The rules of the desk 受理规则: kept in the settings of this machine as soon as a figure is complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhangshu_desk.ui.widgets import Card, Muted, NumberField, row

if TYPE_CHECKING:
    from zhangshu_desk.ui.pages.admin.tab import Tab

_FIELDS = (
    # setting, label, least, most, unit
    ("skip_minutes", "未到后不再呼叫", 0, 60, "分钟"),
    ("max_calls", "呼叫几次未到转过号", 1, 10, "次"),
    ("undo_seconds", "操作后可撤销", 10, 300, "秒"),
    ("appointment_lead_minutes", "预约提前进入排队", 0, 60, "分钟"),
    ("wait_warn_minutes", "等候较久（橙色）", 1, 240, "分钟"),
    ("wait_bad_minutes", "等候过久（红色）", 2, 480, "分钟"),
    ("rating_seconds", "评价页停留", 10, 300, "秒"),
    ("idle_lock_minutes", "自动锁定（0 为从不）", 0, 600, "分钟"),
)


class DeskRulesCard(Card):
    """Figures with their units; a change counts when the field is left or Enter is pressed."""

    def __init__(self, tab: Tab) -> None:
        super().__init__("受理规则", "改动即时生效")
        self._tab = tab
        self.fields: dict[str, NumberField] = {}
        values = tab.desk.settings.values
        for name, label, least, most, unit in _FIELDS:
            field = NumberField(label, getattr(values, name), least, most, unit)
            field.editor.editingFinished.connect(lambda name=name: self._keep(name))
            self.fields[name] = field
        made = list(self.fields.values())
        for at in range(0, len(made), 2):
            self.add(row(*made[at : at + 2], spacing=12))
        note = Muted("锁定不会退出登录，已填写的内容都保留；叫号屏照常显示。")
        note.setWordWrap(True)
        self.add(note)

    def _keep(self, name: str) -> None:
        values: Any = self._tab.desk.settings.values
        field = self.fields[name]
        if getattr(values, name) == field.value():
            return
        changes = {name: field.value()}
        warn, bad = self.fields["wait_warn_minutes"], self.fields["wait_bad_minutes"]
        if warn.value() >= bad.value():
            (bad if name == "wait_bad_minutes" else warn).complain("「较久」应短于「过久」，没有保存。")
            return
        if name in ("wait_warn_minutes", "wait_bad_minutes"):
            changes = {"wait_warn_minutes": warn.value(), "wait_bad_minutes": bad.value()}
            warn.complain("")
            bad.complain("")
        self._tab.keep(f"已保存：{field.label.text()} {field.value()} {field.editor.suffix().strip()}。", **changes)

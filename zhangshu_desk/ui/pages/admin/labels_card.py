"""What a site sets about its labels: the address in the codes, spare labels, who approves, numbers in store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.core.settings import Values
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Muted, NumberField, Text, TextField, row

if TYPE_CHECKING:
    from zhangshu_desk.ui.pages.admin.tab import Tab

_UNSET = "待设置：现在印出的码打不开网页，只能在本程序中查。"
_OWN = "本站自行设置，入网后以中心的为准。"
_FIELDS = (
    # setting, label, least, most, unit
    ("label_spare_percent", "备用标签最多", 0, 20, "%"),
    ("label_approval_from", "超过多少张要另一人批准", 1, 20_000, "张"),
    ("label_stock", "本机备用编号", 1_000, 100_000, "个"),
)


class LabelsCard(Card):
    """A change counts when the field is left or Enter is pressed."""

    def __init__(self, tab: Tab) -> None:
        super().__init__("标签", "改动即时生效")
        self._tab = tab
        values = tab.desk.settings.values
        own = "" if values.label_domain == Values.label_domain else values.label_domain
        self.domain = TextField("二维码中的网址（不写 https://）", own, "例如 label.example.cn")
        self.state = Text("", wrap=True)
        self.fields: dict[str, NumberField] = {}
        for name, label, least, most, unit in _FIELDS:
            field = NumberField(label, getattr(values, name), least, most, unit)
            field.editor.editingFinished.connect(lambda name=name: self._keep(name))
            self.fields[name] = field
        spare, approval, stock = self.fields.values()
        note = Muted("备用比例和批准限额没有统一规定，待核实；两者对以后的批次生效。")
        note.setWordWrap(True)
        self.add(self.domain, self.state, row(spare, stock, spacing=12), approval, note)
        self.domain.editor.editingFinished.connect(self._keep_domain)
        self._say("")

    def look(self) -> None:
        """Ask what the centre says about the address."""
        store = self._tab.desk.store

        def ask() -> str:
            from zhangshu_desk.db.site import label_domain

            with store.read() as session:
                return label_domain(session)

        self._tab.desk.work.do(self, ask, self._say)

    def _say(self, of_the_centre: str) -> None:
        unset = self._tab.desk.settings.values.label_domain == Values.label_domain
        self.domain.setEnabled(not of_the_centre)
        if of_the_centre:
            self.state.setText(f"由中心规定：{of_the_centre}")
            self.state.set_tone(Tone.GOOD)
        else:
            self.state.setText(_UNSET if unset else _OWN)
            self.state.set_tone(Tone.WARN if unset else Tone.MUTED)

    def _keep_domain(self) -> None:
        from zhangshu_desk.labels.rules.domains import checked_domain

        values = self._tab.desk.settings.values
        try:
            domain = checked_domain(self.domain.text()) if self.domain.text() else Values.label_domain
        except DeskError as error:
            self.domain.complain(str(error))
            return
        self.domain.complain("")
        if domain != values.label_domain and self._tab.keep("已保存：二维码中的网址。", label_domain=domain):
            self._say("")

    def _keep(self, name: str) -> None:
        values: Any = self._tab.desk.settings.values
        field = self.fields[name]
        if getattr(values, name) == field.value():
            return
        said = f"已保存：{field.label.text()} {field.value()} {field.editor.suffix().strip()}。"
        if self._tab.keep(said, **{name: field.value()}) and name == "label_stock":
            self._wish()

    def _wish(self) -> None:
        """Ask the centre for so many numbers with the next contact."""
        from zhangshu_desk.labels.actions import keep_stock
        from zhangshu_desk.labels.rules.batches import rules_from

        desk = self._tab.desk
        desk.work.do(self, lambda: keep_stock(desk.store, rules_from(desk.settings.values)))

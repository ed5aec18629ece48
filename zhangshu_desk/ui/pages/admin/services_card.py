"""The services 办理事项: how many there are, where they come from, and what is wrong with those that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zhangshu_desk.core.clock import stamp
from zhangshu_desk.reception.catalogue import InForce, in_force
from zhangshu_desk.ui.theme import Tone
from zhangshu_desk.ui.widgets import Card, Muted, Text, row

if TYPE_CHECKING:
    from zhangshu_desk.ui.pages.admin.tab import Tab

_LABEL = 72


class ServicesCard(Card):
    """Only tells: a desk cannot change them."""

    def __init__(self, tab: Tab) -> None:
        super().__init__("办理事项", "由中心下发时以中心为准")
        self._tab = tab
        self.facts = {name: Text() for name in ("来源", "事项", "更新时间")}
        for name, value in self.facts.items():
            label = Muted(name)
            label.setFixedWidth(_LABEL)
            value.setAccessibleName(name)
            self.add(row(label, value))
        self.problem = Text("", Tone.WARN, wrap=True)
        self.add(self.problem)
        self.show_source()

    def show_source(self) -> None:
        """Show what is in force now."""
        found = in_force(self._tab.desk.store)
        for name, words in _facts(found).items():
            self.facts[name].setText(words)
        self.problem.setText(str(found.problem or ""))
        self.problem.setVisible(found.problem is not None)


def _facts(found: InForce) -> dict[str, str]:
    groups = "、".join(group.letter for group in found.catalogue.groups)
    changed = stamp(found.changed_at) if found.changed_at is not None else "—"
    return {
        "来源": "中心下发" if found.from_centre else "本机附带",
        "事项": f"{len(found.catalogue.services)} 项，{groups} 组",
        "更新时间": changed,
    }

"""合并为一个: which of two cards of the same enterprise is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from zhangshu_desk.conflicts.queries import Twin
from zhangshu_desk.core.clock import stamp
from zhangshu_desk.enterprises import actions
from zhangshu_desk.ui.dialogs.base import Dialog
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import Muted, Text, column


class MergeDialog(Dialog):
    """`done(words)` after they were merged. The one with more visits is proposed, else the older one."""

    def __init__(self, parent: QWidget, desk: Desk, twins: Sequence[Twin], done: Callable[[str], object]) -> None:
        super().__init__(parent, "合并为一个", "合并", width=620)
        self._desk, self._twins, self._done = desk, tuple(twins), done
        self.group = QButtonGroup(self)
        self.add(Text("保留哪一家？", wrap=True))
        proposed = max(range(len(twins)), key=lambda at: (twins[at].visits, -twins[at].created_at))
        for at, twin in enumerate(twins):
            choice = QRadioButton(twin.name.replace("&", "&&"))
            choice.setAccessibleName(f"保留 {twin.name}")
            choice.setAccessibleDescription(_about(twin))
            choice.setChecked(at == proposed)
            self.group.addButton(choice, at)
            about = Muted(_about(twin))
            about.setIndent(28)
            about.setWordWrap(True)
            self.add(column(choice, about, spacing=0))
        what = (
            "另一家的联系人、来访和名称都归到保留的这一家，空着的项目用另一家的内容补上；两家都填了的以保留的为准。"
            "另一家作废并注明「合并到」，它自己的内容不会删除，站长可以恢复查看。"
        )
        self.add(Text(what, wrap=True))
        self.body.addStretch(1)
        self.group.button(proposed).setFocus()

    def act(self) -> None:
        at = self.group.checkedId()
        keep, drop = self._twins[at], self._twins[1 - at]
        desk, now = self._desk, self._desk.clock.now()
        actor = desk.session.actor
        self.primary.setEnabled(False)

        def merged(_: None) -> None:
            self.accept()
            self._done(f"已合并为「{keep.name}」。")

        desk.work.do(
            self,
            lambda: actions.merge(desk.store, actor, keep.id, drop.id, now),
            merged,
            ended=lambda: self.primary.setEnabled(True),
        )


def _about(twin: Twin) -> str:
    parts = (
        twin.credit_code or "未登记信用代码",
        f"{stamp(twin.created_at)} 登记",
        f"联系人 {twin.contacts} 位",
        f"来访 {twin.visits} 次",
    )
    return " · ".join(parts)

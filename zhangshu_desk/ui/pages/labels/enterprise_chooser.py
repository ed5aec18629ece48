"""The field that means one enterprise of the register: found as one types, its code below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from zhangshu_desk.core.identifiers import find_credit_code
from zhangshu_desk.enterprises import queries
from zhangshu_desk.ui.page import Desk
from zhangshu_desk.ui.widgets import Suggest, Suggestion

_HINT = "名称 / 拼音首字母 / 信用代码"
_OFFERS = 7


class EnterpriseChooser(Suggest):
    """`found(Suggestion of enterprises.queries)` carries the enterprise taken; `dropped()` it is no longer meant."""

    NOT_YET = "请从候选中选一家企业；名录中没有的，先在企业页登记。"
    found = Signal(object)
    dropped = Signal()

    def __init__(self, desk: Desk, label: str = "企业") -> None:
        super().__init__(label, desk.work, self._offers, _HINT)
        self._store = desk.store
        self.taken: queries.Suggestion | None = None
        self.picked.connect(self._picked)
        self.edited.connect(lambda _text: self._drop())

    def take(self, enterprise: queries.Suggestion) -> None:
        """Mean this enterprise."""
        self.set_text(enterprise.name)
        self.editor.setCursorPosition(0)
        self.taken = enterprise
        self.found.emit(enterprise)

    def check(self) -> bool:
        """Whether an enterprise is meant; complains if not."""
        if self.taken is None:
            self.complain(self.NOT_YET)
        return self.taken is not None

    def _offers(self, text: str) -> Sequence[Suggestion]:
        """Worker thread."""
        code = find_credit_code(text)
        if code is not None:
            hit = queries.find_by_code(self._store, code)
            return [Suggestion(hit, hit.name, hit.subtitle, marks=())] if hit is not None else []
        return [Suggestion(one, one.name, one.subtitle) for one in queries.suggest(self._store, text, _OFFERS)]

    def _picked(self, key: object) -> None:
        if isinstance(key, queries.Suggestion):
            self.take(key)

    def _drop(self) -> None:
        if self.taken is not None:
            self.taken = None
            self.dropped.emit()

"""The house's dialog: a title, a body, Chinese buttons, Enter and Esc; refusals are shown inside it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.notices import NoticeBar
from zhangshu_desk.ui.widgets.buttons import DangerButton, PlainButton, PrimaryButton
from zhangshu_desk.ui.widgets.card import put
from zhangshu_desk.ui.widgets.progress import ProgressLine
from zhangshu_desk.ui.widgets.text import Heading, Text
from zhangshu_desk.ui.work import Progress


class DialogFoot(QFrame):
    """The strip with the buttons."""


class Dialog(QDialog):
    """A window-modal dialog; show it with `open()`, never `exec()`: the desk keeps working behind it.

    A subclass adds its fields with `add` and overrides `act`, which ends with `self.accept()` once the desk
    agreed. Jobs it starts with `work.do(self, …)` show refusals in the dialog; nothing typed is lost.

    Args:
        primary: words of the button that acts, empty for none.
        many_lines: Enter belongs to a text field, the button's key is Ctrl+Enter.
        cancel: words of the button that leaves.
        danger: the act takes something out of use.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        primary: str,
        *,
        cancel: str = "取消",
        danger: bool = False,
        many_lines: bool = False,
        width: int = 480,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(width)
        self.notices = NoticeBar()
        self._progress = ProgressLine()
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        inner = QVBoxLayout()
        inner.setContentsMargins(20, 16, 20, 16)
        inner.setSpacing(12)
        put(inner, Heading(title), self.notices, self._progress)
        inner.addLayout(self.body, 1)
        keys = "Ctrl+Return" if many_lines else "Return"
        kind = DangerButton if danger else PrimaryButton
        self.primary = kind(primary, keys, self.act)
        self.cancel = PlainButton(cancel, "Escape", self.reject)
        strip = DialogFoot()
        self.foot = QHBoxLayout(strip)
        self.foot.setContentsMargins(20, 12, 20, 12)
        self.foot.addStretch(1)
        put(self.foot, self.cancel, self.primary)
        if not primary:
            self.primary.hide()
        if danger:
            self.primary.key_token = "on_bad"
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(inner, 1)
        outer.addWidget(strip)

    def add(self, *parts: QWidget | QLayout, stretch: int = 0) -> None:
        """Append widgets or layouts to the body."""
        put(self.body, *parts, stretch=stretch)

    def act(self) -> None:
        """The primary button or its key was pressed."""
        self.accept()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Show):
            self._grow()
        return handled

    def refuse(self, error: DeskError) -> None:
        """Show a refusal inside the dialog."""
        self.notices.refused(error)

    def follow(self, progress: Progress) -> None:
        """Show a long job inside the dialog."""
        self._progress.follow(progress)

    def unfollow(self, progress: Progress) -> None:
        """The job ended."""
        self._progress.unfollow(progress)

    def _grow(self) -> None:
        """Be high enough for wrapped texts and chips at this width; Qt alone takes what they need when widest."""
        layout = self.layout()
        if layout is None or not layout.hasHeightForWidth():
            return
        needed = min(layout.totalHeightForWidth(self.width()), self.screen().availableGeometry().height())
        if self.height() < needed:
            self.resize(self.width(), needed)


class Ask(Dialog):
    """A question with one act; `then` is called when the clerk decides for it."""

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        text: str,
        primary: str,
        then: Callable[[], object],
        *,
        danger: bool = False,
    ) -> None:
        super().__init__(parent, title, primary, danger=danger)
        self.add(Text(text, wrap=True))
        self.primary.setFocus()  # the key that stands on it
        self.accepted.connect(lambda: then())

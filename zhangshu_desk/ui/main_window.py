"""The window: one full-window state at a time (opening, wizard, login, locked, recovery) or a person's shell."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget, QVBoxLayout, QWidget

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.ui.notices import NoticeBar
from zhangshu_desk.ui.shell.shell import Shell
from zhangshu_desk.ui.widgets.progress import ProgressLine
from zhangshu_desk.ui.work import Progress

TITLE = "樟树一站式服务工作站 · 前台"
_FIRST_SIZE = QSize(1366, 768)
_LEAST_SIZE = QSize(1100, 640)


class MainWindow(QWidget):
    """Shows states and shells. A shell that is not in front keeps its pages with everything typed in them."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(TITLE)
        self.setMinimumSize(_LEAST_SIZE)
        self.resize(_FIRST_SIZE)
        self.notices = NoticeBar()
        self._progress = ProgressLine()
        self.stack = QStackedWidget()
        self._shells: dict[str, Shell] = {}
        self._hidden: list[tuple[Shell | None, QDialog]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notices)
        column.addWidget(self._progress)
        column.addWidget(self.stack)

    def put_on_top(self, banner: QWidget) -> None:
        """Place `banner` above everything else."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout), "made above"
        column.insertWidget(0, banner)

    def show_state(self, state: QWidget) -> None:
        """Put `state` in front of everything; it stays its giver's. Shells stay, open dialogs wait hidden."""
        self._put_dialogs_away()
        if self.stack.indexOf(state) < 0:
            self.stack.addWidget(state)
        self.stack.setCurrentWidget(state)
        state.setFocus(Qt.FocusReason.OtherFocusReason)

    def enter(self, shell: Shell) -> None:
        """Show a person's shell and keep it under their user id, replacing an older one of the same person."""
        user = shell.desk.session.actor.user_id
        self.forget(user)
        self._shells[user] = shell
        self.stack.addWidget(shell)
        self.stack.setCurrentWidget(shell)

    def forget(self, user_id: str) -> None:
        """Let a person's shell go; they logged out."""
        shell = self._shells.pop(user_id, None)
        if shell is not None:
            self.stack.removeWidget(shell)
            shell.deleteLater()

    def shell_of(self, user_id: str) -> Shell | None:
        """The kept shell of a person, to come back to after a lock or a change of user."""
        return self._shells.get(user_id)

    def come_back(self, shell: Shell) -> None:
        """Show a kept shell again, with its dialogs, where it was left."""
        self.stack.setCurrentWidget(shell)
        waiting, self._hidden = self._hidden, []
        for owner, dialog in waiting:
            if owner is shell:
                dialog.show()
            else:
                self._hidden.append((owner, dialog))
        page = shell.page()
        if page is not None and page.focusWidget() is not None:
            page.focusWidget().setFocus(Qt.FocusReason.OtherFocusReason)

    def shell(self) -> Shell | None:
        """The shell in front, if it is one."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Shell) else None

    def open(self, title: str, payload: object = None) -> None:
        """Show a page of the shell in front; what `Desk.open` calls."""
        shell = self.shell()
        if shell is not None:
            shell.open(title, payload)

    def refuse(self, error: DeskError) -> None:
        """Show a refusal that belongs to no page."""
        self.notices.refused(error)

    def follow(self, progress: Progress) -> None:
        """Show a long job that belongs to no page (a restore, an upgrade)."""
        self._progress.follow(progress)

    def unfollow(self, progress: Progress) -> None:
        """The job ended."""
        self._progress.unfollow(progress)

    def _put_dialogs_away(self) -> None:
        shell = self.shell()
        for dialog in self.findChildren(QDialog):
            if dialog.isVisible() and dialog.isWindow():
                dialog.hide()
                self._hidden.append((shell, dialog))
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()

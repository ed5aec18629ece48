"""The window: its first frame at once, then one full-window state at a time or a person's shell.

Importing this module and making the window costs next to nothing beyond Qt itself: the kit comes with what is first
put into the window. `painted` tells that the first frame is on screen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QStackedWidget, QVBoxLayout, QWidget

from zhangshu_desk.ui.theme import TITLE, colour, font

if TYPE_CHECKING:
    from zhangshu_desk.core.errors import DeskError
    from zhangshu_desk.ui.notices import NoticeBar
    from zhangshu_desk.ui.shell.shell import Shell
    from zhangshu_desk.ui.widgets.progress import ProgressLine
    from zhangshu_desk.ui.work import Progress

NAME = "樟树一站式服务工作站"
_FIRST_SIZE = QSize(1366, 768)
_LEAST_SIZE = QSize(1100, 640)


class MainWindow(QWidget):
    """Shows states and shells. A shell that is not in front keeps its pages with everything typed in them.

    `painted` is emitted once, after the first frame.
    """

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(f"{NAME} · 前台")
        self.setMinimumSize(_LEAST_SIZE)
        self.resize(_FIRST_SIZE)
        self.stack = QStackedWidget()
        self._fresh = True
        self._furniture: tuple[NoticeBar, ProgressLine] | None = None
        self._shells: dict[str, Shell] = {}
        self._hidden: list[tuple[Shell | None, QDialog]] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.stack)

    def put_on_top(self, banner: QWidget) -> None:
        """Place `banner` above everything else."""
        self._furnished()
        self._column.insertWidget(0, banner)

    def show_state(self, state: QWidget) -> None:
        """Put `state` in front of everything; it stays its giver's. Shells stay, open dialogs wait hidden."""
        self._put_dialogs_away()
        self._bring(state)
        state.setFocus()

    def enter(self, shell: Shell) -> None:
        """Show a person's shell and keep it under their user id, replacing an older one of the same person."""
        user = shell.desk.session.actor.user_id
        self.forget(user)
        self._shells[user] = shell
        self._bring(shell)

    def forget(self, user_id: str) -> None:
        """Let a person's shell go; they logged out."""
        shell = self._shells.pop(user_id, None)
        if shell is not None:
            self._hidden = [(owner, dialog) for owner, dialog in self._hidden if owner is not shell]
            self.stack.removeWidget(shell)
            shell.deleteLater()

    def shell_of(self, user_id: str) -> Shell | None:
        """The kept shell of a person, to come back to after a lock or a change of user."""
        return self._shells.get(user_id)

    def come_back(self, shell: Shell) -> None:
        """Show a kept shell again, with its dialogs and the focus, where it was left."""
        self._bring(shell)
        waiting, self._hidden = self._hidden, []
        for owner, dialog in waiting:
            if owner is shell:
                dialog.show()
            else:
                self._hidden.append((owner, dialog))
        shell.take_focus()

    def shell(self) -> Shell | None:
        """The shell in front, if it is one."""
        shown = self.stack.currentWidget()
        return next((shell for shell in self._shells.values() if shell is shown), None)

    def open(self, title: str, payload: object = None) -> None:
        """Show a page of the shell in front; what `Desk.open` calls."""
        shell = self.shell()
        if shell is not None:
            shell.open(title, payload)

    @property
    def notices(self) -> NoticeBar:
        """What belongs to no page is said here."""
        return self._furnished()[0]

    def refuse(self, error: DeskError) -> None:
        """Show a refusal that belongs to no page."""
        self._furnished()[0].refused(error)

    def follow(self, progress: Progress) -> None:
        """Show a long job that belongs to no page (a restore, an upgrade)."""
        self._furnished()[1].follow(progress)

    def unfollow(self, progress: Progress) -> None:
        """The job ended."""
        self._furnished()[1].unfollow(progress)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("ground"))
        if self._furniture is None:
            painter.setFont(font(TITLE))
            painter.setPen(colour("ink"))
            words = painter.fontMetrics().horizontalAdvance(NAME)
            painter.drawText((self.width() - words) // 2, self.height() * 2 // 5, NAME)
            painter.fillRect(QRect(0, 0, self.width(), 3), colour("primary"))
        painter.end()
        if self._fresh:
            self._fresh = False
            QTimer.singleShot(0, self.painted.emit)

    def _bring(self, widget: QWidget) -> None:
        self._furnished()
        if self.stack.indexOf(widget) < 0:
            self.stack.addWidget(widget)
        self.stack.setCurrentWidget(widget)

    def _furnished(self) -> tuple[NoticeBar, ProgressLine]:
        if self._furniture is None:
            from zhangshu_desk.ui.notices import NoticeBar
            from zhangshu_desk.ui.widgets.progress import ProgressLine

            self._furniture = (NoticeBar(), ProgressLine())
            for part in self._furniture:
                self._column.insertWidget(self._column.indexOf(self.stack), part)
        return self._furniture

    def _put_dialogs_away(self) -> None:
        shell = self.shell()
        for dialog in self.findChildren(QDialog):
            if dialog.isVisible() and dialog.isWindow():
                dialog.hide()
                self._hidden.append((shell, dialog))
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()

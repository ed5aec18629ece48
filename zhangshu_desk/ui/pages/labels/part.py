"""What every part of the labels' page has: its page, a place for cards, a say in who sees it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtWidgets import QHBoxLayout, QWidget

from zhangshu_desk.core.actors import Role
from zhangshu_desk.core.acts import allowed
from zhangshu_desk.ui.page import Page

MAKERS = frozenset({Role.LABEL, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Who makes labels; a clerk at the counter only looks."""


class Part(QWidget):
    """One tab of the page; a refusal appears in the page's notice bar by itself.

    Class attributes:
        title: on its tab, also what `LabelsPage.receive` asks for; key: `Ctrl+1`.
        roles: who sees it, None = everybody who sees the page.
    """

    title: ClassVar[str]
    key: ClassVar[str]
    roles: ClassVar[frozenset[Role] | None] = MAKERS

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page, self.desk = page, page.desk
        self.setAccessibleName(self.title)
        self.body = QHBoxLayout(self)
        self.body.setContentsMargins(0, 16, 0, 0)
        self.body.setSpacing(16)

    @classmethod
    def may_see(cls, role: Role) -> bool:
        """Whether somebody of this role sees the part."""
        return cls.roles is None or role in cls.roles

    def load(self) -> None:
        """Ask for what the part shows, then show it: it came to the front, or a watched table changed."""

    def begin(self) -> None:
        """Put the focus where one begins."""

    def receive(self, payload: object) -> None:
        """Another part or page asked for this one with `payload`."""

    def may(self, act: str) -> bool:
        """Whether who works here may do the act; for showing or hiding a button."""
        return allowed(act, self.desk.session.actor.role)

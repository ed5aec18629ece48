"""Who does something."""

from __future__ import annotations

from dataclasses import dataclass

from zhangshu_desk.core.open_words import OpenWords


class Role(OpenWords):
    """What a person may do (`core/acts.py` says which acts); somebody of a role of the future may only look."""

    CLERK = "窗口人员"
    LABEL = "贴标人员"
    SUPERVISOR = "站长"
    ADMINISTRATOR = "系统管理员"


@dataclass(frozen=True)
class Actor:
    """A logged-in person, or the program itself.

    Attributes:
        user_id: id of the row in `users`; `"system"` for the program and `"command-line"` for a command.
        name: shown name, kept with every audit entry.
        counter_id: the counter the person serves at the moment, if any.
    """

    user_id: str
    name: str
    role: Role
    counter_id: str | None = None


SYSTEM = Actor("system", "系统", Role.ADMINISTRATOR)
COMMAND_LINE = Actor("command-line", "命令行", Role.ADMINISTRATOR)

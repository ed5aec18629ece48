"""A button with a key that is never silent: while the button is off, its key says why."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from zhangshu_desk.ui.widgets import PlainButton, bind
from zhangshu_desk.ui.widgets.buttons import key_text


class ActKey:
    """Ties `button` to `keys`.

    Args:
        owner: the key works while this widget is visible.
        button: made without a key of its own.
        tell: called with the reason when the key is pressed while the button is off.
    """

    def __init__(self, owner: QWidget, button: PlainButton, keys: str, tell: Callable[[str], object]) -> None:
        self.button, self._tell, self._why = button, tell, ""
        button.keys = key_text(keys)
        button.setAccessibleDescription(button.keys)
        bind(owner, keys, self._pressed)

    def allow(self, why_not: str = "") -> None:
        """Switch the button on, or off for the reason `why_not`."""
        self._why = why_not
        self.button.setEnabled(not why_not)
        self.button.setToolTip(why_not)

    def _pressed(self) -> None:
        if self._why:
            self._tell(self._why)
        else:
            self.button.click()

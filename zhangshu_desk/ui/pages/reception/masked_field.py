"""A field for a personal datum that was filled in from a record: shown masked, its real value kept until typed over."""

from __future__ import annotations

from collections.abc import Callable

from zhangshu_desk.ui.widgets import TextField


class MaskedField(TextField):
    """One line that may hold a value the clerk does not need to see in full.

    Args:
        mask: how a filled-in value is shown.
        longest: characters that may be typed.
    """

    def __init__(self, label: str, mask: Callable[[str], str], hint: str = "", longest: int = 60) -> None:
        super().__init__(label, hint=hint, longest=longest)
        self._mask = mask
        self._kept = ""
        self._shown = ""

    def fill(self, value: str) -> None:
        """Show `value` masked and keep it as it is."""
        self.set_text(self._mask(value))
        self._kept, self._shown = value, self._mask(value)

    def is_filled(self) -> bool:
        """Whether the field still holds what was filled in."""
        return bool(self._kept) and self.editor.text() == self._shown

    def value(self) -> str:
        """What the field means: the kept value, or what was typed."""
        return self._kept if self.is_filled() else self.text()

    def set_text(self, text: str) -> None:
        self._kept = self._shown = ""
        super().set_text(text)

    def _typed(self, text: str) -> None:
        if self._kept:
            text = _without(text, self._shown)
            self.set_text(text)  # half a mask is nobody's name or number
        super()._typed(text)


def _without(text: str, shown: str) -> str:
    """What a clerk typed before or behind a masked value; nothing when the mask itself was changed."""
    if "*" not in text:
        return text
    if text.startswith(shown):
        return text[len(shown) :]
    return text[: -len(shown)] if text.endswith(shown) else ""

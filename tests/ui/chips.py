"""What stands on chips, as a person sees it."""

from __future__ import annotations

from zhangshu_desk.ui.pages.reception.services_field import ServicesField
from zhangshu_desk.ui.widgets.chips import Chip


def chips(field: ServicesField) -> list[str]:
    """The words on the chips of a services field, in their order."""
    shown = field.chips.layout()
    assert shown is not None
    found = [item.widget() for at in range(shown.count()) if (item := shown.itemAt(at)) is not None]
    return [one.text() for one in found if isinstance(one, Chip)]

"""The pages of the window, in the order of the rail. A new one is a folder here and a line in `pages()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zhangshu_desk.ui.page import Page


def pages() -> tuple[type[Page], ...]:
    """All pages; imported only when asked for, because they bring the features and the store with them."""
    from zhangshu_desk.ui.pages.admin import AdminPage
    from zhangshu_desk.ui.pages.dayclose import DayClosePage
    from zhangshu_desk.ui.pages.enterprises import EnterprisesPage
    from zhangshu_desk.ui.pages.inbox import InboxPage
    from zhangshu_desk.ui.pages.labels import LabelsPage
    from zhangshu_desk.ui.pages.reception import ReceptionPage

    return (ReceptionPage, LabelsPage, EnterprisesPage, DayClosePage, AdminPage, InboxPage)

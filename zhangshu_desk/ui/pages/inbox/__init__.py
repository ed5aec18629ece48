"""待核对: where two stations changed the same thing at once, and a person decides."""

from zhangshu_desk.ui.pages.inbox.page import InboxPage

__all__ = ["InboxPage"]

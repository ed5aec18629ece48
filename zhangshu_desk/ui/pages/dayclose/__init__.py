"""The page that closes a day 日结."""

from zhangshu_desk.ui.pages.dayclose.page import DayClosePage

__all__ = ["DayClosePage"]

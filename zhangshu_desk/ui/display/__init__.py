"""Windows for people in front of the desk: the call display of the hall, and the rating screen at a counter."""

from zhangshu_desk.ui.display.call_display import CallDisplay
from zhangshu_desk.ui.display.rating_screen import RatingScreen

__all__ = ["CallDisplay", "RatingScreen"]

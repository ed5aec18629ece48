"""查码: a code or a number, and the life of that label."""

from zhangshu_desk.ui.pages.labels.lookup_part.part import LookupPart

__all__ = ["LookupPart"]

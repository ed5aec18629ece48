"""权利: who may have which labels, and how many."""

from zhangshu_desk.ui.pages.labels.rights_part.part import RightsPart

__all__ = ["RightsPart"]

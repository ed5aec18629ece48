"""The labels' page 标签."""

from zhangshu_desk.ui.pages.labels.page import LabelsPage

__all__ = ["LabelsPage"]

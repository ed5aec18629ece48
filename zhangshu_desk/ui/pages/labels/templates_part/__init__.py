"""模板: how labels look."""

from zhangshu_desk.ui.pages.labels.templates_part.part import TemplatesPart

__all__ = ["TemplatesPart"]

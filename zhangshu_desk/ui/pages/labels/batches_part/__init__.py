"""批次: the batches of labels and what becomes of them."""

from zhangshu_desk.ui.pages.labels.batches_part.part import BatchesPart

__all__ = ["BatchesPart"]

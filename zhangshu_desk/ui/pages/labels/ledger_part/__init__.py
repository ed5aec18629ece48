"""台账: where every label went, in two balances."""

from zhangshu_desk.ui.pages.labels.ledger_part.part import LedgerPart

__all__ = ["LedgerPart"]

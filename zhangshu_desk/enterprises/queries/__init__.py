"""What a screen shows of enterprises: frozen rows, personal data masked."""

from zhangshu_desk.enterprises.queries.cards import Card, ContactRow, DatedName, VisitRow, card
from zhangshu_desk.enterprises.queries.finding import (
    Suggestion,
    duplicates_of,
    enterprise_of_contact,
    find_by_code,
    suggest,
)
from zhangshu_desk.enterprises.queries.imports import ImportRow, imports
from zhangshu_desk.enterprises.queries.listing import EnterpriseRow, Filter, Order, Page, page

__all__ = [
    "Card",
    "ContactRow",
    "DatedName",
    "EnterpriseRow",
    "Filter",
    "ImportRow",
    "Order",
    "Page",
    "Suggestion",
    "VisitRow",
    "card",
    "duplicates_of",
    "enterprise_of_contact",
    "find_by_code",
    "imports",
    "page",
    "suggest",
]

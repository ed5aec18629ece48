"""The services that came with the program, and how a ticket is shown (`core/services.py` has the rest)."""

from __future__ import annotations

from datetime import date
from functools import cache

from zhangshu_desk.core.services import Catalogue, Group, Service, parse_catalogue, shipped

__all__ = ["Catalogue", "Group", "Service", "catalog", "parse_catalogue", "shown_label"]


@cache
def catalog() -> Catalogue:
    """The services shipped with the program; what a desk offers is `reception.catalogue.catalogue_of`.

    Raises:
        DeskError: `services.bad_file`.
    """
    return shipped()


def shown_label(label: str, day: date, today: date) -> str:
    """A ticket's label as shown on `today`: `A011`, or `A011·22日` when its number is of another day."""
    return label if day == today or not label else f"{label}·{day.day}日"

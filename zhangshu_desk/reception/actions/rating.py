"""The visitor's rating of a finished visit, once."""

from __future__ import annotations

from sqlalchemy import select

from zhangshu_desk.core.errors import DeskError
from zhangshu_desk.db.store import Store
from zhangshu_desk.db.tables.reception import Rating
from zhangshu_desk.reception.actions.moving import label_of, the_visit
from zhangshu_desk.reception.rules import RATING_SCREEN, State, check_rating, clean


def rate(store: Store, visit_id: str, level: str, reasons: tuple[str, ...], comment: str, now: int) -> None:
    """Keep what the visitor pressed on the visitor's screen. Nobody else can rate: the actor is that screen.

    Args:
        level: one of `RATING_LEVELS`.
        reasons: of `rating_reasons()[level]`; only the two negative levels have any.

    Raises:
        DeskError: `rating.already`, and what `check_rating` refuses.
    """
    words = clean(comment, "意见", lines=True)
    with store.write(RATING_SCREEN, "visit.rate", now) as session:
        visit = the_visit(session, visit_id)
        label = label_of(visit, now)
        check_rating(State(visit.state), level, reasons, label)
        if session.execute(select(Rating.id).where(Rating.visit_id == visit_id)).first() is not None:
            raise DeskError("rating.already", label=label)
        row = Rating(
            id=session.new_id(),
            visit_id=visit_id,
            at=now,
            level=level,
            reasons=list(dict.fromkeys(reasons)),
            comment=words,
        )
        session.insert(row)
        session.about("ratings", row.id, visit.label)

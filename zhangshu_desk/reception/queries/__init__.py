"""What the screens of the reception desk show; every answer is made of frozen rows."""

from zhangshu_desk.reception.queries.counters import (
    CounterNow,
    Current,
    DisplayRow,
    DisplayRows,
    Twice,
    counters_now,
    current,
    display,
    doubled,
    twice,
)
from zhangshu_desk.reception.queries.days import Beside, DaySheet, Figure, day_sheet, open_days
from zhangshu_desk.reception.queries.slips import Slip, last_slip
from zhangshu_desk.reception.queries.visits import (
    EventRow,
    Ratable,
    Times,
    VisitCard,
    VisitRow,
    ratable,
    visit,
    visits,
)
from zhangshu_desk.reception.queries.waiting import Queue, QueueRow, queue

__all__ = [
    "Beside",
    "CounterNow",
    "Current",
    "DaySheet",
    "DisplayRow",
    "DisplayRows",
    "EventRow",
    "Figure",
    "Queue",
    "QueueRow",
    "Ratable",
    "Slip",
    "Times",
    "Twice",
    "VisitCard",
    "VisitRow",
    "counters_now",
    "current",
    "day_sheet",
    "display",
    "doubled",
    "last_slip",
    "open_days",
    "queue",
    "ratable",
    "twice",
    "visit",
    "visits",
]
